"""Measuring one problem, with a model by script and programs in the real sandbox."""

import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace

import pytest

from alphacode_sandbox import Case, Judge, Program, open_judge
from alphacode_server.candidate import Hand, Sample
from alphacode_server.evaluation import Entry, Measurement, Settings, measure
from alphacode_server.evaluation.cost import cpu_s
from alphacode_server.pipeline import Effort
from alphacode_server.problem import Problem
from alphacode_server.prompts import Prompt
from alphacode_server.protocol import JobCompleted, SolveEvent
from alphacode_server.samplers import Completion, Decoding, LanguageModel
from alphacode_server.selection import Recording

RIGHT = "print(2 * int(input()))"
SQUARE = "print(int(input()) ** 2)"
PROBLEM = Problem("Doubling", "Print 2n.", examples=(Case("2\n", "4\n"),))
ENTRY = Entry("doubling", PROBLEM, (Case("2\n", "4\n"), Case("3\n", "6\n")), PROBLEM.limits, PROBLEM.checker)
SETTINGS = Settings(
    samples=8, languages=("python",), sampler="", model=None, api_url=None, time_s=None, effort=Effort.NORMAL, seed=1
)


class Scripted:
    """A sampler and its model: of some hands there is a program, of the others none."""

    name = "scripted"
    children = 1

    def __init__(self, *codes: str) -> None:
        self._codes = codes
        self.language_model: LanguageModel | None = self

    async def sample(self, problem: Problem, hands: Sequence[Hand]) -> AsyncGenerator[Sample, None]:
        assert problem == PROBLEM
        for code, hand in zip(self._codes, hands, strict=False):
            yield Sample(Program(hand.language, code), self.name, n_tokens=5)

    async def complete(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        for text in ():
            yield Completion(text, n_tokens=0)

    async def label_probabilities(self, prompt: Prompt, labels: Sequence[str]) -> dict[str, float]:
        return dict.fromkeys(labels, 1 / len(labels))

    def learn(self, problem: Problem, finds: Mapping[str, int]) -> None:
        """It has one model."""

    async def aclose(self) -> None:
        """Nothing to free."""


@pytest.fixture
async def judge() -> AsyncGenerator[Judge, None]:
    async with open_judge() as opened:
        yield opened


async def measured(
    judge: Judge, *codes: str, entry: Entry = ENTRY, settings: Settings = SETTINGS, is_recorded: bool = False
) -> tuple[Measurement, Recording]:
    sampler = Scripted(*codes)
    if is_recorded:
        sampler.language_model = None
    events: list[SolveEvent] = []
    found = await measure(entry, settings, sampler, judge, events.append)
    assert isinstance(events[-1], JobCompleted)
    return found


async def test_programs_are_right_by_the_hidden_tests(judge: Judge) -> None:
    one, recording = await measured(judge, RIGHT, SQUARE, SQUARE, "print(5)", "print(")
    assert recording.correct is not None
    right = dict(zip(recording.evidence.matrix.multiplicities, recording.correct, strict=True))
    assert right == {1: True, 2: False}
    assert (one.problem, one.digest, one.model) == ("doubling", ENTRY.digest, "scripted")
    assert one.counts == {"sampled": 5, "distinct": 4, "compiled": 3, "passing": 3, "clusters": 2, "right": 1}
    assert sorted(one.picks) == ["AC", "WA"]
    assert one.tokens == 25
    assert one.isolation == judge.isolation


async def test_a_reply_without_a_program_is_a_sample_that_fails(judge: Judge) -> None:
    assert (await measured(judge, RIGHT))[0].samples == 8
    # A recording may be shorter than what was asked for, and time may run out.
    assert (await measured(judge, RIGHT, is_recorded=True))[0].samples == 1
    assert (await measured(judge, RIGHT, settings=replace(SETTINGS, time_s=60.0)))[0].samples == 1


async def test_where_nothing_passes_there_is_an_empty_recording(judge: Judge) -> None:
    one, recording = await measured(judge, "print(5)", "print(6)")
    assert (one.counts["passing"], one.counts["right"], one.picks) == (0, 0, ())
    assert recording == Recording("Doubling", recording.evidence, ())
    assert recording.evidence.matrix.programs == ()
    assert any("no candidate passes" in warning for warning in one.warnings)


async def test_hidden_tests_are_judged_by_the_limits_and_the_checker_of_the_entry(judge: Judge) -> None:
    slow = "n = int(input())\nwhile n == 123456: pass\nprint(2 * n)"
    short = replace(ENTRY, cases=(Case("123456\n", "246912\n"),), limits=replace(ENTRY.limits, time_s=0.1))
    one, recording = await measured(judge, slow, RIGHT, entry=short)
    assert one.counts["right"] == 1
    assert sorted(recording.correct or ()) == [False, True]


def test_processor_time_is_that_of_children_too() -> None:
    before_s = cpu_s(os.getpid())
    burn = "import time\nwhile time.process_time() < 0.5: pass"
    with subprocess.Popen([sys.executable, "-c", burn + "\nprint(flush=True)\ninput()"], stdin=-1, stdout=-1) as child:
        assert child.stdout
        child.stdout.readline()
        alive_s = cpu_s(os.getpid())
        child.communicate(b"\n")
    assert alive_s - before_s >= 0.45
    assert cpu_s(os.getpid()) >= alive_s
    assert cpu_s(child.pid) == 0
