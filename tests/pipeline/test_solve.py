"""The whole search over recorded samples, in the real sandbox."""

import json
import random
from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from alphacode_sandbox import Case, Judge, ToolchainMissing
from alphacode_server.pipeline import SolveOptions, solve
from alphacode_server.problem import Problem
from alphacode_server.protocol import (
    CandidatesSnapshot,
    JobCompleted,
    JobWarning,
    PhaseProgress,
    SolveEvent,
    SolveResult,
)
from alphacode_server.samplers import open_sampler
from alphacode_server.selection import SELECTORS, Recording, picks, read_recording, write_recording

# "Is n a multiple of 4?" with an example that every even number answers rightly.
PROBLEM = Problem(
    title="Fours",
    statement="Print YES if n is a multiple of 4, and NO otherwise.",
    examples=(Case("8\n", "YES\n"),),
)
RIGHT = "print('YES' if int(input()) % 4 == 0 else 'NO')"
RIGHT_TOO = "n = int(input())\nprint('NO' if n % 4 else 'YES')"
EVEN = "print('YES' if int(input()) % 2 == 0 else 'NO')"
ALWAYS = "input()\nprint('YES')"
WRONG = "print('NO')"
BROKEN = "print("
OPTIONS = SolveOptions(n_samples=100, languages=("python",), seed=5)
ALPHACODE2 = replace(OPTIONS, selector="alphacode2")


def recording(folder: Path, codes: Iterable[str], **fields: object) -> str:
    lines = [json.dumps({"code": code, "language": "python", **fields}) for code in codes]
    file = folder / "recording.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return f"replay:{file}"


async def events_of(
    spec: str, judge: Judge, problem: Problem = PROBLEM, options: SolveOptions = OPTIONS
) -> list[SolveEvent]:
    sampler = await open_sampler(spec)
    async with aclosing(solve(problem, options, sampler, judge)) as events:
        return [event async for event in events]


async def solution(spec: str, judge: Judge, problem: Problem = PROBLEM, options: SolveOptions = OPTIONS) -> SolveResult:
    last = (await events_of(spec, judge, problem, options))[-1]
    assert isinstance(last, JobCompleted)
    return last.result


def codes(result: SolveResult) -> list[str]:
    return [candidate.code for candidate in result.candidates]


async def test_behaviour_groups_programs_and_the_largest_group_comes_first(tmp_path: Path, judge: Judge) -> None:
    drawn = [RIGHT, EVEN, RIGHT_TOO, ALWAYS, WRONG, BROKEN, RIGHT, EVEN]
    result = await solution(recording(tmp_path, drawn), judge)
    first, second, third = result.candidates
    assert first.code in (RIGHT, RIGHT_TOO)
    assert (second.code, third.code) == (EVEN, ALWAYS)
    sizes = [candidate.cluster.size for candidate in result.candidates if candidate.cluster]
    shares = [candidate.cluster.share for candidate in result.candidates if candidate.cluster]
    assert sizes == [3, 2, 1]
    assert sum(shares) == pytest.approx(1, abs=1e-3)


async def test_counts_tell_what_each_stage_left(tmp_path: Path, judge: Judge) -> None:
    result = await solution(recording(tmp_path, [RIGHT, RIGHT, EVEN, WRONG, BROKEN]), judge)
    counts = result.counts
    assert (counts.sampled, counts.distinct, counts.compiled, counts.passing, counts.clusters) == (5, 4, 3, 3, 2)
    assert {"sample", "generate_inputs", "cluster", "score", "total"} == set(result.timings)
    assert result.isolation == judge.isolation
    assert result.seed == OPTIONS.seed


async def test_the_likelier_program_of_a_cluster_is_picked(tmp_path: Path, judge: Judge) -> None:
    likely = {RIGHT: -0.5, RIGHT_TOO: -0.1}
    lines = [{"code": code, "language": "python", "mean_logprob": logprob} for code, logprob in likely.items()]
    (tmp_path / "r.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    spec = f"replay:{tmp_path / 'r.jsonl'}"
    assert codes(await solution(spec, judge)) == [RIGHT_TOO]
    result = await solution(spec, judge, options=ALPHACODE2)
    assert codes(result) == [RIGHT_TOO, RIGHT]
    assert result.candidates[0].score == pytest.approx(0.905, abs=0.001)
    assert result.candidates[0].score_kind == "likelihood"


async def test_without_scores_nothing_is_made_up(tmp_path: Path, judge: Judge) -> None:
    (candidate,) = (await solution(recording(tmp_path, [RIGHT]), judge, options=ALPHACODE2)).candidates
    assert (candidate.score, candidate.score_kind) == (None, "none")


async def test_the_default_selector_tells_how_likely_each_candidate_is_right(tmp_path: Path, judge: Judge) -> None:
    result = await solution(recording(tmp_path, [RIGHT, RIGHT_TOO, EVEN, RIGHT]), judge)
    assert {candidate.score_kind for candidate in result.candidates} == {"probability"}
    first, second = (candidate.score or 0.0 for candidate in result.candidates)
    assert 0 < second < first
    assert first + second < 1


async def test_every_selector_can_be_asked_for(tmp_path: Path, judge: Judge) -> None:
    spec = recording(tmp_path, [RIGHT, RIGHT_TOO, EVEN, RIGHT])
    for name in SELECTORS:
        chosen = codes(await solution(spec, judge, options=replace(OPTIONS, selector=name)))
        assert set(chosen) <= {RIGHT, RIGHT_TOO, EVEN}
        assert len(set(chosen)) == len(chosen) >= 2


async def test_what_the_selector_saw_can_be_recorded_and_replayed(tmp_path: Path, judge: Judge) -> None:
    recorded: list[Recording] = []
    sampler = await open_sampler(recording(tmp_path, [RIGHT, RIGHT_TOO, EVEN, RIGHT, WRONG]))
    async with aclosing(solve(PROBLEM, OPTIONS, sampler, judge, on_recording=recorded.append)) as events:
        last = [event async for event in events][-1]
    assert isinstance(last, JobCompleted)
    write_recording(recorded[0], tmp_path / "matrix.jsonl.gz")
    replayed = read_recording(tmp_path / "matrix.jsonl.gz")
    assert replayed == recorded[0]
    evidence = replayed.evidence
    selector, rng = SELECTORS[OPTIONS.selector], random.Random(OPTIONS.seed)
    chosen = picks(selector.rank(evidence), OPTIONS.n_candidates, rng, goes_round=selector.goes_round)
    assert [evidence.matrix.programs[row] for _, row in chosen] == [each.id for each in last.result.candidates]
    assert replayed.problem == PROBLEM.title
    assert evidence.passing == (0, 1, 2)


async def test_the_same_seed_gives_the_same_answer(tmp_path: Path, judge: Judge) -> None:
    spec = recording(tmp_path, [EVEN, RIGHT, ALWAYS])
    assert codes(await solution(spec, judge)) == codes(await solution(spec, judge))


async def test_when_nothing_passes_the_nearest_are_listed(tmp_path: Path, judge: Judge) -> None:
    problem = Problem("Fours", PROBLEM.statement, (Case("7", "NO"), Case("8", "YES"), Case("2", "NO")))
    events = await events_of(recording(tmp_path, [WRONG, ALWAYS, BROKEN]), judge, problem)
    warnings = {event.code: event.message for event in events if isinstance(event, JobWarning)}
    assert warnings["no_passing"] == "no candidate passes all examples; the nearest ones are listed"
    last = events[-1]
    assert isinstance(last, JobCompleted)
    first, second = last.result.candidates
    assert (first.code, first.passed, first.total, first.cluster) == (WRONG, 2, 3, None)
    assert [example.verdict for example in first.examples] == ["AC", "WA", "AC"]
    assert (second.code, second.passed) == (ALWAYS, 1)


async def test_nothing_that_compiles_is_an_empty_answer(tmp_path: Path, judge: Judge) -> None:
    events = await events_of(recording(tmp_path, [BROKEN]), judge)
    warnings = {event.code: event.message for event in events if isinstance(event, JobWarning)}
    assert warnings["no_passing"] == "no candidate passes all examples; none of them compiles"
    assert isinstance(events[-1], JobCompleted)
    assert events[-1].result.candidates == ()


async def test_without_examples_every_program_is_clustered(tmp_path: Path, judge: Judge) -> None:
    problem = Problem("Fours", PROBLEM.statement)
    events = await events_of(recording(tmp_path, [RIGHT, WRONG]), judge, problem)
    assert [event.code for event in events if isinstance(event, JobWarning)] == ["no_examples"]
    assert isinstance(events[-1], JobCompleted)
    assert events[-1].result.candidates[0].total == 0


async def test_a_passing_candidate_is_shown_before_sampling_ends(tmp_path: Path, judge: Judge) -> None:
    sampler = await open_sampler(recording(tmp_path, [RIGHT] + [f"print({i})" for i in range(300)]), rate=50)
    options = SolveOptions(n_samples=400, languages=("python",))
    async with aclosing(solve(PROBLEM, options, sampler, judge)) as events:
        async for event in events:
            if isinstance(event, CandidatesSnapshot):
                break
            assert isinstance(event, PhaseProgress)
            assert event.counts.sampled < 100
        assert event.candidates[0].code == RIGHT


async def test_slow_programs_are_told_apart_without_being_run_on_everything(tmp_path: Path, judge: Judge) -> None:
    problem = Problem(PROBLEM.title, PROBLEM.statement, PROBLEM.examples, time_limit_ms=60)
    slow = "n = int(input())\nwhile n != 8: pass\nprint('YES')"
    result = await solution(recording(tmp_path, [RIGHT, slow]), judge, problem)
    assert sorted(codes(result)) == sorted([RIGHT, slow])


async def test_a_language_that_cannot_be_run_is_an_error(tmp_path: Path, judge: Judge) -> None:
    sampler = await open_sampler(recording(tmp_path, [RIGHT]))
    with pytest.raises(ToolchainMissing, match="cobol"):
        _ = [event async for event in solve(PROBLEM, SolveOptions(languages=("cobol",)), sampler, judge)]
