"""Prompts: a problem and a hand of metadata become the text a model continues.

The statement comes first and what differs between samples comes last, so that an engine's prefix cache serves all
samples of a problem.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prompt:
    """A conversation whose last turn, the assistant's, is opened by us."""

    system: str
    user: str
    opening: str = ""
    """The first characters of the answer, for instance an opened code fence."""
    stop: tuple[str, ...] = ()
