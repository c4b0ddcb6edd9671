"""A pool of samples for every problem of a data set, and how fast a model writes it.

    python benchmarks/draw.py DATASET... --samples N --out DIR --sampler vllm --model DIR [--only NAME ...]

No program is run. Each problem becomes a recording DIR/NAME.jsonl, from which `alphacode eval run DATASET
--sampler replay:DIR` searches wherever there is a sandbox: a GPU draws, another machine judges. A problem whose
recording is there is not drawn again, so a run that was stopped goes on.

Problems are begun in their order, a few side by side, so that the engine is busy while the last samples of one are
written. With vLLM, tokens per second come with those of the prompts, and with what its prefix cache held of these.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from alphacode_server.evaluation import DatasetError, file_name, read_dataset
from alphacode_server.problem import Problem
from alphacode_server.samplers import Recorder, Sampler, SamplerError, draw_hands, open_sampler
from alphacode_server.samplers.model_sampler import ModelSampler
from alphacode_server.samplers.vllm_engine import VllmEngine
from alphacode_server.samplers.vllm_model import VllmModel

SIDE_BY_SIDE = 4
"""Problems."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Of one problem."""

    samples: int
    tokens: int


async def run(args: argparse.Namespace) -> None:
    entries = {file_name(each.name): each.problem for path in args.dataset for each in read_dataset(path)
               if not args.only or each.name in args.only}  # fmt: skip
    args.out.mkdir(parents=True, exist_ok=True)
    left = {name: problem for name, problem in entries.items() if not (args.out / f"{name}.jsonl").exists()}
    sampler = await open_sampler(
        args.sampler, model=args.model, url=args.api_url, max_tokens=args.max_tokens, engine=args.engine
    )
    try:
        engine = await _engine(sampler)
        before = _counts(engine)
        began = time.perf_counter()
        drawn = await _all(left, sampler, args)
        seconds = time.perf_counter() - began
        _print(drawn, seconds, [now - then for now, then in zip(_counts(engine), before, strict=True)])
    finally:
        await sampler.aclose()


async def _all(problems: dict[str, Problem], sampler: Sampler, args: argparse.Namespace) -> list[Drawn]:
    places = asyncio.Semaphore(SIDE_BY_SIDE)

    async def draw(name: str, problem: Problem) -> Drawn:
        async with places:
            began = time.perf_counter()
            drawn = await _draw(problem, sampler, args.out / f"{name}.jsonl", args)
        seconds = time.perf_counter() - began
        print(f"{name}: {drawn.samples} samples, {drawn.tokens:,} tokens, {seconds:.1f} s", flush=True)
        return drawn

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(draw(*each)) for each in problems.items()]
    return [task.result() for task in tasks]


async def _draw(problem: Problem, sampler: Sampler, file: Path, args: argparse.Namespace) -> Drawn:
    """The file gets its name when it is whole."""
    rng = random.Random(f"{args.seed} {file.stem}")
    hands = draw_hands(args.samples, args.languages, sampler.children, rng)
    samples = tokens = 0
    growing = file.with_suffix(".part")
    growing.unlink(missing_ok=True)
    with Recorder(growing, problem) as record:
        async with aclosing(sampler.sample(problem, hands)) as drawn:
            async for sample in drawn:
                record(sample)
                samples, tokens = samples + 1, tokens + sample.n_tokens
    growing.rename(file)
    return Drawn(samples, tokens)


async def _engine(sampler: Sampler) -> VllmEngine | None:
    if isinstance(sampler, ModelSampler) and isinstance(sampler.language_model, VllmModel):
        return await sampler.language_model.host.start()
    return None


def _counts(engine: VllmEngine | None) -> tuple[int, int, int]:
    return (engine.n_written, engine.n_prompt_tokens, engine.n_cached_tokens) if engine else (0, 0, 0)


def _print(drawn: Sequence[Drawn], seconds: float, counts: Sequence[int]) -> None:
    tokens = sum(each.tokens for each in drawn)
    print(
        f"{len(drawn)} problems, {sum(each.samples for each in drawn)} programs of {tokens:,} tokens in {seconds:.1f} s"
    )
    written, of_prompts, cached = counts
    if written:
        print(f"written, other replies included: {written:,} tokens, {written / seconds:,.0f} per second")
        print(f"prompts: {of_prompts:,} tokens, {cached / of_prompts:.1%} of them from the prefix cache")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path, nargs="+", help="as `alphacode eval run` takes it")
    parser.add_argument("--samples", type=int, required=True, help="of every problem")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these problems")
    parser.add_argument("--languages", nargs="+", default=["cpp", "python"], metavar="NAME")
    parser.add_argument("--seed", type=int, default=1, help="of the hands; default: %(default)s")
    parser.add_argument("--max-tokens", type=int, default=1024, help="of a sample; default: %(default)s")
    parser.add_argument("--sampler", default="llama_cpp", help="as of `alphacode solve`; default: %(default)s")
    parser.add_argument("--model")
    parser.add_argument("--api-url")
    parser.add_argument("--engine", action="append", default=[], metavar="NAME=VALUE", help="as of `alphacode solve`")
    try:
        asyncio.run(run(parser.parse_args()))
    except (DatasetError, SamplerError) as error:
        sys.exit(f"draw: {error}")


if __name__ == "__main__":
    main()
