"""Scores of reading: small sets with a statement that is read rightly and one that is not, and the real sets."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from alphacode_server.evaluation.parsing import find_sets, score

SHARED = Path(__file__).parents[2].parent / "shared/data"

PAYLOAD: dict[str, Any] = {
    "name": "A. Sum",
    "url": "https://example.org/a",
    "interactive": False,
    "timeLimit": 1000,
    "memoryLimit": 256,
    "tests": [{"input": "1 2\n", "output": "3\n"}],
}
PAGE = "<h1>Sum</h1><h2>Sample Input</h2><pre>1 2\n</pre><h2>Sample Output</h2><pre>3\n</pre>"
LATEX = "\\problemname{Sum}\nAdd \\emph{them}.\n"
DESCRIPTION = "Add.\n\nInput\n\na b\n\nOutput\n\nc\n\nExample\n\nInput\n\n1 2\n\n\nOutput\n\n3\n"
QUESTION = "Add.\n\nSample Input 1\n\n1 2\n\nSample Output 1\n\n3\n\nThe sum of 1 and 2 is 3, as it should be."
CALLS = "Example 1:\n\nInput: a = 1\nOutput: 1\n\nExample 2:\n\nInput: a = 2\nOutput: 2\n"


def check(folder: Path, contents: Mapping[str, str], kind: str, failures: Mapping[str, str], n: int = 2) -> None:
    """`contents` by file name are one set of `kind`; `failures` by name give a part of each reason."""
    for name, text in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (found,) = [score(known) for known in find_sets(folder)]
    assert (found.kind, found.n, found.right) == (kind, n, n - len(failures))
    assert [failure.name for failure in found.failures] == list(failures)
    for failure in found.failures:
        assert failures[failure.name] in failure.reason


def fixture(*payloads: dict[str, Any]) -> str:
    return json.dumps({"url": "https://example.org", "parser": "Example", "result": list(payloads)})


def rows(*rows: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def test_fixtures(tmp_path: Path) -> None:
    broken = {**PAYLOAD, "tests": [{"input": "1\n", "output": "1\n"}, {"input": "1\n", "output": "2\n"}]}
    files = {
        "contest.json": fixture(PAYLOAD, PAYLOAD),
        "odd.json": fixture(broken),
        "other.json": "[1]",
        "no.json": "{",
    }
    check(tmp_path, files, "Competitive Companion fixtures", {"odd": "expected 2 examples, found 1"})


def test_pages(tmp_path: Path) -> None:
    files = {
        **{f"{name}/problem.html": PAGE for name in ("right", "wrong")},
        **{f"{name}/sample_1.in": "1 2\n" for name in ("right", "wrong")},
        "right/sample_1.ans": "3\n",
        "wrong/sample_1.ans": "4\n",
        "wrong/problem.yaml": "name: Product\n",
    }
    reason = "expected title 'Product', found 'Sum'; example 1: expected output '4\\n', found '3\\n'"
    check(tmp_path, files, "saved pages", {"wrong": reason})


def test_problem_folders(tmp_path: Path) -> None:
    folders = ("gcpc/right", "gcpc/wrong")
    files = {
        **{f"{name}/statement.tex": LATEX for name in folders},
        **{f"{name}/problem.json": json.dumps({"title": "Sum!"}) for name in folders},
        **{f"{name}/samples/1.in": "1 2\n" for name in folders},
        **{f"{name}/samples/1.ans": "3\n" for name in folders},
        "gcpc/wrong/statement.md": "# Sum\n",
    }
    check(tmp_path, files, "problem folders", {"gcpc/wrong": "no statement was found"})


def test_rows(tmp_path: Path) -> None:
    right = {"name": "1_A. Sum", "description": DESCRIPTION, "tests": {"input": ["1 2\n"], "output": ["3\n"]}}
    text = rows(right, {**right, "name": "1_B. Other", "tests": {"input": ["2 1\n"], "output": ["3\n"]}})
    check(tmp_path, {"rows.jsonl": text}, "CodeContests rows", {"1_B. Other": "expected the inputs of 1 examples"})


def test_questions(tmp_path: Path) -> None:
    right = {"question_id": "1", "question_title": "Sum", "question_content": QUESTION}
    calls = {"question_id": "2", "question_content": CALLS}
    lost = {"question_id": "3", "question_content": CALLS.replace("Input: a = 2", "a is 2")}
    text = rows(right, calls, lost)
    reason = "2 examples are announced, 1 were found"
    check(tmp_path, {"questions.jsonl": text}, "LiveCodeBench questions", {"3": reason}, n=3)


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("Competitive Companion fixtures", 1),
        ("saved pages", 1),
        ("problem folders", 1),
        ("CodeContests rows", 0.98),
        ("LiveCodeBench questions", 0.97),
    ],
)
def test_real_statements(kind: str, least: float) -> None:
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is missing: the collection of real statements is not part of the repository")
    (found,) = [score(known) for known in find_sets(SHARED) if known.kind == kind]
    assert found.right >= least * found.n, found.failures
