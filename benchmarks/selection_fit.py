"""The weights of our selector, fitted to a recorded pool, and how well they do on tasks they were not fitted to.

    .venv/bin/python benchmarks/selection_fit.py ../shared/data/pools/codet_humaneval_codegen16b

Every task is seen as it is and as smaller draws of its samples, so that the weights owe less to which samples happen
to be there. The ridge is the one whose weights solve most left-out tasks at one pick, of equals the one that makes the
truth about them likeliest, in a cross-validation over tasks: all draws of a task are in one fold. What is printed last
goes into `alphacode_server/selection/ours.py`.
"""

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from alphacode_server.evaluation import Task, read_pool
from alphacode_server.evaluation.bootstrap import interval
from alphacode_server.evaluation.calibration import calibration
from alphacode_server.evaluation.fitting import Choice, chances, choice_of, fit, log_likelihood
from alphacode_server.evaluation.metrics import solve_chance
from alphacode_server.selection import DEFAULT_SELECTOR, SELECTORS
from alphacode_server.selection.ours import Weights

N_DRAWS = 3
SHARE = 0.6
N_FOLDS = 10
RIDGES = (0.001, 0.003, 0.01, 0.03)
SEED = 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pool", type=Path)
    tasks = read_pool(parser.parse_args().pool)
    rng = random.Random(SEED)
    seen = [[choice_of(draw) for draw in draws_of(task, rng)] for task in tasks]
    print(f"{len(tasks)} tasks, each as it is and as {N_DRAWS} draws of {SHARE:.0%} of its samples")
    print("   ridge   log-likelihood   @1 of left-out tasks")
    results = {ridge: left_out(seen, ridge) for ridge in RIDGES}
    for ridge, (fitness, rates, _) in results.items():
        low, high = interval(rates)
        print(f"{ridge:8}   {fitness:14.4f}   {100 * mean(rates):.1f} [{100 * low:.1f}, {100 * high:.1f}]")
    ridge = max(results, key=lambda each: (mean(results[each][1]), results[each][0]))
    show_lead(results[ridge][1], tasks)
    show_calibration(*zip(*results[ridge][2], strict=True))
    weights = fit([draw for draws in seen for draw in draws], ridge)
    numbers = ", ".join(f"{weight:.2f}" for weight in weights.features)
    print(f"\nridge {ridge}, all tasks: Weights(features=({numbers}), bias={weights.bias:.2f})")
    return 0


def draws_of(task: Task, rng: random.Random) -> list[Task]:
    n = round(SHARE * sum(task.evidence.matrix.multiplicities))
    return [task, *(task.sampled(n, rng) for _ in range(N_DRAWS))]


def left_out(seen: Sequence[Sequence[Choice]], ridge: float) -> tuple[float, list[float], list[tuple[float, float]]]:
    """Mean log-likelihood, solve chance by task, and probabilities with truths, each by weights fitted without it."""
    order = random.Random(SEED).sample(range(len(seen)), len(seen))
    fitness, rates, claims = 0.0, [0.0] * len(seen), list[tuple[float, float]]()
    for fold in range(N_FOLDS):
        test = order[fold::N_FOLDS]
        weights = fit([draw for place, draws in enumerate(seen) if place not in test for draw in draws], ridge)
        for place in test:
            task = seen[place][0]
            fitness += log_likelihood(task, weights) / len(seen)
            rates[place] = best_truth(task, weights)
            claims += zip(chances(task, weights), task.truths, strict=True)
    return fitness, rates, claims


def best_truth(task: Choice, weights: Weights) -> float:
    """The chance that a pick of the likeliest cluster is right."""
    shares = chances(task, weights)
    best = [truth for share, truth in zip(shares, task.truths, strict=True) if share == max(shares)]
    return mean(best) if best else 0.0


def show_lead(rates: Sequence[float], tasks: Sequence[Task]) -> None:
    print("\nahead of others at @1, by weights fitted without the task")
    for name in (name for name in SELECTORS if name != DEFAULT_SELECTOR):
        theirs = [solve_chance(SELECTORS[name].rank(task.evidence), task.is_right, 1) for task in tasks]
        leads = [rate - their for rate, their in zip(rates, theirs, strict=True)]
        low, high = interval(leads)
        print(f"{name:14} {100 * mean(leads):+5.1f} [{100 * low:+.1f}, {100 * high:+.1f}]")


def show_calibration(claims: Sequence[float], truths: Sequence[float]) -> None:
    found = calibration(claims, truths)
    print(f"\nclusters of left-out tasks: Brier score {found.brier:.4f}")
    print("   clusters   claimed   observed")
    for each in found.bins:
        print(f"{each.n:11}   {each.claimed:7.2f}   {each.observed:8.2f}")


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


if __name__ == "__main__":
    sys.exit(main())
