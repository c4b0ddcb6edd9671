"""The lines of a statement that say what follows: "Examples", "Input", "Sample Output 2", "Note".

Judges and their scrapers write them as bare lines, as Markdown headings, in bold, between rules or with a "Copy"
button's text behind. This module knows single lines only; examples.py decides which of them are believed.
"""

import re
from dataclasses import dataclass
from enum import Enum

from alphacode_server.problem.prose import is_prose


class LabelKind(Enum):
    """What a label announces."""

    EXAMPLES = "examples"
    INPUT = "input"
    OUTPUT = "output"
    PAIR = "pair"
    """Both on one line, as the head of a table's two columns."""
    SECTION = "section"
    """Anything else with a name, such as Note: it ends what came before."""


class Markup(Enum):
    """How a label is set apart from the text."""

    PLAIN = "plain"
    HEADING = "heading"
    BOLD = "bold"
    RULED = "ruled"


@dataclass(frozen=True, slots=True)
class Label:
    """A line that was recognised."""

    kind: LabelKind
    line: int
    number: int | None = None
    is_named: bool = False
    """It says "sample" or "example" itself, or carries a number or a copy button; a specification's label does not."""
    markup: Markup = Markup.PLAIN
    value: str | None = None
    """What follows on the same line after a colon."""
    is_glued: bool = False
    """The label hangs at the end of a sentence: the page's lines were lost on the way."""
    is_fence: bool = False
    """It is the info string of a fenced block."""
    is_any: bool = False
    """A heading, bold or ruled line of unknown name; it ends an example only among labels with the same markup."""

    @property
    def is_numbered_output(self) -> bool:
        return self.kind is LabelKind.OUTPUT and self.is_named and self.number is not None


_LONGEST = 90
_MARKUP = " \t#*_=-"
_MARKS = frozenset("#*_=-")
# How a plain label starts; other lines are dismissed at once.
_START = re.compile(
    r"[ \t#*_=-]*(?:input|output|std|standard|expected|sample|example|notes?\b|expl|constr|limits|restr|scoring|subt"
    r"|hint|interaction|remark|clarif|入力例|出力例)",
    re.IGNORECASE,
)

_EXAMPLE = r"(?:samples?|examples?)"
_N = r"(?:\s?[-–]?\s?(?:#|no\.?|nr\.?|№)?\s?\(?\d{1,3}\)?)?"
_TESTS = r"(?:\s?test)?(?:\s?cases?)?"
_COPY = r"(?:\s?copy)?"
_OF = r"(?:\s(?:for|of)(?:\sthe)?)?"


def _of(stream: str) -> str:
    named = rf"{_EXAMPLE}{_TESTS}{_N}\s(?:standard\s)?{stream}s?(?:\sdata)?{_N}"
    turned = rf"(?:standard\s|expected\s)?{stream}s?(?:\sdata)?{_OF}\s{_EXAMPLE}(?:\sinput)?{_TESTS}{_N}"
    bare = rf"(?:standard\s|expected\s)?{stream}{_N}"
    return rf"(?:{named}|{turned}|{bare}){_COPY}"


_KINDS = (
    (LabelKind.INPUT, re.compile(_of("input") + f"|stdin|入力例{_N}", re.IGNORECASE)),
    (LabelKind.OUTPUT, re.compile(_of("output") + f"|stdout|出力例{_N}", re.IGNORECASE)),
    (LabelKind.PAIR, re.compile(rf"{_of('input')}[\s|]{{1,20}}{_of('output')}", re.IGNORECASE)),
    (
        LabelKind.EXAMPLES,
        re.compile(
            rf"{_EXAMPLE}(?:\s?tests?(?:\(s\))?|\s?(?:test\s?)?cases?|\sdata|(?:\sinputs?)?\s?(?:and|&|/)\s?outputs?|\si/o)?{_N}",
            re.IGNORECASE,
        ),
    ),
    (
        LabelKind.SECTION,
        re.compile(
            r"(?:notes?|explanations?|constraints?|limits|restrictions|scoring|subtasks?|hints?|interaction|remarks?"
            r"|(?:input|output) (?:format|specification|description)s?"
            rf"|{_EXAMPLE}(?: (?:in|out)puts?)? (?:explanations?|notes?|descriptions?)"
            rf"|(?:notes?|explanations?|clarifications?) (?:of|for|to|on) .{{1,40}}){_N}!?",
            re.IGNORECASE,
        ),
    ),
)
_NAMED = re.compile(r"samples?\b|examples?\b|例|\d|copy$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3}")
_DIGITS = re.compile(r"\d{1,3}")
_INLINE = re.compile(
    r"((?:standard |expected |sample |example )?(?:input|output)s?|notes?|explanations?)"
    r"\s{0,3}:\s{0,8}(?:\*\*|__)?\s{0,8}(\S.*)",
    re.IGNORECASE,
)
_GLUED = re.compile(r"(?<=[.!?)$\]])\s?((?:Sample|Example) (?:Input|Output)(?: #?\d{1,3})?:?)$")


def read_label(line: str, number: int) -> Label | None:
    """The label that `line`, the file's line `number`, consists of."""
    if line[:1] in _MARKS or _START.match(line):
        label = _whole_line(line, number) if len(line) <= _LONGEST else _long_value(line, number)
        if label is not None:
            return label
    return _glued(line, number) if "mple " in line[-40:] else None


def _whole_line(line: str, number: int) -> Label | None:
    markup = _markup(line)
    bare = line.lstrip(_MARKUP)
    name = " ".join(bare.rstrip(_MARKUP + ":").split())
    is_announced = markup is not Markup.PLAIN or line.rstrip().endswith(":")
    for kind, pattern in _KINDS:
        if pattern.fullmatch(name) and (is_announced or _may_be_plain(kind, name)):
            return _label(kind, name, number, markup)
    if inline := _INLINE.fullmatch(bare.rstrip()):
        return _inline_label(inline, number, markup)
    if markup is not Markup.PLAIN and _WORD.search(name):
        return Label(LabelKind.SECTION, number, markup=markup, is_any=True)
    return None


def _markup(line: str) -> Markup:
    text = line.strip()
    if re.match(r"#{1,6}[ \t]", text):
        return Markup.HEADING
    if re.fullmatch(r"(\*\*|__).*(\*\*|__):?", text):
        return Markup.BOLD
    if re.fullmatch(r"(--|==).*(--|==)", text):
        return Markup.RULED
    return Markup.PLAIN


def _may_be_plain(kind: LabelKind, name: str) -> bool:
    """A bare "note" in lower case is far more often a word of the data; "input" is Codeforces' own label."""
    return kind in (LabelKind.INPUT, LabelKind.OUTPUT, LabelKind.PAIR) or name[0].isupper()


def _label(kind: LabelKind, name: str, line: int, markup: Markup) -> Label:
    digits = _DIGITS.search(name)
    is_named = _NAMED.search(name) is not None
    return Label(kind, line, number=int(digits[0]) if digits else None, is_named=is_named, markup=markup)


def _inline_label(inline: re.Match[str], line: int, markup: Markup) -> Label:
    name = inline[1].lower()
    kind = LabelKind.INPUT if "input" in name else LabelKind.OUTPUT if "output" in name else LabelKind.SECTION
    value = inline[2].strip().removeprefix("**").strip()
    is_named = _NAMED.search(name) is not None
    return Label(kind, line, is_named=is_named, markup=markup, value=value)


def _long_value(line: str, number: int) -> Label | None:
    """A label before data that may be of any length, such as the arguments of a function."""
    inline = _INLINE.fullmatch(line.lstrip(_MARKUP).rstrip())
    return _inline_label(inline, number, Markup.PLAIN) if inline and not is_prose(inline[2]) else None


def _glued(line: str, number: int) -> Label | None:
    found = _GLUED.search(line.rstrip()[-40:])
    if found is None:
        return None
    kind = LabelKind.INPUT if "Input" in found[1] else LabelKind.OUTPUT
    digits = _DIGITS.search(found[1])
    return Label(kind, number, number=int(digits[0]) if digits else None, is_named=True, is_glued=True)
