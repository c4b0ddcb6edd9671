"""What the browser extension Competitive Companion sends: a problem's name, limits and examples, not its statement.

A payload is checked before anything is made of it, as any program on this machine may send one. cph's `.prob` files are
payloads too, with more fields, which are passed over.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alphacode_sandbox import Case
from alphacode_server.problem.limits import LARGEST_MB, LONGEST_MS


class PayloadError(Exception):
    """A payload is not what Competitive Companion sends; the message names the field."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Problems that were sent together, as those of a contest are: a payload each, `size` of them with one `id`."""

    id: str
    size: int


@dataclass(frozen=True, slots=True)
class Payload:
    """One problem. A limit that is None was not stated."""

    name: str
    """On one line, without blanks at its ends."""
    group: str = ""
    """The judge, and mostly the contest, as in `Codeforces - Round 805 (Div. 3)`."""
    url: str | None = None
    """None where it is no web address, as in cph's problems that were made by hand."""
    time_limit_ms: int | None = None
    memory_limit_mb: int | None = None
    examples: tuple[Case, ...] = ()
    """Character for character, but for line ends, which are all `\\n` and never missing at the end of a text."""
    interactive: bool = False
    input_file: str | None = None
    """None for standard input."""
    output_file: str | None = None
    batch: Batch | None = None


def read_payload(body: bytes) -> Payload:
    """The payload in a request's body or in a file. Raises PayloadError."""
    try:
        value = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise PayloadError(f"not JSON in UTF-8: {error}") from error
    return payload_of(value)


def payload_of(value: object) -> Payload:
    """The payload that a JSON value is. Raises PayloadError."""
    fields = _Fields.of(value, "the payload", "")
    url = fields.line("url")
    return Payload(
        name=fields.required_line("name"),
        group=fields.line("group"),
        url=url if _WEB_ADDRESS.fullmatch(url) else None,
        time_limit_ms=fields.limit("timeLimit", LONGEST_MS),
        memory_limit_mb=fields.limit("memoryLimit", LARGEST_MB),
        examples=tuple(_example(test, f"tests[{index}]") for index, test in enumerate(fields.values("tests"))),
        interactive=fields.flag("interactive"),
        input_file=_file(fields, "input"),
        output_file=_file(fields, "output"),
        batch=_batch(fields),
    )


_WEB_ADDRESS = re.compile(r"https?://\S+")
_LINE_ENDS = re.compile(r"\r\n?")
_LARGEST_BATCH = 1000


def _example(value: object, where: str) -> Case:
    fields = _Fields.of(value, f"`{where}`", f"{where}.")
    return Case(_data(fields, "input"), _data(fields, "output"))


def _data(fields: "_Fields", key: str) -> str:
    text = _LINE_ENDS.sub("\n", fields.text(key, default=None))
    return text if not text or text.endswith("\n") else text + "\n"


def _file(fields: "_Fields", key: str) -> str | None:
    stream = fields.below(key)
    if stream is None or stream.text("type") != "file":
        return None
    return stream.required_line("fileName")


def _batch(fields: "_Fields") -> Batch | None:
    batch = fields.below("batch")
    return Batch(batch.required_line("id"), batch.limit("size", _LARGEST_BATCH) or 1) if batch else None


@dataclass(frozen=True, slots=True)
class _Fields:
    """A JSON object, and what leads to its fields from the payload. Its readers raise PayloadError."""

    members: Mapping[str, Any]
    where: str

    @classmethod
    def of(cls, value: object, name: str, where: str) -> "_Fields":
        if not isinstance(value, dict):
            raise PayloadError(f"{name} must be an object, not {_shown(value)}")
        return cls(value, where)

    def below(self, key: str) -> "_Fields | None":
        value = self.members.get(key)
        return None if value is None else _Fields.of(value, f"`{self.where}{key}`", f"{self.where}{key}.")

    def values(self, key: str) -> list[object]:
        values: list[object] = self._typed(key, (list,), "a list", [])
        return values

    def flag(self, key: str) -> bool:
        return bool(self._typed(key, (bool,), "true or false", False))

    def limit(self, key: str, largest: int) -> int | None:
        """A number above 0, rounded. Readers of judges that state no limit send 0, which is None."""
        number: float = self._typed(key, (int, float), "a number", 0)
        if not 0 <= number <= largest:
            raise PayloadError(f"`{self.where}{key}` must be from 0 to {largest}, not {number}")
        return max(1, round(number)) if number else None

    def line(self, key: str) -> str:
        return " ".join(self.text(key).split())

    def required_line(self, key: str) -> str:
        line = self.line(key)
        if not line:
            raise PayloadError(f"`{self.where}{key}` is missing or empty")
        return line

    def text(self, key: str, default: str | None = "") -> str:
        text: str = self._typed(key, (str,), "a text", default)
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise PayloadError(f"`{self.where}{key}` holds half a character: {error}") from error
        return text

    def _typed(self, key: str, kinds: tuple[type, ...], name: str, default: Any) -> Any:
        value = self.members.get(key, default)
        # Python counts true as a number.
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            found = _shown(value) if key in self.members else "absent"
            raise PayloadError(f"`{self.where}{key}` must be {name}; it is {found}")
        return value


def _shown(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:40]}..."
