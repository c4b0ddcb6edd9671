"""Turns at an engine that several jobs share: small first rounds first, and from then on a fair share for everybody.

Start-time fair queueing (Goyal, Vin and Cheng 1996): the next turn is for the owner who has drawn least so far in
proportion to their weight, and for the job that has drawn least of theirs. Who comes later, or comes back, starts from
where the others are and catches up on nothing.
"""

import asyncio
import math
from collections import deque
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

FIRST_ROUND = 32
"""Samples of a job that come before everybody else's later ones: its user sees first candidates within seconds."""


@dataclass(slots=True, eq=False)
class _Account:
    """What an owner, or one job of theirs, has drawn beside others."""

    weight: float = 1.0
    drawn: float = 0.0
    """Samples, divided by the weight."""
    n_open: int = 0
    """Turns that it wants or has."""
    reached: float = 0.0
    """How much the part that last got a turn had drawn before: where a part that was idle comes in."""

    def come_in(self, reached: float) -> None:
        if not self.n_open:
            self.drawn = max(self.drawn, reached)
        self.n_open += 1

    def charge(self, n_samples: int) -> None:
        self.drawn += n_samples / self.weight


@dataclass(slots=True, eq=False)
class Share:
    """One job's share; made by `FairShare.share`."""

    _turns: "FairShare"
    owner: _Account
    job: _Account = field(default_factory=_Account)
    n_drawn: int = 0
    waiting: deque[tuple[int, asyncio.Future[None]]] = field(default_factory=deque)
    """Samples that a turn is wanted for, and what becomes done with the turn."""

    @property
    def rank(self) -> tuple[bool, float, float]:
        """Lowest first."""
        return self.n_drawn >= FIRST_ROUND, self.owner.drawn, self.job.drawn

    @asynccontextmanager
    async def turn(self, n_samples: int) -> AsyncGenerator[None, None]:
        """Wait for a turn to draw so many samples, and keep it for as long as this is open."""
        wish = n_samples, asyncio.get_running_loop().create_future()
        self.owner.come_in(self._turns.reached)
        self.job.come_in(self.owner.reached)
        self.waiting.append(wish)
        self._turns.go_on()
        try:
            await wish[1]
            yield
        finally:
            self.owner.n_open -= 1
            self.job.n_open -= 1
            # Whoever is cancelled may have got the turn just before.
            if wish in self.waiting:
                self.waiting.remove(wish)
            elif not wish[1].cancelled():
                self._turns.give_back()


class FairShare:
    """All turns at one engine. Lives on one event loop."""

    def __init__(self, n_turns: float = math.inf) -> None:
        """`n_turns` may be held at a time; it may be set later, when the engine is known."""
        self.n_turns = n_turns
        self.n_taken = 0
        self.reached = 0.0
        """What the owner who last got a turn had drawn before."""
        self._owners: dict[str, _Account] = {}
        self._shares: list[Share] = []

    @property
    def n_waiting(self) -> int:
        """Turns that are wanted."""
        return sum(len(share.waiting) for share in self._shares)

    @contextmanager
    def share(self, owner: str, weight: float = 1.0) -> Iterator[Share]:
        """The share of a job for as long as it runs. An owner has the weight of the last job that began."""
        account = self._owners.setdefault(owner, _Account())
        account.weight = weight
        share = Share(self, account)
        self._shares.append(share)
        try:
            yield share
        finally:
            self._shares.remove(share)
            if all(each.owner is not account for each in self._shares):
                del self._owners[owner]

    def go_on(self) -> None:
        """Give out the turns that are free."""
        while self.n_taken < self.n_turns and (wanting := [share for share in self._shares if share.waiting]):
            share = min(wanting, key=lambda share: share.rank)
            n_samples, taken = share.waiting.popleft()
            if taken.cancelled():
                continue
            self.reached = max(self.reached, share.owner.drawn)
            share.owner.reached = max(share.owner.reached, share.job.drawn)
            share.owner.charge(n_samples)
            share.job.charge(n_samples)
            share.n_drawn += n_samples
            self.n_taken += 1
            taken.set_result(None)

    def give_back(self) -> None:
        """A turn is over."""
        self.n_taken -= 1
        self.go_on()
