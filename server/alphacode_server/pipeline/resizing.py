"""Inputs of another size: what a number counts becomes more or less, and the number says so."""

import random
from collections.abc import Sequence

from alphacode_server.pipeline.shape import Count, Line, Shape, lines_of


def resized(text: str, shape: Shape, rng: random.Random) -> str:
    """The text where one number of the shape, and all that it counts, have changed; itself where it counts nothing."""
    numbers = sorted({(each.line, each.place) for each in shape.counts})
    if not numbers:
        return text
    line, place = rng.choice(numbers)
    lines = lines_of(text)
    size = int(lines[line][place])
    new_size = max(1, rng.choice((size - 1, size + 1, rng.randint(1, 2 * size + 1), rng.randint(1, 10))))
    # The same are kept, so that what belongs together stays together.
    kept = _positions(size, new_size, rng)
    for each in sorted((c for c in shape.counts if (c.line, c.place) == (line, place)), key=lambda c: -c.of):
        _resize(lines, each, kept)
    lines[line][place] = str(new_size)
    return "\n".join(" ".join(row) for row in lines) + "\n"


def _resize(lines: list[Line], count: Count, kept: Sequence[int]) -> None:
    match count.counted:
        case "lines":
            rows = lines[count.line + 1 :]
            lines[count.line + 1 :] = [list(rows[position]) for position in kept]
        case "tokens":
            lines[count.of] = [lines[count.of][position] for position in kept]
        case "letters":
            word = lines[count.of][0]
            lines[count.of] = ["".join(word[position] for position in kept)]


def _positions(size: int, new_size: int, rng: random.Random) -> list[int]:
    """Which of `size` things are there in the new one, in order; some of them twice where it is larger."""
    if new_size <= size:
        return sorted(rng.sample(range(size), new_size))
    return sorted([*range(size), *(rng.randrange(size) for _ in range(new_size - size))])
