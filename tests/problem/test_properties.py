"""What holds for every statement: reading never fails, and examples that were written down are read back."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphacode_sandbox import Case
from alphacode_server.problem import parse_statement

Example = tuple[list[str], list[str]]
"""The lines of an input and of an output."""

SPECIFICATION = (
    "Input\n\nThe first line contains a number, and then come words.\n\nOutput\n\nPrint what is left of it.\n\n"
)
EXPLANATION = "The second of the numbers is the largest one, so it is printed.\n\n"

# The words have no vowels, so that none is English; a line that is a label word for word cannot be told from a label.
TOKENS = st.one_of(
    st.integers(-(10**9), 10**9).map(str),
    st.decimals(-1000, 1000, places=3).map(str),
    st.text("bcdxz", min_size=1, max_size=8),
    st.text("BCDXZ", min_size=1, max_size=8),
    st.text(".#*@-=_|", min_size=1, max_size=8),
)
LINES = st.lists(TOKENS, min_size=1, max_size=5).map(" ".join)
TEXTS = st.lists(LINES, max_size=6)
PARAGRAPHS = st.lists(st.lists(LINES, min_size=1, max_size=3).map("\n".join), max_size=3).map(
    lambda paragraphs: "\n\n".join(paragraphs).split("\n") if paragraphs else []
)


def examples_of(texts: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[Example]]:
    examples = st.tuples(texts, texts).filter(any)
    return st.lists(examples, min_size=1, max_size=4, unique_by=lambda example: "\n".join(example[0]))


def codeforces_paste(examples: Sequence[Example]) -> str:
    blocks = [f"InputCopy\n{joined(given)}OutputCopy\n{joined(expected)}" for given, expected in examples]
    return SPECIFICATION + "Examples\n" + "".join(blocks) + "Note\n" + EXPLANATION


def codeforces_copy_lines(examples: Sequence[Example]) -> str:
    blocks = [f"input\nCopy\n{joined(given)}output\nCopy\n{joined(expected)}" for given, expected in examples]
    return SPECIFICATION + "Example\n" + "".join(blocks)


def codecontests(examples: Sequence[Example]) -> str:
    blocks = [f"Input\n\n\n{joined(given)}\n\nOutput\n\n\n{joined(expected)}\n\n" for given, expected in examples]
    return SPECIFICATION + "Examples\n\n" + "".join(blocks) + "Note\n\n" + EXPLANATION


def atcoder(examples: Sequence[Example]) -> str:
    return SPECIFICATION + "".join(
        f"Sample Input {number}\n\n{joined(given)}\nSample Output {number}\n\n{joined(expected)}\n"
        + (EXPLANATION if expected else "")
        for number, (given, expected) in enumerate(examples, 1)
    )


def hackerearth(examples: Sequence[Example]) -> str:
    blocks = [f"SAMPLE INPUT\n{joined(given)}\nSAMPLE OUTPUT\n{joined(expected)}\n" for given, expected in examples]
    return SPECIFICATION + "".join(blocks) + "Explanation\n\n" + EXPLANATION


def codechef(examples: Sequence[Example]) -> str:
    blocks = [f"Example\n\nInput:\n{joined(given)}\nOutput:\n{joined(expected)}\n" for given, expected in examples]
    return SPECIFICATION + "".join(blocks) + "Explanation:\n" + EXPLANATION


def aizu(examples: Sequence[Example]) -> str:
    return SPECIFICATION + "".join(
        f"Sample Input {number}\n\n{joined(given)}\n\nOutput for the Sample Input {number}\n\n{joined(expected)}\n\n"
        for number, (given, expected) in enumerate(examples, 1)
    )


def kattis_columns(examples: Sequence[Example]) -> str:
    return SPECIFICATION + "".join(
        f"Sample Input {number}\tSample Output {number}\n{joined(given)}\t\n{joined(expected)}"
        for number, (given, expected) in enumerate(examples, 1)
    )


def ruled(examples: Sequence[Example]) -> str:
    blocks = [f"Input\n{joined(given)}\nOutput\n{joined(expected)}\n" for given, expected in examples]
    return SPECIFICATION + "-----Examples-----\n" + "".join(blocks) + "-----Note-----\n" + EXPLANATION


def headings_and_fences(examples: Sequence[Example]) -> str:
    return (
        "# Title\n\n## "
        + SPECIFICATION
        + "".join(
            f"### Sample Input {number}\n\n```\n{joined(given)}```\n\n"
            f"### Sample Output {number}\n```\n{joined(expected)}```\n" + EXPLANATION
            for number, (given, expected) in enumerate(examples, 1)
        )
    )


def bold_and_fences(examples: Sequence[Example]) -> str:
    blocks = [
        f"**Input**\n~~~\n{joined(given)}~~~\n**Output**\n~~~\n{joined(expected)}~~~\n" for given, expected in examples
    ]
    return "**Input**\n\nA number is given.\n\n## Examples\n" + "\n".join(blocks)


def info_strings(examples: Sequence[Example]) -> str:
    return SPECIFICATION + "".join(
        f"```input{number}\n{joined(given)}```\n\n```output{number}\n{joined(expected)}```\n\n"
        for number, (given, expected) in enumerate(examples, 1)
    )


def joined(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


PARAGRAPH_STYLES = (
    codeforces_paste,
    codecontests,
    hackerearth,
    codechef,
    headings_and_fences,
    bold_and_fences,
    info_strings,
)
LINE_STYLES = (codeforces_copy_lines, atcoder, aizu, kattis_columns, ruled)


def check(render: Callable[[Sequence[Example]], str], examples: Sequence[Example]) -> None:
    parsed = parse_statement(render(examples))
    assert list(parsed.problem.examples) == [Case(joined(given), joined(expected)) for given, expected in examples]
    assert parsed.findings == ()


# Deadlines measure the machine's load.
quick = settings(deadline=None, max_examples=40)


@pytest.mark.parametrize("render", PARAGRAPH_STYLES)
@quick
@given(examples=examples_of(PARAGRAPHS))
def test_examples_with_blank_lines_are_read_back(
    render: Callable[[Sequence[Example]], str], examples: list[Example]
) -> None:
    check(render, examples)


@pytest.mark.parametrize("render", LINE_STYLES)
@quick
@given(examples=examples_of(TEXTS))
def test_examples_are_read_back(render: Callable[[Sequence[Example]], str], examples: list[Example]) -> None:
    check(render, examples)


LABELS = (
    "Input",
    "Output",
    "Input:",
    "Output:5",
    "**Input**",
    "## Output",
    "Example",
    "Examples",
    "Note",
    "Explanation:",
)
NUMBERED = ("Sample Input 1", "Sample Output 2", "Sample Input 1  Sample Output 1", "```input1")
MARKS = ("---", "```", "~~~~", "#", "-", "==", "\t", "\r", "\u2028", "\u00a0", "\ufeff", "\x00", "\ud800")
VALUES = (
    "title:x",
    "time_limit: 2",
    "checker: float x",
    "time limit 9s",
    "error 10^-6",
    "[1,2]",
    "n = 1",
    "Copy",
    ".",
    "7",
)
PIECES = st.sampled_from((*LABELS, *NUMBERED, *MARKS, *VALUES))


@quick
@given(text=st.text(), file_name=st.text())
def test_any_text_can_be_read(text: str, file_name: str) -> None:
    check_is_readable(text, file_name)


@quick
@given(pieces=st.lists(st.tuples(PIECES, st.sampled_from(["\n", "\n\n", " ", ""])), max_size=40))
def test_any_text_that_looks_like_a_statement_can_be_read(pieces: list[tuple[str, str]]) -> None:
    check_is_readable("".join(piece + gap for piece, gap in pieces), "a.md")


TAGS = (
    *("<div class=problem-statement>", "<div class=header>", "<div class=title>", "<div class=sample-test>", "</div>"),
    *("<div class=input>", "<div class=output>", "<div id=task-statement>", "<table class=sample>", "<td>", "<pre>"),
    *("</pre>", "<ul>", "<li>", "<sup>", "<br>", "<var>", "<math>", "</math>", "<mfrac>", "<mi>", "<mjx-container>"),
    *("<script type=math/tex>", "<span class=katex>", "<!--", "<a b='", "&lt", "<img alt=x>", "$$$", "x", "\n"),
)
COMMANDS = (
    *(
        "\\problemname{x}",
        "\\begin{itemize}",
        "\\item",
        "[",
        "]",
        "{",
        "}",
        "$",
        "\\[",
        "\\end{itemize}",
        "%",
        "\n",
        "&",
    ),
    *(
        "\\begin{Input}",
        "\\end{Input}",
        "\\section",
        "\\newcommand{\\a}{\\a\\b}",
        "\\a",
        "\\begin{tabular}",
        "\\\\",
        "x",
    ),
    *("\\begin{verbatim}", "\\footnote", "\\includegraphics", "\\begin{align}", "\\href{}", "\\texttt{`}", "\\caption"),
    *("\\verb|", "#1"),
)


@quick
@given(pieces=st.lists(st.sampled_from(TAGS), max_size=40))
def test_any_page_can_be_read(pieces: list[str]) -> None:
    check_is_readable("".join(pieces), "a.html")


@quick
@given(pieces=st.lists(st.sampled_from(COMMANDS), max_size=40))
def test_any_latex_can_be_read(pieces: list[str]) -> None:
    check_is_readable("".join(pieces), "a.tex")


@pytest.mark.parametrize(
    ("text", "file_name"),
    [
        ("<div>" * 5000 + "sheep", "a.html"),
        ("<math>" * 5000 + "sheep", "a.html"),
        ("<a b='" * 5000 + "sheep", "a.html"),
        ("<br>" * 100_000 + "sheep", "a.html"),
        ("\\begin{itemize}\\item " * 2000 + "sheep", "a.tex"),
        ("{" * 5000 + "sheep", "a.tex"),
        ("sheep" * 100_000, "a.tex"),
    ],
)
def test_what_no_judge_writes_can_be_read(text: str, file_name: str) -> None:
    check_is_readable(text, file_name)


def check_is_readable(text: str, file_name: str) -> None:
    parsed = parse_statement(text, file_name)
    n_lines = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    assert all(0 <= finding.line < n_lines for finding in parsed.findings)
    assert parsed.problem.title
    assert bool(parsed.problem.examples) is not any(finding.code == "no-examples" for finding in parsed.findings)
