"""What a caller may choose about a search."""

from dataclasses import dataclass
from enum import StrEnum

from alphacode_server.protocol import BOTH
from alphacode_server.selection import DEFAULT_SELECTOR


class Effort(StrEnum):
    """How much is asked of the model after sampling."""

    NORMAL = "normal"
    """What pays for the number of samples."""
    HIGH = "high"
    """Pairs of the most promising clusters are judged, however few the samples."""


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """The budget and the choices of one search. Defaults are AlphaCode 2's where its authors published them."""

    n_samples: int = 128
    languages: tuple[str, ...] = BOTH
    n_candidates: int = 10
    """At most this many programs are ranked, never padded."""
    n_inputs: int = 50
    """Generated inputs for clustering (AlphaCode 2022, appendix C.4); 0 where there is nothing to tell apart."""
    time_s: float | None = None
    """Wall seconds after which sampling stops and the later stages work with what there is."""
    max_tokens: int | None = None
    """Tokens that the model may write, in all stages together; sampling stops as early as with time."""
    temperature: float | None = None
    """A fixed temperature; None draws one per hand."""
    seed: int = 0
    selector: str = DEFAULT_SELECTOR
    """A name of `SELECTORS`."""
    early_stop: bool = True
    """End sampling once more would hardly change the answer, where the selector can tell; else spend all samples."""
    repair: bool = True
    """Let the model mend near misses with the last of the samples, by default where nothing passes."""
    effort: Effort = Effort.NORMAL
