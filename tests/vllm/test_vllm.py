"""vLLM on the CPU with a small real model and two adapters of it. `make test-vllm` prepares and runs these.

They are no part of the default run: the engine takes minutes to install and most of a minute to start.
"""

import asyncio
import json
import multiprocessing
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path

import pytest
import pytest_asyncio

from alphacode_server.candidate import Sample
from alphacode_server.problem import parse_statement
from alphacode_server.prompts import Prompt, generator_prompt, judge_prompt, solve_prompt
from alphacode_server.samplers import Completion, Decoding, Sampler, SamplerError, draw_hands, open_sampler
from alphacode_server.samplers.family import FamilySampler
from alphacode_server.samplers.vllm_engine import VllmEngine
from alphacode_server.samplers.vllm_model import VllmModel

NAMED = os.environ.get("ALPHACODE_VLLM_MODEL")
"""A folder that `convert.py` wrote."""

if NAMED is None:
    pytest.skip("make test-vllm prepares and runs these", allow_module_level=True)

pytestmark = [
    pytest.mark.vllm,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(1800),
]

MODEL = Path(NAMED)
STATEMENT = Path(__file__).parents[2] / "examples" / "brackets" / "problem.md"
PROBLEM = parse_statement(STATEMENT.read_text(encoding="utf-8"), STATEMENT.name).problem
STORY = Prompt("", "Tell me a long story about a cat, a dog and a mouse.")
MAX_TOKENS = 12


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def family(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FamilySampler]:
    from tests.vllm.small_family import manifest, shortened

    base = shortened(MODEL, tmp_path_factory.mktemp("base"))
    opened = await open_sampler(
        f"family:{manifest(tmp_path_factory.mktemp('family'), base)}",
        max_tokens=MAX_TOKENS,
        engine=["max_num_seqs=4", "max_num_batched_tokens=512"],
    )
    assert isinstance(opened, FamilySampler)
    yield opened
    await opened.aclose()


@pytest.fixture
def model(family: FamilySampler) -> VllmModel:
    """The base."""
    assert isinstance(family.language_model, VllmModel)
    return family.language_model


async def engine_of(model: VllmModel) -> VllmEngine:
    return await model.host.start()


async def complete(
    model: VllmModel, prompt: Prompt, n: int, max_tokens: int, temperature: float = 0.9
) -> list[Completion]:
    decoding = Decoding(n=n, temperature=temperature, max_tokens=max_tokens)
    async with aclosing(model.complete(prompt, decoding)) as completions:
        return [completion async for completion in completions]


async def draw(sampler: Sampler, n_samples: int) -> list[Sample]:
    hands = draw_hands(n_samples, ("cpp", "python"), sampler.children, random.Random(1))
    async with aclosing(sampler.sample(PROBLEM, hands)) as samples:
        return [sample async for sample in samples]


async def until(is_so: Callable[[], bool]) -> None:
    """vLLM has no events for what these tests wait for."""
    while not is_so():  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def test_samples_of_every_policy_from_one_engine(family: FamilySampler, model: VllmModel) -> None:
    engine = await engine_of(model)
    before, cached_before = engine.n_prompt_tokens, engine.n_cached_tokens
    samples = await draw(family, 24)
    by_model = Counter(sample.model for sample in samples)
    assert set(by_model) == {"gentle", "wild"}
    assert len({sample.temperature for sample in samples}) > 20
    assert all(0 < sample.n_tokens <= MAX_TOKENS for sample in samples)
    assert all(sample.seed is None for sample in samples)
    # Every adapter reads the statement once for itself.
    assert (engine.n_cached_tokens - cached_before) / (engine.n_prompt_tokens - before) > 0.3


async def test_children_differ_and_stop_where_they_should(model: VllmModel) -> None:
    completions = await complete(model, STORY, n=4, max_tokens=8)
    assert len({completion.text for completion in completions}) > 1
    assert {completion.n_tokens for completion in completions} == {8}
    assert {completion.finish_reason for completion in completions} == {"length"}
    stopping = Prompt("", STORY.user, stop=(" a",))
    [stopped] = await complete(model, stopping, n=1, max_tokens=60, temperature=0.0)
    assert (stopped.finish_reason, " a" in stopped.text) == ("stop", False)


async def test_an_adapter_is_what_is_asked(family: FamilySampler, model: VllmModel) -> None:
    policies = {name: VllmModel(name, model.host, adapter=name) for name in ("gentle", "wild")}
    texts = {name: (await complete(each, STORY, 1, 8, 0.0))[0].text for name, each in policies.items()}
    [base] = await complete(model, STORY, 1, 8, 0.0)
    assert texts["gentle"] == base.text
    assert texts["wild"] != base.text


async def test_ids_are_those_of_the_whole_text(model: VllmModel) -> None:
    """With a real tokenizer, whatever the seam."""
    engine, prompts = await engine_of(model), model.host.prompts
    hands = draw_hands(6, ("cpp", "python"), children=1, rng=random.Random(2))
    for prompt in [*(solve_prompt(PROBLEM, hand, model.style) for hand in hands), generator_prompt(PROBLEM)]:
        ids = prompts.of(prompt, model.style)
        text = engine.llm.get_tokenizer().decode(ids)
        assert engine.vocabulary.encode(text) == ids
        assert prompt.user in text


async def test_a_question_overtakes_waiting_samples(model: VllmModel) -> None:
    drawing = asyncio.ensure_future(complete(model, STORY, n=12, max_tokens=100))
    engine = await engine_of(model)
    await until(lambda: engine.n_in_flight == engine.max_in_flight)
    found = await model.label_probabilities(Prompt("", "Is two an even number? Answer yes or no."), ("yes", "no"))
    assert not drawing.done()
    assert sum(found.values()) == pytest.approx(1.0)
    assert all(0 < p < 1 for p in found.values())
    drawing.cancel()
    await asyncio.wait((drawing,))
    await until(lambda: engine.n_in_flight == 0)


async def test_closing_the_iterator_aborts_the_rest(model: VllmModel) -> None:
    engine = await engine_of(model)
    asked = model.complete(Prompt("", STORY.user, stop=("a",)), Decoding(n=8, temperature=1.0, max_tokens=1000))
    await anext(asked)
    assert engine.n_in_flight > 0
    await asked.aclose()
    await asyncio.wait_for(until(lambda: engine.n_in_flight == 0), 600)


async def test_a_prompt_that_is_too_long_is_refused_and_the_engine_lives(model: VllmModel) -> None:
    with pytest.raises(SamplerError, match=r"vLLM refused a request: .*maximum"):
        await complete(model, Prompt("", "word " * 9000), n=1, max_tokens=8)
    assert len(await complete(model, STORY, n=1, max_tokens=2)) == 1
    assert model.n_restarts == 0
    assert model.gpus == ()


async def test_labels_that_are_no_token_are_refused(model: VllmModel) -> None:
    with pytest.raises(SamplerError, match="no token for 'antidisestablishment'"):
        await model.label_probabilities(STORY, ("antidisestablishment", "no"))


async def test_a_program_can_be_judged(model: VllmModel) -> None:
    from alphacode_sandbox import Program

    found = await model.label_probabilities(judge_prompt(PROBLEM, Program("python", "print('YES')")), ("yes", "no"))
    assert sum(found.values()) == pytest.approx(1.0)


async def test_an_engine_that_dies_fails_its_requests_and_is_started_again(model: VllmModel) -> None:
    drawing = asyncio.ensure_future(complete(model, STORY, n=4, max_tokens=1000))
    engine = await engine_of(model)
    await until(lambda: engine.n_in_flight == 4)
    [process] = [each for each in multiprocessing.active_children() if each.name.startswith("EngineCore")]
    process.kill()
    with pytest.raises(SamplerError, match=r"engine ended.* the next request starts it again"):
        await drawing
    assert len(await complete(model, STORY, n=2, max_tokens=4)) == 2
    assert model.n_restarts == 1


async def test_a_start_that_is_given_up_leaves_nothing(model: VllmModel) -> None:
    others = set(multiprocessing.active_children())
    opening = asyncio.ensure_future(open_sampler("vllm", model=str(MODEL)))
    await until(lambda: set(multiprocessing.active_children()) > others)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert set(multiprocessing.active_children()) == others


async def test_the_command_line_solves_with_it(tmp_path: Path) -> None:
    """Standard output is the command's own."""
    from tests.vllm.small_family import shortened

    (tmp_path / "small").mkdir()
    command = [
        sys.executable, "-P", "-m", "alphacode_server.cli", "solve", str(STATEMENT), "--json", "--samples", "4",
        "--time", "1", "--no-repair", "--sampler", "vllm", "--model", str(shortened(MODEL, tmp_path / "small")),
        "--engine", "max_num_seqs=4", "--engine", "max_num_batched_tokens=512",
    ]  # fmt: skip
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True)
    assert done.stdout, done.stderr
    assert json.loads(done.stdout)["model"] == "small"
