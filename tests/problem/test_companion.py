"""Competitive Companion's payloads: what is refused, and what comes back from the statement file made of one."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphacode_sandbox import Case
from alphacode_server.problem import ParsedStatement, parse_statement
from alphacode_server.problem.companion import Batch, Payload, PayloadError, payload_of, read_payload
from alphacode_server.problem.statement_file import statement_file

FIXTURES = Path(__file__).parents[2].parent / "shared/data/statements/competitive_companion"

SENT: dict[str, Any] = {
    "name": " A.  Watermelons\n",
    "group": "Garden - Round 1",
    "url": "https://example.org/problem/A",
    "interactive": False,
    "memoryLimit": 256,
    "timeLimit": 1500,
    "tests": [{"input": "8\r\n", "output": "YES"}, {"input": "", "output": "\n"}],
    "testType": "single",
    "input": {"type": "stdin"},
    "output": {"type": "file", "fileName": "out.txt"},
    "languages": {"java": {"mainClass": "Main", "taskClass": "AWatermelons"}},
    "batch": {"id": "123", "size": 2},
}


def test_a_payload() -> None:
    assert read_payload(json.dumps(SENT).encode()) == Payload(
        name="A. Watermelons",
        group="Garden - Round 1",
        url="https://example.org/problem/A",
        time_limit_ms=1500,
        memory_limit_mb=256,
        examples=(Case("8\n", "YES\n"), Case("", "\n")),
        output_file="out.txt",
        batch=Batch("123", 2),
    )


def test_only_a_name_is_needed() -> None:
    assert payload_of({"name": "A"}) == Payload("A")


def test_limits_that_are_not_known_are_sent_as_0() -> None:
    assert payload_of({**SENT, "timeLimit": 0}).time_limit_ms is None


def test_an_address_that_is_none_of_the_web_is_none() -> None:
    assert payload_of({**SENT, "url": "/home/me/a.cpp"}).url is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "`name` is missing or empty"),
        ({"name": 7}, "`name` must be a text; it is 7"),
        ({"name": "\ud800"}, "`name` holds half a character"),
        ({"timeLimit": "2s"}, '`timeLimit` must be a number; it is "2s"'),
        ({"timeLimit": -1}, "`timeLimit` must be from 0 to 86400000, not -1"),
        ({"timeLimit": True}, "`timeLimit` must be a number; it is true"),
        ({"memoryLimit": float("nan")}, "`memoryLimit` must be from 0 to 1048576, not nan"),
        ({"interactive": "no"}, '`interactive` must be true or false; it is "no"'),
        ({"tests": {}}, "`tests` must be a list; it is {}"),
        ({"tests": [None]}, "`tests[0]` must be an object, not null"),
        ({"tests": [{"input": "1"}]}, "`tests[0].output` must be a text; it is absent"),
        ({"tests": [SENT["tests"][0], {"input": [], "output": ""}]}, "`tests[1].input` must be a text; it is []"),
        ({"input": "stdin"}, '`input` must be an object, not "stdin"'),
        ({"input": {"type": "file"}}, "`input.fileName` is missing or empty"),
        ({"batch": {"id": "1", "size": 10**6}}, "`batch.size` must be from 0 to 1000, not 1000000"),
        ({"batch": {"size": 1}}, "`batch.id` is missing or empty"),
    ],
)
def test_a_payload_that_is_refused_names_the_field(change: dict[str, Any], message: str) -> None:
    with pytest.raises(PayloadError) as refusal:
        payload_of({**SENT, **change})
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"json",
        b"\xff\xfe",
        b"[" * 100_000,
        b"9" * 10_000,
        b"[]",
        b'{"name": "A", "timeLimit": 1%s}' % (b"0" * 400),
    ],
)
def test_a_body_that_is_no_payload_is_refused(body: bytes) -> None:
    with pytest.raises(PayloadError):
        read_payload(body)


def test_a_statement_file() -> None:
    assert statement_file(payload_of(SENT)) == (
        "---\ntitle: A. Watermelons\nurl: https://example.org/problem/A\ntime_limit: 1500ms\nmemory_limit: 256 MB\n"
        "output: out.txt\n---\n\n## Statement\n\n\n\n## Examples\n\n"
        "```input1\n8\n```\n\n```output1\nYES\n```\n\n```input2\n```\n\n```output2\n\n```\n"
    )


def test_the_statement_is_missing_until_it_is_pasted() -> None:
    text = statement_file(payload_of({**SENT, "output": None}))
    (finding,) = parse_statement(text).findings
    assert (finding.code, text.split("\n")[finding.line]) == ("no-statement", "## Statement")
    pasted = text.replace("## Statement\n", "## Statement\n## Problem\nPrint YES.\n\nExamples\ninput\n8\noutput\nYES\n")
    parsed = parse_statement(pasted)
    assert parsed.findings == ()
    assert parsed.problem.examples == (Case("8\n", "YES\n"), Case("", "\n"))


TEXTS = st.one_of(
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r")),
    st.lists(
        st.sampled_from(["```", "````input1", "~~~", "Input", "Output", "## Note", " ", "\t", "\u00a0", "\n"])
    ).map("".join),
).map(lambda text: text + "\n" if text else "")
NAMES = st.text(alphabet=st.characters(codec="utf-8")).filter(lambda name: parses_to_itself(name))


def parses_to_itself(name: str) -> bool:
    """Blanks without width, and no-break ones, are cleaned away wherever a statement is read."""
    return bool(name.split()) and not set(name) & set("\u00a0\u2002\u2003\u2007\u2009\u202f\ufeff\u200b\u2060")


@settings(deadline=None, max_examples=150)
@given(
    name=NAMES,
    time_ms=st.integers(1, 86_400_000),
    examples=st.lists(st.tuples(TEXTS, TEXTS), max_size=3, unique_by=lambda pair: pair[0]),
)
def test_what_was_sent_is_read_back(name: str, time_ms: int, examples: list[tuple[str, str]]) -> None:
    tests = [{"input": given, "output": expected} for given, expected in examples]
    check_is_read_back({**SENT, "name": name, "timeLimit": time_ms, "tests": tests})


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")) or [None], ids=lambda path: path and path.stem)
def test_every_page_that_the_extension_reads(path: Path | None) -> None:
    if path is None:
        pytest.skip(f"{FIXTURES} is missing: Competitive Companion's fixtures are not part of the repository")
    result = json.loads(path.read_text(encoding="utf-8"))["result"]
    for payload in result if isinstance(result, list) else [result]:
        check_is_read_back(payload)


def check_is_read_back(sent: dict[str, Any]) -> ParsedStatement:
    parsed = parse_statement(statement_file(payload_of(sent)))
    problem = parsed.problem
    assert problem.title == " ".join(sent["name"].split())
    assert (problem.url, problem.interactive) == (sent["url"], sent["interactive"])
    assert (problem.time_limit_ms, problem.memory_limit_mb) == (sent["timeLimit"], sent["memoryLimit"])
    assert [(case.input, case.expected) for case in problem.examples] == [
        (test["input"], test["output"]) for test in sent["tests"]
    ]
    return parsed
