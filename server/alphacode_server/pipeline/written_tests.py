"""Written tests: what flows expect on inputs of their own takes part in the selection, each test by its weight.

Their inputs are columns of the matrix, and the outputs votes there beside those of brute force. They filter nothing.
"""

from collections.abc import Iterable, Mapping, Sequence

from alphacode_server.candidate import Candidate
from alphacode_server.pipeline.generation import MAX_CHARS
from alphacode_server.protocol import WrittenTest
from alphacode_server.selection import output_hash

MAX_WRITTEN = 50
"""As many inputs of theirs as there are generated ones."""


def written_inputs(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """Those with the most weight first."""
    weights: dict[str, float] = {}
    for test in _tests(candidates):
        if len(test.input) <= MAX_CHARS:
            weights[test.input] = weights.get(test.input, 0.0) + test.weight
    return tuple(sorted(weights, key=lambda text: -weights[text])[:MAX_WRITTEN])


def with_written_tests(
    votes: Sequence[Mapping[str, float]], inputs: Sequence[str], candidates: Sequence[Candidate]
) -> tuple[Mapping[str, float], ...]:
    """The votes per input with those of the candidates' flows; empty where there are none at all."""
    columns = {text: column for column, text in enumerate(inputs)}
    ballots = [dict(ballot) for ballot in votes] or [dict[str, float]() for _ in inputs]
    for test in _tests(candidates):
        if (column := columns.get(test.input)) is not None:
            expected = output_hash(test.output)
            ballots[column][expected] = ballots[column].get(expected, 0.0) + test.weight
    return tuple(ballots) if any(ballots) else ()


def _tests(candidates: Sequence[Candidate]) -> Iterable[WrittenTest]:
    """Of every flow once, whether or not it came to two programs."""
    flows = {each.sample.thoughts.flow: each.sample.thoughts for each in candidates if each.sample.thoughts}
    return (test for thoughts in flows.values() for test in thoughts.tests)
