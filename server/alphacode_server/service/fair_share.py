"""Turns at an engine that several jobs share: small first rounds first, and from then on a fair share for everybody.

Start-time fair queueing (Goyal, Vin and Cheng 1996): the next turn is for the owner who has drawn least so far in
proportion to their weight, and for the job that has drawn least of theirs. Who comes later starts from where the others
are, and catches up on nothing.
"""

import asyncio
import math
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

FIRST_ROUND = 32
"""Samples of a job that come before everybody else's later ones: its user sees first candidates within seconds."""


@dataclass(slots=True)
class _Owner:
    """Somebody whose jobs count together."""

    weight: float
    drawn: float
    """Samples, divided by the weight."""
    n_jobs: int = 0


@dataclass(slots=True, eq=False)
class Share:
    """One job's share; made by `FairShare.share`."""

    _turns: "FairShare"
    _owner: _Owner
    _drawn: float
    """Since the job that had drawn least when this one came."""
    n_drawn: int = 0
    waiting: deque[tuple[int, asyncio.Future[None]]] = field(default_factory=deque)
    """Samples that a turn is wanted for, and what becomes done with the turn."""

    @property
    def rank(self) -> tuple[bool, float, float]:
        """Lowest first."""
        return self.n_drawn >= FIRST_ROUND, self._owner.drawn, self._drawn

    @asynccontextmanager
    async def turn(self, n_samples: int) -> AsyncGenerator[None, None]:
        """Wait for a turn to draw so many samples, and keep it for as long as this is open."""
        taken = asyncio.get_running_loop().create_future()
        wish = n_samples, taken
        self.waiting.append(wish)
        self._turns.go_on()
        try:
            await taken
            yield
        finally:
            # Whoever is cancelled may have got the turn just before.
            if wish in self.waiting:
                self.waiting.remove(wish)
            elif not taken.cancelled():
                self._turns.give_back()

    def charge(self, n_samples: int) -> None:
        self.n_drawn += n_samples
        self._drawn += n_samples
        self._owner.drawn += n_samples / self._owner.weight


class FairShare:
    """All turns at one engine. Lives on one event loop."""

    def __init__(self, n_turns: float = math.inf) -> None:
        """`n_turns` may be held at a time; it may be set later, when the engine is known."""
        self.n_turns = n_turns
        self.n_taken = 0
        self._owners: dict[str, _Owner] = {}
        self._shares: list[Share] = []

    @property
    def n_waiting(self) -> int:
        """Turns that are wanted."""
        return sum(len(share.waiting) for share in self._shares)

    @contextmanager
    def share(self, owner: str, weight: float = 1.0) -> Iterator[Share]:
        """The share of a job for as long as it runs. An owner has the weight of their first job here."""
        account = self._owners.get(owner) or _Owner(weight, _least(each.drawn for each in self._owners.values()))
        self._owners[owner] = account
        account.n_jobs += 1
        share = Share(self, account, _least(each._drawn for each in self._shares if each._owner is account))
        self._shares.append(share)
        try:
            yield share
        finally:
            self._shares.remove(share)
            account.n_jobs -= 1
            if not account.n_jobs:
                del self._owners[owner]

    def go_on(self) -> None:
        """Give out the turns that are free."""
        while self.n_taken < self.n_turns and (wanting := [share for share in self._shares if share.waiting]):
            share = min(wanting, key=lambda share: share.rank)
            n_samples, taken = share.waiting.popleft()
            if taken.cancelled():
                continue
            share.charge(n_samples)
            self.n_taken += 1
            taken.set_result(None)

    def give_back(self) -> None:
        """A turn is over."""
        self.n_taken -= 1
        self.go_on()


def _least(numbers: Iterable[float]) -> float:
    return min(numbers, default=0.0)
