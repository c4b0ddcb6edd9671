"""The elements of a page as Markdown. Emphasis is left out, as a model and a parser of labels do better without."""

import re
from collections.abc import Iterator

from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from alphacode_server.problem.statement_file import fence

STREAM = "data-stream"
"""The attribute of an element that is known for an example's input or output: `input1`."""

_HOLDS_BLOCKS = "data-holds-blocks"
"""Set on elements that cannot be part of a line."""

_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_LISTS = ["ul", "ol", "dl"]
_BLOCKS = [
    *_HEADINGS, *_LISTS, "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dt", "figcaption",
    "figure", "footer", "header", "hr", "li", "main", "p", "pre", "section", "table", "tbody", "td", "th",
    "thead", "tr",
]  # fmt: skip
_TITLES = frozenset({"section-title", "title", "property-title", "sample-header-text"})
_CODE = frozenset({"code", "tt", "kbd", "samp"})
# What a reader does not see, buttons, and formulas as MathJax shows them, whose sources stand beside that.
_LEFT_OUT = frozenset(
    {"button", "footer", "head", "iframe", "nav", "noscript", "script", "select", "style", "svg", "template", "title"}
)
_LEFT_OUT_CLASSES = frozenset(
    {"btn", "btn-copy", "div-btn-copy", "input-output-copier", "MathJax", "MathJax_Preview", "MathJax_SVG", "mjx-chtml"}
)
_DOLLARS = re.compile(r"\${3,}")
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")


def markdown_of(root: Tag) -> str:
    """Paragraphs, headings, lists and tables, parted by blank lines; `pre` as it is, in fences."""
    for block in root.find_all(_BLOCKS):
        for holder in block.parents:
            if _HOLDS_BLOCKS in holder.attrs:
                break
            holder[_HOLDS_BLOCKS] = ""
    return "\n\n".join(_blocks(root))


def line_of(tag: Tag) -> str:
    """The text on one line."""
    return " ".join("".join(_inline(child) for child in tag.children).split())


def _blocks(node: Tag) -> Iterator[str]:
    line: list[str] = []
    for child in node.children:
        if isinstance(child, Tag) and _is_left_out(child):
            continue
        if isinstance(child, Tag) and _is_block(child):
            yield from _paragraph(line)
            line = []
            yield from _block(child)
        else:
            line.append(_inline(child))
    yield from _paragraph(line)


def _is_left_out(tag: Tag) -> bool:
    return tag.name in _LEFT_OUT or not _LEFT_OUT_CLASSES.isdisjoint(tag.get_attribute_list("class"))


def _is_block(tag: Tag) -> bool:
    return tag.name in _BLOCKS or _HOLDS_BLOCKS in tag.attrs


def _block(tag: Tag) -> Iterator[str]:
    if tag.name == "pre" or STREAM in tag.attrs:
        yield fence(str(tag.get(STREAM, "")), _data(tag)).rstrip("\n")
    elif tag.name in _HEADINGS or (_TITLES & set(tag.get_attribute_list("class")) and _HOLDS_BLOCKS not in tag.attrs):
        heading = line_of(tag)
        if heading:
            yield f"{_HEADINGS.get(tag.name, '##')} {heading}"
    elif tag.name in _LISTS:
        yield "\n".join(_items(tag))
    elif tag.name == "table" and not tag.find("pre"):
        yield "\n".join(_rows(tag))
    else:
        yield from _blocks(tag)


def _data(tag: Tag) -> str:
    """The text as a browser shows it: without the line end right after the tag, and with one for each block in it."""
    is_preformatted = tag.name == "pre"
    parts: list[str] = []
    for node in tag.descendants:
        if isinstance(node, NavigableString):
            parts.append(str(node) if is_preformatted else _SPACE.sub(" ", str(node)))
        elif isinstance(node, Tag) and (node.name == "br" or (node.name == "div" and parts)):
            parts.append("\n")
    text = "".join(parts).replace("\u00a0", " ")
    if not is_preformatted:
        lines = "\n".join(line.strip() for line in text.split("\n")).strip("\n")
        return f"{lines}\n" if lines else ""
    # The closing tag may stand on a line of its own, indented, and then blank lines before it mean nothing.
    head, end, tail = text.removeprefix("\n").rpartition("\n")
    if tail.strip() or not end:
        return head + end + tail
    return f"{head.rstrip()}\n" if tail else head + end


def _items(node: Tag) -> Iterator[str]:
    for number, child in enumerate(node.find_all(["li", "dt", "dd"], recursive=False), 1):
        mark = f"{number}." if node.name == "ol" else "-"
        yield f"{mark} " + "\n".join(_blocks(child)).replace("\n", "\n  ")


def _rows(table: Tag) -> Iterator[str]:
    for row in table.find_all("tr"):
        yield " | ".join(line_of(cell) for cell in row.find_all(["td", "th"], recursive=False))


def _paragraph(parts: list[str]) -> Iterator[str]:
    lines = (line.strip() for line in re.sub(" +", " ", "".join(parts)).split("\n"))
    text = "\n".join(lines).strip("\n")
    if text:
        yield text


def _inline(node: PageElement) -> str:
    if not isinstance(node, Tag):
        # Comments and the like are strings too.
        is_text = isinstance(node, NavigableString) and not isinstance(node, PreformattedString)
        return _DOLLARS.sub(_shorter, _SPACE.sub(" ", str(node))) if is_text else ""
    if _is_left_out(node):
        return ""
    if node.name == "br":
        return "\n"
    if node.name == "img":
        return f"[image: {node['alt']}]" if node.get("alt") else "[image]"
    text = "".join(_inline(child) for child in node.children)
    if node.name == "var":
        return f"${text}$"
    if node.name in ("sup", "sub"):
        return ("^" if node.name == "sup" else "_") + (text if len(text) == 1 or text.isdigit() else f"{{{text}}}")
    is_code = node.name in _CODE or "tex-font-style-tt" in node.get_attribute_list("class")
    return f"`{text.strip()}`" if is_code and text.strip() and "`" not in text else text


def _shorter(dollars: re.Match[str]) -> str:
    """Codeforces and Google write `$$$x$$$` for TeX's `$x$`, and more dollars for a formula on a line of its own."""
    return "$" if len(dollars[0]) == 3 else "$$"
