"""Compiles for the Java virtual machine and prints a jar. Runs in isolation, as text given to an interpreter:

python -c TEXT SCRATCH SOURCE COMPILER...

Imports nothing of ours, since it finds none of it there.
"""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

_TYPE_OR_BRACE = re.compile(
    r'//[^\n]*|/\*.*?\*/|"""(?:\\.|.)*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    r"|(?P<brace>[{}])|\bpublic\b[^(){};]*?\b(?:class|interface|enum|record)\s+(?P<name>\w+)",
    re.DOTALL,
)


def main(scratch: Path, source: Path, compiler: list[str]) -> int:
    """Exit code; diagnostics go to the standard error."""
    code = source.read_text(errors="replace")
    public = _public_type(code) or "Main"
    if source.suffix == ".java":
        # A public type has to be in a file of its name.
        source = Path(shutil.copyfile(source, scratch / f"{public}.java"))
    else:
        source = Path(shutil.copy(source, scratch))
    classes = scratch / "classes"
    classes.mkdir()
    status = subprocess.run([*compiler, "-d", str(classes), source.name], cwd=scratch, stdout=sys.stderr).returncode
    if status != 0:
        return status
    main_class = _main_class(classes, code, public)
    if main_class is None:
        sys.exit("error: no class has a method `public static void main(String[])`")
    _print_jar(classes, main_class)
    return 0


def _public_type(code: str) -> str | None:
    """The public type of a Java file that is not inside another; a file has at most one."""
    depth = 0
    for token in _TYPE_OR_BRACE.finditer(code):
        if token["brace"]:
            depth += 1 if token["brace"] == "{" else -1
        elif token["name"] and depth == 0:
            return token["name"]
    return None


def _main_class(classes: Path, code: str, public: str) -> str | None:
    """Of several classes that can be started the public one, else the first in the source that is not in another."""
    found = [path for path in classes.rglob("*.class") if _can_start(path.read_bytes())]
    if not found:
        return None
    chosen = min(found, key=lambda path: (path.stem != public, "$" in path.stem, code.find(f"class {path.stem}")))
    return ".".join(chosen.relative_to(classes).with_suffix("").parts)


def _can_start(content: bytes) -> bool:
    """Whether a class file's constants name a method `main` and the type that it must have."""
    return b"\1\0\4main" in content and b"\1\0\x16([Ljava/lang/String;)V" in content


def _print_jar(classes: Path, main_class: str) -> None:
    # A line has at most 72 bytes; one that goes on begins with a blank.
    lines = re.sub(r"(.{70})(?=.)", r"\1\r\n ", f"Main-Class: {main_class}")
    with zipfile.ZipFile(sys.stdout.buffer, "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF", f"Manifest-Version: 1.0\r\n{lines}\r\n")
        for path in sorted(classes.rglob("*")):
            if path.is_file():
                jar.write(path, path.relative_to(classes))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
