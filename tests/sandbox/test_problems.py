"""Programs that contest juries wrote, on the juries' own tests: what they accepted is accepted here, and what is
chosen here of their wrong programs is caught."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from alphacode_sandbox import Case, Judge, Limits, Program, language_of, open_judge

pytestmark = pytest.mark.asyncio(loop_scope="module")

DATA = Path(__file__).parents[3] / "shared" / "data" / "problems"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judge() -> AsyncIterator[Judge]:
    async with open_judge() as judge:
        yield judge


@pytest.mark.parametrize(
    ("problem", "submission"),
    [
        ("gcpc2022/improvingit", "accepted/jannik.cpp"),
        ("gcpc2022/improvingit", "accepted/lucas.py"),
        ("gcpc2022/improvingit", "wrong_answer/paul_bug.cpp"),
        ("gcpc2022/improvingit", "wrong_answer/lucas_no_negative.py"),
        ("kth-challenge-2019/meowfactor2", "accepted/per.py"),
        ("kth-challenge-2019/meowfactor2", "wrong_answer/no_swaps.py"),
        ("gcpc2023/germanconferenceforpubliccounting", "accepted/feli.cpp"),
        ("gcpc2023/germanconferenceforpubliccounting", "accepted/paul_shorter.py3"),
        ("gcpc2023/germanconferenceforpubliccounting", "wrong_answer/feli2.cpp"),
    ],
)
async def test_agrees_with_the_jury(judge: Judge, problem: str, submission: str) -> None:
    if not DATA.exists():
        pytest.skip(f"{DATA} is missing: the jury's programs and tests are kept beside the project, not in it")
    folder = DATA / problem
    program, cases = read_program(folder / "submissions" / submission), read_cases(folder)
    assert len(cases) > 10
    judgement = await judge.test(program, cases, read_limits(folder))
    assert judgement.verdict == ("AC" if submission.startswith("accepted/") else "WA"), judgement.cases[-1]


def read_program(file: Path) -> Program:
    language = language_of(file)
    assert language is not None
    return Program(language.id, file.read_text())


def read_cases(folder: Path) -> list[Case]:
    inputs = [file for kind in ("samples", "tests") for file in sorted((folder / kind).glob("*.in"))]
    return [Case(file.read_text(), file.with_suffix(".ans").read_text()) for file in inputs]


def read_limits(folder: Path) -> Limits:
    return Limits(time_s=json.loads((folder / "problem.json").read_text())["time_limit_s"] or 5)
