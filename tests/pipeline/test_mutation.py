"""Mutated inputs: distinct, near the examples, the same for the same seed."""

import random

from hypothesis import given
from hypothesis import strategies as st

from alphacode_server.pipeline.mutation import mutate
from alphacode_server.pipeline.shape import shape_of


@given(inputs=st.lists(st.text("ab 0123\n-[]", max_size=20), max_size=4), n=st.integers(0, 30), seed=st.integers())
def test_mutants_are_distinct_and_never_an_example(inputs: list[str], n: int, seed: int) -> None:
    mutants = mutate(inputs, n, random.Random(seed))
    assert len(mutants) == len(set(mutants)) <= n
    assert not set(mutants) & set(inputs)
    assert mutants == mutate(inputs, n, random.Random(seed))


def test_one_small_number_yields_the_cases_where_programs_differ() -> None:
    mutants = mutate(["8\n"], 50, random.Random(0))
    assert {"0\n", "1\n", "2\n", "7\n", "9\n"} <= set(mutants)


def test_the_shape_of_the_input_is_kept() -> None:
    for mutant in mutate(["3\n()[]\n([)]\n((\n"], 50, random.Random(0)):
        assert mutant.count("\n") == 4


def test_nothing_to_mutate() -> None:
    assert mutate([], 10, random.Random(0)) == ()
    assert mutate(["\n"], 10, random.Random(0)) == ()


def test_counted_digits_are_characters() -> None:
    examples = ("8\n12210020\n", "4\n1111\n")
    mutants = mutate(examples, 50, random.Random(0), shape_of(examples))
    assert all(set(text.split("\n")[1]) <= set("012") for text in mutants)


def test_few_letters_are_an_alphabet_and_many_are_not() -> None:
    few, many = mutate(["LRRL\n"], 50, random.Random(0)), mutate(["abcdefgh\n"], 200, random.Random(0))
    assert set("".join(few)) == set("LR\n")
    assert set("".join(many)) > set("abcdefghz\n")
