"""AlphaCode's own mode, and the one greedy answer, over given programs in the real sandbox."""

from collections import Counter
from contextlib import aclosing
from dataclasses import replace

from alphacode_sandbox import Case, Judge
from alphacode_server.candidate import Header
from alphacode_server.pipeline import SolveOptions
from alphacode_server.problem import Problem
from alphacode_server.protocol import CandidatesSnapshot, JobCompleted, SolveEvent, SolveResult
from alphacode_server.samplers.hands import RATINGS, TAG_COMBINATIONS
from alphacode_server.strategies import STRATEGIES
from tests.strategies.model import Dealt

PROBLEM = Problem("Fours", "Print YES if n is a multiple of 4, and NO otherwise.", (Case("8\n", "YES\n"),))
RIGHT = "print('YES' if int(input()) % 4 == 0 else 'NO')\n"
EVEN = "print('YES' if int(input()) % 2 == 0 else 'NO')\n"
ALWAYS = "input()\nprint('YES')\n"
NEGATIVE = "print('NO' if int(input()) < 0 else 'YES')\n"
OPTIONS = SolveOptions(n_samples=40, languages=("python",), selector="size", seed=3)


async def events_of(name: str, sampler: Dealt, judge: Judge, options: SolveOptions = OPTIONS) -> list[SolveEvent]:
    async with aclosing(STRATEGIES[name].search(PROBLEM, options, sampler, judge)) as events:
        return [event async for event in events]


def result_of(events: list[SolveEvent]) -> SolveResult:
    last = events[-1]
    assert isinstance(last, JobCompleted)
    return last.result


async def test_alphacode_deals_half_of_the_samples_in_each_language_at_one_temperature(judge: Judge) -> None:
    sampler = Dealt([])
    await events_of("alphacode", sampler, judge, replace(OPTIONS, languages=("cpp", "python")))
    n_samples = Counter[str]()
    for hand in sampler.hands:
        n_samples[hand.language] += hand.n
    assert n_samples == {"cpp": 20, "python": 20}
    assert {(hand.temperature, hand.header) for hand in sampler.hands} == {(1.25, Header.FIRST)}
    assert all(hand.rating in RATINGS and hand.tags in TAG_COMBINATIONS for hand in sampler.hands)
    assert len({(hand.rating, hand.tags) for hand in sampler.hands}) > 1


async def test_a_user_may_choose_the_temperature(judge: Judge) -> None:
    sampler = Dealt([])
    await events_of("alphacode", sampler, judge, replace(OPTIONS, temperature=0.5))
    assert {hand.temperature for hand in sampler.hands} == {0.5}


async def test_clusters_are_picked_from_by_size_and_round_again(judge: Judge) -> None:
    commented = [
        f"# {number}\nn = int(input())\nprint('YES' if n % 4 == 0 else 'NO' + '' * {number})\n" for number in range(3)
    ]
    result = result_of(await events_of("alphacode", Dealt([EVEN, *commented]), judge))
    sizes = [candidate.cluster.size for candidate in result.candidates if candidate.cluster]
    assert sizes == [3, 1, 3, 3], "a program of each cluster, the largest first; then what is left of the largest"
    assert {candidate.score_kind for candidate in result.candidates} == {"none"}
    assert len({candidate.id for candidate in result.candidates}) == 4


async def test_what_was_handed_in_early_keeps_its_rank(judge: Judge) -> None:
    # The first four are a tenth of the samples; later the other clusters are larger.
    codes = [ALWAYS] * 4 + [EVEN] * 8 + [NEGATIVE] * 8 + [RIGHT] * 20
    events = await events_of("alphacode", Dealt(codes), judge)
    final = [candidate.code for candidate in result_of(events).candidates]
    snapshots = [event for event in events if isinstance(event, CandidatesSnapshot)]
    handed_in = [
        [each.code for each in snapshot.candidates] for snapshot in snapshots if snapshot.candidates[0].cluster
    ]
    assert handed_in[0] == [ALWAYS]
    assert set(handed_in[1]) == {ALWAYS, EVEN, NEGATIVE}
    assert final[: len(handed_in[1])] == handed_in[1]
    assert handed_in[1][0] == ALWAYS
    assert final[-1] == RIGHT, "the largest cluster in the end, and too late for the first places"


async def test_the_direct_answer_is_one_greedy_program_and_nothing_else(judge: Judge) -> None:
    sampler = Dealt([RIGHT] * 10)
    options = replace(OPTIONS, languages=("cpp", "python"))
    result = result_of(await events_of("direct", sampler, judge, options))
    (hand,) = sampler.hands
    assert (hand.language, hand.temperature, hand.n, hand.header) == ("python", 0.0, 1, Header.NONE)
    assert [candidate.code for candidate in result.candidates] == [RIGHT]
    assert result.cost is not None
    assert (result.counts.sampled, result.cost.calls, result.cost.tokens) == (1, 1, 10)


async def test_the_direct_answer_is_shown_even_where_it_fails(judge: Judge) -> None:
    (candidate,) = result_of(await events_of("direct", Dealt(["print('NO')\n"]), judge)).candidates
    assert (candidate.passed, candidate.total) == (0, 1)


async def test_a_bound_on_tokens_ends_sampling(judge: Judge) -> None:
    options = replace(OPTIONS, max_tokens=100)
    result = result_of(await events_of("alphacode2", Dealt([RIGHT] * 40), judge, options))
    assert result.counts.sampled == 6, "sampling has six tenths of them, as with time"
    assert [candidate.code for candidate in result.candidates] == [RIGHT]


async def test_where_nothing_passes_sampling_goes_on_with_what_the_other_stages_do_not_need(judge: Judge) -> None:
    options = replace(OPTIONS, max_tokens=100)
    result = result_of(await events_of("alphacode2", Dealt(["print('NO')\n"] * 40), judge, options))
    assert result.counts.sampled == 9
