"""What a judge is shown and what becomes of its opinions, with programs in the real sandbox and a judge by script."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from alphacode_sandbox import Judge
from alphacode_server.pipeline import Effort, SolveOptions, solve
from alphacode_server.pipeline.duels import MANY_SAMPLES, duel_referee
from alphacode_server.pipeline.report import Report
from alphacode_server.prompts import DUEL_LABELS, JUDGE_LABELS, Prompt
from alphacode_server.protocol import JobCompleted, JobWarning, PhaseProgress, SolveEvent, SolveResult
from alphacode_server.samplers import Completion, Decoding, Sampler, SamplerError
from alphacode_server.samplers.replay import ReplaySampler
from alphacode_server.selection import SELECTORS, Recording
from tests.pipeline.test_solve import ALWAYS, EVEN, OPTIONS, PROBLEM, RIGHT, RIGHT_TOO, recording

HIGH = replace(OPTIONS, effort=Effort.HIGH)
Opinion = Callable[[str, str], float]
"""Of a prompt's text, how likely a label is."""


def indifferent(prompt: str, label: str) -> float:
    return 0.5


@dataclass
class Critic:
    """Implements `LanguageModel`: it writes nothing, and has opinions."""

    opinion: Opinion
    name: str = "critic"
    asked: list[str] = field(default_factory=list)
    n_answers: int = 1000
    """After so many it is gone."""

    async def complete(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        for text in ():
            yield Completion(text, n_tokens=0)

    async def label_probabilities(self, prompt: Prompt, labels: Sequence[str]) -> dict[str, float]:
        if len(self.asked) == self.n_answers:
            raise SamplerError("the critic has left")
        self.asked.append(prompt.user)
        return {label: self.opinion(prompt.user, label) for label in labels}

    def asked_of_duels(self) -> list[str]:
        return [prompt for prompt in self.asked if "Output A" in prompt]


class JudgedSampler(ReplaySampler):
    """Recorded samples, beside a model."""

    def __init__(self, path: Path, critic: Critic) -> None:
        super().__init__(path)
        self.language_model: Critic = critic  # type: ignore[assignment]  # A recording by itself has none.


@dataclass
class Searched:
    """Everything a search said."""

    events: list[SolveEvent]
    recording: Recording

    @property
    def result(self) -> SolveResult:
        assert isinstance(self.events[-1], JobCompleted)
        return self.events[-1].result

    @property
    def phases(self) -> set[str]:
        return {event.name for event in self.events if isinstance(event, PhaseProgress)}

    @property
    def warnings(self) -> list[str]:
        return [event.code for event in self.events if isinstance(event, JobWarning)]


async def searched(folder: Path, judge: Judge, critic: Critic, options: SolveOptions, *codes: str) -> Searched:
    sampler = JudgedSampler(Path(recording(folder, codes).removeprefix("replay:")), critic)
    recorded: list[Recording] = []
    async with aclosing(solve(PROBLEM, options, sampler, judge, on_recording=recorded.append)) as events:
        return Searched([event async for event in events], recorded[0])


async def test_a_scorer_sees_the_program_and_what_it_prints_where_others_differ(tmp_path: Path, judge: Judge) -> None:
    critic = Critic(indifferent)
    found = await searched(tmp_path, judge, critic, OPTIONS, RIGHT, EVEN)
    even = next(prompt for prompt in critic.asked if EVEN in prompt)
    shown = even[even.index(EVEN) :].split("\n\nInput:\n```\n")[1:]
    assert len(shown) == 3
    texts = [int(each.split("\n")[0]) for each in shown]
    assert any(number % 4 == 2 for number in texts), "where the two clusters differ"
    assert all(("YES" if number % 2 == 0 else "NO") in each for number, each in zip(texts, shown, strict=True))
    assert found.recording.evidence.scorer == "zero-shot"


async def test_scores_of_what_is_printed_move_the_whole_cluster(tmp_path: Path, judge: Judge) -> None:
    def likes_no(prompt: str, label: str) -> float:
        likes = "It prints:\n```\nNO\n```" in prompt and "% 2 == 0" not in prompt
        return 0.9 if (label == JUDGE_LABELS[0]) == likes else 0.1

    # Six samples, so a budget of one score, and still one of every cluster.
    drawn = (EVEN, RIGHT, EVEN, RIGHT_TOO, EVEN, ALWAYS)
    found = await searched(tmp_path, judge, Critic(likes_no), OPTIONS, *drawn)
    assert found.result.candidates[0].code in (RIGHT, RIGHT_TOO)
    assert len(found.recording.evidence.scores) == 3


async def test_without_being_asked_for_no_duels_are_fought_with_few_samples(tmp_path: Path, judge: Judge) -> None:
    critic = Critic(indifferent)
    found = await searched(tmp_path, judge, critic, OPTIONS, RIGHT, EVEN, ALWAYS)
    assert critic.asked_of_duels() == []
    assert "duel" not in found.phases | set(found.result.timings)
    assert found.recording.evidence.duels == ()


async def test_with_high_effort_every_pair_is_judged_both_ways_round(tmp_path: Path, judge: Judge) -> None:
    critic = Critic(indifferent)
    found = await searched(tmp_path, judge, critic, HIGH, RIGHT, EVEN, ALWAYS)
    prompts = critic.asked_of_duels()
    assert len(prompts) == 6
    assert "duel" in found.phases & set(found.result.timings)
    assert [duel.won for duel in found.recording.evidence.duels] == [0.5, 0.5, 0.5]
    for there, back in zip(prompts[::2], prompts[1::2], strict=True):
        a, b = there.index("Output A"), there.index("Output B")
        assert there != back
        assert there[a:b].replace("A", "B").strip() in back


async def test_a_judge_that_always_takes_the_first_place_decides_nothing(tmp_path: Path, judge: Judge) -> None:
    def first(prompt: str, label: str) -> float:
        return 0.95 if label in (DUEL_LABELS[0], JUDGE_LABELS[0]) else 0.05

    found = await searched(tmp_path, judge, Critic(first), HIGH, RIGHT, EVEN)
    (duel,) = found.recording.evidence.duels
    assert duel.won == pytest.approx(0.5)


async def test_who_wins_its_duels_is_ranked_first(tmp_path: Path, judge: Judge) -> None:
    def right(prompt: str, label: str) -> float:
        if label not in DUEL_LABELS:
            return 0.5
        number = int(prompt[prompt.index("this input:\n```\n") :].split("\n")[2])
        answer = "YES" if number % 4 == 0 else "NO"
        return 0.98 if f"Output {label}:\n```\n{answer}\n```" in prompt else 0.02

    drawn = (EVEN, RIGHT, EVEN, EVEN, ALWAYS)
    assert (await searched(tmp_path, judge, Critic(right), OPTIONS, *drawn)).result.candidates[0].code == EVEN
    found = await searched(tmp_path, judge, Critic(right), HIGH, *drawn)
    assert found.result.candidates[0].code == RIGHT
    probabilities = [candidate.score or 0.0 for candidate in found.result.candidates]
    assert probabilities == sorted(probabilities, reverse=True)


async def test_a_judge_that_leaves_takes_nothing_along(tmp_path: Path, judge: Judge) -> None:
    # Three scores and one duel, both ways round.
    found = await searched(tmp_path, judge, Critic(indifferent, n_answers=5), HIGH, RIGHT, EVEN, ALWAYS)
    assert len(found.recording.evidence.duels) == 1
    assert "sampler" in found.warnings
    assert len(found.result.candidates) == 3


async def test_one_cluster_has_nobody_to_fight(tmp_path: Path, judge: Judge) -> None:
    critic = Critic(indifferent)
    found = await searched(tmp_path, judge, critic, HIGH, RIGHT, RIGHT_TOO)
    assert critic.asked_of_duels() == []
    assert found.warnings == []


@pytest.mark.parametrize(
    ("effort", "selector", "n_sampled", "with_model", "judges", "warnings"),
    [
        (Effort.NORMAL, "ours", MANY_SAMPLES - 1, True, False, []),
        (Effort.NORMAL, "ours", MANY_SAMPLES, True, True, []),
        (Effort.NORMAL, "size", MANY_SAMPLES, True, False, []),
        (Effort.NORMAL, "ours", MANY_SAMPLES, False, False, []),
        (Effort.HIGH, "ours", 1, True, True, []),
        (Effort.HIGH, "size", 1, True, False, ["no_duels"]),
        (Effort.HIGH, "ours", 1, False, False, ["no_duels"]),
    ],
)
def test_duels_are_fought_where_they_pay_or_are_asked_for(
    tmp_path: Path, effort: Effort, selector: str, n_sampled: int, with_model: bool, judges: bool, warnings: list[str]
) -> None:
    path, said = Path(recording(tmp_path, [RIGHT]).removeprefix("replay:")), list[SolveEvent]()
    sampler: Sampler = JudgedSampler(path, Critic(indifferent)) if with_model else ReplaySampler(path)
    options = replace(OPTIONS, effort=effort)
    model = duel_referee(options, SELECTORS[selector], sampler, n_sampled, Report(said.append))
    assert (model is not None) == judges
    assert [event.code for event in said if isinstance(event, JobWarning)] == warnings
