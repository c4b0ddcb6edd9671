"""A search tells a family of policies which of them finds something."""

from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from alphacode_sandbox import Case, Judge
from alphacode_server.candidate import Sample
from alphacode_server.pipeline import SolveOptions, solve
from alphacode_server.problem import Problem
from alphacode_server.prompts import Prompt, PromptStyle
from alphacode_server.protocol import JobCompleted
from alphacode_server.samplers import Completion, Decoding, SamplerError
from alphacode_server.samplers.allocation import by_thompson
from alphacode_server.samplers.family import FamilySampler, Member
from alphacode_server.samplers.model_sampler import ModelSampler

PROBLEM = Problem("Fours", "Print YES if n is a multiple of 4, and NO otherwise.", (Case("8\n", "YES\n"),))
OPTIONS = SolveOptions(n_samples=96, n_inputs=8, languages=("python",), early_stop=False, repair=False)


class Writer:
    """A policy that writes one program after the other, from the first again after the last."""

    style, honours_seed, n_restarts, gpus = PromptStyle.CHATML, False, 0, ()

    def __init__(self, name: str, *codes: str) -> None:
        self.name = name
        self._codes = codes
        self._n_written = 0

    async def complete(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        self._n_written += 1
        yield Completion(self._codes[self._n_written % len(self._codes)], 1)

    async def label_probabilities(self, prompt: Prompt, labels: Sequence[str]) -> dict[str, float]:
        raise SamplerError("it answers no questions")

    async def aclose(self) -> None:
        pass


async def test_the_policy_that_finds_new_clusters_is_asked_more(judge: Judge) -> None:
    """One writes programs that pass the example and behave differently each time, the other one wrong program."""
    finder = Writer("finder", *(f"n = int(input())\nprint('YES' if n in (8, {n}) else 'NO')" for n in range(1, 13)))
    policies = [finder, Writer("stuck", "print('NO')")]
    members = [Member(ModelSampler(each, children=1, hands_at_a_time=2, max_tokens=10)) for each in policies]
    sampler = FamilySampler("both", members, by_thompson, language_model=finder, hands_at_a_time=2, close=finder.aclose)
    drawn: list[Sample] = []
    async with aclosing(solve(PROBLEM, OPTIONS, sampler, judge, on_sample=drawn.append)) as events:
        last = [event async for event in events][-1]
    assert isinstance(last, JobCompleted)
    assert {candidate.origin.model for candidate in last.result.candidates} == {"finder"}
    before, after = (Counter(sample.model for sample in samples) for samples in (drawn[:40], drawn[56:]))
    assert abs(before["finder"] - before["stuck"]) <= 2
    assert after["finder"] > 2 * after["stuck"]
