"""The tolerance that a statement grants to numbers: "absolute or relative error does not exceed 10^{-6}"."""

import re

# A number with a fraction is graded where the text speaks of an error, a precision or an accuracy ...
_SUBJECT = re.compile(
    r"\b(?:absolute|relative)\b[^.!?]{0,60}\b(?:error|inaccuracy|difference|precision)s?\b"
    r"|\b(?:error|precision|(?:in)?accuracy|tolerance)s?\b",
    re.IGNORECASE,
)
# ... and names a small number soon after. Superscripts come in many forms once a page has become text:
# 10^{-6}, 10^-6, 10^(-6), 10**-6, 10⁻⁶, 10−6 (the superscript lost), 1e-6, 0.000001.
_SMALL_NUMBER = re.compile(
    r"(?<![\w.])(?:"
    r"(?:(?P<factor>[1-9])\s?(?:[*×⋅·]|\\cdot|\\times)\s?)?10\s?(?:\^|\*\*)?\s?[{(]?\s?[-−–]\s?(?P<power>[1-9]\d?)(?!\d)"
    r"|10(?P<superscript>⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})"
    r"|(?P<mantissa>[1-9](?:\.\d{1,3})?)[eE][-−–](?P<exponent>\d{1,2})(?!\d)"
    r"|0\.(?P<zeros>0{1,14})(?P<digit>[1-9])(?!\d)"
    r")"
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_REACH = 160
_LARGEST = 0.1


def find_tolerance(text: str) -> float | None:
    """The first tolerance the statement states, or None: then numbers must be printed as the examples print them."""
    position = 0
    while subject := _SUBJECT.search(text, position):
        number = _SMALL_NUMBER.search(text, subject.end(), min(len(text), subject.end() + _REACH))
        if number and (value := _value(number)) <= _LARGEST:
            return value
        position = subject.end()
    return None


def _value(number: re.Match[str]) -> float:
    if number["power"]:
        return float(f"{number['factor'] or 1}e-{number['power']}")
    if number["superscript"]:
        return float(f"1e-{number['superscript'][1:].translate(_SUPERSCRIPTS)}")
    if number["mantissa"]:
        return float(f"{number['mantissa']}e-{number['exponent']}")
    return float(f"0.{number['zeros']}{number['digit']}")
