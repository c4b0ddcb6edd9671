"""Where a command's settings come from: its defaults, a TOML file, the environment, the command line; the last wins.

The command's own arguments are the table: `--max-queued 8` is `max-queued = 8` in the file and
`ALPHACODE_SERVE_MAX_QUEUED=8` in the environment, and goes through the same checks.
"""

import argparse
import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alphacode_server.cli.errors import UsageError
from alphacode_server.protocol.address import without_password

_WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True, slots=True)
class Setting:
    """One that holds, and where it was said."""

    value: Any
    source: str = "default"


class Settings:
    """The options that a parser has by now. From now on it leaves out what the command line does not say."""

    def __init__(self, parser: argparse.ArgumentParser, prefix: str) -> None:
        actions = [action for action in parser._actions if not isinstance(action, argparse._HelpAction)]
        self._actions = {action.option_strings[-1].removeprefix("--"): action for action in actions}
        self._defaults = {key: action.default for key, action in self._actions.items()}
        self._prefix = prefix
        for action in actions:
            action.default = argparse.SUPPRESS

    def effective(
        self, args: argparse.Namespace, environment: Mapping[str, str], path: Path | None
    ) -> dict[str, Setting]:
        """What holds, by its key. Raises UsageError naming the file or variable, the key, and the way out."""
        settings = {key: Setting(value) for key, value in self._defaults.items()}
        if path is not None:
            settings |= self._of_file(path)
        settings |= self._of_environment(environment)
        for key, action in self._actions.items():
            if hasattr(args, action.dest):
                settings[key] = Setting(getattr(args, action.dest), action.option_strings[-1])
        return settings

    def namespace(self, settings: Mapping[str, Setting]) -> argparse.Namespace:
        """As if the command line had said all of it."""
        return argparse.Namespace(**{self._actions[key].dest: setting.value for key, setting in settings.items()})

    def _of_file(self, path: Path) -> dict[str, Setting]:
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise UsageError(f"cannot read {path}: {error.strerror}") from error
        except ValueError as error:  # Bad TOML, or bytes that are no text.
            raise UsageError(f"{path}: {error}") from error
        self._check_known(table, self._actions, f"{path}: ")
        return {
            key: Setting(_from_toml(self._actions[key], value, f"{path}: {key}"), str(path))
            for key, value in table.items()
        }

    def _of_environment(self, environment: Mapping[str, str]) -> dict[str, Setting]:
        keys = {self._prefix + key.upper().replace("-", "_"): key for key in self._actions}
        own = {name: text for name, text in environment.items() if name.startswith(self._prefix)}
        own.pop(f"{self._prefix}CONFIG", None)  # Names the file, which has been read.
        self._check_known(own, keys, "environment: ")
        return {
            keys[name]: Setting(_from_text(self._actions[keys[name]], text, f"environment: {name}"), f"${name}")
            for name, text in own.items()
        }

    def _check_known(self, given: Iterable[str], known: Iterable[str], where: str) -> None:
        names = list(known)
        for name in given:
            if name not in names:
                near = difflib.get_close_matches(name, names, n=1)
                way_out = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
                raise UsageError(f"{where}{name} is no setting; {way_out}")


def shown(settings: Mapping[str, Setting]) -> Iterator[str]:
    """A line for each setting: key, value, source."""
    rows = [(key, _shown_value(setting.value), setting.source) for key, setting in settings.items()]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return (f"{key:{widths[0]}}  {value:{widths[1]}}  {source}" for key, value, source in rows)


def _shown_value(value: Any) -> str:
    match value:
        case None | []:
            return "-"
        case bool():
            return str(value).lower()
        case list():
            return ", ".join(value)
        case _:
            return without_password(str(value))


def _from_text(action: argparse.Action, text: str, where: str) -> Any:
    if action.nargs == 0:
        if text.lower() not in _WORDS:
            raise UsageError(f"{where} must be true or false, not {text!r}")
        return _WORDS[text.lower()]
    if _is_list(action):
        return [part.strip() for part in text.split(",") if part.strip()]
    return _checked(action, text, where)


def _from_toml(action: argparse.Action, value: Any, where: str) -> Any:
    if action.nargs == 0:
        if not isinstance(value, bool):
            raise UsageError(f"{where} must be true or false, not {value!r}")
        return value
    if _is_list(action):
        if not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            raise UsageError(f'{where} must be a list of texts, as in ["one", "two"], not {value!r}')
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UsageError(f"{where} must be a text or a number, not {value!r}")
    checked = _checked(action, str(value), where)
    if isinstance(checked, int | float) == isinstance(value, str):
        raise UsageError(f"{where} must be a {'number' if isinstance(value, str) else 'text'}, not {value!r}")
    return checked


def _is_list(action: argparse.Action) -> bool:
    return isinstance(action, argparse._AppendAction)


def _checked(action: argparse.Action, text: str, where: str) -> Any:
    """The text as the command line would read it."""
    read = action.type if callable(action.type) else str
    try:
        value = read(text)
    except argparse.ArgumentTypeError as error:
        raise UsageError(f"{where} {error}") from error
    except ValueError as error:
        raise UsageError(f"{where} must be a number, not {text!r}") from error
    if action.choices is not None and value not in action.choices:
        raise UsageError(f"{where} must be one of {', '.join(action.choices)}, not {text!r}")
    return value
