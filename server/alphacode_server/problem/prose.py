"""Telling sentences from data, so that a specification is not read as an example nor an explanation as output."""

import re
from collections.abc import Sequence

_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_LONGEST = 400

# Words that hold English sentences together and hardly ever stand in a test's data.
_FUNCTION_WORD = re.compile(
    r"\b(?:a|an|and|are|as|at|be|because|been|but|by|can|cannot|contains|each|first|following|follows|for|from"
    r"|given|has|have|here|if|in|into|is|it|its|must|no|not|of|on|one|only|or|other|should|since|single|so|than"
    r"|that|the|their|then|there|these|they|this|three|to|two|was|we|when|where|which|will|with|you|your"
    r")\b",
    re.IGNORECASE,
)


def is_prose(line: str) -> bool:
    """Whether a line reads as (the start of) a sentence."""
    start = line[:_LONGEST]
    words = _WORD.findall(start)
    n_function_words = len({word.lower() for word in _FUNCTION_WORD.findall(start)})
    ends_like_a_sentence = line.rstrip().endswith((".", ":", ",", ";", "!", "?"))
    if ends_like_a_sentence:
        return len(words) >= 2 and n_function_words >= 1
    return len(words) >= 4 and n_function_words >= 2


def before_prose(lines: Sequence[str], *, needs_blank: bool = True) -> Sequence[str]:
    """`lines` up to the explanation that follows them, if one does.

    Sentences at the top are output themselves, and then what follows them is too.
    """
    for number, line in enumerate(lines):
        if not line or not is_prose(line):
            continue
        is_set_off = number > 0 and (not needs_blank or not lines[number - 1])
        return lines[:number] if is_set_off else lines
    return lines


def before_other_text(lines: Sequence[str]) -> Sequence[str]:
    """`lines` up to the first paragraph that holds characters of a kind that no earlier one holds.

    Judges that number their samples put explanations behind them, which may be formulas and no sentences. An output of
    several paragraphs mostly goes on as it began.
    """
    known: set[str] = set()
    start = 0
    for number in range(len(lines) + 1):
        if number < len(lines) and lines[number]:
            continue
        kinds = {_kind(character) for line in lines[start:number] for character in line}
        if known and not kinds <= known:
            return lines[:start]
        known |= kinds
        start = number + 1
    return lines


def _kind(character: str) -> str:
    if character.isdigit():
        return "0"
    if character.isalpha():
        return "A" if character.isupper() else "a"
    return character
