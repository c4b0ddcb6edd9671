"""The prompt that asks for a program, conditioned on a hand of metadata."""

from dataclasses import dataclass

from alphacode_server.candidate import Hand, Header
from alphacode_server.problem import Problem
from alphacode_server.prompts.prompt import FENCE, Prompt, PromptStyle
from alphacode_server.prompts.shots import SHOTS
from alphacode_server.prompts.statement import statement_of

_ALPHACODE_NAMES = {"python": "python3"}
"""Languages as AlphaCode (2022, figure 5) spelled them, where that is not our id."""

SYSTEM = "You are an expert competitive programmer."

REQUEST = (
    "Solve the problem above. Read from standard input and write to standard output. Reply with one code block only."
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """A language as a prompt speaks of it."""

    title: str
    fence: str
    beginning: str = ""
    """What every program begins with."""

    @property
    def opening(self) -> str:
        """An opened fence. Small models forget headers: with the beginning written for it, Qwen2.5-Coder-1.5B gets 47
        of 48 C++ programs for six easy problems right, without it 36."""
        return f"{FENCE}{self.fence}\n{self.beginning}"


_CPP_BEGINNING = "#include <bits/stdc++.h>\n\nusing namespace std;\n\nint main() {\n"

DIALECTS = {
    "cpp": Dialect("C++17", "cpp", _CPP_BEGINNING),
    "cpp20": Dialect("C++20", "cpp", _CPP_BEGINNING),
    "cpp23": Dialect("C++23", "cpp", _CPP_BEGINNING),
    "python": Dialect("Python 3", "python"),
    "pypy": Dialect("Python 3", "python"),
    "java": Dialect("Java with the class Main", "java"),
    "kotlin": Dialect("Kotlin", "kotlin"),
    "rust": Dialect("Rust", "rust"),
    "go": Dialect("Go", "go"),
}
"""One for every language that the sandbox knows."""


def solve_prompt(problem: Problem, hand: Hand, style: PromptStyle) -> Prompt:
    """The statement, what to do, and the metadata of the hand. Raises ValueError for an unknown language."""
    dialect = DIALECTS.get(hand.language)
    if dialect is None:
        raise ValueError(f"no prompt for language {hand.language!r}; known: {', '.join(DIALECTS)}")
    before, after = _metadata(hand, dialect)
    statement = before + statement_of(problem)
    if style is PromptStyle.FEW_SHOT:
        user = f"{_shots(hand.language, dialect)}Problem:\n{statement}\n\n{after}"
        return Prompt("", user, dialect.opening, stop=(FENCE, "\nProblem:"))
    return Prompt(SYSTEM, f"{statement}\n\n{REQUEST}\n\n{after}", dialect.opening, stop=(FENCE,))


def _metadata(hand: Hand, dialect: Dialect) -> tuple[str, str]:
    """What comes before the statement, and what comes last."""
    rating, tags, language = f"RATING: {hand.rating}", f"TAGS: {','.join(hand.tags)}", f"LANGUAGE: {dialect.title}"
    match hand.header:
        case Header.LAST:
            return "", f"{rating}\n{tags}\n{language}"
        case Header.NONE:
            return "", language
        case Header.FIRST:
            name = _ALPHACODE_NAMES.get(hand.language, hand.language)
            # The fourth line is AlphaCode's value conditioning: of what it was trained on, only this is wanted.
            return f"{rating}\n{tags}\nLANGUAGE IS {name}\nCORRECT SOLUTION\n", language


def _shots(language: str, dialect: Dialect) -> str:
    return "".join(
        f"Problem:\n{shot.statement}\n\nRATING: 800\nTAGS: {shot.tags}\nLANGUAGE: {dialect.title}\n"
        f"{dialect.opening}{shot.programs[language]}{FENCE}\n\n"
        for shot in SHOTS
        if language in shot.programs
    )
