"""Rounds: a search ends as soon as the rest would change nothing, and spends all it has where that cannot be told."""

import json
from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphacode_sandbox import Case, Judge
from alphacode_server.candidate import Sample
from alphacode_server.pipeline import SolveOptions, solve
from alphacode_server.pipeline.outlook import SETTLED
from alphacode_server.pipeline.rounds import MIN_ROUND, goals
from alphacode_server.problem import Problem
from alphacode_server.protocol import JobCompleted, OutlookBody, PhaseProgress, SolveEvent, SolveResult
from alphacode_server.samplers import open_sampler

PROBLEM = Problem("Fours", "Print YES if n is a multiple of 4, and NO otherwise.", (Case("8\n", "YES\n"),))
RIGHT = "print('YES' if int(input()) % 4 == 0 else 'NO')"
EVEN = "print('YES' if int(input()) % 2 == 0 else 'NO')"
WRONG = "print('NO')"
OPTIONS = SolveOptions(n_samples=128, languages=("python",), seed=5)


async def search(
    folder: Path, codes: Iterable[str], judge: Judge, options: SolveOptions = OPTIONS
) -> tuple[SolveResult, list[Sample], list[SolveEvent]]:
    file = folder / "recording.jsonl"
    file.write_text("".join(json.dumps({"code": code, "language": "python"}) + "\n" for code in codes))
    drawn: list[Sample] = []
    sampler = await open_sampler(f"replay:{file}")
    async with aclosing(solve(PROBLEM, options, sampler, judge, on_sample=drawn.append)) as events:
        seen = [event async for event in events]
    last = seen[-1]
    assert isinstance(last, JobCompleted)
    return last.result, drawn, seen


def outlook_of(result: SolveResult) -> OutlookBody:
    assert result.outlook is not None
    return result.outlook


async def test_a_search_ends_once_the_rest_would_change_nothing(tmp_path: Path, judge: Judge) -> None:
    result, drawn, events = await search(tmp_path, [RIGHT] * 128, judge)
    assert [candidate.code for candidate in result.candidates] == [RIGHT]
    assert result.counts.sampled == len(drawn) == MIN_ROUND
    sampling = [event for event in events if isinstance(event, PhaseProgress) and event.name == "sample"]
    assert (sampling[-1].done, sampling[-1].total, sampling[-1].counts.passing) == (MIN_ROUND, 128, MIN_ROUND)
    outlook = outlook_of(result)
    assert outlook.unused == 128 - MIN_ROUND
    assert outlook.chance_of_change is not None
    assert outlook.chance_of_change <= SETTLED


@pytest.mark.parametrize("options", [replace(OPTIONS, early_stop=False), replace(OPTIONS, selector="alphacode2")])
async def test_the_whole_budget_is_spent_on_demand_and_by_published_methods(
    tmp_path: Path, judge: Judge, options: SolveOptions
) -> None:
    result, drawn, _ = await search(tmp_path, [RIGHT] * 128, judge, options)
    assert result.counts.sampled == len(drawn) == 128
    assert (outlook_of(result).unused, outlook_of(result).chance_of_change) == (0, None)


async def test_a_search_in_which_nothing_passes_spends_all_it_has(tmp_path: Path, judge: Judge) -> None:
    result, _, _ = await search(tmp_path, [WRONG] * 128, judge)
    assert result.counts.sampled == 128
    assert outlook_of(result) == OutlookBody(first_passing=pytest.approx(0.29, abs=0.01))


async def test_two_clusters_that_are_level_go_on_and_later_programs_join_them(tmp_path: Path, judge: Judge) -> None:
    late = "n = int(input())\nprint('NO' if n % 4 else 'YES')"
    codes = [RIGHT, EVEN] * 60 + [late] * 8
    result, _, events = await search(tmp_path, codes, judge)
    assert (result.counts.sampled, result.counts.clusters) == (128, 2)
    first, second = (candidate.cluster for candidate in result.candidates)
    assert first is not None
    assert second is not None
    assert (first.size, second.size) == (68, 60)
    phases = [event.name for event in events if isinstance(event, PhaseProgress)]
    assert phases.index("cluster") < len(phases) - 1 - phases[::-1].index("sample")


async def test_sampling_is_reported_to_its_end_where_a_recording_is_short(tmp_path: Path, judge: Judge) -> None:
    _, _, events = await search(tmp_path, [RIGHT] * 3, judge)
    last = [event for event in events if isinstance(event, PhaseProgress) and event.name == "sample"][-1]
    assert (last.done, last.total) == (3, 3)


@given(st.integers(1, 100_000))
def test_rounds_add_up_to_the_budget_and_none_is_small(n_samples: int) -> None:
    ends = goals(n_samples)
    sizes = [end - start for start, end in zip((0, *ends), ends, strict=False)]
    assert ends[-1] == sum(sizes) == n_samples
    assert len(ends) == 1 or min(sizes) >= MIN_ROUND
    assert len(ends) == 4 or n_samples < 8 * MIN_ROUND
