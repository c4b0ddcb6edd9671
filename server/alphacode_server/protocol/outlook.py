"""The outlook of a search in words, for the terminal and the editor alike."""

from alphacode_server.protocol.messages import Counts, OutlookBody


def sentences(outlook: OutlookBody, counts: Counts) -> tuple[str, ...]:
    """Whether samples were left undrawn and why, then what twice as many would be expected to add."""
    return tuple(filter(None, (_unused(outlook), _expected(outlook, counts))))


def _unused(outlook: OutlookBody) -> str:
    if not outlook.unused or outlook.chance_of_change is None:
        return ""
    return (
        f"{outlook.unused} of the samples were not drawn: "
        f"the chance that they would change the ranks is about {outlook.chance_of_change:.0%}"
    )


def _expected(outlook: OutlookBody, counts: Counts) -> str:
    if outlook.first_passing is not None:
        return f"Twice the samples would bring a program that passes with a chance of about {outlook.first_passing:.0%}"
    if outlook.new_clusters is not None:
        return (
            f"Twice the samples would be expected to add {outlook.new_clusters:.1f} clusters to the "
            f"{counts.clusters} found"
        )
    return ""
