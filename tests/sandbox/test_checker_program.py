"""Checker programs in both calling forms: what they say counts, and what goes wrong with them is never the candidate's.

The task of all of them: given n, print a square root of it, of either sign. The candidate prints the second word of its
input, so a case decides what is printed.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from alphacode_sandbox import (
    Case,
    CaseResult,
    CheckerForm,
    CheckerProgram,
    Judge,
    Limits,
    Program,
    RunResult,
    Verdict,
    open_judge,
)
from alphacode_sandbox.checker_program import opinion_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

CANDIDATE = Program(
    "cpp", '#include <cstdio>\nint main() { char word[99]; return scanf("%*s%98s", word) != 1 || puts(word) < 0; }'
)
SHORT = Limits(time_s=0.1)

TESTLIB_CPP = r"""
#include <cstdio>
#include <cstdlib>
int main(int argc, char** argv) {
    long n, root, answer;
    if (argc != 4) return 3;
    FILE *input = fopen(argv[1], "r"), *output = fopen(argv[2], "r"), *jury = fopen(argv[3], "r");
    fscanf(input, "%ld", &n);
    fscanf(jury, "%ld", &answer);
    if (n == 0) abort();
    for (volatile int i = 0; n == 1;) i = i + 1;
    if (answer * answer != n) { fprintf(stderr, "FAIL the jury is wrong"); return 3; }
    if (fscanf(output, "%ld", &root) != 1) { fprintf(stderr, "wrong output format Expected integer\n"); return 2; }
    if (root * root != n) { fprintf(stderr, "wrong answer %ld is no root\nof %ld\n", root, n); return 1; }
    fprintf(stderr, "ok\n");
}
"""

KATTIS_CPP = r"""
#include <cstdio>
#include <cstdlib>
#include <cstring>
int main(int argc, char** argv) {
    long n, root, answer;
    if (argc != 5 || strcmp(argv[4], "either_sign") || argv[3][strlen(argv[3]) - 1] != '/') return 1;
    FILE *input = fopen(argv[1], "r"), *jury = fopen(argv[2], "r");
    fscanf(input, "%ld", &n);
    fscanf(jury, "%ld", &answer);
    if (n == 0) abort();
    for (volatile int i = 0; n == 1;) i = i + 1;
    char name[100];
    FILE* message = fopen(strcat(strcpy(name, argv[3]), "judgemessage.txt"), "w");
    if (!message) return 1;
    if (answer * answer != n) { fprintf(stderr, "FAIL the jury is wrong"); return 3; }
    if (scanf("%ld", &root) != 1) { fprintf(stderr, "wrong output format Expected integer\n"); return 43; }
    if (root * root != n) { fprintf(stderr, "wrong answer %ld is no root\nof %ld\n", root, n); return 43; }
    return 42;
}
"""

PYTHON = """
import os, sys
right, wrong = CODES
n, answer = int(open(sys.argv[1]).read().split()[0]), int(open(ANSWER).read())
if n == 0:
    os.abort()
while n == 1:
    pass
if answer ** 2 != n:
    print("FAIL the jury is wrong", file=sys.stderr)
    sys.exit(3)
try:
    root = int(OUTPUT.read())
except ValueError:
    print("wrong output format Expected integer")
    sys.exit(wrong)
if root ** 2 != n:
    print(f"wrong answer {root} is no root\\nof {n}")
    sys.exit(wrong)
sys.exit(right)
"""
TESTLIB_PYTHON = PYTHON.replace("CODES", "0, 1").replace("ANSWER", "sys.argv[3]").replace("OUTPUT", "open(sys.argv[2])")
KATTIS_PYTHON = PYTHON.replace("CODES", "42, 43").replace("ANSWER", "sys.argv[2]").replace("OUTPUT", "sys.stdin")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judge() -> AsyncIterator[Judge]:
    async with open_judge() as judge:
        yield judge


async def check(judge: Judge, checker: CheckerProgram, case: Case, verdict: Verdict, *words: str) -> None:
    judgement = await judge.test(CANDIDATE, [case], checker=checker)
    (result,) = judgement.cases
    assert (judgement.verdict, result.verdict) == (verdict, verdict), result.difference
    if verdict is Verdict.AC:
        assert result.difference is None
    for word in words:
        assert word in (result.difference or "")


@pytest.mark.parametrize(
    "checker",
    [
        CheckerProgram(Program("cpp", TESTLIB_CPP), limits=SHORT),
        CheckerProgram(Program("cpp", KATTIS_CPP), CheckerForm.KATTIS, ("either_sign",), SHORT),
        CheckerProgram(Program("python", TESTLIB_PYTHON), limits=SHORT),
        CheckerProgram(Program("python", KATTIS_PYTHON), CheckerForm.KATTIS, limits=SHORT),
    ],
    ids=["testlib-cpp", "kattis-cpp", "testlib-python", "kattis-python"],
)
async def test_what_a_checker_says(judge: Judge, checker: CheckerProgram) -> None:
    table: list[tuple[Case, Verdict, str | None]] = [
        (Case("9 3", "3"), Verdict.AC, None),
        (Case("9 -3", "3"), Verdict.AC, None),
        (Case("9 2", "3"), Verdict.WA, "wrong answer 2 is no root of 9"),
        (Case("9 x", "3"), Verdict.WA, "wrong output format Expected integer"),
        (Case("9 3", "4"), Verdict.IE, "the checker failed: exit code 3: FAIL the jury is wrong"),
        (Case("0 0", "0"), Verdict.IE, "the checker failed: signal 6"),
        (Case("1 1", "1"), Verdict.IE, "the checker failed: it took too long"),
        # Nothing is asked of the checker when there is nothing to compare, or nothing was printed properly.
        (Case("9 3"), Verdict.RUN, None),
        (Case("9", "3"), Verdict.RE, None),
    ]
    judgement = await judge.test(CANDIDATE, [case for case, _, _ in table], checker=checker)
    assert [without_form(result) for result in judgement.cases] == [(verdict, words) for _, verdict, words in table]


def without_form(result: CaseResult) -> tuple[Verdict, str | None]:
    """Only testlib tells an output of the wrong form from a wrong answer."""
    return result.verdict, result.difference.removeprefix("presentation error: ") if result.difference else None


@pytest.mark.parametrize(
    ("code", "verdict", "words"),
    [
        # Python's own exit code after an exception is testlib's for a wrong answer.
        ("int('no number')", Verdict.IE, "ValueError: invalid literal"),
        ("import sys; sys.exit('not today')", Verdict.WA, "not today"),
        # What it quotes from a candidate does not make it fail.
        ("import sys; sys.exit('expected 1, got MemoryError')", Verdict.WA, "got MemoryError"),
        (r"import sys; sys.exit('\x1b[2J a\0b\nc')", Verdict.WA, "[2J a b c"),
        ("print('x' * 3_000_000)", Verdict.IE, "wrote too much"),
        ("x = = 3", Verdict.IE, "the checker does not compile: File"),
        ("import socket; socket.create_connection(('127.0.0.1', 1))", Verdict.IE, "what the sandbox forbids"),
        ("import os; os.fork()", Verdict.IE, "PermissionError"),
        ("import sys; open(sys.argv[3], 'w')", Verdict.IE, "OSError"),
        ("import sys; open(sys.argv[1] + 'more', 'w')", Verdict.IE, "OSError"),
        (
            "import os, sys; sys.exit(' '.join(sorted(os.listdir(os.path.dirname(sys.argv[1])))))",
            Verdict.WA,
            "answer input output",
        ),
        ("import os; open(os.environ['TMPDIR'] + '/left', 'x')", Verdict.AC, ""),
    ],
)
async def test_python_checkers(judge: Judge, code: str, verdict: Verdict, words: str) -> None:
    await check(judge, CheckerProgram(Program("python", code)), Case("1 1", "1"), verdict, words)


async def test_checker_that_does_not_compile(judge: Judge) -> None:
    checker = CheckerProgram(Program("cpp", "int main() { return nothing; }"))
    await check(judge, checker, Case("1 1", "1"), Verdict.IE, "the checker does not compile", "nothing")
    # A program that fails by itself needs no checker.
    await check(judge, checker, Case("", "1"), Verdict.RE)


async def test_output_arrives_whole(judge: Judge) -> None:
    printed = Program("python", "print('é\\r\\n' + 'x' * 100_000, end='')")
    code = "import sys\ndata = open(sys.argv[2], 'rb').read()\nsys.exit(data != 'é\\r\\n'.encode() + b'x' * 100_000)"
    assert (await judge.test(printed, [Case("", "")], checker=CheckerProgram(Program("python", code)))).passed == 1


async def test_candidate_sees_no_answer(judge: Judge) -> None:
    """It lies beside the candidate's own folder, under a name that cannot be listed."""
    look = "import os\nfound = [file for _, _, files in os.walk('..') for file in files]\nprint(found)"
    checker = CheckerProgram(Program("python", "import sys; sys.exit(open(sys.argv[3]).read() != 'secret')"))
    judgement = await judge.test(Program("python", look), [Case("", "secret")] * 4, checker=checker)
    assert {(result.verdict, result.run.stdout) for result in judgement.cases} == {(Verdict.AC, "[]\n")}


@pytest.mark.parametrize(
    ("form", "code", "verdict", "words"),
    [
        ("testlib", 2, Verdict.WA, "presentation error: the checker rejected the output"),
        ("testlib", 4, Verdict.WA, "presentation error: the checker rejected the output"),
        ("testlib", 8, Verdict.WA, "presentation error: the checker rejected the output"),
        ("testlib", 7, Verdict.IE, "the checker failed: exit code 7"),
        ("testlib", 42, Verdict.IE, "the checker failed: exit code 42"),
        ("testlib", 43, Verdict.IE, "the checker failed: exit code 43"),
        ("kattis", 0, Verdict.IE, "the checker failed: exit code 0"),
        ("kattis", 1, Verdict.IE, "the checker failed: exit code 1"),
        ("kattis", 43, Verdict.WA, "the checker rejected the output"),
    ],
)
async def test_exit_codes(form: str, code: int, verdict: Verdict, words: str) -> None:
    ended = Verdict.RE if code else Verdict.RUN
    run = RunResult(ended, "", "", exit_code=code, signal=None, cpu_s=0, wall_s=0, memory_kb=0)
    opinion = opinion_of(run, CheckerForm(form), "checker")
    assert (opinion.verdict, opinion.reason) == (verdict, words)
