"""Tokens per second of vLLM alone and of our sampler over it, on the same prompts in one run; the prefix cache's hits.

    python benchmarks/overhead.py --model DIR [--samples N] [--tokens N] [--rounds N] [--statement-tokens N] [--random]

All arms use one running engine and the same hands, keep as many requests in flight, and begin with an empty cache:

    vLLM            texts, as its own server gets them; nothing of ours but the prompts, which are ready beforehand
    our decoding    token ids and our parameters: what log-probabilities cost
    our sampler     prompts are made, tokens recorded, programs extracted

`host ms` is the CPU time a sample costs in this process, vLLM's front included; the model runs in others. Where all of
them share two cores it says more than tokens per second.

Arms take turns, in reversed order every other round: on a shared machine only the ratios mean much. With `--random` the
model has two layers and random weights. It writes to the token limit, so that all samples are of one length, and costs
so little that what is ours shows most.
"""

import argparse
import asyncio
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from alphacode_server.candidate import Hand
from alphacode_server.problem import Problem
from alphacode_server.prompts import solve_prompt
from alphacode_server.samplers import Decoding, SamplerError, draw_hands, open_sampler
from alphacode_server.samplers.model_sampler import ModelSampler
from alphacode_server.samplers.vllm_engine import VllmEngine
from alphacode_server.samplers.vllm_model import VllmModel

STATEMENT = Path(__file__).parent.parent / "examples" / "brackets" / "problem.md"
LANGUAGES = ("cpp", "python")
TOP_P = 0.95
RANDOM = ['hf_overrides={"num_hidden_layers": 2}', "load_format=dummy"]


@dataclass(frozen=True, slots=True)
class Bench:
    """What the arms share."""

    problem: Problem
    hands: Sequence[Hand]
    sampler: ModelSampler
    model: VllmModel
    engine: VllmEngine
    max_tokens: int

    def prompts(self) -> list[tuple[list[int], tuple[str, ...]]]:
        """The token ids of every hand's prompt, and what ends its answer."""
        prompts = [solve_prompt(self.problem, hand, self.model.style) for hand in self.hands]
        return [(self.model.host.prompts.of(prompt, self.model.style), prompt.stop) for prompt in prompts]


@dataclass(frozen=True, slots=True)
class Measured:
    """One arm of one round."""

    tokens: int
    seconds: float
    host_s: float
    """CPU time of this process: of vLLM's front and of what is ours. The model runs in others."""
    prompt_tokens: int
    cached_tokens: int

    @property
    def tokens_per_s(self) -> float:
        return self.tokens / self.seconds


async def vllm_alone(bench: Bench) -> Measured:
    from vllm import SamplingParams
    from vllm.sampling_params import RequestOutputKind

    llm, in_flight = bench.engine.llm, asyncio.Semaphore(bench.sampler.hands_at_a_time)
    requests = [({"prompt": llm.get_tokenizer().decode(ids)}, stop) for ids, stop in bench.prompts()]
    await llm.reset_prefix_cache()

    async def ask(number: int, hand: Hand) -> tuple[int, int, int]:
        prompt, stop = requests[number]
        params = SamplingParams(
            temperature=hand.temperature,
            top_p=TOP_P,
            max_tokens=bench.max_tokens,
            stop=list(stop),
            output_kind=RequestOutputKind.FINAL_ONLY,
        )
        async with in_flight:
            async for output in llm.generate(prompt, params, f"bare-{number}"):
                counts = len(output.outputs[0].token_ids), len(output.prompt_token_ids), output.num_cached_tokens
        return counts

    began, host_began = time.perf_counter(), time.process_time()
    counts = await asyncio.gather(*(ask(number, hand) for number, hand in enumerate(bench.hands)))
    seconds, host_s = time.perf_counter() - began, time.process_time() - host_began
    written, prompts, cached = map(sum, zip(*counts, strict=True))
    return Measured(written, seconds, host_s, prompts, cached)


async def our_decoding(bench: Bench) -> Measured:
    prompts = bench.prompts()

    async def ask(hand: Hand, ids: Sequence[int], stop: Sequence[str]) -> None:
        decoding = Decoding(temperature=hand.temperature, top_p=TOP_P, max_tokens=bench.max_tokens)
        await bench.engine.complete(ids, decoding, stop, None)

    async def all_of_them() -> None:
        await asyncio.gather(*(ask(hand, *prompt) for hand, prompt in zip(bench.hands, prompts, strict=True)))

    return await _counted(bench.engine, all_of_them)


async def our_sampler(bench: Bench) -> Measured:
    async def all_of_them() -> None:
        async with aclosing(bench.sampler.sample(bench.problem, bench.hands)) as samples:
            async for _ in samples:
                pass

    return await _counted(bench.engine, all_of_them)


async def _counted(engine: VllmEngine, work: Callable[[], Awaitable[None]]) -> Measured:
    await engine.llm.reset_prefix_cache()
    before = engine.n_written, engine.n_prompt_tokens, engine.n_cached_tokens
    began, host_began = time.perf_counter(), time.process_time()
    await work()
    seconds, host_s = time.perf_counter() - began, time.process_time() - host_began
    after = engine.n_written, engine.n_prompt_tokens, engine.n_cached_tokens
    written, prompts, cached = (now - then for now, then in zip(after, before, strict=True))
    return Measured(written, seconds, host_s, prompts, cached)


Arm = Callable[[Bench], Awaitable[Measured]]
ARMS: dict[str, Arm] = {"vLLM": vllm_alone, "our decoding": our_decoding, "our sampler": our_sampler}


async def run(args: argparse.Namespace) -> None:
    engine_fields = [*(RANDOM if args.random else []), *args.engine]
    sampler = await open_sampler("vllm", model=args.model, max_tokens=args.tokens, engine=engine_fields)
    assert isinstance(sampler, ModelSampler)
    assert isinstance(sampler.language_model, VllmModel)
    model = sampler.language_model
    engine = await model.host.start()
    problem = _problem(args.statement_tokens, engine)
    hands = draw_hands(args.samples, LANGUAGES, children=1, rng=random.Random(args.seed))
    bench = Bench(problem, hands, sampler, model, engine, args.tokens)
    try:
        await our_sampler(bench)  # What is compiled with the first requests is nobody's cost.
        rounds = []
        for turn in range(args.rounds):
            order = list(ARMS.items())[:: -1 if turn % 2 else 1]
            rounds.append({name: await arm(bench) for name, arm in order})
    finally:
        await sampler.aclose()
    _print(rounds, sampler.name, bench)


def _problem(n_tokens: int, engine: VllmEngine) -> Problem:
    """The example's statement, made as long as was asked for."""
    text = STATEMENT.read_text(encoding="utf-8")
    lines, n_lines = [text], 0
    while len(engine.vocabulary.encode("".join(lines))) < n_tokens:
        n_lines += 1
        lines.append(f"Note {n_lines}: what the statement says above holds for every input of this kind.\n")
    return Problem("Brackets", "".join(lines))


def _print(rounds: Sequence[dict[str, Measured]], name: str, bench: Bench) -> None:
    print(f"{name}: {len(bench.hands)} samples an arm, {bench.sampler.hands_at_a_time} in flight")
    print(
        f"{'arm':<13} {'tokens':>7} {'s':>7} {'tokens/s':>8} {'host ms':>7} {'hits':>6}  tokens/s of vLLM's (by round)"
    )
    for arm in ARMS:
        runs = [measured[arm] for measured in rounds]
        tokens, seconds = sum(run.tokens for run in runs), sum(run.seconds for run in runs)
        hits = sum(run.cached_tokens for run in runs) / sum(run.prompt_tokens for run in runs)
        ratios = [measured[arm].tokens_per_s / measured["vLLM"].tokens_per_s for measured in rounds]
        host_ms = 1000 * sum(run.host_s for run in runs) / (len(runs) * len(bench.hands))
        spread = ", ".join(f"{ratio:.3f}" for ratio in ratios)
        print(
            f"{arm:<13} {tokens:>7} {seconds:>7.1f} {tokens / seconds:>8.1f} {host_ms:>7.2f} {hits:>6.1%}  "
            f"{statistics.median(ratios):.3f} ({spread})"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="a folder in Hugging Face's layout")
    parser.add_argument("--samples", type=int, default=256, help="of every arm and round; default: %(default)s")
    parser.add_argument("--tokens", type=int, default=400, help="of a sample at most; default: %(default)s")
    parser.add_argument("--statement-tokens", type=int, default=800, help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="of the hands")
    parser.add_argument("--random", action="store_true", help="a small model with random weights")
    parser.add_argument("--engine", action="append", default=[], metavar="NAME=VALUE", help="as of alphacode solve")
    args = parser.parse_args()
    try:
        asyncio.run(run(args))
    except SamplerError as error:
        sys.exit(f"overhead: {error}")


if __name__ == "__main__":
    main()
