"""What samples cost on which GPU, by the roofline: `python benchmarks/capacity.py` prints docs/capacity.md's tables.

A step of B sequences reads every weight and multiplies it with B tokens, whichever takes longer, and then reads the
keys and values of B contexts. These add up, as they run one after the other:

    step = max(weight bytes / bandwidth, 2 * parameters * B / FLOP/s) + B * context * KV bytes / bandwidth
    tokens/s = B / step
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

PROMPT, METADATA, COMPLETION = 800, 40, 400
"""Tokens of a statement, of what is a sample's own after it, and of its program."""
CONTEXT = PROMPT + METADATA + COMPLETION // 2
"""What a token of the completion looks back on, on average."""
REACHED = 0.4
"""Of the roofline: what an engine is planned to reach. Published runs reach 0.49 to 0.63 with shorter contexts."""
REACHED_READING = 0.6
"""Of the FLOP/s, while prompts are read."""
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU as it was measured, or as its data sheet says, which no kernel reaches."""

    name: str
    flops: float
    """Of dense matrix products in bfloat16, per second."""
    bandwidth: float
    """Bytes per second."""
    memory_gb: int


@dataclass(frozen=True, slots=True)
class Model:
    """A model's shape, which is that of Qwen2.5-Coder."""

    name: str
    parameters: float
    layers: int
    kv_heads: int
    head_dim: int
    batch: int = 1024
    """Sequences side by side, as many as fit beside the weights up to vLLM's default."""

    @property
    def weight_bytes(self) -> float:
        """In bfloat16."""
        return 2 * self.parameters

    @property
    def kv_bytes(self) -> int:
        """Of one token: keys and values of all layers."""
        return 2 * 2 * self.layers * self.kv_heads * self.head_dim


GPUS = (
    Gpu("H200", 788e12, 4.3e12, 141),  # Both measured on one; its data sheet says 990 and 4.8.
    Gpu("H100 SXM", 798e12, 3.0e12, 80),  # Likewise; 990 and 3.35.
    # 0.8 and 0.9 of the data sheets', as the H200 reaches.
    Gpu("A100 80 GB", 0.8 * 312e12, 0.9 * 2.04e12, 80),
    Gpu("L40S", 0.8 * 362e12, 0.9 * 0.864e12, 48),
    Gpu("RTX 4090", 0.8 * 165e12, 0.9 * 1.008e12, 24),
)
MODELS = (
    Model("1.5B", 1.54e9, 28, 2, 128),
    Model("7B", 7.62e9, 28, 4, 128),
    Model("14B", 14.8e9, 48, 8, 128),
    Model("32B", 32.8e9, 64, 8, 128),
)
SPARE = 0.9
"""Of a GPU's memory that may be filled."""


def batch_of(model: Model, gpu: Gpu) -> int:
    """Sequences that fit: the statement's keys and values are there once, the rest for every sequence."""
    free = SPARE * gpu.memory_gb * 1e9 - model.weight_bytes - PROMPT * model.kv_bytes
    return max(0, min(model.batch, int(free / ((METADATA + COMPLETION) * model.kv_bytes))))


def tokens_per_s(model: Model, gpu: Gpu, batch: int) -> float:
    """The roofline for `batch` sequences side by side."""
    weights = max(model.weight_bytes / gpu.bandwidth, 2 * model.parameters * batch / gpu.flops)
    return batch / (weights + batch * CONTEXT * model.kv_bytes / gpu.bandwidth)


def prefill_s(model: Model, gpu: Gpu, n_samples: int, tokens: int) -> float:
    """Seconds to read `tokens` of every sample's prompt that no cache holds."""
    return n_samples * tokens * 2 * model.parameters / (REACHED_READING * gpu.flops)


def rows() -> Iterator[tuple[Model, Gpu, int]]:
    """What fits."""
    for gpu in GPUS:
        for model in MODELS:
            if batch := batch_of(model, gpu):
                yield model, gpu, batch


def seconds(model: Model, gpu: Gpu, batch: int, n_samples: int) -> float:
    """Sampling as planned, statement first."""
    writing = n_samples * COMPLETION / (REACHED * tokens_per_s(model, gpu, batch))
    return writing + prefill_s(model, gpu, n_samples, METADATA)


def throughput() -> Iterator[Sequence[str]]:
    yield (
        "GPU",
        "model",
        "KV a token",
        "side by side",
        "roofline, tokens/s",
        "planned, tokens/s",
        "compute alone, tokens/s",
    )
    for model, gpu, batch in rows():
        roofline = tokens_per_s(model, gpu, batch)
        yield (
            gpu.name, model.name, f"{model.kv_bytes // 1024} KiB", f"{batch:,}", f"{roofline:,.0f}",
            f"{REACHED * roofline:,.0f}", f"{gpu.flops / (2 * model.parameters):,.0f}",
        )  # fmt: skip


def durations() -> Iterator[Sequence[str]]:
    counts = (64, 1024, 4096, 65_536, MILLION)
    yield "GPU", "model", *(f"{n:,}" for n in counts)
    for model, gpu, batch in rows():
        yield gpu.name, model.name, *(_duration(seconds(model, gpu, min(n, batch), n)) for n in counts)


def order() -> Iterator[Sequence[str]]:
    yield "GPU", "model", "statement first", "metadata first"
    for model, gpu, _ in rows():
        if gpu is GPUS[0]:
            last, first = (prefill_s(model, gpu, MILLION, n) for n in (METADATA, PROMPT + METADATA))
            yield gpu.name, model.name, _duration(last), _duration(first)


TABLES: dict[str, Callable[[], Iterator[Sequence[str]]]] = {
    "Tokens per second": throughput,
    "Time for N samples": durations,
    "Reading the prompts of a million samples": order,
}


def _duration(s: float) -> str:
    return f"{s:.0f} s" if s < 120 else f"{s / 60:.0f} min" if s < 7200 else f"{s / 3600:.1f} h"


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    for title, table in TABLES.items():
        header, *body = table()
        print(f"### {title}\n")
        print(f"| {' | '.join(header)} |\n|{' --- |' * len(header)}")
        for row in body:
            print(f"| {' | '.join(row)} |")
        print()


if __name__ == "__main__":
    main()
