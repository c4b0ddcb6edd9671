"""The embedded engine with a real, small model."""

import asyncio
import os
import random
import select
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from alphacode_server.problem import Problem
from alphacode_server.prompts import Prompt, PromptStyle
from alphacode_server.samplers import Completion, Decoding, SamplerError, draw_hands, open_sampler
from alphacode_server.samplers.llama_cpp import EngineOptions, LlamaCppModel

# One loop for the whole file: the engine's process and connections belong to the loop that started it.
pytestmark = [pytest.mark.model, pytest.mark.asyncio(loop_scope="module")]

STORY = Prompt("", "Here is a list of animals, one on each line:\n- a cat\n- a dog\n-")
ENDLESS = Prompt("", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def model(small_model: Path) -> AsyncIterator[LlamaCppModel]:
    opened = LlamaCppModel("smollm2-135m", PromptStyle.FEW_SHOT, options(small_model))
    yield opened
    await opened.aclose()


def options(path: Path) -> EngineOptions:
    return EngineOptions(path, threads=1, parallel=16, max_tokens=256)


async def complete(model: LlamaCppModel, prompt: Prompt, n: int, max_tokens: int, seed: int = 1) -> list[Completion]:
    decoding = Decoding(n=n, temperature=0.9, max_tokens=max_tokens, seed=seed)
    async with aclosing(model.complete(prompt, decoding)) as completions:
        return [completion async for completion in completions]


async def test_children_differ_and_come_as_they_finish(model: LlamaCppModel) -> None:
    stopping = Prompt("", STORY.user, stop=("\n",))
    completions = await complete(model, stopping, n=8, max_tokens=40)
    assert len(completions) == 8
    assert len({completion.text for completion in completions}) > 1
    lengths = [completion.n_tokens for completion in completions]
    # All children take a step at a time together, so the shorter ones finish first.
    assert lengths == sorted(lengths)
    assert all(completion.mean_logprob is not None and completion.mean_logprob < 0 for completion in completions)
    assert all("\n" not in completion.text for completion in completions)


async def test_the_token_limit_is_kept_and_told(model: LlamaCppModel) -> None:
    [completion] = await complete(model, ENDLESS, n=1, max_tokens=5)
    assert (completion.n_tokens, completion.finish_reason) == (5, "length")


async def test_a_seed_repeats_itself(model: LlamaCppModel) -> None:
    first, again, other = [sorted(c.text for c in await complete(model, STORY, 3, 12, seed)) for seed in (5, 5, 6)]
    assert first == again != other


async def test_labels_get_probabilities(model: LlamaCppModel) -> None:
    question = Prompt("", "Question: Is water wet? Answer yes or no.")
    probabilities = await model.label_probabilities(question, ("yes", "no"))
    assert set(probabilities) == {"yes", "no"}
    assert sum(probabilities.values()) == pytest.approx(1.0)
    assert all(0 < probability < 1 for probability in probabilities.values())


async def test_leaving_aborts_and_the_engine_stays_well(model: LlamaCppModel) -> None:
    short = Prompt("", STORY.user, stop=("\n",))
    async with aclosing(model.complete(short, Decoding(n=16, temperature=1.0, max_tokens=250, seed=3))) as completions:
        await anext(completions)
    async with asyncio.timeout(10):
        # The engine tells nobody when a slot becomes free.
        while await busy_slots(model):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert len(await complete(model, STORY, n=2, max_tokens=3)) == 2


async def busy_slots(model: LlamaCppModel) -> int:
    engine = await model.start()
    endpoint = engine.model.endpoint
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {endpoint.api_key}"}) as client:
        slots = (await client.get(endpoint.url.removesuffix("/v1") + "/slots")).json()
    assert len(slots) == 16
    return sum(slot["is_processing"] for slot in slots)


async def test_strangers_on_this_machine_are_refused(model: LlamaCppModel) -> None:
    engine = await model.start()
    async with httpx.AsyncClient() as client:
        reply = await client.post(f"{engine.model.endpoint.url}/completions", json={"prompt": "x", "max_tokens": 1})
    assert reply.status_code == 401


async def test_a_prompt_that_is_too_long_is_refused(model: LlamaCppModel) -> None:
    with pytest.raises(SamplerError, match=r"HTTP 400: .*context"):
        await complete(model, Prompt("", "word " * 20_000), n=1, max_tokens=1)
    assert len(await complete(model, STORY, n=1, max_tokens=2)) == 1


async def test_an_engine_that_died_is_explained_and_started_again(small_model: Path) -> None:
    model = LlamaCppModel("small", PromptStyle.FEW_SHOT, options(small_model))
    engine = await model.start()
    completions = model.complete(STORY, Decoding(n=16, max_tokens=250))
    waiting = asyncio.create_task(anext(completions))
    await asyncio.sleep(0)
    os.kill(engine.process.pid, signal.SIGKILL)
    with pytest.raises(SamplerError, match=r"the embedded engine ended \(exit code -9\)"):
        await waiting
    assert len(await complete(model, STORY, n=1, max_tokens=2)) == 1
    second = await model.start()
    assert model.n_restarts == 1
    assert model.gpus == ()
    assert second.process.pid != engine.process.pid
    gone = watch(second.process.pid)
    await model.aclose()
    assert gone(0)


async def test_no_engine_outlives_a_killed_parent(small_model: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(small_model), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout
    gone = watch(int(await parent.stdout.readline()))
    assert not gone(0)
    parent.kill()
    await parent.wait()
    assert await asyncio.to_thread(gone, 10_000)


PARENT = """
import asyncio, sys
from pathlib import Path
from alphacode_server.prompts import PromptStyle
from alphacode_server.samplers.llama_cpp import EngineOptions, LlamaCppModel

async def main():
    model = LlamaCppModel("small", PromptStyle.FEW_SHOT, EngineOptions(Path(sys.argv[1]), threads=1, parallel=2))
    print((await model.start()).process.pid, flush=True)
    await asyncio.sleep(100)

asyncio.run(main())
"""


def watch(pid: int) -> Callable[[int], bool]:
    """A function that waits so many milliseconds for the process to end, and says whether it has."""
    poll = select.poll()
    poll.register(os.pidfd_open(pid), select.POLLIN)
    return lambda timeout_ms: bool(poll.poll(timeout_ms))


async def test_cancelling_the_start_leaves_no_engine(small_model: Path) -> None:
    model = LlamaCppModel("small", PromptStyle.FEW_SHOT, options(small_model))
    before = child_processes()
    starting = asyncio.create_task(model.start())
    # A process tells nobody that it has begun.
    while not (begun := child_processes() - before):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    gone = watch(begun.pop())
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert gone(0)
    await model.aclose()


def child_processes() -> set[int]:
    return {int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}


async def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + bytes(1000))
    before = child_processes()
    with pytest.raises(SamplerError, match=r"the embedded engine .*broken\.gguf"):
        await open_sampler("llama_cpp", model=str(path))
    assert child_processes() == before


async def test_a_model_that_is_missing_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALPHACODE_CACHE", str(tmp_path))
    with pytest.raises(SamplerError, match=r"alphacode model pull qwen2\.5-coder-1\.5b"):
        await open_sampler("llama_cpp")


@pytest.mark.parametrize("by_name", [True, False], ids=["few-shot", "the file's own template"])
async def test_programs_are_sampled_in_the_languages_asked_for(small_model: Path, by_name: bool) -> None:
    problem = Problem(
        "Sum", "Print the sum of two integers.\n\nInput\nTwo integers a and b.\n\nExample\nInput\n2 3\nOutput\n5\n"
    )
    sampler = await open_sampler(
        "llama_cpp", model="smollm2-135m" if by_name else str(small_model), threads=1, max_tokens=40
    )
    hands = draw_hands(8, ("cpp", "python"), children=sampler.children, rng=random.Random(1))
    samples = [sample async for sample in sampler.sample(problem, hands)]
    await sampler.aclose()
    assert len(samples) >= 5
    assert {sample.model for sample in samples} == {"smollm2-135m"}
    for sample in samples:
        if sample.program.language == "cpp":
            assert sample.program.code.startswith("#include <bits/stdc++.h>")
        assert "```" not in sample.program.code
        assert sample.program.code.strip()
        assert sample.seed in {hand.seed for hand in hands}
        assert 0 < sample.n_tokens <= 40
    assert {sample.program.language for sample in samples} == {"cpp", "python"}
