"""Which files a stress test of a program takes, by what people call them.

main.cpp    the program
main_gen.py, gen.py, generator.py         writes an input for the seed it is given
main_brute.cpp, brute.cpp, naive.cpp      slow and right
"""

from dataclasses import dataclass
from pathlib import Path

from alphacode_sandbox import language_of

_GENERATORS = ("generator", "gen")
_BRUTE_FORCES = ("brute_force", "bruteforce", "brute", "naive", "slow")


@dataclass(frozen=True, slots=True)
class Found:
    """Programs of one role: the one that was found, or several of which none was chosen, or none."""

    role: str
    """`generator`, `brute force`."""
    path: Path | None = None
    candidates: tuple[Path, ...] = ()

    def missing(self, source: Path) -> str:
        """Why there is none, in words."""
        if self.candidates:
            return f"several files may be the {self.role}: {', '.join(path.name for path in self.candidates)}"
        example = f"{source.stem}_{_GENERATORS[1] if self.role == 'generator' else _BRUTE_FORCES[2]}{source.suffix}"
        return f"there is no {self.role} beside {source.name}; it would be called {example}"


def find_generator(source: Path) -> Found:
    return _find(source, "generator", _GENERATORS)


def find_brute_force(source: Path) -> Found:
    return _find(source, "brute force", _BRUTE_FORCES)


def programs_beside(source: Path) -> tuple[Path, ...]:
    """Every other program in the folder, for the user to choose from."""
    try:
        files = sorted(source.parent.iterdir())
    except OSError:
        return ()
    return tuple(file for file in files if file != source and language_of(file) and file.is_file())


def _find(source: Path, role: str, names: tuple[str, ...]) -> Found:
    """A file named after the source comes before one that is for all of the folder."""
    beside = programs_beside(source)
    own = {_folded(f"{source.stem}{name}") for name in names} | {_folded(f"{name}{source.stem}") for name in names}
    for wanted in (own, {_folded(name) for name in names}):
        found = tuple(file for file in beside if _folded(file.stem) in wanted)
        if len(found) == 1:
            return Found(role, found[0])
        if found:
            return Found(role, candidates=found)
    return Found(role)


def _folded(name: str) -> str:
    """`main-Gen`, `main.gen` and `main_gen` are one name."""
    return "".join(letter for letter in name.lower() if letter.isalnum())
