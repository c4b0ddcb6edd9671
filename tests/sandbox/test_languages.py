"""Every language of the table, by the same small programs: `languages/<id>/<what it does>.<ending>`.

A language without a folder of its own, or without a certain program in it, takes those of another with its endings.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from alphacode_sandbox import LANGUAGES, Case, Judge, Judgement, Language, Limits, Program, language_of, open_judge
from tests.missing import missing

pytestmark = pytest.mark.asyncio(loop_scope="module")

PROGRAMS = Path(__file__).parent / "languages"
SUM = Case("4\n1 2 3 4\n", "10\n")
NOTHING = Case("")
EXPECTED = {
    "sums": (SUM, Limits(), "AC"),
    "does-not-compile": (NOTHING, Limits(), "CE"),
    "never-ends": (NOTHING, Limits(time_s=0.25), "TLE"),
    "grows": (NOTHING, Limits(memory_mb=64), "MLE"),
    "fails": (NOTHING, Limits(), "RE"),
    "goes-deep": (NOTHING, Limits(), "RUN"),
    # Where the stack has a size of its own; elsewhere memory ends first.
    "never-returns": (NOTHING, Limits(), "RE"),
}


def program_of(language: Language, what: str) -> Path | None:
    alike = [language.id, *(other.id for other in LANGUAGES.values() if other.suffixes == language.suffixes)]
    paths = (PROGRAMS / id_ / f"{what}{language.suffixes[0]}" for id_ in alike)
    return next((path for path in paths if path.exists()), None)


CHOSEN = [
    (language.id, what, path)
    for language in LANGUAGES.values()
    for what in EXPECTED
    if (path := program_of(language, what)) is not None
]
Judging = dict[tuple[str, str], asyncio.Task[Judgement]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judge() -> AsyncIterator[Judge]:
    async with open_judge() as judge:
        yield judge


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judging(judge: Judge, request: pytest.FixtureRequest) -> AsyncIterator[Judging]:
    """Every program that was selected, being judged at the same time."""
    chosen = [item.callspec.params for item in request.session.items if item.originalname == "test_program"]  # type: ignore[attr-defined]
    tasks = {
        (one["id_"], one["what"]): asyncio.create_task(judged(judge, one["id_"], one["what"], one["path"]))
        for one in chosen
        if one["id_"] in judge.languages
    }
    yield tasks
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)


def judged(judge: Judge, id_: str, what: str, path: Path) -> Coroutine[Any, Any, Judgement]:
    case, limits, _ = EXPECTED[what]
    return judge.test(Program(id_, path.read_text()), [case], limits)


async def test_each_language_has_programs() -> None:
    always = {what for what in EXPECTED if what != "never-returns"}
    for id_ in LANGUAGES:
        assert {what for other, what, _ in CHOSEN if other == id_} >= always, id_


@pytest.mark.parametrize(("id_", "what", "path"), CHOSEN, ids=[f"{id_}-{what}" for id_, what, _ in CHOSEN])
async def test_program(judge: Judge, judging: Judging, id_: str, what: str, path: Path) -> None:
    require(judge, id_)
    judgement = await judging[id_, what]
    assert judgement.verdict == EXPECTED[what][2], judgement
    if what == "does-not-compile":
        named = "SyntaxError" if path.suffix == ".py" else "undeclared"
        assert named in judgement.compile_output
        assert "error" in judgement.compile_output.lower() or f"{LANGUAGES[id_].source}:" in judgement.compile_output


MAIN = "public static void main(String[] a) { System.out.print(1); }"
OTHER_MAIN = "public static void main(String[] a) { System.out.print(2); }"
JAVA = {
    "public class of another name": (f"public final class Solution {{ {MAIN} }}", "AC"),
    "class that is not public": (f"class Other {{ }} class Solution {{ {MAIN} }}", "AC"),
    "package": (f"package a.b; public class C {{ {MAIN} }}", "AC"),
    "enum": (f"public enum E {{ A; {MAIN} }}", "AC"),
    "public class comes first": (f"class B {{ {OTHER_MAIN} }} public class A {{ {MAIN} }}", "AC"),
    "public is no public class": (
        '/* public class No {} */ class A { public static class B { String s = "{ public class No"; } }\n'
        f"@Deprecated public class D {{ {MAIN} }}",
        "AC",
    ),
    "thread with a large stack": (
        "public class Main implements Runnable { int f(int n) { return n > 0 ? f(n - 1) + 1 : 0; }\n"
        "public void run() { System.out.print(f(3_000_000) / 3_000_000); }\n"
        'public static void main(String[] a) { new Thread(null, new Main(), "", 512 << 20).start(); } }',
        "AC",
    ),
    "closes its input": (
        "import java.io.*; public class A { public static void main(String[] a) throws IOException {\n"
        "try (var in = new BufferedReader(new InputStreamReader(System.in))) { System.out.print(1); } } }",
        "AC",
    ),
    "opens a socket": (
        "public class A { public static void main(String[] a) throws Exception {\n"
        'System.out.print(1); System.out.flush(); new java.net.Socket("127.0.0.1", 80); } }',
        "SV",
    ),
    "starts a process": (
        "public class A { public static void main(String[] a) throws Exception {\n"
        'new ProcessBuilder("/bin/true").start(); System.out.print(1); } }',
        "RE",
    ),
    "nothing to start": ("public class Main { void main() { } }", "CE"),
    "catches everything": (
        "public class Main { public static void main(String[] a) {\n"
        "try { long[] x = new long[1 << 28]; } catch (Throwable t) { System.out.print(1); } } }",
        "MLE",
    ),
}


@pytest.mark.parametrize("what", JAVA)
async def test_java(judge: Judge, what: str) -> None:
    require(judge, "java")
    code, verdict = JAVA[what]
    judgement = await judge.test(Program("java", code), [Case("", "1")])
    assert judgement.verdict == verdict, judgement


async def test_kotlin_main_may_be_in_an_object(judge: Judge) -> None:
    require(judge, "kotlin")
    code = "class Main { companion object { @JvmStatic fun main(a: Array<String>) { print(listOf(1).sum()) } } }"
    assert (await judge.test(Program("kotlin", code), [Case("", "1")])).verdict == "AC"


@pytest.mark.parametrize(
    ("name", "id_"),
    [("a.cpp", "cpp"), ("a.PY", "python"), ("Main.java", "java"), ("a.rs", "rust"), ("a.go", "go"), ("a.kt", "kotlin")],
)
async def test_endings(name: str, id_: str) -> None:
    language = language_of(name)
    assert language is not None
    assert language.id == id_


def require(judge: Judge, id_: str) -> None:
    if id_ not in judge.languages:
        missing(f"{LANGUAGES[id_].install} is not installed")
