"""A problem of a data set: what a search is told, and what is kept from it."""

import hashlib
import json
from dataclasses import dataclass

from alphacode_sandbox import Case, Checker, CheckerProgram, Limits
from alphacode_server.problem import Problem
from alphacode_server.protocol.encoding import to_json


class DatasetError(Exception):
    """A data set cannot be used; the message names the file, the row and the field."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One problem with its hidden tests."""

    name: str
    """Unique in the data set, for instance `gcpc2021/brentering`."""
    problem: Problem
    """All that a search may know."""
    cases: tuple[Case, ...]
    """The hidden tests."""
    limits: Limits
    checker: Checker | CheckerProgram
    """How the hidden tests are judged; a search compares as a contestant would, without a jury's program."""
    obstacle: str = ""
    """Why no search can be measured on it; empty where one can."""

    @property
    def digest(self) -> str:
        """12 hex digits over the statement, the tests and how they are judged."""
        problem = self.problem
        parts = (problem.title, problem.statement, problem.examples, self.cases, self.limits, self.checker)
        return hashlib.sha256(json.dumps(to_json(parts)).encode()).hexdigest()[:12]
