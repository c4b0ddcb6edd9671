"""Samples per second of the bare engine, the sampler over it and the whole search, on the same prompts in one run.

    python benchmarks/sampling.py [--model NAME|FILE] [--samples N] [--rounds N] [--threads N] [--statement FILE]

All arms use one running engine and the same hands, so the same prompts, temperatures and seeds. Arms take turns, in
reversed order every other round, and each round gives a ratio of its own: on a shared machine only these mean much.
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

import httpx

from alphacode_sandbox import open_judge
from alphacode_server.candidate import Hand, Sample
from alphacode_server.models import DEFAULT_MODEL, ModelError, pull
from alphacode_server.pipeline import SolveOptions, solve
from alphacode_server.problem import Problem, parse_statement
from alphacode_server.prompts import render, solve_prompt
from alphacode_server.protocol import JobCompleted
from alphacode_server.samplers import SamplerError, draw_hands, open_sampler
from alphacode_server.samplers.llama_cpp import LlamaCppModel
from alphacode_server.samplers.model_sampler import ModelSampler

STATEMENT = Path(__file__).parent.parent / "examples" / "brackets" / "problem.md"
LANGUAGES = ("cpp", "python")


@dataclass(frozen=True, slots=True)
class Measured:
    """One arm of one round."""

    samples: int
    tokens: int
    seconds: float

    @property
    def samples_per_s(self) -> float:
        return self.samples / self.seconds


@dataclass(frozen=True, slots=True)
class Bench:
    """What the arms share."""

    problem: Problem
    sampler: ModelSampler
    model: LlamaCppModel
    options: SolveOptions
    max_tokens: int

    def hands(self) -> Sequence[Hand]:
        """Those that the search draws for these options."""
        rng = random.Random(self.options.seed)
        return draw_hands(self.options.n_samples, self.options.languages, self.sampler.children, rng)


async def bare_engine(bench: Bench) -> Measured:
    """Whole answers over plain HTTP: no streaming, no extraction, nothing of ours but the prompt."""
    endpoint = (await bench.model.start()).model.endpoint
    in_turn = asyncio.Semaphore(bench.sampler.hands_at_a_time)
    headers = {"Authorization": f"Bearer {endpoint.api_key}"}
    began = time.perf_counter()
    async with httpx.AsyncClient(headers=headers, timeout=None) as client:

        async def ask(hand: Hand) -> list[int]:
            prompt = solve_prompt(bench.problem, hand, bench.model.style)
            body = {
                "prompt": render(prompt, bench.model.style), "stop": prompt.stop, "n": hand.n, "seed": hand.seed,
                "temperature": hand.temperature, "top_p": 0.95, "max_tokens": bench.max_tokens, "logprobs": 1,
            }  # fmt: skip
            async with in_turn:
                reply = await client.post(f"{endpoint.url}/completions", json=body | dict(endpoint.extra))
            reply.raise_for_status()
            # A child that stops at once has no log-probabilities.
            return [len((choice["logprobs"] or {}).get("content", ())) for choice in reply.json()["choices"]]

        n_tokens = [n for tokens in await asyncio.gather(*map(ask, bench.hands())) for n in tokens]
    return Measured(len(n_tokens), sum(n_tokens), time.perf_counter() - began)


async def our_sampler(bench: Bench) -> Measured:
    """The sampler: streamed, each program extracted when it is finished."""
    began = time.perf_counter()
    async with aclosing(bench.sampler.sample(bench.problem, bench.hands())) as stream:
        samples = [sample async for sample in stream]
    return _measured(samples, time.perf_counter() - began)


async def whole_search(bench: Bench) -> Measured:
    """The sampling stage of `solve`, with the sandbox compiling and filtering on the same cores meanwhile."""
    samples: list[Sample] = []
    seconds = 0.0
    async with (
        open_judge() as judge,
        aclosing(solve(bench.problem, bench.options, bench.sampler, judge, on_sample=samples.append)) as events,
    ):
        async for event in events:
            if isinstance(event, JobCompleted):
                seconds = event.result.timings["sample"]
    return _measured(samples, seconds)


Arm = Callable[[Bench], Awaitable[Measured]]
ARMS: dict[str, Arm] = {"bare engine": bare_engine, "sampler": our_sampler, "search": whole_search}


async def run(args: argparse.Namespace) -> None:
    path = await asyncio.to_thread(pull, args.model)
    problem = parse_statement(args.statement.read_text(encoding="utf-8"), args.statement.name).problem
    began = time.perf_counter()
    sampler = await open_sampler("llama_cpp", model=args.model, threads=args.threads, max_tokens=args.max_tokens)
    print(f"{sampler.name} ({path.stat().st_size / 1e6:,.0f} MB), started in {time.perf_counter() - began:.1f} s")
    assert isinstance(sampler, ModelSampler)
    assert isinstance(sampler.language_model, LlamaCppModel)
    options = SolveOptions(n_samples=args.samples, languages=LANGUAGES, seed=args.seed)
    bench = Bench(problem, sampler, sampler.language_model, options, args.max_tokens)
    try:
        # What the arms share of their prompts is read before anything is timed, so that none pays for the others.
        for hand in {hand.language: hand for hand in bench.hands()}.values():
            prompt = solve_prompt(problem, hand, bench.model.style)
            await bench.model.label_probabilities(prompt, ("x",))
        rounds = [await _round(bench, turn) for turn in range(args.rounds)]
    finally:
        await sampler.aclose()
    _print(rounds)


async def _round(bench: Bench, turn: int) -> dict[str, Measured]:
    order = list(ARMS.items())[:: -1 if turn % 2 else 1]
    return {name: await arm(bench) for name, arm in order}


def _measured(samples: Sequence[Sample], seconds: float) -> Measured:
    return Measured(len(samples), sum(sample.n_tokens for sample in samples), seconds)


def _print(rounds: Sequence[dict[str, Measured]]) -> None:
    columns = f"{'samples':>7} {'tokens':>7} {'s':>7} {'samples/s':>9} {'tokens/s':>8}"
    print(f"{'arm':<12} {columns}  of the bare engine (by round)")
    for name in ARMS:
        runs = [measured[name] for measured in rounds]
        samples, tokens, seconds = (
            sum(values) for values in zip(*((r.samples, r.tokens, r.seconds) for r in runs), strict=True)
        )
        ratios = [measured[name].samples_per_s / measured["bare engine"].samples_per_s for measured in rounds]
        spread = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        print(
            f"{name:<12} {samples:>7} {tokens:>7} {seconds:>7.1f} {samples / seconds:>9.3f} {tokens / seconds:>8.1f}  "
            f"{statistics.median(ratios):.2f} ({spread})"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=DEFAULT_MODEL, help="a known model's name; default: %(default)s")
    parser.add_argument("--samples", type=int, default=32, help="per arm and round; default: %(default)s")
    parser.add_argument("--rounds", type=int, default=2, help="default: %(default)s")
    parser.add_argument("--threads", type=int, help="default: all cores but one")
    parser.add_argument("--max-tokens", type=int, default=192, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--statement", type=Path, default=STATEMENT, help="default: the brackets example")
    try:
        asyncio.run(run(parser.parse_args()))
    except (ModelError, SamplerError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
