"""What all stages of one search share."""

from dataclasses import dataclass

from alphacode_sandbox import Judge
from alphacode_server.pipeline.clock import Clock
from alphacode_server.pipeline.cost import Cost
from alphacode_server.pipeline.filtering import Filter
from alphacode_server.pipeline.options import SolveOptions
from alphacode_server.pipeline.pool import Pool
from alphacode_server.pipeline.report import Report
from alphacode_server.problem import Problem
from alphacode_server.samplers import LanguageModel, Sampler


@dataclass(frozen=True, slots=True)
class Search:
    """The problem, the budget, and the collaborators."""

    problem: Problem
    options: SolveOptions
    sampler: Sampler
    judge: Judge
    clock: Clock
    cost: Cost
    report: Report
    filter: Filter

    @property
    def pool(self) -> Pool:
        """Every program so far."""
        return self.filter.pool

    @property
    def model(self) -> LanguageModel | None:
        """The model for the stages beside sampling."""
        return self.sampler.language_model
