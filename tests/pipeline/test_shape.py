"""Shapes: what examples share, what fits it, and inputs of another size that do."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphacode_server.pipeline.mutation import mutate
from alphacode_server.pipeline.resizing import resized
from alphacode_server.pipeline.shape import Count, Shape, shape_of

ARRAY = ("5\n3 9 4 1 7\n", "3\n10 20 5\n")
TWO_ARRAYS = ("3\n1 2 3\n4 5 6\n", "4\n9 9 9 9\n1 2 3 4\n")
EDGES = ("4 3\n1 2\n2 3\n3 4\n", "5 4\n1 2\n1 3\n2 4\n4 5\n")
GRID = ("2 5\n.#..#\n##...\n", "3 4\n#...\n.#..\n..#.\n")
WORD = ("([]){}\n",)
TAGGED = ("3\nadd 1\nadd 2\ndel 1\n", "4\nadd 5\ndel 5\nadd 2\ndel 2\n")


def check(examples: tuple[str, ...], fitting: list[str], others: list[str]) -> None:
    shape = shape_of(examples)
    assert [text for text in fitting if not shape.fits(text)] == []
    assert [text for text in others if shape.fits(text)] == []


def test_a_number_that_counts_counts() -> None:
    check(ARRAY, ["1\n7\n", "2\n1 1", "4\n9 9 9 100"], ["2\n1\n", "1\n7\n8\n", "x\n1", "", "2\n1 -1\n", "2\n1 y"])
    check(TWO_ARRAYS, ["1\n5\n6\n"], ["1\n5 1\n6\n", "2\n1 2\n3\n"])
    check(TAGGED, ["1\nadd 7\n"], ["2\nadd 7\n", "1\nadd\n", "1\n7 add 5\n"])
    check(GRID, ["1 1\n.\n", "2 2\n..\n##\n"], ["2 2\n...\n###\n", "1 2\n..\n##\n"])


def test_a_number_that_bounds_those_below_it_bounds() -> None:
    check(EDGES, ["2 1\n1 2\n", "3 2\n1 2\n1 3\n"], ["2 1\n1 3\n", "3 2\n1 2\n"])


def test_a_coincidence_is_no_fact() -> None:
    check(("1 2\n",), ["2 1\n", "7 7\n", "0 5\n"], ["1\n", "1 2 3\n", "1 -2\n", "a b\n"])
    check(WORD, ["(", "()[]", "}}"], ["( )", "(\n)", "abc"])


def test_no_example_says_nothing() -> None:
    check((), ["", "x", "1\n2\n"], [])


def test_what_is_counted_is_known() -> None:
    assert shape_of(ARRAY).counts == {Count(0, 0, "tokens", 1)}
    assert shape_of(TWO_ARRAYS).counts == {Count(0, 0, "tokens", 1), Count(0, 0, "tokens", 2)}
    assert shape_of(EDGES).counts == {Count(0, 1, "lines", 0)}


@pytest.mark.parametrize("examples", [ARRAY, TWO_ARRAYS, EDGES, TAGGED])
def test_inputs_of_another_size_have_as_many_as_they_say(examples: tuple[str, ...]) -> None:
    shape, rng = shape_of(examples), random.Random(0)
    texts = {resized(rng.choice(examples), shape, rng) for _ in range(100)}
    assert all(map(Shape(shape.counts, frozenset()).fits, texts))
    assert len({text.split()[0] for text in texts} | {text.split()[1] for text in texts}) > 5


def test_what_counts_nothing_stays_as_it_is() -> None:
    assert resized("8\n", shape_of(("8\n",)), random.Random(0)) == "8\n"


@pytest.mark.parametrize("examples", [ARRAY, TWO_ARRAYS, EDGES, TAGGED, WORD])
def test_a_good_part_of_the_mutants_fits(examples: tuple[str, ...]) -> None:
    shape = shape_of(examples)
    mutants = mutate(examples, 100, random.Random(0), shape)
    assert sum(map(shape.fits, mutants)) >= 20


@given(examples=st.lists(st.text("01 3-a\n.", max_size=15), max_size=3), seed=st.integers())
def test_every_example_fits_and_can_be_resized(examples: list[str], seed: int) -> None:
    shape = shape_of(examples)
    for text in examples:
        assert shape.fits(text)
        assert resized(text, shape, random.Random(seed)) is not None
