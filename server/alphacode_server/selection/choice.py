"""What a selector answers with, an order of groups of programs, and how picks are drawn from it."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from alphacode_server.selection.clusters import Cluster
from alphacode_server.selection.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Group:
    """Programs between which a selector sees no difference: a pick of the group is a random draw from it."""

    score: float
    """What the selector orders by, higher first. Groups with the same score come in random order."""
    members: tuple[int, ...]
    """Rows of the matrix."""
    tickets: tuple[int, ...]
    """Per member, its tickets in the draw: its samples where a method counts duplicates, else one.

    The next round of picks draws again, without the tickets drawn before.
    """
    probability: float | None = None
    """That its programs are right, from a selector that can tell."""

    @property
    def n_draws(self) -> int:
        """How many picks it has to give."""
        return sum(self.tickets)


Ranking = tuple[Group, ...]
"""Highest score first."""

Rank = Callable[[Evidence], Ranking]


def ranked(groups: Sequence[Group], evidence: Evidence) -> Ranking:
    """In order. Ties are listed by their smallest program id, so that the order of the programs never matters."""
    programs = evidence.matrix.programs
    return tuple(sorted(groups, key=lambda group: (-group.score, min(programs[row] for row in group.members))))


def samples_of(members: Sequence[int], evidence: Evidence) -> tuple[int, ...]:
    """Tickets where duplicates count."""
    return tuple(evidence.matrix.multiplicities[row] for row in members)


def group_of(cluster: Cluster, score: float, evidence: Evidence) -> Group:
    """A cluster as a group, a ticket a sample."""
    return Group(score, cluster.members, samples_of(cluster.members, evidence))


def draws(ranking: Ranking, rng: random.Random) -> Iterator[tuple[Group, int]]:
    """Group and row of every pick in turn: one of each group, then round again until all tickets are drawn.

    Duplicates count where the selector counts them, so a row can come again.
    """
    shuffled = sorted(ranking, key=lambda group: (-group.score, rng.random()))
    order = [(group, _draw(group, rng)) for group in shuffled]
    while order:
        left = []
        for group, rows in order:
            row = next(rows, None)
            if row is not None:
                yield group, row
                left.append((group, rows))
        order = left


def picks(ranking: Ranking, n: int, rng: random.Random, *, goes_round: bool = True) -> tuple[tuple[Group, int], ...]:
    """At most `n` draws, no program twice, nor a group unless it `goes_round`. Never padded."""
    seen = set[int]()

    def fresh() -> Iterator[tuple[Group, int]]:
        for group, row in draws(ranking, rng):
            if row not in seen:
                seen.update([row] if goes_round else group.members)
                yield group, row

    return tuple(islice(fresh(), n))


def _draw(group: Group, rng: random.Random) -> Iterator[int]:
    tickets = [row for row, n in zip(group.members, group.tickets, strict=True) for _ in range(n)]
    rng.shuffle(tickets)
    return iter(tickets[: group.n_draws])
