"""What a scorer's numbers are worth: whether they rank right programs first, and whether they mean what they say."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alphacode_server.evaluation.calibration import Calibration, calibration
from alphacode_server.evaluation.platt import fit
from alphacode_server.evaluation.task import PoolError, Task
from alphacode_server.selection import cluster
from alphacode_server.selection.scores import Platt

N_FOLDS = 10


@dataclass(frozen=True, slots=True)
class Claim:
    """A score, and what the hidden tests say."""

    score: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Worth:
    """Of a kind of scorer, on programs or on clusters."""

    scorer: str
    of: str
    """programs, or clusters: their claim is the mean score of their programs, and right is one half of whose samples
    are."""
    n_tasks: int
    n: int
    n_right: int
    auc: float | None
    """The chance that a right one scores higher than a wrong one, 0.5 for a coin; None without one of each."""
    auc_within: float | None
    """Likewise, of the same task only, which is all that a selector can make use of."""
    raw: Calibration
    """Of the scores as they are."""
    calibrated: Calibration | None
    """Of the scores by a scaling fitted to other tasks; None with one task."""
    base_rate: Calibration | None
    """Of the share that is right in other tasks, for all alike: what a scorer has to beat."""
    scaling: Platt
    """Fitted to all tasks."""


def worths(tasks: Sequence[Task]) -> tuple[Worth, ...]:
    """Two of each kind of scorer there is. Raises PoolError where nothing was scored."""
    kinds = sorted({task.evidence.scorer for task in tasks if task.evidence.scores})
    if not kinds:
        raise PoolError("no program of this pool has a score")
    return tuple(
        _worth(kind, of, [claims(task) for task in tasks if task.evidence.scorer == kind and task.evidence.scores])
        for kind in kinds
        for of, claims in (("programs", program_claims), ("clusters", cluster_claims))
    )


def program_claims(task: Task) -> list[Claim]:
    """Of every program that was scored."""
    return [Claim(score, task.is_right[row]) for row, score in task.evidence.scores.items()]


def cluster_claims(task: Task) -> list[Claim]:
    """Of every cluster with a scored program."""
    scores, multiplicities = task.evidence.scores, task.evidence.matrix.multiplicities
    claims = []
    for each in cluster(task.evidence.matrix):
        own = [scores[row] for row in each.members if row in scores]
        n_right = sum(multiplicities[row] for row in each.members if task.is_right[row])
        if own:
            claims.append(Claim(sum(own) / len(own), 2 * n_right >= each.size))
    return claims


def _worth(scorer: str, of: str, by_task: Sequence[Sequence[Claim]]) -> Worth:
    claims = [claim for each in by_task for claim in each]
    is_plural = len(by_task) > 1
    return Worth(
        scorer=scorer or "unknown",
        of=of,
        n_tasks=len(by_task),
        n=len(claims),
        n_right=sum(claim.is_right for claim in claims),
        auc=_auc([claims]),
        auc_within=_auc(by_task),
        raw=_calibration(by_task, [lambda score: score] * len(by_task)),
        calibrated=_calibration(by_task, _left_out(by_task, _scaling)) if is_plural else None,
        base_rate=_calibration(by_task, _left_out(by_task, _rate)) if is_plural else None,
        scaling=_scaling(claims),
    )


def _left_out(
    by_task: Sequence[Sequence[Claim]], fitted: Callable[[Sequence[Claim]], Callable[[float], float]]
) -> list[Callable[[float], float]]:
    """Per task, what is fitted without its fold. No task is in two folds, so none is ever told of itself."""
    n = min(N_FOLDS, len(by_task))

    def without(fold: int) -> Callable[[float], float]:
        return fitted([claim for place, each in enumerate(by_task) if place % n != fold for claim in each])

    folds = [without(fold) for fold in range(n)]
    return [folds[place % n] for place in range(len(by_task))]


def _scaling(claims: Sequence[Claim]) -> Platt:
    return fit([claim.score for claim in claims], [claim.is_right for claim in claims])


def _rate(claims: Sequence[Claim]) -> Callable[[float], float]:
    rate = sum(claim.is_right for claim in claims) / max(1, len(claims))
    return lambda _: rate


def _calibration(by_task: Sequence[Sequence[Claim]], by_task_maps: Sequence[Callable[[float], float]]) -> Calibration:
    pairs = [(mapped(claim.score), claim) for each, mapped in zip(by_task, by_task_maps, strict=True) for claim in each]
    return calibration([value for value, _ in pairs], [float(claim.is_right) for _, claim in pairs])


def _auc(groups: Sequence[Sequence[Claim]]) -> float | None:
    """Over the pairs within the groups (Mann and Whitney); a tie is half a win."""
    wins = n_pairs = 0.0
    for group in groups:
        wrong = sorted(claim.score for claim in group if not claim.is_right)
        right = [claim.score for claim in group if claim.is_right]
        wins += sum(bisect_left(wrong, score) + bisect_right(wrong, score) for score in right) / 2
        n_pairs += len(right) * len(wrong)
    return wins / n_pairs if n_pairs else None
