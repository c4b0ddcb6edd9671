"""What the stages of a flow hand to each other. The fields are the keys that a model is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExplainedTest:
    """A test in the model's words."""

    input: str
    output: str
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Reflection:
    """Stage 1: the problem in bullet points, and why the examples are as they are. Empty where the model had none."""

    self_reflection: tuple[str, ...] = ()
    tests_explanations: tuple[ExplainedTest, ...] = ()

    @property
    def points(self) -> str:
        """The bullet points as text."""
        return bullets(self.self_reflection)

    @property
    def explanations(self) -> str:
        """What is said about the examples, as text."""
        return bullets([test.explanation for test in self.tests_explanations if test.explanation.strip()])


@dataclass(frozen=True, slots=True)
class Solution:
    """One of stage 2's ideas."""

    name: str
    content: str = ""
    why_it_works: str = ""
    labels: tuple[str, ...] = ()
    complexity: str = ""

    def __str__(self) -> str:
        return f"{self.name}\n{self.content}".strip()


@dataclass(frozen=True, slots=True)
class Solutions:
    """Stage 2."""

    possible_solutions: tuple[Solution, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Stage 3: the idea that is worked out."""

    name: str = ""
    content: str = ""
    why: str = ""
    flow: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}\n{self.content}\n{bullets(self.flow)}".strip()


@dataclass(frozen=True, slots=True)
class WrittenTests:
    """Stage 4, as the model writes them."""

    tests: tuple[ExplainedTest, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is wrong with a program that fails a test."""

    what_went_wrong: str
    fixed_flow: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.what_went_wrong}\n{bullets(self.fixed_flow)}".strip()


def bullets(lines: Sequence[str]) -> str:
    """A line each, as a model is shown it."""
    return "\n".join(f"- {' '.join(line.split())}" for line in lines)
