"""Repair: near misses that fail in different ways are mended where nothing passes, within the budget."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace

import pytest

from alphacode_sandbox import Case, Judge, Program
from alphacode_server.candidate import Hand, Sample
from alphacode_server.pipeline import SolveOptions
from alphacode_server.problem import Problem
from alphacode_server.prompts import Prompt
from alphacode_server.protocol import JobCompleted, SolveResult
from alphacode_server.samplers import Completion, Decoding
from alphacode_server.strategies import STRATEGIES

PROBLEM = Problem("Fours", "Is n a multiple of 4?", (Case("8\n", "YES\n"), Case("6\n", "NO\n")))
RIGHT = "print('YES' if int(input()) % 4 == 0 else 'NO')\n"
EVEN = "print('YES' if int(input()) % 2 == 0 else 'NO')\n"
EVEN_TOO = "n = int(input())\nprint('NO' if n % 2 else 'YES')\n"
CRASH = "print(int(input()) // 0)\n"
SILENT = "input()\n"
BROKEN = "print(\n"
OPTIONS = SolveOptions(n_samples=16, languages=("python",), seed=5)
N_REPAIRS = 2
"""An eighth of 16."""


class Mender:
    """A sampler that hands out programs, and the model behind it, which answers when asked to mend one."""

    name = "mender"
    children = 1

    def __init__(self, codes: Sequence[str], mend: Callable[[Prompt], str]) -> None:
        self._codes, self._mend = codes, mend
        self.asked: list[Prompt] = []
        self.is_closed = False

    @property
    def language_model(self) -> "Mender":
        return self

    async def sample(self, problem: Problem, hands: Sequence[Hand]) -> AsyncGenerator[Sample, None]:
        try:
            for code in self._codes:
                yield Sample(Program("python", code), self.name)
        finally:
            self.is_closed = True

    async def complete(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        if "is wrong" not in prompt.user:
            return  # It writes no generators of inputs.
        self.asked.append(prompt)
        for _ in range(decoding.n):
            yield Completion(f"{self._mend(prompt)}```", n_tokens=20)

    async def label_probabilities(self, prompt: Prompt, labels: Sequence[str]) -> dict[str, float]:
        return dict.fromkeys(labels, 1 / len(labels))

    def learn(self, problem: Problem, finds: Mapping[str, int]) -> None:
        """It has one model."""

    async def aclose(self) -> None:
        pass


async def solution(
    mender: Mender, judge: Judge, options: SolveOptions = OPTIONS, strategy: str = "alphacode2"
) -> SolveResult:
    async with aclosing(STRATEGIES[strategy].search(PROBLEM, options, mender, judge)) as events:
        last = [event async for event in events][-1]
    assert isinstance(last, JobCompleted)
    return last.result


async def test_a_near_miss_is_mended_and_filtered_as_every_sample_is(judge: Judge) -> None:
    mender = Mender([EVEN] * 20, lambda prompt: RIGHT)
    result = await solution(mender, judge)
    (candidate,) = result.candidates
    assert (candidate.code, candidate.passed) == (RIGHT, 2)
    assert candidate.origin.metadata["repair_of"]
    assert (result.counts.sampled, result.counts.passing) == (16, N_REPAIRS)
    assert mender.is_closed


async def test_the_model_is_shown_what_went_wrong(judge: Judge) -> None:
    mender = Mender([EVEN] * 20, lambda prompt: RIGHT)
    await solution(mender, judge)
    shown = mender.asked[0].user
    assert EVEN in shown
    assert shown.startswith(PROBLEM.title)
    assert shown.index("6\n```") < shown.index("Expected output:\n\n```\nNO\n```") < shown.index("```\nYES\n```")


async def test_a_crash_is_shown_with_its_error(judge: Judge) -> None:
    mender = Mender([CRASH] * 20, lambda prompt: RIGHT)
    await solution(mender, judge)
    assert "ZeroDivisionError" in mender.asked[0].user


async def test_in_a_round_one_of_those_that_fail_alike_is_mended_the_best_first(judge: Judge) -> None:
    mender = Mender([SILENT, EVEN, CRASH, EVEN_TOO] * 16, lambda prompt: BROKEN)
    await solution(mender, judge, replace(OPTIONS, n_samples=64))
    shown = [next(code for code in (SILENT, EVEN, CRASH, EVEN_TOO) if code in prompt.user) for prompt in mender.asked]
    assert shown[0] in (EVEN, EVEN_TOO), "it passes one example, the others none"
    assert {SILENT, CRASH} == set(shown[1:3])
    assert {shown[0], shown[3]} == {EVEN, EVEN_TOO}, "the second round prefers what was not mended before"


async def test_a_second_round_mends_what_the_first_has_made(judge: Judge) -> None:
    steps = {SILENT: EVEN, EVEN: RIGHT}
    mender = Mender([SILENT] * 64, lambda prompt: next(steps[code] for code in steps if code in prompt.user))
    result = await solution(mender, judge, replace(OPTIONS, n_samples=32))
    assert [candidate.code for candidate in result.candidates] == [RIGHT]


async def test_where_something_passes_all_is_sampled(judge: Judge) -> None:
    mender = Mender([EVEN, RIGHT] * 8, lambda prompt: RIGHT)
    result = await solution(mender, judge)
    assert (result.counts.sampled, mender.asked) == (16, [])


async def test_the_hybrid_mends_near_misses_even_where_something_passes(judge: Judge) -> None:
    mender = Mender([EVEN, CRASH] * 8, lambda prompt: RIGHT)
    result = await solution(mender, judge, replace(OPTIONS, n_samples=16), "hybrid")
    assert len(mender.asked) == 4, "of two kinds of near misses, in two rounds"
    assert (result.counts.sampled, result.counts.passing) == (16, 4), "a quarter of the budget"
    lucky = "print({'8': 'YES', '6': 'NO'}.get(input().strip(), 'NO'))\n"
    mender = Mender([lucky, EVEN] * 8, lambda prompt: RIGHT)
    result = await solution(mender, judge, replace(OPTIONS, n_samples=16), "hybrid")
    assert {candidate.code for candidate in result.candidates} == {lucky, RIGHT}


async def test_a_search_can_go_without(judge: Judge) -> None:
    mender = Mender([EVEN] * 20, lambda prompt: RIGHT)
    result = await solution(mender, judge, replace(OPTIONS, repair=False))
    assert (result.counts.sampled, result.counts.passing, mender.asked) == (16, 0, [])


async def test_programs_that_do_not_compile_are_no_near_misses(judge: Judge) -> None:
    mender = Mender([BROKEN] * 20, lambda prompt: RIGHT)
    result = await solution(mender, judge)
    assert (result.counts.sampled, result.counts.compiled, mender.asked) == (16, 0, [])


@pytest.mark.parametrize(("code", "max_tokens"), [(EVEN, 165), (RIGHT, 200)])
async def test_repairs_end_while_there_are_tokens_for_the_other_stages(
    judge: Judge, code: str, max_tokens: int
) -> None:
    mender = Mender([EVEN] * 128, lambda prompt: code)
    result = await solution(mender, judge, replace(OPTIONS, n_samples=128, max_tokens=max_tokens))
    assert result.cost is not None
    assert (len(mender.asked), result.cost.tokens) == (1, 160), "eight repairs, and no second round"
