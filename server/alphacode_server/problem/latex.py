"""Statements in LaTeX, as Kattis packages have them, as the Markdown that parse_statement reads.

Formulas stay as they are. Imports a LaTeX parser, so it is imported when such a statement is read.
"""

import logging
import re
from functools import lru_cache
from typing import Any

from pylatexenc import latex2text, latexwalker, macrospec

from alphacode_server.problem.statement_file import fence, front_matter

LONGEST = 60_000
"""Characters. What is longer is no statement, and would keep an editor waiting: it is left as it is."""


@lru_cache(maxsize=8)
def latex_as_markdown(source: str) -> str:
    """Never raises: what cannot be parsed is left as it is."""
    if len(source) > LONGEST:
        return source
    document = _BODY.search(source)
    try:
        nodes, _, _ = latexwalker.LatexWalker(
            _expanded(document[1] if document else source), latex_context=_GRAMMAR, tolerant_parsing=True
        ).get_latex_nodes()
        text = _RENDERER.nodelist_to_text(nodes)
    except Exception:
        # Whatever the parser trips over (deep nesting comes as a TypeError), a model can read the source as well.
        return source
    text = _tidy(text)
    name = _NAME.match(text)
    return front_matter(title=name[1]) + text if name else text


# The parser warns of what it does not know, and quotes the statement.
logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)

_NAME = re.compile(r"# (.+)\n")
_ROW_END = "\x1e"
"""Stands for `\\\\`, which ends a row in a table and a line elsewhere."""

_BODY = re.compile(r"\\begin\{document\}(.*)\\end\{document\}", re.DOTALL)
_DEFINITION = re.compile(
    r"\\(?:(?:re)?newcommand\*?|providecommand\*?|def)\s{0,9}\{?\s{0,9}\\(?P<name>[A-Za-z]+)\s{0,9}\}?\s{0,9}"
    r"(?P<arguments>(?:\[[^\[\]]{0,99}\]|\#\d){0,9})\s{0,9}"
    r"\{(?P<body>(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}[ \t]*%?\n?"
)
_LONGEST_BODY = 1000


def _expanded(source: str) -> str:
    """Without the author's own abbreviations, which mostly stand for the limits: `\\newcommand{\\maxn}{1000}`."""
    bodies: dict[str, str] = {}
    for definition in _DEFINITION.finditer(source):
        body = _with(definition["body"], bodies)
        if len(body) <= _LONGEST_BODY and not definition["arguments"]:
            bodies[definition["name"]] = body
    return _with(_DEFINITION.sub("", source), bodies)


def _with(text: str, bodies: dict[str, str]) -> str:
    return re.sub(r"\\([A-Za-z]+)(?:\{\})?", lambda use: bodies.get(use[1], use[0]), text)


def _tidy(text: str) -> str:
    """Paragraphs on lines that start at the margin, parted by one blank line; fences as they are."""
    text = text.replace(_ROW_END, "\n")
    parts = re.split(r"(^(`{3,}).*?^\2$)", text, flags=re.DOTALL | re.MULTILINE)
    # Of three parts each, the third is the mark of the fence.
    prose, fences = parts[::3], [*parts[1::3], ""]
    lines = (re.sub(r"^[ \t]+|[ \t]+$", "", part, flags=re.MULTILINE) for part in prose)
    paragraphs = (re.sub(r"\n{3,}", "\n\n", part) for part in lines)
    return "".join(part for pair in zip(paragraphs, fences, strict=True) for part in pair).strip("\n") + "\n"


def _section(level: int, name: str) -> str:
    return f"\n\n{'#' * level} {' '.join(name.split())}\n\n" if name.strip() else ""


def _code(text: str) -> str:
    return f"`{text}`" if text.strip() and "`" not in text else text


def _argument(number: int) -> Any:
    """Renders a macro as one of its arguments, from 0."""

    def render(node: Any, l2tobj: Any) -> str:
        return str(l2tobj.nodelist_to_text([node.nodeargd.argnlist[number]]))

    return render


def _heading(level: int, number: int) -> Any:
    text = _argument(number)
    return lambda node, l2tobj: _section(level, text(node, l2tobj))


def _named(name: str) -> Any:
    def render(node: Any, l2tobj: Any) -> str:
        return f"{_section(2, name)}{l2tobj.nodelist_to_text(node.nodelist)}\n\n"

    return render


def _texttt(node: Any, l2tobj: Any) -> str:
    return _code(_argument(0)(node, l2tobj))


def _footnote(node: Any, l2tobj: Any) -> str:
    return f" ({_argument(1)(node, l2tobj).strip()})"


def _verb(node: Any) -> str:
    return _code(node.nodeargd.verbatim_text)


def _verbatim(node: Any) -> str:
    name = node.environmentname
    text = node.latex_verbatim().removeprefix(f"\\begin{{{name}}}").removesuffix(f"\\end{{{name}}}")
    return f"\n\n{fence('', _OPTIONS.sub('', text).strip(chr(10)))}\n"


def _items(node: Any, l2tobj: Any) -> str:
    """A list. What stands between two items belongs to the first."""
    items: list[tuple[str, list[Any]]] = []
    for child in node.nodelist:
        if child.isNodeType(latexwalker.LatexMacroNode) and child.macroname == "item":
            mark = f"{len(items) + 1}." if node.environmentname == "enumerate" else "-"
            own = child.nodeargd.argnlist[0] if child.nodeargd and child.nodeargd.argnlist else None
            items.append((f"{mark} {l2tobj.nodelist_to_text([own]).strip()}" if own else mark, []))
        elif items:
            items[-1][1].append(child)
    texts = (_PARAGRAPHS.sub(_joined, l2tobj.nodelist_to_text(item)).strip() for _, item in items)
    return "\n\n" + "\n".join(f"{mark} {text}" for (mark, _), text in zip(items, texts, strict=True)) + "\n\n"


_PARAGRAPHS = re.compile(r"\s*\n\s*\n\s*(?P<mark>(?:-|\d+\.) )?")


def _joined(border: re.Match[str]) -> str:
    """An item's paragraphs run on; a list in it begins on a line of its own."""
    return f"\n{border['mark']}" if border["mark"] else " "


def _table(node: Any, l2tobj: Any) -> str:
    rows = (" ".join(row.split()) for row in l2tobj.nodelist_to_text(node.nodelist).split(_ROW_END))
    return "\n\n" + "\n".join(row for row in rows if row) + "\n\n"


def _display(node: Any) -> str:
    return f"\n\n$$\n{node.latex_verbatim().strip()}\n$$\n\n"


_OPTIONS = re.compile(r"\A[ \t]*\[[^\[\]]*\]")
_LAYOUT = (
    "label", "vspace", "hspace", "hline", "clearpage", "noindent", "lstinputlisting", "lstset", "lstdefinestyle",
    "nextsample", "remainingsamples", "cline", "setlength",
)  # fmt: skip
_M, _E = latex2text.MacroTextSpec, latex2text.EnvironmentTextSpec
_DISPLAYED = ("equation", "equation*", "align", "align*", "gather", "gather*", "displaymath", "multline", "eqnarray")


def _grammar() -> Any:
    """How many arguments there are: problemtools' commands, and what the parser does not know of LaTeX's own."""
    grammar = latexwalker.get_default_latex_context_db()
    macros = (
        ("problemname", "{"), ("illustration", "{{{"), ("nextsample", "{"), ("cline", "{"), ("setlength", "{{"),
        ("multicolumn", "{{{"),
        ("section", "*[{"), ("subsection", "*[{"), ("caption", "[{"),
        ("lstinputlisting", "[{"), ("lstset", "{"), ("lstdefinestyle", "{{"),
    )  # fmt: skip
    grammar.add_context_category(
        "problemtools",
        prepend=True,
        macros=[macrospec.std_macro(name, arguments) for name, arguments in macros],
        environments=[macrospec.std_environment("minipage", "[{"), macrospec.std_environment("wrapfigure", "[{{")],
    )
    return grammar


def _renderer() -> Any:
    texts = latex2text.get_default_latex_context_db()
    texts.add_context_category(
        "markdown",
        prepend=True,
        macros=[
            _M("problemname", simplify_repl=_heading(1, 0)),
            _M("section", simplify_repl=_heading(2, 2)),
            _M("subsection", simplify_repl=_heading(3, 2)),
            _M("texttt", simplify_repl=_texttt),
            _M("verb", simplify_repl=_verb),
            _M("href", simplify_repl=_argument(1)),
            _M("footnote", simplify_repl=_footnote),
            _M("caption", simplify_repl=_argument(1)),
            _M("multicolumn", simplify_repl=_argument(2)),
            _M("illustration", simplify_repl="\n\n[image]\n\n"),
            _M("includegraphics", simplify_repl="\n\n[image]\n\n"),
            _M("\\", simplify_repl=_ROW_END),
            *(_M(name, discard=True) for name in _LAYOUT),
            _M("ref", simplify_repl="(reference)"),
        ],
        environments=[
            _E("Input", simplify_repl=_named("Input")),
            _E("Output", simplify_repl=_named("Output")),
            _E("Interaction", simplify_repl=_named("Interaction")),
            _E("itemize", simplify_repl=_items),
            _E("enumerate", simplify_repl=_items),
            _E("description", simplify_repl=_items),
            _E("tabular", simplify_repl=_table),
            *(_E(name, simplify_repl=_verbatim) for name in ("verbatim", "lstlisting")),
            *(_E(name, simplify_repl=_display) for name in _DISPLAYED),
        ],
        specials=[latex2text.SpecialsTextSpec("&", simplify_repl=" | ")],
    )
    return latex2text.LatexNodes2Text(latex_context=texts, math_mode="verbatim", keep_comments=False)


_GRAMMAR = _grammar()
_RENDERER = _renderer()
