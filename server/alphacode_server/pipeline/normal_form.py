"""The normal form of a program: its tokens, without comments and layout. Equal normal forms are one program.

Conservative: what is not understood keeps its text, so two programs that differ are never taken for one.
"""

import io
import re
import tokenize

_CPP_TOKEN = re.compile(
    r"""
      (?P<raw>(?:u8|[uUL])?R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)")
    | (?P<string>(?:u8|[uUL])?"(?:[^"\\\n]|\\.)*"|(?:u8|[uUL])?'(?:[^'\\\n]|\\.)*')
    | (?P<comment>//(?:[^\\\n]|\\.)*|/\*.*?\*/)
    | (?P<directive>^[ \t]*\#(?:[^\\\n]|\\.)*)
    | (?P<word>[A-Za-z_$\w.][\w.$']*)
    | (?P<operator><=>|->\*|\.\.\.|<<=|>>=|::|\.\*|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%^&|]=|\#\#)
    | (?P<space>\s+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
# Of languages in which the end of a line may be that of a statement. What goes over several lines is not here.
_LINE_TOKEN = re.compile(
    r"""
      (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.[^'\n]*)')
    | (?P<comment>//[^\n]*)
    | (?P<line>\s*\n\s*)
    | (?P<space>\s+)
    | (?P<word>[\w.$]+)
    | (?P<operator>[-+*%=<>!&|^~?:]+)
    | (?P<other>.)
    """,
    re.VERBOSE,
)
_OVER_LINES = ('"""', "`", "/*", 'r"', "r#", "${")
_LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER}
_STRUCTURE = {tokenize.NEWLINE: "\n", tokenize.INDENT: "\t", tokenize.DEDENT: "\b"}


def normal_form(language: str, code: str) -> str:
    """Tokens joined in a way that keeps them apart; for other languages the text without trailing blanks."""
    match language:
        case "cpp" | "cpp20" | "cpp23":
            return _normal_cpp(code)
        case "python" | "pypy":
            return _normal_python(code)
        case "java" | "kotlin" | "rust" | "go":
            return _normal_lines(code)
        case _:
            return _without_trailing_blanks(code)


def _normal_cpp(code: str) -> str:
    """A directive ends with its line, and keeps its own layout."""
    tokens = []
    for match in _CPP_TOKEN.finditer(code):
        if match.lastgroup == "directive":
            tokens.append(match.group().strip() + "\n")
        elif match.lastgroup not in ("comment", "space"):
            tokens.append(match.group())
    return "\0".join(tokens)


def _normal_lines(code: str) -> str:
    """Lines count, empty ones do not. The text itself where a string or a comment may go over several lines."""
    if any(mark in code for mark in _OVER_LINES):
        return _without_trailing_blanks(code)
    tokens: list[str] = []
    for match in _LINE_TOKEN.finditer(code):
        if match.group() == '"':
            return _without_trailing_blanks(code)
        if match.lastgroup == "line":
            tokens += ["\n"] if tokens and tokens[-1] != "\n" else []
        elif match.lastgroup not in ("comment", "space"):
            tokens.append(match.group())
    return "\0".join(tokens).rstrip("\0\n")


def _without_trailing_blanks(code: str) -> str:
    return "\n".join(line.rstrip() for line in code.strip().splitlines())


def _normal_python(code: str) -> str:
    """Indentation counts as such, however deep it is written."""
    try:
        return "\0".join(
            _STRUCTURE.get(token.type, token.string)
            for token in tokenize.generate_tokens(io.StringIO(code).readline)
            if token.type not in _LAYOUT
        )
    except (tokenize.TokenError, SyntaxError):
        return code
