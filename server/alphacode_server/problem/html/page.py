"""A saved page as the Markdown that parse_statement reads: the statement alone, its examples in fences of their own.

Codeforces, AtCoder, Kattis and Google's archive have marks by which statement and examples are found. On pages of other
judges everything counts, and examples are found by their labels, as in a text that was copied.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from bs4 import BeautifulSoup, Tag

from alphacode_server.problem.html.examples import Holder, name_examples
from alphacode_server.problem.html.markdown import line_of, markdown_of
from alphacode_server.problem.html.math import write_math_as_tex
from alphacode_server.problem.limits import find_memory_limit_mb, find_time_limit_ms
from alphacode_server.problem.statement_file import front_matter

MOST_TAGS = 30_000
"""Pages of judges have a few thousand. More would keep an editor waiting for seconds, and are left as they are."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was read."""

    markdown: str
    n_statements: int
    """More than one for the problems of a whole contest; then the first one was read."""


@dataclass(frozen=True, slots=True)
class _Site:
    """Where a judge's pages have what, as CSS selectors."""

    statement: str
    title: str
    examples: Holder | None = None
    left_out: str = ""
    """Parts of the statement that are read otherwise."""


_SITES = (
    _Site(
        ".problem-statement",
        ".problem-statement .title",
        Holder(".sample-test", ".input pre", ".output pre"),
        ".header",
    ),
    _Site("#task-statement", "span.h2, title"),
    _Site(".problembody", "h1"),
    _Site("body", "h1, title", Holder(".sampleio-wrapper", ".sample-input pre", ".sample-output pre")),
)


@lru_cache(maxsize=8)
def read_page(html: str) -> Page:
    """Never raises: a page without a statement is read whole."""
    if html.count("<") > MOST_TAGS:
        return Page(html, 1)
    soup = BeautifulSoup(_without_open_end(html), "html.parser")
    try:
        return _read(soup, html)
    except RecursionError:
        # No judge nests elements hundreds deep. Whatever this is, its text is all that can be had.
        return Page(soup.get_text("\n"), 1)


def _without_open_end(html: str) -> str:
    """Up to where the last tag or comment is closed: the parser tries what is left open again and again."""
    end = html.rfind(">") + 1
    comment = html.find("<!--", html.rfind("-->") + 1)
    return html[: end if comment < 0 else min(end, comment)]


def _read(soup: BeautifulSoup, html: str) -> Page:
    site, statements = _site(soup, html)
    facts = _facts(soup, site, html)
    statement = _in_english(statements[0])
    write_math_as_tex(statement)
    for part in statement.select(site.left_out) if site.left_out else ():
        part.clear()
    name_examples(statement, site.examples)
    return Page(f"{facts}\n{markdown_of(statement)}\n", len(statements))


def _site(soup: BeautifulSoup, html: str) -> tuple[_Site, list[Tag]]:
    for site in _SITES:
        # Looking for a word in the text is far quicker than looking at all elements.
        is_likely = site.statement.lstrip(".#") in html
        if is_likely and (statements := list(soup.select(site.statement))):
            return site, statements
    return _SITES[-1], [soup]


def _in_english(statement: Tag) -> Tag:
    """AtCoder's pages hold both languages, and show one."""
    english = statement.select_one(".lang-en")
    return english if english is not None and english.find("pre") else statement


def _facts(soup: BeautifulSoup, site: _Site, html: str) -> str:
    """Title, address and limits, wherever on the page they are."""
    heading = soup.select_one(site.title)
    text = " ".join(soup.get_text(" ").split())
    return front_matter(
        title=line_of(heading) if heading else "",
        url=_address(soup, html),
        time_limit_ms=find_time_limit_ms(text),
        memory_limit_mb=find_memory_limit_mb(text),
    )


_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(https?://[^\s<>]+) -->")


def _address(soup: BeautifulSoup, html: str) -> str | None:
    """As the browser noted it, else as the page says."""
    if saved := _SAVED_FROM.search(html, 0, 2000):
        return saved[1]
    for name, key in (("link[rel=canonical]", "href"), ("meta[property='og:url']", "content")):
        link = soup.select_one(name)
        address = str(link.get(key, "")) if link else ""
        if re.fullmatch(r"https?://\S+", address):
            return address
    return None
