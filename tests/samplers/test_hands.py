import random
from collections import Counter

import pytest

from alphacode_server.candidate import Hand
from alphacode_server.samplers import draw_hands
from alphacode_server.samplers.hands import RATINGS, TAG_COMBINATIONS, TEMPERATURES

# The 0.999 quantiles of the chi-square distribution; the seed is fixed, so a right generator passes for good.
CHI_SQUARE_27 = 55.5
CHI_SQUARE_49 = 85.4


def draw(n: int, languages: tuple[str, ...] = ("cpp", "python"), children: int = 1, seed: int = 7) -> list[Hand]:
    return draw_hands(n, languages, children=children, rng=random.Random(seed))


def chi_square(counts: Counter[object], n_kinds: int) -> float:
    expected = counts.total() / n_kinds
    return sum((counts[kind] - expected) ** 2 / expected for kind in counts) + (n_kinds - len(counts)) * expected


def test_ratings_are_uniform_over_28_values() -> None:
    counts = Counter[object](hand.rating for hand in draw(5600))
    assert list(RATINGS) == list(range(800, 3501, 100))
    assert set(counts) == set(RATINGS)
    assert chi_square(counts, 28) < CHI_SQUARE_27


def test_tag_combinations_are_uniform_over_50() -> None:
    counts = Counter[object](hand.tags for hand in draw(5000))
    assert len(TAG_COMBINATIONS) == len(set(TAG_COMBINATIONS)) == 50
    assert chi_square(counts, 50) < CHI_SQUARE_49


def test_temperatures_fill_their_range() -> None:
    temperatures = [hand.temperature for hand in draw(2000)]
    low, high = TEMPERATURES
    assert all(low <= temperature <= high for temperature in temperatures)
    assert len(set(temperatures)) > 500
    assert min(temperatures) < low + 0.02
    assert max(temperatures) > high - 0.02


def test_a_fixed_temperature_is_kept() -> None:
    hands = draw_hands(40, ("cpp",), children=16, rng=random.Random(1), temperature=0.0)
    assert {hand.temperature for hand in hands} == {0.0}


@pytest.mark.parametrize(("n", "children"), [(1, 16), (16, 16), (17, 16), (64, 16), (100, 16), (7, 1), (0, 4)])
def test_the_total_is_exact_and_languages_have_equal_shares(n: int, children: int) -> None:
    hands = draw(n, children=children)
    share = Counter[str]()
    for hand in hands:
        assert 1 <= hand.n <= children
        share[hand.language] += hand.n
    assert share.total() == n
    assert abs(share["cpp"] - share["python"]) <= 1


def test_languages_take_turns() -> None:
    hands = draw(128, children=16)
    assert all(
        {first.language, second.language} == {"cpp", "python"}
        for first, second in zip(hands[::2], hands[1::2], strict=True)
    )


def test_an_odd_sample_goes_to_either_language() -> None:
    assert {draw(1, seed=seed)[0].language for seed in range(20)} == {"cpp", "python"}


def test_the_same_seed_deals_the_same_hands() -> None:
    assert draw(50, children=4, seed=3) == draw(50, children=4, seed=3)
    assert draw(50, children=4, seed=3) != draw(50, children=4, seed=4)


def test_every_hand_has_a_seed_of_its_own() -> None:
    hands = draw(500)
    assert len({hand.seed for hand in hands}) == len(hands)


def test_no_language_is_an_error() -> None:
    with pytest.raises(ValueError, match="cannot deal 4 samples"):
        draw(4, languages=())
