"""Mutated inputs: distinct, near the examples, the same for the same seed."""

import random

from hypothesis import given
from hypothesis import strategies as st

from alphacode_server.pipeline.mutation import mutate


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
