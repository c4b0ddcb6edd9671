"""What a search shows while the backend's events come in."""

from pathlib import Path

import pytest

from alphacode_lsp.features.candidates import title_of
from alphacode_lsp.search import Search, SearchState, counted
from alphacode_server.problem import Problem
from alphacode_server.protocol import (
    CandidatesSnapshot,
    ClusterBody,
    Counts,
    ErrorBody,
    ExampleResult,
    JobAccepted,
    JobCancelled,
    JobCompleted,
    JobFailed,
    JobQueued,
    OriginBody,
    PhaseProgress,
    RankedCandidate,
    SolveResult,
)


def search() -> Search:
    return Search("job", Problem("Castle", "text"), Path("/p/problem.md"), "file:///p/a.py", "python", 128)


def candidate(
    rank: int = 1,
    verdicts: str = "AC AC AC",
    cluster: ClusterBody | None = None,
    score: float | None = None,
    language: str = "cpp",
) -> RankedCandidate:
    examples = tuple(ExampleResult(i, verdict, 12, 9000) for i, verdict in enumerate(verdicts.split(), start=1))
    passed = verdicts.split().count("AC")
    code, origin = f"// {rank}\n", OriginBody("m")
    return RankedCandidate(
        rank, f"id{rank}", f"sha{rank}", language, code, score, "t", cluster, examples, passed, len(examples), origin
    )


def phase(name: str, done: int, total: int, **counts: int) -> PhaseProgress:
    return PhaseProgress(name, done, total, Counts(**counts), 10)


@pytest.mark.parametrize(
    ("event", "percent", "text"),
    [
        (phase("sample", 37, 128, passing=12), 20, "Sampling 37 of 128 (12 pass the examples)"),
        (phase("sample", 37, 128, passing=1), 20, "Sampling 37 of 128 (1 passes the examples)"),
        (phase("generate_inputs", 25, 50, passing=41), 75, "Generating inputs, 25 of 50 (41 programs pass)"),
        (phase("cluster", 0, 41, passing=41), 80, "Clustering 41 programs, 0 of 41 run"),
        (phase("score", 0, 6, clusters=6), 95, "Scoring 6 clusters"),
        (phase("duel", 3, 6), 98, "Judging pairs of clusters, 3 of 6"),
        (phase("self_reflection", 1, 2), 5, "Self reflection"),
        (JobQueued(2, 40_000), 0, "Waiting for the backend (position 2, about 40 s)"),
        (JobQueued(1), 0, "Waiting for the backend (position 1)"),
    ],
)
def test_progress(event: PhaseProgress | JobQueued, percent: int, text: str) -> None:
    running = search()
    running.take(event)
    assert (running.percent, running.text) == (percent, text)
    assert running.state is SearchState.RUNNING


def test_flows_come_from_stage_to_stage() -> None:
    running = search()
    seen = []
    for stage in ("self_reflection", "possible_solutions", "choose_best_solution", "initial_code_generation"):
        for done in (1, 2):
            running.take(phase(stage, done, 2))
            seen.append(running.percent)
    assert seen == [5, 10, 15, 20, 25, 30, 35, 40]
    running.take(phase("sample", 2, 2))
    assert running.percent == 70


def test_percent_never_goes_back() -> None:
    running = search()
    seen = []
    for event in (phase("cluster", 1, 2), phase("sample", 1, 2), phase("sample", 0, 0), phase("score", 1, 1)):
        running.take(event)
        seen.append(running.percent)
    assert seen == sorted(seen)


def test_what_comes_between_two_rounds_of_sampling_is_no_progress() -> None:
    running = search()
    for event in (phase("sample", 32, 128), phase("generate_inputs", 50, 50), phase("cluster", 9, 9)):
        running.take(event)
    assert running.percent == 17
    running.take(phase("sample", 128, 128))
    running.take(phase("cluster", 9, 9))
    assert running.percent == 95


def test_an_earlier_candidate_is_still_the_same_program() -> None:
    running = search()
    running.take(JobAccepted("b", 1, "model", 64, "python"))
    running.take(CandidatesSnapshot((candidate(1),)))
    running.take(CandidatesSnapshot((candidate(2),)))
    assert (running.samples, running.text) == (64, "Sampling 0 of 64")
    assert running.candidate(1) is None
    assert running.seen["sha1"].code == "// 1\n"


def test_ends() -> None:
    done = SolveResult((candidate(),), Counts(sampled=128), {"total": 48.2}, 1, "model", "L2")
    nothing = SolveResult((), Counts(sampled=128), {}, 1, "model", "L2")
    ends = {
        "1 candidate, best passes 3/3 (48 s)": JobCompleted(done),
        "No candidate found in 128 samples": JobCompleted(nothing),
        "Failed: no model [request 4f2a]": JobFailed(ErrorBody("no model", "engine", "x", request_id="4f2a")),
        "Cancelled": JobCancelled("client"),
        "Cancelled: the time was up": JobCancelled("budget"),
    }
    for text, event in ends.items():
        running = search()
        running.take(event)
        assert running.text == text
        assert not running.is_running


def test_partial_candidates_stay_when_a_search_fails() -> None:
    running = search()
    running.take(CandidatesSnapshot((candidate(),)))
    running.take(JobFailed(ErrorBody("gone", "engine", "x")))
    assert len(running.candidates) == 1


@pytest.mark.parametrize(
    ("ranked", "title"),
    [
        (
            candidate(1, cluster=ClusterBody(1, 41, 0.6), score=0.9234),
            "AlphaCode 01: 3/3 examples, cluster 41 of 128, score 0.92, C++",
        ),
        (
            candidate(7, "AC WA AC", ClusterBody(5, 3, 0.1), None, "python"),
            "AlphaCode 07: 2/3 examples (example 2 WA), cluster 3 of 128, Python",
        ),
        (
            candidate(10, "WA TLE RE RE"),
            "AlphaCode 10: 0/4 examples (example 1 WA, example 2 TLE and 2 more), C++",
        ),
        (candidate(2, ""), "AlphaCode 02: no examples, C++"),
    ],
)
def test_titles(ranked: RankedCandidate, title: str) -> None:
    assert title_of(ranked, Counts(sampled=128)) == title


def test_counted() -> None:
    assert counted(1, "example") == "1 example"
    assert counted(0, "example") == "0 examples"
