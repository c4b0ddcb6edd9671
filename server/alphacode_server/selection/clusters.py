"""Clusters: programs that behave alike on all generated inputs (AlphaCode 2022, section 4.6)."""

from dataclasses import dataclass

from alphacode_server.selection.matrix import ExecutionMatrix


@dataclass(frozen=True, slots=True)
class Cluster:
    """Programs with one signature."""

    members: tuple[int, ...]
    """Rows of the matrix: the most often drawn program first, then by id."""
    size: int
    """Samples, duplicates counted, as AlphaCode counts them."""
    n_ran: int
    """Inputs on which these programs ended by themselves."""

    @property
    def row(self) -> int:
        """The row that stands for all members."""
        return self.members[0]


def cluster(matrix: ExecutionMatrix) -> tuple[Cluster, ...]:
    """Largest first. Ties go by the smallest program id, so the order of the programs never matters."""
    rows_by_signature: dict[tuple[int, ...], list[int]] = {}
    for row, cells in enumerate(matrix.cells):
        rows_by_signature.setdefault(tuple(cells), []).append(row)
    ran = [behaviour is not None and behaviour.ran for behaviour in matrix.behaviours]
    clusters = [
        Cluster(
            members=most_drawn_first(rows, matrix),
            size=sum(matrix.multiplicities[row] for row in rows),
            n_ran=sum(ran[cell] for cell in cells),
        )
        for cells, rows in rows_by_signature.items()
    ]
    return tuple(sorted(clusters, key=lambda c: (-c.size, min(matrix.programs[row] for row in c.members))))


def most_drawn_first(rows: list[int], matrix: ExecutionMatrix) -> tuple[int, ...]:
    """Rows in an order that does not depend on theirs in the matrix."""
    return tuple(sorted(rows, key=lambda row: (-matrix.multiplicities[row], matrix.programs[row])))
