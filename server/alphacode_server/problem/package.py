"""What a problem folder says about judging: limits, how answers are compared, and what its programs are written in.

It is said in `problem.json`, in a Kattis package's `problem.yaml` with `.timelimit`, or in the statement.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alphacode_sandbox import Checker, CheckerForm, CheckerProgram, Limits, Program, language_of
from alphacode_server.problem.association import PER_DIRECTORY
from alphacode_server.problem.case_files import FolderError, read_text
from alphacode_server.problem.flat_yaml import Scalar, Unread, Value, read_flat_yaml
from alphacode_server.problem.statement import parse_statement
from alphacode_server.problem.validator_flags import checker_of

UNSTATED = Limits(time_s=5.0, memory_mb=2048, output_kb=8192)
"""Where a package is silent. Memory and output are Kattis' own; time, which Kattis derives from the slowest accepted
program on its own machine, is a generous stand-in for that."""

SETTINGS = ("problem.json", "problem.yaml")
_VALIDATORS = ("output_validators", "output_validator")


@dataclass(frozen=True, slots=True)
class Package:
    """The settings of a problem folder."""

    title: str
    limits: Limits = UNSTATED
    checker: Checker | CheckerProgram = field(default_factory=Checker)
    is_interactive: bool = False
    """Whether the checker is a program that talks to the others while they run."""
    languages: Mapping[str, str] = field(default_factory=dict)
    """Language names that are stated for programs, by path in the folder."""


def read_package(folder: Path) -> Package:
    """Raises FolderError when the settings cannot be read, or ask for a judging that we do not have."""
    if (file := folder / "problem.json").exists():
        return _from_json(file)
    if (file := folder / "problem.yaml").exists():
        return _from_yaml(file)
    for file in (folder / name for name in PER_DIRECTORY):
        if file.exists():
            problem = parse_statement(read_text(file), file.name).problem
            return Package(problem.title, problem.limits, problem.checker)
    return Package(folder.resolve().name)


def _from_json(file: Path) -> Package:
    try:
        settings = json.loads(read_text(file))
    except ValueError as error:
        raise FolderError(f"{file}: not JSON: {error}") from error
    if not isinstance(settings, dict):
        raise FolderError(f"{file}: expected an object with `time_limit_s`, `validation` and so on")
    time_s, memory_mb = (_json_number(file, settings, key) for key in ("time_limit_s", "memory_limit_mb"))
    flags, validation = (_json_text(file, settings, key) for key in ("validator_flags", "validation"))
    return Package(
        _json_text(file, settings, "title") or file.parent.name,
        _limits(time_s, memory_mb, None),
        _checker(file, validation, flags),
        is_interactive=_is_interactive(validation),
        languages=_json_languages(file, settings),
    )


def _json_number(file: Path, settings: Mapping[str, Any], key: str) -> float | None:
    value = settings.get(key)
    return None if value is None else _positive(file, key, str(value))


def _json_text(file: Path, settings: Mapping[str, Any], key: str) -> str:
    value = settings.get(key)
    if value is not None and not isinstance(value, str):
        raise FolderError(f"{file}: `{key}` must be a text")
    return value or ""


def _json_languages(file: Path, settings: Mapping[str, Any]) -> dict[str, str]:
    try:
        return {entry["path"]: entry["language"] for entry in settings.get("submissions") or () if "language" in entry}
    except (KeyError, TypeError) as error:
        raise FolderError(f"{file}: `submissions` must be a list of objects with `path` and `language`") from error


def _from_yaml(file: Path) -> Package:
    values = read_flat_yaml(read_text(file))
    limits = values.get("limits", "")
    if isinstance(limits, Unread):
        raise _beyond(file, "limits", limits)
    stated = limits if isinstance(limits, dict) else {}
    time_s, memory_mb, output_mb = (
        _yaml_number(file, f"limits.{key}", stated.get(key, "")) for key in ("time_limit", "memory", "output")
    )
    name = values.get("name", "")
    title = next(iter(name.values()), "") if isinstance(name, dict) else name
    kind = " ".join(_yaml_text(file, key, values) for key in ("validation", "type"))
    return Package(
        title if isinstance(title, str) and title else file.resolve().parent.name,
        _limits(_time_file(file.with_name(".timelimit")) or time_s, memory_mb, output_mb),
        _checker(file, kind, _yaml_text(file, "validator_flags", values)),
        is_interactive=_is_interactive(kind),
    )


def _yaml_text(file: Path, key: str, values: Mapping[str, Value]) -> str:
    value = values.get(key, "")
    if isinstance(value, str):
        return value
    raise _beyond(file, key, value if isinstance(value, Unread) else None)


def _yaml_number(file: Path, key: str, value: Scalar) -> float | None:
    if isinstance(value, Unread):
        raise _beyond(file, key, value)
    return _positive(file, key, value) if value else None


def _beyond(file: Path, key: str, value: Unread | None) -> FolderError:
    where = f"{file}:{value.line}" if value else str(file)
    return FolderError(f"{where}: `{key}` is written in a form of YAML that is not read here; write `{key}: value`")


def _time_file(file: Path) -> float | None:
    """The time limit that Kattis' tools keep in a file of its own."""
    return _positive(file, "time limit", read_text(file).strip()) if file.exists() else None


def _positive(file: Path, key: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < math.inf:
        raise FolderError(f"{file}: `{key}` must be a number above 0, not `{text[:40]}`")
    return value


def _limits(time_s: float | None, memory_mb: float | None, output_mb: float | None) -> Limits:
    return Limits(
        time_s=time_s or UNSTATED.time_s,
        memory_mb=round(memory_mb) if memory_mb else UNSTATED.memory_mb,
        output_kb=round(output_mb * 1024) if output_mb else UNSTATED.output_kb,
    )


def _checker(file: Path, kind: str, flags: str) -> Checker | CheckerProgram:
    """How a package judges what was printed: by a program of its own, or by a comparison."""
    if "multi-pass" in kind.split():
        raise FolderError(f"{file}: problems of several passes (`{kind.strip()}`) cannot be judged here")
    if "custom" in kind.split() or _is_interactive(kind):
        return CheckerProgram(_validator(file), CheckerForm.KATTIS, tuple(flags.split()))
    try:
        return checker_of(flags)
    except ValueError as error:
        raise FolderError(f"{file}: validator flags `{flags}`: {error}") from error


def _is_interactive(kind: str) -> bool:
    return "interactive" in kind.split()


def _validator(file: Path) -> Program:
    """The package's own program that judges. Raises FolderError unless it is one file."""
    folders = [folder for name in _VALIDATORS if (folder := file.with_name(name)).is_dir()]
    sources = [source for folder in folders for source in sorted(folder.rglob("*")) if source.is_file()]
    language = language_of(sources[0]) if len(sources) == 1 else None
    if language is None:
        found = ", ".join(source.name for source in sources) or "nothing"
        raise FolderError(
            f"{file}: its answers are checked by a program of its own, which must be one file in {_VALIDATORS[0]}/, "
            f"such as check.cpp; found {found}"
        )
    return Program(language.id, read_text(sources[0]))
