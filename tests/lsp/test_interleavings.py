"""Whatever is typed while candidates are listed, resolved and applied: no edit is ever applied to another text than it
was made for, and none takes the user's own code away unasked."""

import asyncio
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from alphacode_lsp.buffers import is_own_work, marked_region, without_directives
from alphacode_lsp.search import Search
from alphacode_server.problem import parse_statement
from alphacode_server.problem.association import find_directives
from alphacode_server.protocol import Counts, JobCompleted, OriginBody, RankedCandidate, SolveResult
from tests.lsp.wire import RefusedError, Wire

STATEMENT = "# Sum\n\nPrint it.\n\n## Example\n\nInput\n\n    2 3\n\nOutput\n\n    5\n"
PROGRAMS = ("int main() { return 1; }\n", "// 語 😀\nint two;\n", "int three;\n\n\nint more;\n")
BUFFERS = (
    "",
    "// Solve it here.\n",
    "int mine = 1; // 😀語\n",
    "int mine;\r\nint yours;\r\n",
    "// mine 😀\n// alphacode: begin\n// alphacode: end\nint f();\n",
    "// alphacode: problem.md\nint mine;\n",
)
PIECES = ("x", "\n", "int y;\n", "😀", "語", "\r\n", "// alphacode: begin\n", "// alphacode: end\n", "")

key = st.tuples(st.just("type"), st.integers(0, 40), st.integers(0, 6), st.sampled_from(PIECES))
step = st.one_of(
    key,
    key,
    st.tuples(st.just("list")),
    st.tuples(st.just("resolve"), st.integers(0, 2)),
    st.tuples(st.just("command"), st.integers(1, 3)),
    st.tuples(st.just("deliver")),
    st.tuples(st.just("answer"), st.sampled_from(["Replace", None])),
    st.tuples(st.just("settle")),
)


@dataclass
class Desk:
    """An editor that applies an edit only to the version that it was made for."""

    wire: Wire
    uri: str
    text: str
    version: int = 1
    listed: list[dict[str, Any]] = field(default_factory=list)
    commands: "list[asyncio.Task[Any]]" = field(default_factory=list)
    has_agreed: bool = False
    n_applied: int = 0

    def open(self) -> None:
        document = {"uri": self.uri, "languageId": "cpp", "version": 1, "text": self.text}
        self.wire.tell("textDocument/didOpen", {"textDocument": document})

    # The steps

    async def settle(self) -> None:
        """Wait until the server has taken in what was typed."""
        await self.wire.command("alphacode.status", {})

    async def list(self) -> None:
        top = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
        context = {"diagnostics": [], "only": ["refactor"]}
        asked = {"textDocument": {"uri": self.uri}, "range": top, "context": context}
        self.listed = await self.wire.ask("textDocument/codeAction", asked)

    async def resolve(self, index: int) -> None:
        for action in self.listed[index : index + 1]:
            with suppress(RefusedError):
                resolved = await self.wire.ask("codeAction/resolve", action)
                assert self._take(resolved["edit"], PROGRAMS[index])

    async def command(self, rank: int) -> None:
        """The answer, and perhaps a question and an edit, come later."""
        applying = self.wire.command("alphacode.applyCandidate", {"uri": self.uri, "rank": rank})
        self.commands.append(asyncio.create_task(applying))
        await asyncio.sleep(0)

    async def deliver(self) -> None:
        for request in [one for one in self.wire.asked if one["method"] == "workspace/applyEdit"]:
            rank = int(request["params"]["label"].removeprefix("AlphaCode "))
            self.wire.answer(request, {"applied": self._take(request["params"]["edit"], PROGRAMS[rank - 1])})

    async def answer(self, title: str | None) -> None:
        for request in [one for one in self.wire.asked if one["method"] == "window/showMessageRequest"]:
            self.has_agreed |= title is not None
            self.wire.answer(request, {"title": title} if title else None)

    async def type(self, at: int, removed: int, piece: str) -> None:
        """Replace some characters, told as the range that they had."""
        start = min(at, len(self.text))
        end = min(start + removed, len(self.text))
        where = {"start": position(self.text, start), "end": position(self.text, end)}
        # Between the two halves of a line end there is no position.
        if offset(self.text, where["start"]) != start or offset(self.text, where["end"]) != end:
            return
        self.text = self.text[:start] + piece + self.text[end:]
        self._tell(where, piece)

    def _take(self, edit: dict[str, Any], program: str) -> bool:
        """Apply an edit as the protocol has it. It must be what the text, as it is now, becomes with the program."""
        (change,) = edit["documentChanges"]
        assert change["textDocument"]["uri"] == self.uri
        assert change["textDocument"]["version"] is not None
        if change["textDocument"]["version"] != self.version:
            return False
        (one,) = change["edits"]
        annotation = (edit.get("changeAnnotations") or {}).get(one.get("annotationId"), {})
        start, end = offset(self.text, one["range"]["start"]), offset(self.text, one["range"]["end"])
        lost = self.text[start:end]
        if is_own_work(lost, "cpp") and lines(without_directives(lost)) not in map(lines, PROGRAMS):
            assert annotation.get("needsConfirmation") or self.has_agreed, "own code would be lost unasked"
        result = self.text[:start] + one["newText"] + self.text[end:]
        assert lines(result) == lines(expected(self.text, program))
        where = {"start": position(self.text, start), "end": position(self.text, end)}
        self.text = result
        self._tell(where, one["newText"])
        self.n_applied += 1
        return True

    def _tell(self, where: dict[str, Any], piece: str) -> None:
        self.version += 1
        document = {"uri": self.uri, "version": self.version}
        change = {"textDocument": document, "contentChanges": [{"range": where, "text": piece}]}
        self.wire.tell("textDocument/didChange", change)


def position(text: str, at: int) -> dict[str, int]:
    """In UTF-16, as the protocol has it where nothing else is agreed."""
    ended = LINE.split(text[:at])
    return {"line": len(ended) - 1, "character": len(ended[-1].encode("utf-16-le")) // 2}


def offset(text: str, where: dict[str, int]) -> int:
    starts = [0, *(end.end() for end in LINE.finditer(text))]
    line = LINE.split(text)[where["line"]]
    return starts[where["line"]] + len(line.encode("utf-16-le")[: 2 * where["character"]].decode("utf-16-le"))


LINE = re.compile(r"\r\n|\n|\r")


def lines(text: str) -> list[str]:
    return LINE.split(text.rstrip())


def expected(text: str, program: str) -> str:
    """What a buffer with a candidate is, said in another way than the server does it."""
    old = LINE.split(text)
    new = program.rstrip().split("\n")
    if (region := marked_region(old)) is not None:
        return "\n".join([*old[: region[0]], *new, *old[region[1] :]])
    return "\n".join([*(old[number] for number, _ in find_directives(text)), *new])


def candidate(rank: int) -> RankedCandidate:
    code = PROGRAMS[rank - 1]
    return RankedCandidate(rank, f"c{rank}", f"sha{rank}", "cpp", code, None, "none", None, (), 0, 0, OriginBody("m"))


async def play(folder: Path, buffer: str, steps: list[tuple[Any, ...]]) -> int:
    """How many edits were applied."""
    statement, source = folder / "problem.md", folder / "main.cpp"
    statement.write_text(STATEMENT)
    async with Wire(folder) as wire:
        search = Search("job", parse_statement(STATEMENT).problem, statement, source.as_uri(), "cpp", 8)
        result = SolveResult(tuple(map(candidate, (1, 2, 3))), Counts(8, 3, 3, 3, 3), {}, 1, "m", "L2")
        wire.server.session.searches["job"] = search
        search.take(JobCompleted(result))
        for program in PROGRAMS:
            wire.server.session.known_programs.add(program)
        desk = Desk(wire, source.as_uri(), buffer)
        desk.open()
        for name, *arguments in steps:
            await getattr(desk, name)(*arguments)
        await wire.command("alphacode.status", {})
        document = wire.server.document(desk.uri)
        assert document is not None
        assert document.text == desk.text
        for task in desk.commands:
            task.cancel()
        await asyncio.gather(*desk.commands, return_exceptions=True)
        return desk.n_applied


@settings(max_examples=40, derandomize=True)
@given(st.sampled_from(BUFFERS), st.lists(step, max_size=14))
def test_no_stale_edit_is_ever_applied(buffer: str, steps: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(play(Path(name), buffer, steps))


def test_the_steps_do_apply_edits(tmp_path: Path) -> None:
    """The property would hold of an editor that never gets an edit."""
    steps: list[tuple[Any, ...]] = [("list",), ("resolve", 0), ("command", 2), ("settle",), ("deliver",)]
    assert asyncio.run(play(tmp_path, BUFFERS[1], steps)) == 2
