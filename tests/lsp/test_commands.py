import pytest
from pygls.exceptions import JsonRpcInvalidParams

from alphacode_lsp.commands import read_arguments
from alphacode_lsp.features.apply_candidate import ApplyArguments
from alphacode_lsp.features.run_examples import CandidateTarget, TestArguments
from alphacode_lsp.features.solve import SolveArguments


def check(cls: type, argument: object, message: str) -> None:
    with pytest.raises(JsonRpcInvalidParams) as refused:
        read_arguments(cls, "alphacode.x", (argument,))
    assert message in refused.value.message


def test_fields_are_read() -> None:
    read = read_arguments(SolveArguments, "alphacode.solve", ({"uri": "file:///a.py", "timeoutMs": 5, "seed": 1},))
    assert read == SolveArguments("file:///a.py", timeout_ms=5, seed=1)


def test_unknown_missing_and_wrong_fields_are_named() -> None:
    check(SolveArguments, {"url": "x", "uri": "y"}, "alphacode.x: url: unknown key; did you mean `uri`?")
    check(SolveArguments, {}, "`uri` is missing (fields: uri, samples, language, timeoutMs, seed, ")
    check(SolveArguments, None, "`uri` is missing")
    check(SolveArguments, "file:///a.py", "expected an object, got 'file:///a.py'")
    check(SolveArguments, {"uri": "x", "samples": "many"}, "samples: expected a whole number, got 'many'")
    check(ApplyArguments, {"uri": "x", "rank": 0}, "rank: must be at least 1, got 0")


def test_more_than_one_argument_is_refused() -> None:
    with pytest.raises(JsonRpcInvalidParams, match="one object, got 2"):
        read_arguments(SolveArguments, "alphacode.solve", ({}, {}))


def test_the_target_is_the_buffer_or_a_rank() -> None:
    def target(value: object) -> object:
        return read_arguments(TestArguments, "alphacode.test", ({"uri": "x", "target": value},)).target

    assert target("buffer") == "buffer"
    assert target({"rank": 3}) == CandidateTarget(3)
    check(TestArguments, {"uri": "x", "target": "bufer"}, "did you mean `buffer`?")
    check(TestArguments, {"uri": "x", "target": {"rnk": 3}}, "did you mean `rank`?")
