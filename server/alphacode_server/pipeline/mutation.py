"""New inputs by mutating others, at first the examples' (AlphaCode 2022, section 3.2.1): it needs no model.

Mutants keep to what the inputs show: no sign where there is none, no character of a kind that does not occur. They need
not be valid: an invalid input still groups programs by what they do with it. Damage makes inputs that surely are not.
"""

import random
import re
import string
from collections.abc import Callable, Sequence, Set

from alphacode_server.pipeline.resizing import resized
from alphacode_server.pipeline.shape import Shape

MANY_LETTERS = 8
RESIZED = 0.5
"""The share of mutants that are of another size, where a shape says what a size is."""

_TOKEN = re.compile(r"\S+")
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_ALIEN = ("?", "x", "\u00a7", "0.5.5")


def mutate(inputs: Sequence[str], n: int, rng: random.Random, shape: Shape | None = None) -> tuple[str, ...]:
    """Up to `n` distinct texts that differ from all of `inputs`. Fewer when the inputs offer no more variety.

    With a shape, which the inputs have to fit, some are of another size.
    """

    letters = _letters_like("".join(inputs))
    # Where characters are counted, digits are characters.
    words = frozenset(each.of for each in shape.counts if each.counted == "letters") if shape else frozenset[int]()

    def change(text: str, rng: random.Random) -> str:
        if shape and rng.random() < RESIZED:
            text = resized(text, shape, rng)
        return _mutant(text, letters, words, rng)

    return _variants(inputs, n, change, rng)


def damage(inputs: Sequence[str], n: int, rng: random.Random) -> tuple[str, ...]:
    """Up to `n` distinct texts that hardly any problem takes for an input, each near one of `inputs`."""
    return _variants(inputs, n, _damaged, rng)


def _variants(
    inputs: Sequence[str], n: int, change: Callable[[str, random.Random], str], rng: random.Random
) -> tuple[str, ...]:
    seeds = [text for text in inputs if text.strip()]
    seen = set(inputs)
    variants: list[str] = []
    for _ in range(20 * n if seeds else 0):
        variant = change(rng.choice(seeds), rng)
        if variant not in seen:
            seen.add(variant)
            variants.append(variant)
            if len(variants) == n:
                break
    return tuple(variants)


def _mutant(text: str, letters: str, words: Set[int], rng: random.Random) -> str:
    """Change one to three tokens, so that small and larger steps both occur. The lines `words` have no numbers."""
    is_signed = "-" in text
    n_digits = max((len(word) for word in text.split() if _INTEGER.fullmatch(word)), default=1)
    for _ in range(rng.choice((1, 1, 2, 3))):
        token = rng.choice(list(_TOKEN.finditer(text)))
        word = token.group()
        if _INTEGER.fullmatch(word) and text.count("\n", 0, token.start()) not in words:
            value = _changed_integer(int(word), n_digits, rng)
            word = str(value if is_signed else abs(value))
        else:
            word = _changed_word(word, letters, rng)
        text = text[: token.start()] + word + text[token.end() :]
    return text


def _damaged(text: str, rng: random.Random) -> str:
    """A token too many, one too few, one that is of another kind or far out of bounds, or a text that is cut short."""
    token = rng.choice(list(_TOKEN.finditer(text)))
    head, word, tail = text[: token.start()], token.group(), text[token.end() :]
    how = rng.randrange(6)
    if how == 0:
        return f"{head}{word} {word}{tail}"
    if how == 1:
        return f"{head}{tail}"
    if how == 2:
        return f"{head}{rng.choice(_ALIEN)}{tail}"
    if how == 3:
        return f"{head}{word}{rng.choice(_ALIEN)}{tail}"
    if how == 4:
        return head
    return f"{head}{rng.choice(('', '-'))}{10**40}{tail}"


def _letters_like(text: str) -> str:
    """All letters of a case of which many occur; where few do, they are an alphabet of their own."""
    cases = (string.ascii_lowercase, string.ascii_uppercase)
    return "".join(letters for letters in cases if len(set(letters) & set(text)) >= MANY_LETTERS)


def _changed_integer(value: int, n_digits: int, rng: random.Random) -> int:
    """Increments and decrements as in the paper; also small values, where off-by-one errors live, and any magnitude."""
    how = rng.randrange(4)
    if how == 0:
        return value + rng.choice((-1, 1))
    if how == 1:
        return rng.randint(0, 10)
    if how == 2:
        return rng.randint(1, max(100, 10 ** rng.randint(1, n_digits)))
    return value + rng.randint(-3, 3)


def _changed_word(word: str, letters: str, rng: random.Random) -> str:
    """Swap, replace, insert, drop or repeat; new characters come from the word itself more often than not."""
    alphabet = word if rng.random() < 0.8 else word + letters
    i, j = rng.randrange(len(word)), rng.randrange(len(word))
    how = rng.randrange(6)
    if how == 0:
        swapped = list(word)
        swapped[i], swapped[j] = swapped[j], swapped[i]
        return "".join(swapped)
    if how == 1:
        return word[:i] + rng.choice(alphabet) + word[i + 1 :]
    if how == 2:
        return word[:i] + rng.choice(alphabet) + word[i:]
    if how == 3 and len(word) > 1:
        return word[:i] + word[i + 1 :]
    if how == 4:
        return "".join(rng.choice(alphabet) for _ in range(rng.randint(1, len(word) + 2)))
    return word[i:] + word[:i] + rng.choice(("", word[i]))
