"""Clusters: programs that behave alike on all generated inputs (AlphaCode 2022, section 4.6)."""

from dataclasses import dataclass

from alphacode_server.selection.matrix import ExecutionMatrix, signature


@dataclass(frozen=True, slots=True)
class Cluster:
    """Programs with one signature."""

    members: tuple[int, ...]
    """Rows of the matrix: the most often drawn program first, then by id."""
    size: int
    """Samples, duplicates counted, as AlphaCode counts them."""


def cluster(matrix: ExecutionMatrix) -> tuple[Cluster, ...]:
    """Largest first. Ties go by the smallest program id, so the order of the programs never matters."""
    rows_by_signature: dict[tuple[str | None, ...], list[int]] = {}
    for row, outcomes in enumerate(matrix.outcomes):
        rows_by_signature.setdefault(signature(outcomes), []).append(row)
    clusters = [
        Cluster(
            members=tuple(sorted(rows, key=lambda row: (-matrix.multiplicities[row], matrix.programs[row]))),
            size=sum(matrix.multiplicities[row] for row in rows),
        )
        for rows in rows_by_signature.values()
    ]
    return tuple(sorted(clusters, key=lambda c: (-c.size, min(matrix.programs[row] for row in c.members))))
