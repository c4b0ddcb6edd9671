"""The selectors by name, each with the paper it is from."""

from dataclasses import dataclass

from alphacode_server.selection.agreement import mbr, mbr_hard, srank
from alphacode_server.selection.choice import Rank
from alphacode_server.selection.consensus import b4, codet
from alphacode_server.selection.ours import ours
from alphacode_server.selection.sizes import alphacode2, at_random, by_distinct_size, by_size


@dataclass(frozen=True, slots=True)
class Selector:
    """A pure function from evidence to an order of groups, and where it is from."""

    name: str
    paper: str
    rank: Rank
    uses_votes: bool = False
    """Whether expected outputs of generated inputs make a difference to it."""
    uses_scores: bool = False
    """Whether a scorer's estimates make a difference to it."""
    uses_duels: bool = False
    """Likewise, whether duels do."""
    goes_round: bool = True
    """Whether an answer of fewer groups than programs has a second one of a group, as a contest's submissions do."""


SELECTORS: dict[str, Selector] = {
    selector.name: selector
    for selector in (
        Selector("ours", "this project", ours, uses_votes=True, uses_scores=True, uses_duels=True, goes_round=False),
        Selector("alphacode2", "AlphaCode 2, 2023", alphacode2, uses_scores=True),
        Selector("size", "AlphaCode, 2022", by_size),
        Selector("distinct-size", "AlphaCode's order, duplicates counted once", by_distinct_size),
        Selector("codet", "CodeT, 2022", codet, uses_votes=True),
        Selector("b4", "B4, 2024", b4, uses_votes=True),
        Selector("srank", "SRank, 2024", srank, uses_votes=True),
        Selector("mbr", "MBR-Exec, 2022, soft loss", mbr),
        Selector("mbr-hard", "MBR-Exec, 2022, hard loss", mbr_hard),
        Selector("random", "a random sample", at_random),
    )
}
"""By name; what `--selector` takes."""

DEFAULT_SELECTOR = "ours"
