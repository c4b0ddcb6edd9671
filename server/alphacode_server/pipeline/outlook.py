"""The outlook of a search: whether what is left of its budget would change the answer, and what more would add."""

import random
from collections.abc import Sequence

from alphacode_server.pipeline.evidence import clusters_of
from alphacode_server.pipeline.options import SolveOptions
from alphacode_server.pipeline.pool import Pool
from alphacode_server.protocol import OutlookBody
from alphacode_server.selection import (
    SELECTORS,
    Cluster,
    Evidence,
    Standings,
    chance_of_a_first,
    chance_of_change,
    cluster,
    expected_new_clusters,
)

SETTLED = 0.02
"""A search is settled when the chance that its answer still changes is at most this."""


def chance_left(evidence: Evidence, pool: Pool, n_left: int, options: SolveOptions) -> float:
    """The chance that the samples still to come change the answer.

    1 where the whole budget is asked for, and with a selector that does not tell probabilities: so the published
    methods, which know no such rule, spend it too.
    """
    if n_left == 0:
        return 0.0
    if not options.early_stop:
        return 1.0
    ranking = SELECTORS[options.selector].rank(evidence)
    probabilities = [group.probability for group in ranking if group.probability is not None]
    if len(probabilities) < len(ranking) or not evidence.matrix.inputs:
        return 1.0
    counts = pool.counts()
    standings = Standings(
        sizes=[each.size for each in clusters_of(ranking, cluster(evidence.matrix))],
        probabilities=probabilities,
        n_failing=counts.sampled - counts.passing,
        n_left=n_left,
    )
    return chance_of_change(standings, options.n_candidates, random.Random(options.seed))


def outlook(clusters: Sequence[Cluster], pool: Pool, n_left: int = 0, chance: float | None = None) -> OutlookBody:
    """Of a search that has ended with so many samples left, and such a chance that they would change its answer."""
    if not clusters:
        return OutlookBody(first_passing=chance_of_a_first(pool.n_sampled) if pool.n_sampled else None)
    new_clusters = expected_new_clusters([each.size for each in clusters], pool.n_sampled)
    return OutlookBody(new_clusters, unused=n_left, chance_of_change=chance if n_left else None)
