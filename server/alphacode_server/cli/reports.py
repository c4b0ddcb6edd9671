"""The JSON objects that `--json` prints: one a command, its keys part of the interface."""

import json
from collections.abc import Sequence
from pathlib import Path

from alphacode_sandbox import Judgement, Limits, Program, StressOutcome
from alphacode_server.cli.check import Check
from alphacode_server.cli.judging import Judged
from alphacode_server.problem import Problem
from alphacode_server.problem.folder import ProblemFolder, Submission
from alphacode_server.protocol import SolveResult
from alphacode_server.protocol.encoding import to_json

SOLVE_KEYS = ("candidates", "counts", "timings", "seed", "model", "isolation", "outlook", "cost")


def solve_report(result: SolveResult, check: Check) -> str:
    """The keys of `SOLVE_KEYS`, and `check` when hidden tests were given."""
    report: dict[str, object] = {key: to_json(getattr(result, key)) for key in SOLVE_KEYS}
    if check.verdicts:
        report["check"] = {"tests": check.n_tests, "verdicts": {str(rank): v for rank, v in check.verdicts.items()}}
    return json.dumps(report, indent=2, ensure_ascii=False)


def judgement_report(judgement: Judgement, problem: Problem, program: Program, isolation: str) -> str:
    """verdict, passed, total, cases with both outputs, compile_output, time_limit_s, language, isolation.

    The time limit is what this program had on this machine.
    """
    return json.dumps(
        {
            "verdict": judgement.verdict,
            "passed": judgement.passed,
            "total": len(problem.examples),
            "cases": [
                {
                    "index": case.index + 1,
                    "verdict": case.verdict,
                    "time_ms": round(case.run.cpu_s * 1000),
                    "memory_kb": case.run.memory_kb,
                    "difference": case.difference,
                    "expected": problem.examples[case.index].expected,
                    "stdout": case.run.stdout,
                    "stderr": case.run.stderr,
                }
                for case in judgement.cases
            ],
            "compile_output": judgement.compile_output,
            "time_limit_s": judgement.time_limit_s,
            "language": program.language,
            "isolation": isolation,
        },
        indent=2,
        ensure_ascii=False,
    )


def stress_report(outcome: StressOutcome, saved: Path | None) -> str:
    """inputs, skipped, difference (null, or seed, verdict, words, input, expected, stdout, stderr), saved."""
    found = outcome.difference
    difference = found and {
        "seed": found.seed,
        "verdict": found.result.verdict,
        "difference": found.result.difference,
        "input": found.case.input,
        "expected": found.case.expected,
        "stdout": found.result.run.stdout,
        "stderr": found.result.run.stderr,
    }
    report = {
        "inputs": outcome.n_compared,
        "skipped": outcome.n_skipped,
        "difference": difference,
        "saved": str(saved) if saved else None,
    }
    return json.dumps(report, indent=2, ensure_ascii=False)


def folder_report(
    folder: ProblemFolder, judged: Sequence[Judged], left_out: Sequence[Submission], limits: Limits, isolation: str
) -> str:
    """submissions with their cases, left_out with file and language, tests, time_limit_s, isolation.

    A submission's `expected`, `agrees` and `passed_elsewhere` are null where nobody has said; its `time_limit_s` is
    what it had in the end, in its language and on this machine.
    """
    return json.dumps(
        {
            "problem": folder.title,
            "tests": len(folder.cases),
            "time_limit_s": limits.time_s,
            "isolation": isolation,
            "submissions": [_submission_report(folder, one) for one in judged],
            "left_out": [{"file": one.name, "language": one.language} for one in left_out],
        },
        indent=2,
        ensure_ascii=False,
    )


def _submission_report(folder: ProblemFolder, judged: Judged) -> dict[str, object]:
    submission, judgement = judged.submission, judged.judgement
    return {
        "file": submission.name,
        "language": submission.language,
        "expected": submission.expected,
        "verdict": judgement.verdict,
        "agrees": judged.agrees,
        "passed_elsewhere": submission.passed_elsewhere,
        "compile_output": judgement.compile_output,
        "time_limit_s": judgement.time_limit_s,
        "cases": [
            {
                "name": folder.cases[case.index].name,
                "verdict": case.verdict,
                "time_ms": round(case.run.cpu_s * 1000),
                "memory_kb": case.run.memory_kb,
                "difference": case.difference,
            }
            for case in judgement.cases
        ],
    }
