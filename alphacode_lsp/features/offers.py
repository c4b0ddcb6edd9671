"""What can be done about a problem's cases, for menus and for lenses."""

from dataclasses import dataclass

from alphacode_lsp.features.diagnostics import CASE_NAME
from alphacode_lsp.search import counted
from alphacode_lsp.view import View


@dataclass(frozen=True, slots=True)
class Offer:
    """A command with its argument, and what it is called where the user chooses."""

    title: str
    command: str
    argument: dict[str, object]


def run_offer(view: View) -> Offer | None:
    """Run the cases; while they run, stop them. None where there is nothing to run, or nothing to run it on."""
    if not view.cases or view.target is None:
        return None
    argument: dict[str, object] = {"uri": view.target}
    running = next((one for one in view.running if one.target == view.target), None)
    if running is not None:
        return Offer(f"Stop ({running.done} of {len(running.numbers)} run)", "alphacode.cancelTest", argument)
    return Offer(f"Run {counted(len(view.cases), 'example')}", "alphacode.test", argument)


def test_offers(view: View) -> list[Offer]:
    """Run or stop, add a case, and for a program a stress test."""
    if view.problem is None:
        return []
    argument: dict[str, object] = {"uri": view.document.uri}
    offers = [offer for offer in (run_offer(view),) if offer is not None]
    offers.append(Offer("Add a test", "alphacode.addTest", argument))
    if any(not one.numbers for one in view.running):
        offers.append(Offer("Stop the stress test", "alphacode.cancelTest", argument))
    elif not view.is_statement and not view.problem.interactive:
        offers.append(Offer("Stress test against brute force", "alphacode.stress", argument))
    return offers


def case_offers(view: View, message: str) -> list[Offer]:
    """About a failed case, by the message of its diagnostic: look at it, and let one of the user's own decide."""
    named = CASE_NAME.match(message)
    case = next((case for case in view.cases if named and case.number == int(named["number"])), None)
    if case is None:
        return []
    argument: dict[str, object] = {"uri": view.document.uri, "test": case.number}
    offers = [Offer(f"Show example {case.number}", "alphacode.showTest", argument)]
    if not case.filters and case.case.expected is not None:
        title = f"Let example {case.number} decide about candidates"
        offers.append(Offer(title, "alphacode.promoteTest", argument))
    return offers
