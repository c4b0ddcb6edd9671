"""New inputs by mutating the examples' (AlphaCode 2022, section 3.2.1): the fallback that needs no model.

Mutants need not be valid: an invalid input still groups programs by what they do with it.
"""

import random
import re
import string
from collections.abc import Sequence

_TOKEN = re.compile(r"\S+")
_INTEGER = re.compile(r"[+-]?\d{1,18}")


def mutate(inputs: Sequence[str], n: int, rng: random.Random) -> tuple[str, ...]:
    """Up to `n` distinct texts that differ from all of `inputs`. Fewer when the inputs offer no more variety."""
    seeds = [text for text in inputs if text.strip()]
    seen = set(inputs)
    mutants: list[str] = []
    for _ in range(20 * n if seeds else 0):
        mutant = _mutant(rng.choice(seeds), rng)
        if mutant not in seen:
            seen.add(mutant)
            mutants.append(mutant)
            if len(mutants) == n:
                break
    return tuple(mutants)


def _mutant(text: str, rng: random.Random) -> str:
    """Change one to three tokens, so that small steps and larger ones both occur."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        tokens = list(_TOKEN.finditer(text))
        token = rng.choice(tokens)
        text = text[: token.start()] + _changed(token.group(), rng) + text[token.end() :]
    return text


def _changed(token: str, rng: random.Random) -> str:
    return _changed_integer(int(token), rng) if _INTEGER.fullmatch(token) else _changed_word(token, rng)


def _changed_integer(value: int, rng: random.Random) -> str:
    """Increments and decrements as in the paper; also small values, where off-by-one errors live."""
    how = rng.randrange(4)
    if how == 0:
        return str(value + rng.choice((-1, 1)))
    if how == 1:
        return str(rng.randint(0, 10))
    if how == 2:
        return str(rng.randint(1, max(100, 2 * abs(value))))
    return str(value + rng.randint(-3, 3))


def _changed_word(word: str, rng: random.Random) -> str:
    """Swap, replace, insert, drop or repeat; new characters come from the word itself more often than not."""
    alphabet = word if rng.random() < 0.8 else word + string.ascii_lowercase
    i, j = rng.randrange(len(word)), rng.randrange(len(word))
    how = rng.randrange(6)
    if how == 0:
        letters = list(word)
        letters[i], letters[j] = letters[j], letters[i]
        return "".join(letters)
    if how == 1:
        return word[:i] + rng.choice(alphabet) + word[i + 1 :]
    if how == 2:
        return word[:i] + rng.choice(alphabet) + word[i:]
    if how == 3 and len(word) > 1:
        return word[:i] + word[i + 1 :]
    if how == 4:
        return "".join(rng.choice(alphabet) for _ in range(rng.randint(1, len(word) + 2)))
    return word[i:] + word[:i] + rng.choice(("", word[i]))
