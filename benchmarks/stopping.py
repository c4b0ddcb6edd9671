"""What the stop rule saves on a recorded pool, what it costs, and whether its chances and the coverage curve hold.

    .venv/bin/python benchmarks/stopping.py ../shared/data/pools/codet_humaneval_codegen16b --draws 6

Every task is searched in rounds of a quarter, a half and all of its samples, in random orders; a round is what the next
one would have been cut short at. Of the searches that stop at a level, no more than about this share may have another
cluster first in the end, and they should solve as many tasks as those that spend all.
"""

import argparse
import math
import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alphacode_server.evaluation import Task, read_pool
from alphacode_server.evaluation.bootstrap import interval
from alphacode_server.evaluation.metrics import solve_chance
from alphacode_server.pipeline.evidence import clusters_of
from alphacode_server.selection import (
    DEFAULT_SELECTOR,
    SELECTORS,
    Standings,
    chance_of_change,
    cluster,
    expected_new_clusters,
)

LEVELS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2)
N_ROUNDS = 3
N_RANKS = 10
SEED = 1


@dataclass(frozen=True, slots=True)
class Look:
    """A search after one of its rounds."""

    n_samples: int
    chance: float
    solved: dict[int, float]
    """By number of picks, the chance that one is right."""
    first: frozenset[str]
    sizes: tuple[int, ...]
    odds: dict[str, float]
    """Log-odds of a cluster beyond those of its share, by the programs in it."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pool", type=Path)
    parser.add_argument("--draws", type=int, default=2, metavar="N", help="orders per task; default: %(default)s")
    args = parser.parse_args()
    rng = random.Random(SEED)
    searches = [search(task, rng) for task in read_pool(args.pool) for _ in range(args.draws)]
    show_stops(searches, args.draws)
    show_coverage(searches)
    show_spread(searches)
    return 0


def search(task: Task, rng: random.Random) -> list[Look]:
    """The looks at one search, the earliest first: each has half of the samples of the next."""
    n_samples = sum(task.evidence.matrix.multiplicities)
    looks = [look(task, 0)]
    for _ in range(N_ROUNDS - 1):
        task = task.sampled(sum(task.evidence.matrix.multiplicities) // 2, rng)
        looks.append(look(task, n_samples - sum(task.evidence.matrix.multiplicities)))
    return looks[::-1]


def look(task: Task, n_left: int) -> Look:
    matrix = task.evidence.matrix
    ranking = SELECTORS[DEFAULT_SELECTOR].rank(task.evidence)
    clusters = clusters_of(ranking, cluster(matrix))
    sizes = tuple(each.size for each in clusters)
    probabilities = [group.probability or 0.0 for group in ranking]
    standings = Standings(sizes, probabilities, n_failing=0, n_left=n_left)
    return Look(
        n_samples=sum(sizes),
        chance=chance_of_change(standings, N_RANKS, random.Random(SEED)),
        solved={k: solve_chance(ranking, task.is_right, k) for k in (1, N_RANKS)},
        first=frozenset(matrix.programs[row] for row in clusters[0].members),
        sizes=sizes,
        odds={
            matrix.programs[row]: math.log(probability / each.size)
            for probability, each in zip(probabilities, clusters, strict=True)
            if probability
            for row in each.members
        },
    )


def show_stops(searches: Sequence[Sequence[Look]], draws: int) -> None:
    print("  level   stopped   another first   samples   @1 (95 % of the difference to all)   @10")
    for level in LEVELS:
        ends = [next(look for look in looks if look.chance <= level) for looks in searches]
        stopped = [(end, looks[-1]) for end, looks in zip(ends, searches, strict=True) if end is not looks[-1]]
        changed = sum(not end.first <= last.first for end, last in stopped)
        used = sum(end.n_samples for end in ends) / sum(looks[-1].n_samples for looks in searches)
        rates = []
        for k in (1, N_RANKS):
            gains = [end.solved[k] - looks[-1].solved[k] for end, looks in zip(ends, searches, strict=True)]
            low, high = interval([statistics.mean(gains[i : i + draws]) for i in range(0, len(gains), draws)])
            rate = statistics.mean(end.solved[k] for end in ends)
            rates.append(f"{100 * rate:.1f} [{100 * low:+.1f}, {100 * high:+.1f}]")
        share = f"{changed / len(stopped):.1%}" if stopped else "-"
        print(f"{level:7.0%}   {len(stopped) / len(ends):7.0%}   {share:>13}   {used:7.0%}   {'   '.join(rates)}")


def show_coverage(searches: Sequence[Sequence[Look]]) -> None:
    for i in range(N_ROUNDS - 1):
        expected = [expected_new_clusters(looks[i].sizes, looks[i].n_samples) for looks in searches]
        found = [len(looks[i + 1].sizes) - len(looks[i].sizes) for looks in searches]
        error = statistics.mean(abs(e - f) for e, f in zip(expected, found, strict=True))
        print(
            f"twice {searches[0][i].n_samples} samples: {statistics.mean(expected):.1f} more clusters expected, "
            f"{statistics.mean(found):.1f} found, off by {error:.1f} on average"
        )


def show_spread(searches: Sequence[Sequence[Look]]) -> None:
    """How far the log-odds of one cluster move against those of another, beyond what their shares explain."""
    for i in range(N_ROUNDS - 1):
        moves = []
        for looks in searches:
            now, then = looks[i].odds, looks[-1].odds
            ours = [then[program] - now[program] for program in {*now} & {*then}]
            moves += [move - statistics.mean(ours) for move in ours]
        n_now, n_then = searches[0][i].n_samples, searches[0][-1].n_samples
        scale = statistics.pstdev(moves) / math.sqrt(1 / n_now - 1 / n_then)
        print(f"spread from {n_now} samples to {n_then}: {scale:.1f}")


if __name__ == "__main__":
    raise SystemExit(main())
