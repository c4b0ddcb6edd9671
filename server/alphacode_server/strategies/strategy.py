"""A strategy: a named way to search."""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from alphacode_sandbox import Judge
from alphacode_server.candidate import Sample
from alphacode_server.pipeline import ALPHACODE2, Plan, SolveOptions, solve
from alphacode_server.problem import Problem
from alphacode_server.protocol import SolveEvent
from alphacode_server.samplers import Sampler, SamplerError
from alphacode_server.selection import DEFAULT_SELECTOR, Recording


@dataclass(frozen=True, slots=True)
class Strategy:
    """A plan for the pipeline, and what it makes of a user's options."""

    name: str
    plan: Plan = ALPHACODE2
    selector: str = DEFAULT_SELECTOR
    """That ranks unless the user names another."""
    temperature: float | None = None
    """Likewise; None draws one for every hand."""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Options by name that are no choice of the user's."""
    needs_model: bool = False
    """Whether a recording of programs is not enough."""

    def search(
        self,
        problem: Problem,
        options: SolveOptions,
        sampler: Sampler,
        judge: Judge,
        on_sample: Callable[[Sample], None] | None = None,
        on_recording: Callable[[Recording], None] | None = None,
    ) -> AsyncGenerator[SolveEvent, None]:
        """As `solve` does it, by this plan. Raises SamplerError where it needs a model and the sampler has none."""
        if self.needs_model and sampler.language_model is None:
            raise SamplerError(f"the strategy {self.name} asks a model, and {sampler.name} is a recording of programs")
        return solve(problem, self.applied(options), sampler, judge, on_sample, on_recording, self.plan)

    def applied(self, options: SolveOptions) -> SolveOptions:
        """The options as the pipeline is to have them."""
        temperature = self.temperature if options.temperature is None else options.temperature
        return replace(options, **{"temperature": temperature, **self.fixed})

    def n_samples(self, asked: int) -> int:
        """How many programs there will be at most."""
        return int(self.fixed.get("n_samples", asked))
