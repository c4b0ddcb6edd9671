"""The whole search with a model that writes validators, generators and brute force: what the selector gets to see."""

import json
from contextlib import aclosing
from pathlib import Path

from alphacode_sandbox import Case, Judge
from alphacode_server.pipeline import SolveOptions, solve
from alphacode_server.problem import Problem
from alphacode_server.protocol import JobCompleted
from alphacode_server.samplers.replay import ReplaySampler
from alphacode_server.selection import Recording, output_hash
from tests.pipeline.scripted import BRUTE_FORCE, GENERATOR, VALIDATOR, ScriptedModel

PROBLEM = Problem(
    "Fours", "Print YES if n (1 <= n <= 50) is a multiple of 4, and NO otherwise.", (Case("8\n", "YES\n"),)
)
RIGHT = "print('YES' if int(input()) % 4 == 0 else 'NO')"
EVEN = "print('YES' if int(input()) % 2 == 0 else 'NO')"
SLOW = "n = int(input())\nwhile n == 50: pass\nprint('NO' if n % 4 else 'YES')"
MODEL = {
    VALIDATOR: ["assert 1 <= int(input()) <= 50"],
    GENERATOR: ["import random\nprint(random.randint(1, 50))"],
    BRUTE_FORCE: [
        "n = int(input())\nprint('YES' if n in range(0, 99, 4) else 'NO')",
        "m = int(input())\nprint({0: 'YES'}.get(m % 4, 'NO'))",
    ],
}


async def test_valid_inputs_votes_and_loads_reach_the_selector(tmp_path: Path, judge: Judge) -> None:
    lines = [json.dumps({"code": code, "language": "python"}) for code in (EVEN, EVEN, SLOW, RIGHT)]
    (tmp_path / "samples.jsonl").write_text("\n".join(lines), encoding="utf-8")
    sampler, recorded = ReplaySampler(tmp_path / "samples.jsonl"), list[Recording]()
    sampler.language_model = ScriptedModel(MODEL)  # type: ignore[assignment]  # A recording has none otherwise.
    options = SolveOptions(n_samples=100, languages=("python",))
    problem = Problem(PROBLEM.title, PROBLEM.statement, PROBLEM.examples, time_limit_ms=200)
    async with aclosing(solve(problem, options, sampler, judge, on_recording=recorded.append)) as events:
        last = [event async for event in events][-1]
    assert isinstance(last, JobCompleted)
    assert last.result.candidates[0].code == RIGHT

    evidence = recorded[0].evidence
    numbers = [int(text) for text in evidence.matrix.inputs]
    assert set(numbers) <= set(range(1, 51))
    assert {n % 4 for n in numbers} >= {0, 2}
    expected = {n: output_hash("NO" if n % 4 else "YES") for n in numbers}
    assert [set(votes) for votes in evidence.votes] == [{expected[n]} for n in numbers]
    codes = {candidate.id: candidate.code for candidate in last.result.candidates}
    loads = {codes[evidence.matrix.programs[row]]: load for row, load in evidence.loads.items()}
    assert loads[SLOW] > 1
    assert loads[RIGHT] < 1
