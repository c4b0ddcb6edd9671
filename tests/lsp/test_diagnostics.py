import pytest
from lsprotocol import types

from alphacode_lsp.features.diagnostics import (
    case_text,
    compile_marks,
    index_at_column,
    main_line,
    marks_of_judgement,
)
from alphacode_lsp.features.run_examples import summary
from alphacode_sandbox import CaseResult, Judgement, Limits, RunResult, Verdict

LIMITS = Limits(time_s=2.0, memory_mb=256, output_kb=1024)


def case(verdict: str, index: int = 0, difference: str | None = None, **run: object) -> CaseResult:
    fields: dict[str, object] = {
        "stdout": "", "stderr": "", "exit_code": 0, "signal": None, "cpu_s": 0.012, "wall_s": 0.02, "memory_kb": 9000,
    }  # fmt: skip
    ran = Verdict.RUN if verdict in ("AC", "WA") else Verdict(verdict)
    return CaseResult(index, Verdict(verdict), RunResult(ran, **{**fields, **run}), difference)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (
            case("WA", difference="line 1: expected `6`, got `5`"),
            "Example 2: WA, line 1: expected `6`, got `5` (12 ms)",
        ),
        (case("TLE", cpu_s=2.004), "Example 2: TLE, stopped after 2004 ms (limit 2000 ms)"),
        (case("MLE", memory_kb=300 * 1024), "Example 2: MLE, 300 MB used (limit 256 MB)"),
        (case("OLE"), "Example 2: OLE, it wrote more than 1024 KB"),
        (case("RE", exit_code=None, signal=11), "Example 2: RE, exit 139 (SIGSEGV)"),
        (case("RE", exit_code=1, stderr="Traceback\nValueError: x\n"), "Example 2: RE, exit 1: ValueError: x"),
        (case("ILE", wall_s=3.3), "Example 2: ILE, idle for 3300 ms, perhaps waiting for input that never comes"),
        (case("SV"), "Example 2: SV, it tried what the sandbox forbids"),
    ],
)
def test_a_failed_example_in_words(result: CaseResult, text: str) -> None:
    assert case_text(result, 2, LIMITS) == text


def test_codes_severities_and_lines() -> None:
    text = "#include <iostream>\n\nint main() {\n}\n"
    judgement = Judgement(
        Verdict.WA, "", (case("AC", 0), case("WA", 1, "x"), case("TLE", 2), case("RE", 3, exit_code=None, signal=8))
    )
    marks = marks_of_judgement(judgement, (1, 2, 3, 5), LIMITS, text)
    assert [(mark.code, mark.line, mark.severity.name) for mark in marks] == [
        ("example-failed", 2, "Warning"),
        ("limit", 2, "Warning"),
        ("runtime-error", 2, "Error"),
    ]
    assert marks[2].message.startswith("Example 5: RE")


def test_a_traceback_leads_to_its_line() -> None:
    stderr = (
        'Traceback (most recent call last):\n  File "<string>", line 8, in <module>\n'
        '  File "main.py", line 3, in <module>\n    f()\n  File "main.py", line 2, in f\n    raise ValueError\n'
        '  File "/usr/lib/python3.11/ast.py", line 50, in parse\nValueError\n'
    )
    judgement = Judgement(Verdict.RE, "", (case("RE", exit_code=1, stderr=stderr),))
    (mark,) = marks_of_judgement(judgement, (1,), LIMITS, "def f():\n  raise ValueError\nf()\n")
    assert (mark.code, mark.line) == ("runtime-error", 1)


def test_compile_errors_lie_where_the_compiler_says() -> None:
    output = (
        "main.cpp: In function ‘int main()’:\nmain.cpp:2:17: error: expected primary-expression before ‘;’ token\n"
        "    2 |         int x = ;\n      |                 ^\n"
        "main.cpp:3:3: error: ‘fo’ was not declared in this scope\n"
        "/usr/include/c++/12/bits/stl.h:10:2: note: here\nmain.cpp:3:3: note: suggested\n"
    )
    marks = compile_marks(output, "int main(){\n\tint x = ;\n  fo();\n}\n")
    assert [(mark.line, mark.character, mark.message) for mark in marks] == [
        (1, 9, "expected primary-expression before ‘;’ token"),
        (2, 2, "‘fo’ was not declared in this scope"),
    ]
    assert {mark.severity for mark in marks} == {types.DiagnosticSeverity.Error}


def test_a_syntax_error_of_python() -> None:
    output = '  File "main.py", line 2\n    def f(:\n          ^\nSyntaxError: invalid syntax'
    (mark,) = compile_marks(output, "x\ndef f(:\n")
    assert (mark.line, mark.code, mark.message) == (1, "compile-error", "SyntaxError: invalid syntax")


@pytest.mark.parametrize(
    ("output", "line", "message"),
    [
        ("Main.java:2: error: ';' expected\n  int x = 1\n           ^\n1 error", 1, "';' expected"),
        ("main.kt:3:22: error: unresolved reference: x\nfun main() {}\n    ^", 2, "unresolved reference: x"),
        ("error[E0425]: cannot find value `x`\n  --> main.rs:3:5\n   |\n3 |     x", 2, "cannot find value `x`"),
        ("main.go:2:3: undefined: x", 1, "undefined: x"),
    ],
)
def test_compile_errors_of_other_compilers(output: str, line: int, message: str) -> None:
    (mark,) = compile_marks(output, "one\ntwo\nthree\n")
    assert (mark.line, mark.message, mark.severity) == (line, message, types.DiagnosticSeverity.Error)


@pytest.mark.parametrize(
    ("stderr", "line", "cause"),
    [
        (
            'Exception in thread "main" java.lang.ArithmeticException: / by zero\n'
            "\tat java.base/java.lang.Math.floorMod(Math.java:1)\n\tat A.f(Main.java:3)\n\tat A.main(Main.java:2)\n",
            2,
            "java.lang.ArithmeticException: / by zero",
        ),
        (
            "\nthread 'main' (7) panicked at main.rs:2:24:\nindex out of bounds\nnote: run with `RUST_BACKTRACE=1`\n",
            1,
            "index out of bounds",
        ),
        (
            "panic: runtime error: index\n\ngoroutine 1 [running]:\nmain.main()\n\tmain.go:3 +0x1\n",
            2,
            "runtime error: index",
        ),
    ],
)
def test_run_time_errors_of_other_languages(stderr: str, line: int, cause: str) -> None:
    judgement = Judgement(Verdict.RE, "", (case("RE", exit_code=1, stderr=stderr),))
    (mark,) = marks_of_judgement(judgement, (1,), LIMITS, "one\ntwo\nthree\n")
    assert (mark.line, mark.message) == (line, f"Example 1: RE, exit 1: {cause}")


def test_output_that_cannot_be_taken_apart_is_still_shown() -> None:
    (mark,) = compile_marks("collect2: error: ld returned 1 exit status", "int f();\n")
    assert (mark.line, mark.message) == (0, "collect2: error: ld returned 1 exit status")
    assert compile_marks("", "")[0].message == "The program does not compile"
    assert compile_marks("main.cpp:99:1: error: expected ‘}’ at end of input", "int main() {\n")[0].line == 1


@pytest.mark.parametrize(
    ("line", "column", "index"),
    [("int x", 1, 0), ("int x", 5, 4), ("\tx", 9, 1), ("/*語*/x", 7, 5), ("\t\tx", 17, 2), ("ab", 9, 2), ("", 1, 0)],
)
def test_columns_are_counted_with_tabs(line: str, column: int, index: int) -> None:
    assert index_at_column(line, column) == index


def test_main_line() -> None:
    assert main_line("x\n\nint main(int argc, char** argv) {") == 2
    assert main_line("signed main() {}") == 0
    assert main_line("print(1)") == 0
    assert main_line("class A {\n  public static void main(String[] a) {") == 1
    assert main_line("package main\nfunc main() {") == 1


def test_summary() -> None:
    passed = Judgement(Verdict.AC, "", (case("AC"), case("AC", 1, cpu_s=0.03)))
    assert summary(passed, (1, 2), LIMITS) == "2/2 examples pass (30 ms at most)"
    failed = Judgement(Verdict.WA, "", (case("AC"), case("WA", 1, "line 1: expected `6`, got `5`")))
    text = "1 example of 2 failed. Example 4: WA, line 1: expected `6`, got `5` (12 ms)"
    assert summary(failed, (3, 4), LIMITS) == text
    assert summary(Judgement(Verdict.CE, "x", ()), (1,), LIMITS) == "it does not compile"
