"""The whole search with a real language model on the CPU: sampling, input generators and scores included."""

import json
from contextlib import aclosing
from pathlib import Path

import pytest

from alphacode_sandbox import Case, Judge
from alphacode_server.candidate import Sample
from alphacode_server.cli import main
from alphacode_server.pipeline import SolveOptions, solve
from alphacode_server.problem import Problem
from alphacode_server.protocol import JobCompleted, PhaseProgress
from alphacode_server.samplers import open_sampler

ROOT = Path(__file__).resolve().parents[2]
REVERSE = Problem(
    title="Reverse a word",
    statement="Read one word and print it reversed.\n\nInput\n\nOne word.\n\nOutput\n\nThe word reversed.",
    examples=(Case("hello\n", "olleh\n"),),
)


@pytest.mark.model
@pytest.mark.timeout(300)
async def test_the_small_model_goes_through_every_stage(small_model: Path, judge: Judge) -> None:
    drawn: list[Sample] = []
    sampler = await open_sampler("llama_cpp", model="smollm2-135m", max_tokens=96)
    options = SolveOptions(n_samples=24, languages=("python",), temperature=0.4, seed=7)
    phases = set[str]()
    try:
        async with aclosing(solve(REVERSE, options, sampler, judge, on_sample=drawn.append)) as events:
            async for event in events:
                if isinstance(event, PhaseProgress):
                    phases.add(event.name)
    finally:
        await sampler.aclose()
    assert isinstance(event, JobCompleted)
    result = event.result
    assert (result.model, result.seed, result.counts.sampled) == ("smollm2-135m", 7, len(drawn))
    assert 0 < len(drawn) <= 24
    assert all(sample.seed is not None and sample.metadata and sample.n_tokens for sample in drawn)
    assert 0 < len(result.candidates) <= 10
    assert result.counts.passing > 0, "in 24 samples the small model reverses a word"
    assert phases == {"sample", "generate_inputs", "cluster", "score"}
    for candidate in result.candidates:
        assert candidate.passed == candidate.total == 1
        assert candidate.score_kind == "probability"
        assert candidate.score is not None
        assert 0 <= candidate.score <= 1
    assert sum(c.cluster.size for c in result.candidates if c.cluster) <= result.counts.passing


@pytest.mark.model
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("embedded_model")
def test_the_embedded_default_solves_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    folder = ROOT / "examples" / "watermelon"
    arguments = ("--language", "cpp", "--samples", "8", "--seed", "1", "--check", str(folder / "tests"), "--json")
    assert main(["solve", str(folder / "problem.md"), *arguments]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["model"] == "qwen2.5-coder-1.5b"
    assert report["counts"]["passing"] > 0
    assert "AC" in report["check"]["verdicts"].values()
