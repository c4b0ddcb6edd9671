"""Votes: what reference programs expect, each believed as far as the others agree with it."""

from collections.abc import Mapping, Sequence

from alphacode_server.selection.matrix import ExecutionMatrix

MIN_TRUST = 0.5
"""A program that agrees with the others less than this is not believed at all."""


def votes_of(matrix: ExecutionMatrix) -> tuple[Mapping[str, float], ...]:
    """Per input, votes by output hash of the programs that answered. Empty when no two programs can be believed.

    A vote weighs the mean share of inputs on which another program, where both answered, says the same.
    """
    answers = [_answers(matrix, row) for row in range(len(matrix.programs))]
    trusts = [_trust(row, answers) for row in range(len(answers))]
    believed = [row for row, trust in enumerate(trusts) if trust >= MIN_TRUST]
    if len(believed) < 2:
        return ()
    votes: list[dict[str, float]] = [{} for _ in matrix.inputs]
    for row in believed:
        for ballot, answer in zip(votes, answers[row], strict=True):
            if answer:
                ballot[answer] = ballot.get(answer, 0.0) + trusts[row]
    return tuple(votes)


def trust_in(output_hash: str, votes: Mapping[str, float]) -> float:
    """0..1, how likely an expected output is right, given the votes on its input; a half where there are none.

    Laplace's rule: as if there had been one vote for it and one against it before.
    """
    return (votes.get(output_hash, 0.0) + 1) / (sum(votes.values()) + 2)


def _answers(matrix: ExecutionMatrix, row: int) -> list[str]:
    """Per input, the output hash; empty where the program gave no answer."""
    behaviours = (matrix.behaviours[cell] for cell in matrix.cells[row])
    return [behaviour.output_hash if behaviour and behaviour.answers else "" for behaviour in behaviours]


def _trust(row: int, answers: Sequence[Sequence[str]]) -> float:
    """0 without another program, or where no input was answered by both."""
    shares = []
    for other, theirs in enumerate(answers):
        both = [mine == their for mine, their in zip(answers[row], theirs, strict=True) if mine and their]
        if other != row:
            shares.append(sum(both) / len(both) if both else 0.0)
    return sum(shares) / len(shares) if shares else 0.0
