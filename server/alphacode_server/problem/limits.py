"""Time and memory limits: as values of the front matter, and as sentences of a statement."""

import re

_NUMBER = r"(\d{1,9}(?:\.\d{1,6})?)"
_TIME_UNIT = r"(milliseconds?|msecs?|ms|seconds?|secs?|s)"
_MEMORY_UNIT = r"(bytes?|(?:kilo|kibi|mega|mebi|giga|gibi|k|m|g)bytes?|kib|kb|mib|mb|gib|gb)"

_TIME = re.compile(rf"{_NUMBER}\s{{0,4}}{_TIME_UNIT}\.?", re.IGNORECASE)
_MEMORY = re.compile(rf"{_NUMBER}\s{{0,4}}{_MEMORY_UNIT}\.?", re.IGNORECASE)

# What may stand between the words and the number: "per test", a colon, a line break, Markdown's stars, "is".
_BETWEEN = r"(?:\s{1,3}(?:per|for|of)\s(?:each\s|this\s|the\s)?\w{1,12}(?<!\d))?(?:\s{1,3}is)?[\s:=*_|–-]{0,12}"
_TIME_SENTENCE = re.compile(
    rf"(?:\btime[ -]?limit|実行時間制限){_BETWEEN}{_NUMBER}\s{{0,4}}{_TIME_UNIT}\b", re.IGNORECASE
)
_MEMORY_SENTENCE = re.compile(
    rf"(?:\bmemory[ -]?limit|メモリ制限){_BETWEEN}{_NUMBER}\s{{0,4}}{_MEMORY_UNIT}\b", re.IGNORECASE
)

LONGEST_MS = 24 * 3600 * 1000
LARGEST_MB = 1024 * 1024


def parse_time_ms(value: str) -> int | None:
    """Milliseconds of `2s`, `1500ms` or `2.5 seconds`; None when it is no such thing or no sensible limit."""
    match = _TIME.fullmatch(value.strip())
    return _milliseconds(match) if match else None


def parse_memory_mb(value: str) -> int | None:
    """MiB of `256 MB`, `1 GB` or `65536 KB`; None when it is no such thing or no sensible limit."""
    match = _MEMORY.fullmatch(value.strip())
    return _megabytes(match) if match else None


def find_time_limit_ms(text: str) -> int | None:
    """The first time limit that a statement names, in the words of the common judges."""
    match = _TIME_SENTENCE.search(text)
    return _milliseconds(match) if match else None


def find_memory_limit_mb(text: str) -> int | None:
    match = _MEMORY_SENTENCE.search(text)
    return _megabytes(match) if match else None


def _milliseconds(match: re.Match[str]) -> int | None:
    number, unit = float(match[1]), match[2].lower()
    milliseconds = round(number if unit.startswith("m") else number * 1000)
    return milliseconds if 0 < milliseconds <= LONGEST_MS else None


def _megabytes(match: re.Match[str]) -> int | None:
    number, unit = float(match[1]), match[2].lower()
    per_megabyte = {"b": 1024 * 1024, "k": 1024, "m": 1, "g": 1 / 1024}[unit[0]]
    # Judges write 1024 KB and 1000 KB for the same thing; less than one is still one.
    megabytes = round(number / per_megabyte) or (1 if number else 0)
    return megabytes if 0 < megabytes <= LARGEST_MB else None
