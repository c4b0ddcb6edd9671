"""Several C++ programs as one: a namespace for each, and a `main` that runs the one whose number it is given.

Reading the standard library takes a compiler longer than reading a program, so this is how many are compiled at little
cost. It holds for a first look only: a program that meddles with its neighbours would be believed. What is unusual is
better left alone, as `may_join` says, and so is what a compiler complains of.
"""

import re
from collections.abc import Sequence

_STARTS = """
static void alphacode_start(int (*program)()) { program(); }
static void alphacode_start(int (*program)(int, char **)) {
    static char name[] = "program", *arguments[] = {name, nullptr};
    program(1, arguments);
}
static bool alphacode_untouched() {
    return std::ios::sync_with_stdio(true) && std::cin.tie() == &std::cout && std::ftell(stdin) <= 0 &&
           std::cout.precision() == 6 && std::cout.flags() == std::ostringstream().flags();
}
"""

# None of these patterns may take long on any text: programs are not to be trusted.
_HIDDEN = re.compile(
    r"//(?:[^\\\n]|\\.)*|/\*.*?(?:\*/|\Z)|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.[^'\n]{0,3})'", re.DOTALL
)
_INCLUDE = re.compile(r"^[ \t]*#[ \t]*include\b(.*)$", re.MULTILINE)
_MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", re.MULTILINE)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\\\n]|\\.)*", re.MULTILINE | re.DOTALL)
_STANDARD = re.compile(
    r"\s*<(bits/stdc\+\+\.h|[a-z_]+|(assert|ctype|limits|math|stdint|stdio|stdlib|string|time)\.h)>\s*"
)

# What reaches beyond a namespace, or out of it; and arrays of variable length with an initializer, which clang refuses.
_UNUSUAL = re.compile(
    r"""\bnamespace\s+std\s*\{ | \bhash\s*< | \bextern\b | \basm\b | \b__asm__\b | \b__attribute__\b | \[\[
    | \boperator\s*(new|delete)\b | R"[^\s()\\]{0,16}\( | ^[ \t]*\#[ \t]*(pragma|undef|line|import) | \b_Pragma\b
    | ^[ \t]*\#[ \t]*define[ \t]+main\b | \balphacode_ | (^|[^\w:>])::
    | \b(int|long|ll|bool|char|double)\s+\w+\s*(\[[^\]\n]{0,30}[a-z][^\]\n]{0,30}\]\s*)+=?\s*\{""",
    re.VERBOSE | re.MULTILINE,
)
# Objects that do something before `main` begins, to the streams more often than not.
_BEFORE_MAIN = re.compile(r"=\s*\[|\}\s*\w+\s*[;({]")
# Millions of objects take long to construct, and would be constructed in every run of every program.
_MILLIONS = re.compile(r"\b\d{7,8}\b|\b\d+e[67]\b|\b1\s*<<\s*2\d\b")
_OF_NUMBERS = re.compile(
    r"((static|const|constexpr|unsigned|signed)\s+)*(int|long|ll|char|bool|short|double|u?int\d+_t)\b"
)
_CALLED = re.compile(r"\b([A-Za-z_]\w*)\s*\(")
# In a namespace, a program's own function hides those that have its name, and does not add to them. Where another
# number's type makes the difference, nobody would notice.
_OF_ANY_NUMBER = """
    abs acos acosh arg asin asinh atan atan2 atanh beta cbrt ceil clamp conj copysign cos cosh div erf erfc exp exp2
    expm1 fabs fdim floor fma fmax fmin fmod frexp gcd hypot ilogb imag isalnum isalpha isdigit isfinite isinf
    islower isnan isspace isupper labs lcm ldexp lgamma llabs llrint llround log log10 log1p log2 logb lrint lround
    max min minmax modf nearbyint norm polar pow proj real remainder rint round scalbn signbit sin sinh sqrt tan
    tanh tgamma to_string tolower toupper trunc
"""
_OVERLOADED = frozenset(_OF_ANY_NUMBER.split())


def may_join(code: str) -> bool:
    """Whether a program is plain enough to share a translation unit. Where that cannot be told, it is not."""
    if _UNUSUAL.search(code) or not all(_STANDARD.fullmatch(name) for name in _INCLUDE.findall(code)):
        return False
    outline = _outline(code)
    if outline is None or _BEFORE_MAIN.search(outline) or (_MILLIONS.search(code) and _has_array_of_objects(outline)):
        return False
    return _OVERLOADED.isdisjoint(_CALLED.findall(outline))


def joined(codes: Sequence[str]) -> str:
    """One program, to be compiled with all of the standard library read before it.

    `program 2` runs the third, and says of every one that it ended well unless it crashes or exits. A number that there
    is none of runs none: it ends well where nothing has happened before `main` that another program could notice.
    """
    calls = "".join(f"        case {number}: alphacode_run_{number}(); return 0;\n" for number in range(len(codes)))
    return "".join(
        (
            _STARTS,
            "#define main alphacode_main\n",
            *(_part(number, code) for number, code in enumerate(codes)),
            "#undef main\n",
            "int main(int, char **arguments) {\n    switch (std::atoi(arguments[1])) {\n",
            calls,
            "        default: return alphacode_untouched() ? 0 : 1;\n    }\n}\n",
        )
    )


def blamed(diagnostics: str) -> set[int]:
    """The numbers of the programs that a compiler or linker names."""
    return {int(number) for number in re.findall(r"alphacode_(\d+)", diagnostics)}


def _part(number: int, code: str) -> str:
    """What follows a program has its name too, since only the program can be to blame."""
    forgotten = "".join(f"#undef {name}\n" for name in dict.fromkeys(_MACRO.findall(code)))
    return (
        f'#line 1 "alphacode_{number}"\nnamespace alphacode_{number} {{\n#line 1 "alphacode_{number}"\n'
        f"{_INCLUDE.sub('', code)}\n\n}}\n{forgotten}"
        f"static void alphacode_run_{number}() {{ alphacode_start(alphacode_{number}::alphacode_main); }}\n"
    )


def _has_array_of_objects(outline: str) -> bool:
    declarations = (declaration.strip() for declaration in re.split("[;}]", outline))
    return any("[" in declaration and not _OF_NUMBERS.match(declaration) for declaration in declarations)


def _outline(code: str) -> str | None:
    """The code outside of all braces, without comments, literals and directives; None when the braces do not match."""
    depth, outline = 0, []
    for piece in re.split(r"([{}])", _DIRECTIVE.sub("", _HIDDEN.sub(" ", code))):
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth -= 1
            if depth == 0:
                outline.append("}")
        elif depth == 0:
            outline.append(piece)
        if depth < 0:
            return None
    return "".join(outline) if depth == 0 else None
