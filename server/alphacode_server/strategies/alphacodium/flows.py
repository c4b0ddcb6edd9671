"""Flows as a source of programs: as many as samples are asked for, side by side, each from a hand of its own."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from importlib.util import find_spec

from alphacode_server.candidate import Header, Sample
from alphacode_server.pipeline import Plan
from alphacode_server.pipeline.sampling import hands_of
from alphacode_server.pipeline.search import Search
from alphacode_server.samplers import SamplerError
from alphacode_server.strategies.alphacodium.desk import Desk
from alphacode_server.strategies.alphacodium.flow import flow
from alphacode_server.strategies.alphacodium.reference import Reference
from alphacode_server.strategies.alphacodium.settings import FlowSettings
from alphacode_server.strategies.strategy import Strategy

TEMPERATURE = 0.2
"""Of the first flow, as in AlphaCodium; 0.3 where it writes programs. At that the others would only repeat it: theirs
are drawn as those of all samples are."""
PER_FLOW = 2
"""Programs that a flow comes to at most."""
FLOW_TOKENS = 2400
"""That a small model writes in a flow, on average (docs/results.md). One that is begun should come to its program."""


def alphacodium(settings: FlowSettings) -> Strategy:
    """The strategy, by these settings. `--samples` is its number of flows."""

    def draw(search: Search) -> AsyncGenerator[Sample, None]:
        assert search.model is not None  # The strategy has asked for it.
        if find_spec("yaml") is None:
            raise SamplerError("alphacodium reads YAML, and PyYAML is missing: pip install 'alphacode-lsp[flow]'")
        hands = [replace(hand, header=Header.NONE) for hand in hands_of(search, children=1)]
        hands = hands[: _lasting(search, len(hands))]
        if search.options.temperature is None:
            hands[0] = replace(hands[0], temperature=TEMPERATURE)
        reference = Reference(search, search.model, settings.ai_tests.number_of_brute_force_programs)
        begun = replace(search, options=replace(search.options, n_samples=len(hands)))
        desks = (Desk(begun, search.model, hand, number, settings) for number, hand in enumerate(hands, start=1))
        streams = (flow(desk, reference, search.sampler.name) for desk in desks)
        return search.sampler.drawn(hands, streams)

    return Strategy(
        "alphacodium",
        Plan(draw, _rounds),
        fixed={"early_stop": False, "repair": False},
        needs_model=True,
    )


def _lasting(search: Search, n_flows: int) -> int:
    """How many flows the tokens last for. Of more than that, none would come to its end."""
    tokens = search.options.max_tokens
    n_lasting = n_flows if tokens is None else max(1, min(n_flows, tokens // FLOW_TOKENS))
    if n_lasting < n_flows:
        search.report.warn(
            "flow", f"{tokens} tokens are enough for {n_lasting} of {n_flows} flows, so no more are begun"
        )
    return n_lasting


async def _rounds(search: Search, samples: AsyncGenerator[Sample, None]) -> AsyncGenerator[int, None]:
    """One look, when all flows are through."""
    await search.filter.fill(samples, PER_FLOW * search.options.n_samples)
    yield 0
