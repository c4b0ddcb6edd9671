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
_LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER}
_STRUCTURE = {tokenize.NEWLINE: "\n", tokenize.INDENT: "\t", tokenize.DEDENT: "\b"}


def normal_form(language: str, code: str) -> str:
    """Tokens joined in a way that keeps them apart; for other languages the text without trailing blanks."""
    match language:
        case "cpp":
            return _normal_cpp(code)
        case "python":
            return _normal_python(code)
        case _:
            return "\n".join(line.rstrip() for line in code.strip().splitlines())


def _normal_cpp(code: str) -> str:
    """A directive ends with its line, and keeps its own layout."""
    tokens = []
    for match in _CPP_TOKEN.finditer(code):
        if match.lastgroup == "directive":
            tokens.append(match.group().strip() + "\n")
        elif match.lastgroup not in ("comment", "space"):
            tokens.append(match.group())
    return "\0".join(tokens)


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
