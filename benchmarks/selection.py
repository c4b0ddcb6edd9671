"""Selectors on contest problems: n@k on pools that are drawn from the programs which the juries wrote.

    python benchmarks/selection.py ../shared/data/problems --out out/jury [--problem NAME,...] [--draws N]

First the programs of every problem are judged and run on inputs that are chosen by the search from its samples, without
a model and without a look at its tests. That takes minutes a problem, so what is in --out already is not run again.

Then pools are drawn from them. What is real in a pool is how programs behave and whether they are right. How often each
is drawn is simulated, as no model wrote these, and by the same law for right and wrong ones, so that numbers alone give
nothing away. Of 1000 samples a few per cent are right and a few per cent pass the samples and are wrong; the filter
removes the others, so that these need not be drawn. Either kind is shared out by Zipf's law among as many programs, in
random order, as there are of the rarer kind. A sample has the text of an earlier one or a new one, as in a Chinese
restaurant process. Both exponents are those of the pool that CodeT's authors released, by its clusters. All selectors
see the same pools.
"""

import argparse
import asyncio
import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean

from jury import MISSED, record

from alphacode_sandbox import open_judge
from alphacode_server.evaluation import ORACLE, Task
from alphacode_server.evaluation.bootstrap import interval
from alphacode_server.evaluation.calibration import calibration
from alphacode_server.evaluation.metrics import solve_chance
from alphacode_server.evaluation.oracle import oracle
from alphacode_server.problem.folder import read_folder
from alphacode_server.selection import DEFAULT_SELECTOR, SELECTORS, Recording, read_recording, write_recording

KS = (1, 2, 5, 10)
N_SAMPLES = 1000
SHARE = (0.01, 0.10)
"""Of the samples, the right ones, and those that pass the samples and are wrong; drawn evenly on a log scale."""
ZIPF = 1.5
DISCOUNT = 0.85
SEED = 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("problems", type=Path, help="folders of problems, two levels deep")
    parser.add_argument("--out", type=Path, required=True, help="where the recordings are kept")
    parser.add_argument("--problem", help="only these, by the name of their folder")
    parser.add_argument("--draws", type=int, default=20, help="pools a problem")
    args = parser.parse_args()
    folders = [file.parent for file in sorted(args.problems.glob("*/*/problem.json"))]
    names = args.problem.split(",") if args.problem else [folder.name for folder in folders]
    args.out.mkdir(parents=True, exist_ok=True)
    recordings = asyncio.run(recorded([folder for folder in folders if folder.name in names], args.out))
    show_separation(recordings)
    rng = random.Random(SEED)
    pools = {each.problem: [drawn(each, rng) for _ in range(args.draws)] for each in recordings if is_a_choice(each)}
    print(f"\n{len(pools)} problems where right and wrong programs pass the samples, {args.draws} pools each")
    show_rates(pools)
    show_calibration(pools)
    return 0


async def recorded(folders: Sequence[Path], out: Path) -> list[Recording]:
    recordings = []
    async with open_judge() as judge:
        for folder in folders:
            file = out / f"{folder.parent.name}-{folder.name}.jsonl.gz"
            if not file.exists():
                write_recording(await record(read_folder(folder), judge), file)
                print(f"{file} written", file=sys.stderr)
            recordings.append(read_recording(file))
    return recordings


def show_separation(recordings: Sequence[Recording]) -> None:
    """What generated inputs find out about the wrong programs that no test of the folder does."""
    print("wrong programs that pass all tests there are, and those that a generated input tells from the right ones")
    kinds = Counter[str]()
    found = Counter[str]()
    for recording in recordings:
        matrix = recording.evidence.matrix
        right = [row for row, correct in enumerate(recording.correct or ()) if correct]
        unanimous = [
            (column, next(iter(cells)))
            for column in range(len(matrix.inputs))
            if len(cells := {matrix.cells[row][column] for row in right}) == 1
        ]
        for row, program in enumerate(matrix.programs):
            kind, verdict, *_ = program.split("/")
            if kind == MISSED:
                kinds[verdict] += 1
                found[verdict] += any(matrix.cells[row][column] != cell for column, cell in unanimous)
    for verdict, n in sorted(kinds.items()):
        print(f"  {verdict:22}{n:4}{found[verdict]:4}")


def is_a_choice(recording: Recording) -> bool:
    assert recording.correct is not None
    return {recording.correct[row] for row in recording.evidence.passing} == {True, False}


def drawn(recording: Recording, rng: random.Random) -> Task:
    """A pool: a row a program text, with its samples."""
    assert recording.correct is not None
    passing = recording.evidence.passing
    kinds = [[row for row in passing if recording.correct[row] == is_right] for is_right in (True, False)]
    n_programs = min(map(len, kinds))
    weights = [rank**-ZIPF for rank in range(1, n_programs + 1)]
    texts = [
        (row, n)
        for rows in kinds
        for row, n_samples in Counter(rng.choices(rng.sample(rows, n_programs), weights, k=count(rng))).items()
        for n in copies(n_samples, rng)
    ]
    rows = [row for row, _ in texts]
    evidence = recording.evidence.restricted(rows)
    ids = tuple(f"{rng.getrandbits(48):012x}" for _ in rows)
    matrix = replace(evidence.matrix, programs=ids, multiplicities=tuple(n for _, n in texts))
    return Task(recording.problem, replace(evidence, matrix=matrix), tuple(recording.correct[row] for row in rows))


def count(rng: random.Random) -> int:
    """How many samples are of one kind."""
    low, high = SHARE
    share = low * (high / low) ** rng.random()
    return sum(rng.random() < share for _ in range(N_SAMPLES))


def copies(n: int, rng: random.Random) -> list[int]:
    """Of `n` samples that behave alike, how many have each text (Pitman and Yor's process without a base rate)."""
    texts: list[int] = []
    for n_before in range(n):
        if rng.random() * max(n_before, 1) < max(DISCOUNT * len(texts), 1 - n_before):
            texts.append(1)
        else:
            texts[rng.choices(range(len(texts)), [size - DISCOUNT for size in texts])[0]] += 1
    return texts


def show_rates(pools: Mapping[str, Sequence[Task]]) -> None:
    """In per cent, with 95 % intervals by a bootstrap over problems, and what ours is ahead of each."""
    names = [DEFAULT_SELECTOR, *(name for name in SELECTORS if name != DEFAULT_SELECTOR), ORACLE]
    rates = {name: [rates_of(name, each) for each in pools.values()] for name in names}
    print(f"{'':15}" + "".join(f"{f'{k}@{N_SAMPLES}':^16}" for k in KS) + f"{DEFAULT_SELECTOR} ahead @1, @2")
    for name in names:
        columns = [show([rate[k] for rate in rates[name]]) for k in KS]
        ahead = [
            show([ours[k] - theirs[k] for ours, theirs in zip(rates[DEFAULT_SELECTOR], rates[name], strict=True)], "+")
            for k in KS[:2]
        ]
        print(f"{name:15}" + "".join(f"{each:16}" for each in columns) + "  ".join(ahead))


def rates_of(name: str, pools: Sequence[Task]) -> dict[int, float]:
    """Of one problem: the chance that so many picks solve it, over its pools."""
    rankings = [
        oracle(pool.evidence, pool.is_right) if name == ORACLE else SELECTORS[name].rank(pool.evidence)
        for pool in pools
    ]
    return {
        k: mean(solve_chance(ranking, pool.is_right, k) for ranking, pool in zip(rankings, pools, strict=True))
        for k in KS
    }


def show(values: Sequence[float], sign: str = "") -> str:
    low, high = interval(values)
    return f"{100 * mean(values):{sign}.1f} [{100 * low:{sign}.0f}, {100 * high:{sign}.0f}]"


def show_calibration(pools: Mapping[str, Sequence[Task]]) -> None:
    claims, truths = [], []
    for pool in (pool for each in pools.values() for pool in each):
        for group in SELECTORS[DEFAULT_SELECTOR].rank(pool.evidence):
            claims.append(group.probability or 0.0)
            truths.append(solve_chance((group,), pool.is_right, 1))
    found = calibration(claims, truths)
    print(f"\n{DEFAULT_SELECTOR} as a forecaster of clusters: Brier score {found.brier:.3f}; claimed and observed")
    for each in found.bins:
        print(f"  {each.n:6} {each.claimed:.2f} {each.observed:.2f}")


if __name__ == "__main__":
    sys.exit(main())
