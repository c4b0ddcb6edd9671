"""Two programs that talk to each other: guess a number with at most ten questions, in both calling forms."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from alphacode_sandbox import Case, CheckerForm, CheckerProgram, Judge, Limits, Program, Verdict, open_judge
from tests.processes import runs, until
from tests.sandbox.levels import temporary_folder

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Python is given three times as much. Wall time, three times that and a second, is what idling costs.
LIMITS = {"python": Limits(time_s=0.1), "cpp": Limits(time_s=0.05)}

TESTLIB_CPP = r"""
#include <cstdio>
int main(int argc, char** argv) {
    int secret, answer, guess;
    FILE *input = fopen(argv[1], "r"), *log = fopen(argv[2], "w"), *jury = fopen(argv[3], "r");
    if (!log || fscanf(input, "%d", &secret) != 1 || fscanf(jury, "%d", &answer) != 1 || answer != -secret) return 3;
    for (int asked = 0; asked < 10; asked++) {
        if (scanf("%d", &guess) != 1) { fprintf(stderr, "wrong answer no guess"); return 1; }
        puts(guess == secret ? "=" : secret < guess ? "<" : ">");
        fflush(stdout);
        if (guess == secret) return 0;
    }
    fprintf(stderr, "wrong answer too many questions");
    return 1;
}
"""

KATTIS_PYTHON = """
import sys
secret, answer = (int(open(path).read()) for path in sys.argv[1:3])
assert answer == -secret
open(sys.argv[3] + "judgemessage.txt", "w")
for asked in range(10):
    line = sys.stdin.readline()
    if not line:
        print("no guess", file=sys.stderr)
        sys.exit(43)
    guess = int(line)
    print("=" if guess == secret else "<" if secret < guess else ">", flush=True)
    if guess == secret:
        sys.exit(42)
print("too many questions", file=sys.stderr)
sys.exit(43)
"""

TESTLIB = CheckerProgram(Program("cpp", TESTLIB_CPP))
KATTIS = CheckerProgram(Program("python", KATTIS_PYTHON), CheckerForm.KATTIS)

RIGHT = """
low, high = 1, 1000
while True:
    middle = (low + high) // 2
    print(middle, flush=True)
    answer = input()
    if answer == "=": break
    if answer == "<": high = middle - 1
    else: low = middle + 1
"""

RIGHT_CPP = r"""
#include <cstdio>
int main() {
    for (int low = 1, high = 1000;;) {
        int middle = (low + high) / 2;
        char answer;
        printf("%d\n", middle);
        fflush(stdout);
        if (scanf(" %c", &answer) != 1 || answer == '=') return 0;
        (answer == '<' ? high : low) = answer == '<' ? middle - 1 : middle + 1;
    }
}
"""


WAITS = r"""
#include <cstdio>
int main() { return getchar() == EOF; }
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judge() -> AsyncIterator[Judge]:
    async with open_judge() as judge:
        yield judge


async def check(
    judge: Judge, code: str, interactor: CheckerProgram, verdict: Verdict, words: str = "", language: str = "python"
) -> None:
    judgement = await judge.interact(Program(language, code), interactor, [Case("77", "-77")], LIMITS[language])
    (result,) = judgement.cases
    assert (judgement.verdict, result.verdict) == (verdict, verdict), result
    assert words in (result.difference or "")


@pytest.mark.parametrize(
    ("code", "verdict", "words"),
    [
        (RIGHT, Verdict.AC, ""),
        # Goes on writing after it was accepted, which may break its pipe.
        (RIGHT + "for _ in range(9): print('x' * 99_999)", Verdict.AC, ""),
        (RIGHT + "import os\nos._exit(9)", Verdict.RE, ""),
        ("while True:\n    print(1, flush=True)\n    input()", Verdict.WA, "too many questions"),
        ("while True: print(1)", Verdict.WA, "too many questions"),
        ("print(5)", Verdict.WA, ""),
        ("", Verdict.WA, "no guess"),
        ("print(5, flush=True)\ninput()\n1 / 0", Verdict.RE, ""),
        ("while True: pass", Verdict.TLE, ""),
        ("import socket; socket.socket()", Verdict.SV, ""),
    ],
    ids=["right", "babbles", "fails-late", "wrong", "floods", "early", "silent", "fails", "burns", "connects"],
)
async def test_guessing(judge: Judge, code: str, verdict: Verdict, words: str) -> None:
    await check(judge, code, TESTLIB, verdict, words)


@pytest.mark.parametrize(
    ("code", "verdict", "words"),
    [
        (RIGHT, Verdict.AC, ""),
        ("while True: print(1)", Verdict.WA, "too many questions"),
        ("", Verdict.WA, "no guess"),
        ("1 / 0", Verdict.RE, ""),
    ],
    ids=["right", "floods", "silent", "fails"],
)
async def test_guessing_in_the_other_form(judge: Judge, code: str, verdict: Verdict, words: str) -> None:
    await check(judge, code, KATTIS, verdict, words)


async def test_candidate_that_does_not_compile(judge: Judge) -> None:
    judgement = await judge.interact(Program("python", "x = = 3"), TESTLIB, [Case("77", "-77")], LIMITS["python"])
    assert (judgement.verdict, judgement.cases) == (Verdict.CE, ())


async def test_cpp_candidate(judge: Judge) -> None:
    await check(judge, RIGHT_CPP, TESTLIB, Verdict.AC, language="cpp")


async def test_many_cases_and_an_early_stop(judge: Judge) -> None:
    cases = [Case(str(secret), str(-secret)) for secret in (1, 500, 1001, 1000)]
    judgement = await judge.interact(Program("cpp", RIGHT_CPP), TESTLIB, cases, LIMITS["cpp"])
    assert [case.verdict for case in judgement.cases] == ["AC", "AC", "WA", "AC"]
    judgement = await judge.interact(
        Program("cpp", RIGHT_CPP), TESTLIB, cases, LIMITS["cpp"], stop_at_first_failure=True
    )
    assert [case.verdict for case in judgement.cases] == ["AC", "AC", "WA"]


async def test_both_wait(judge: Judge) -> None:
    """The candidate did not print what it waits for an answer to."""
    await check(judge, WAITS, TESTLIB, Verdict.ILE, language="cpp")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("int('no number')", "the interactor failed: exit code 3: Traceback"),
        ("import os; os.abort()", "the interactor failed: signal 6"),
        ("x = = 3", "the interactor does not compile"),
        ("import socket; socket.socket()", "what the sandbox forbids"),
        ("while True: pass", "the interactor failed: it took too long"),
    ],
)
async def test_bad_interactor(judge: Judge, code: str, words: str) -> None:
    interactor = CheckerProgram(Program("python", code), limits=Limits(time_s=0.1))
    await check(judge, "input()", interactor, Verdict.IE, words)


async def test_slow_interactor_is_not_idling(judge: Judge) -> None:
    """It takes longer than the candidate may idle."""
    slow = "import time\nwhile time.process_time() < 1.3: pass\nprint(7, flush=True)"
    await check(judge, WAITS, judging(slow), Verdict.AC, language="cpp")


async def test_rejected_before_it_failed(judge: Judge) -> None:
    await check(judge, "input()", judging("import sys; sys.exit('no')"), Verdict.WA, "no")


async def test_interactor_writes_to_somebody_who_left(judge: Judge) -> None:
    flood = "import sys\nsys.stdin.read()\nwhile True: print('x' * 1000)"
    await check(judge, "pass", judging(flood), Verdict.WA, "ended before the interaction was over")


async def test_cancelled_interaction_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with temporary_folder() as folder:
        monkeypatch.setattr("tempfile.tempdir", str(folder))
        async with open_judge() as judge:
            passing = Program("python", "pass")
            await judge.interact(passing, CheckerProgram(passing), [Case("", "")] * 4)
            before = descriptors()
            waiting = judge.interact(Program("python", "input()"), judging("input()"), [Case("", "")])
            task = asyncio.create_task(waiting)
            await until(lambda: len(runs()) == 2)
            assert len(case_folders(folder)) == 1
            task.cancel()
            await asyncio.wait([task])
            assert task.cancelled()
            assert (runs(), case_folders(folder), descriptors()) == ([], [], before)


def judging(code: str) -> CheckerProgram:
    return CheckerProgram(Program("python", code))


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def case_folders(folder: Path) -> list[Path]:
    return list(folder.glob("*/check-*"))
