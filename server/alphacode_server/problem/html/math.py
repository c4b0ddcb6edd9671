"""Formulas of a page as TeX between dollars, from what the page's typesetter left of them."""

import re

from bs4.element import NavigableString, Tag


def write_math_as_tex(root: Tag) -> None:
    """Give every formula its TeX for a text, in place. What the typesetter shows instead is left to the reader."""
    scripts = root.select("script[type^='math/tex']")
    names = {str(script.get("id", "")) for script in scripts}
    for shown in root.select(".MathJax, .MathJax_SVG, .mjx-chtml"):
        # Tools that save a page in one file leave out all scripts.
        math = shown.find("math")
        if math is not None and str(shown.get("id", "")).removesuffix("-Frame") not in names:
            _write(shown, _tex(math), is_display=math.get("display") == "block")
    for script in scripts:
        _write(script, script.get_text(), is_display="mode=display" in str(script["type"]))
    for formula in root.select(".katex"):
        source = formula.find("annotation", encoding="application/x-tex")
        if source is not None:
            parent = formula.parent
            is_display = parent is not None and "katex-display" in parent.get_attribute_list("class")
            _write(formula, source.get_text(), is_display=is_display)
    for formula in root.find_all(["mjx-container", "math"]):
        math = formula if formula.name == "math" else formula.find("math")
        if math is not None:
            _write(formula, _tex(math), is_display=math.get("display") == "block")
    for variable in root.find_all("var"):
        variable.string = variable.get_text().strip("$")


def _write(tag: Tag, tex: str, *, is_display: bool) -> None:
    mark = "$$" if is_display else "$"
    tag.name = "span"
    tag.attrs.clear()
    tag.clear()
    tag.append(NavigableString(f"{mark}{' '.join(tex.split())}{mark}"))


def _tex(node: Tag) -> str:
    """MathML as TeX: what statements use of it, and the texts of what else there may be."""
    parts = [_tex(child) for child in node.children if isinstance(child, Tag)]
    match node.name, parts:
        case "mfrac", [top, bottom]:
            return f"\\frac{_braced(top)}{_braced(bottom)}"
        case "msqrt", _:
            return f"\\sqrt{_braced(''.join(parts))}"
        case "msub" | "munder", [base, low]:
            return f"{base}_{_argument(low)}"
        case "msup" | "mover", [base, high]:
            return f"{base}^{_argument(high)}"
        case "msubsup" | "munderover", [base, low, high]:
            return f"{base}_{_argument(low)}^{_argument(high)}"
        case "mtr", _:
            return " & ".join(parts) + r" \\ "
        case "annotation" | "annotation-xml", _:
            return ""
    return "".join(parts) if parts else _symbol(node)


def _symbol(node: Tag) -> str:
    text = node.get_text().strip()
    is_relation = node.name == "mo" and re.fullmatch(r"[≤≥<>=≠∈+−×⋅→…⋯]", text)
    return f" {text} " if is_relation else text


def _braced(tex: str) -> str:
    return f"{{{tex.strip()}}}"


def _argument(tex: str) -> str:
    return tex if len(tex) == 1 else _braced(tex)
