"""A candidate on its way through the search: how it was drawn, what it is, how it did on the examples."""

from dataclasses import dataclass, field
from enum import StrEnum

from alphacode_sandbox import Judgement, Program
from alphacode_server.protocol import ThoughtsBody


class Header(StrEnum):
    """Where a prompt has the metadata of its hand."""

    LAST = "last"
    """After the statement, which an engine's cache then holds for all samples of a problem."""
    FIRST = "first"
    """Before it, as AlphaCode (2022) was trained."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Hand:
    """What `n` samples of one prompt are conditioned on: AlphaCode 2's randomised targeted metadata."""

    language: str
    temperature: float
    rating: int
    """800, 900, ..., 3500."""
    tags: tuple[str, ...]
    n: int = 1
    """How many children to draw from this prompt. An engine that shares a prompt's prefix wants more than one."""
    seed: int | None = None
    header: Header = Header.LAST


@dataclass(frozen=True, slots=True)
class Sample:
    """One program as a sampler returned it, with its provenance."""

    program: Program
    model: str
    temperature: float | None = None
    metadata: dict[str, object] = field(default_factory=dict)
    """rating, tags and whatever else the prompt was conditioned on."""
    seed: int | None = None
    """Only where the engine honours one."""
    mean_logprob: float | None = None
    """Mean log-probability per token under the policy, where the engine reports it."""
    n_tokens: int = 0
    thoughts: ThoughtsBody | None = None
    """Of the flow that came to this program."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A distinct program that was judged on the examples."""

    id: str
    """12 hex digits over its language and its code without comments and layout."""
    sample: Sample
    judgement: Judgement
    multiplicity: int = 1
    """How many samples had this program, whatever its layout."""

    @property
    def program(self) -> Program:
        """The program itself."""
        return self.sample.program
