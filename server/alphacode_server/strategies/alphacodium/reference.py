"""The reference of a job: brute-force programs, written once for all its flows, and what they make of written tests."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from alphacode_server.candidate import Candidate
from alphacode_server.pipeline.brute_force import brute_force_programs, votes_on
from alphacode_server.pipeline.clock import SAMPLING_SHARE
from alphacode_server.pipeline.search import Search
from alphacode_server.protocol import WrittenTest
from alphacode_server.samplers import LanguageModel
from alphacode_server.selection import output_hash, trust_in

TIME_SHARE = 0.75
"""Of the time for sampling, after which flows go on without: what is left is for what they do by their tests."""


class Reference:
    """Nothing is written before the first flow has tests to weigh."""

    def __init__(self, search: Search, model: LanguageModel, n_programs: int) -> None:
        self._search = search
        self._model = model
        self._n_programs = n_programs
        self._programs: tuple[Candidate, ...] | None = None
        self._writing = asyncio.Lock()

    async def weighed(self, tests: Sequence[WrittenTest]) -> tuple[WrittenTest, ...]:
        """How far each test is to be believed, by the votes of the programs on its input."""
        search, programs = self._search, await self._written()
        votes = await votes_on(programs, [test.input for test in tests], search.judge, search.problem.limits)
        ballots = votes or ({},) * len(tests)
        return tuple(
            replace(test, weight=trust_in(output_hash(test.output), ballot))
            for test, ballot in zip(tests, ballots, strict=True)
        )

    async def _written(self) -> tuple[Candidate, ...]:
        """None where they are not all there in time."""
        search = self._search
        async with self._writing:
            if self._programs is None:
                self._programs = ()
                with suppress(TimeoutError):
                    async with asyncio.timeout(search.clock.left_s(TIME_SHARE * SAMPLING_SHARE)):
                        self._programs = await brute_force_programs(
                            search.problem,
                            self._model,
                            search.judge,
                            self._n_programs,
                            search.options.seed,
                            search.report,
                        )
            return self._programs
