"""The cases that are known for a source, from its statement and from the files around it, each once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from alphacode_sandbox import Case
from alphacode_server.problem.layouts.pairs import Origin


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case, and where it stands."""

    case: Case
    name: str
    """`problem.md, example 1`, or the file of the input as the source sees it: `test/sample-1.in`."""
    tool: str
    """Whose layout it was found in, as in `oj`; empty for a statement."""
    origin: Origin
    file: Path
    """What holds the input: a statement, a payload, or a file of its own."""
    answer: Path | None
    """What holds the expected output; the same as `file` where one file holds whole cases."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two cases of one input and different outputs. The first counts, as it stands closer to the statement."""

    kept: KnownCase
    other: KnownCase


@dataclass(frozen=True, slots=True)
class KnownCases:
    """Each input once: the statement's examples first, the user's own cases last."""

    cases: tuple[KnownCase, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def examples(self) -> tuple[Case, ...]:
        """The cases that decide which candidates are kept: the judge's own.

        Where none is known for that, those that a tool keeps together with its user's. A case without an expected
        output decides nothing.
        """
        origins = {known.origin for known in self.cases if known.case.expected is not None}
        chosen = next((origin for origin in (Origin.JUDGE, Origin.MIXED) if origin in origins), None)
        return tuple(known.case for known in self.cases if known.origin is chosen and known.case.expected is not None)


def distinct_cases(found: Iterable[KnownCase]) -> KnownCases:
    """The union of what was found, the judge's cases first. An output that one place lacks is taken from another."""
    first: dict[str, KnownCase] = {}
    conflicts: list[Conflict] = []
    for known in sorted(found, key=lambda known: -known.origin):
        key = normal_form(known.case.input)
        earlier = first.setdefault(key, known)
        if earlier.case.expected is None and known.case.expected is not None:
            first[key] = replace(earlier, case=known.case, answer=known.answer)
        elif _differ(earlier.case, known.case):
            conflicts.append(Conflict(earlier, known))
    return KnownCases(tuple(first.values()), tuple(conflicts))


def normal_form(text: str) -> str:
    """Equal for texts that differ only in what is lost when one is copied: blanks at the ends of lines, and at both
    ends of the text."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def _differ(kept: Case, other: Case) -> bool:
    if kept.expected is None or other.expected is None:
        return False
    return kept.expected.split() != other.expected.split()


def places(cases: Sequence[KnownCase]) -> tuple[str, ...]:
    """Where cases are from, a phrase each: `3 from problem.md`, `2 from test (oj)`."""
    counts: dict[str, int] = {}
    for known in cases:
        is_whole = known.answer == known.file
        place = known.file.name if is_whole else str(Path(known.name).parent)
        place = "files beside the source" if place == "." else place
        described = f"{place} ({known.tool})" if known.tool and known.tool != f"{place}/" else place
        counts[described] = counts.get(described, 0) + 1
    return tuple(f"{count} from {place}" for place, count in counts.items())
