"""Running a program on a problem's cases: which cases there are, what runs now, and how it ended."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from alphacode_sandbox import Case, CaseResult, Judgement, Limits, Program, Verdict
from alphacode_server.problem.intake import Intake

PASSES = (Verdict.AC, Verdict.RUN)
_LONGEST_OUTPUT = 64_000
"""Characters of an output that are handed to the editor; the rest says nothing more about a case."""


@dataclass(frozen=True, slots=True)
class NumberedCase:
    """A case as its user counts it."""

    number: int
    """From 1; the statement's examples come first."""
    case: Case
    source: str = "statement"
    """Where it was read: `statement`, or the name of a file."""
    path: Path | None = None
    """The file of its input, where it has one of its own."""
    filters: bool = True
    """Whether a candidate must pass it. A case that the user added does not decide unless it is promoted."""


@dataclass(frozen=True, slots=True)
class Run:
    """A program's cases as they were last run."""

    id: str
    target: str
    """The buffer's URI, or the candidate's SHA-256."""
    title: str
    """`main.cpp`, `AlphaCode 01`."""
    program: Program
    cases: tuple[NumberedCase, ...]
    """Those that were run; the index of a result is a position here."""
    judgement: Judgement
    """Without the cases that were killed."""
    limits: Limits
    """What each run had in the end, the factors of the language and of the machine included."""
    isolation: str

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(case.number for case in self.cases)

    @property
    def passed(self) -> int:
        return sum(result.verdict in PASSES for result in self.judgement.cases)

    @property
    def killed(self) -> tuple[int, ...]:
        """Numbers of the cases that the user stopped."""
        return tuple(self.cases[index].number for index in self._killed_indexes())

    @property
    def verdict(self) -> Verdict:
        return self.judgement.verdict

    def _killed_indexes(self) -> tuple[int, ...]:
        ended = range(len(self.cases)) if self.verdict is Verdict.CE else [one.index for one in self.judgement.cases]
        return tuple(index for index in range(len(self.cases)) if index not in ended)

    def result(self, number: int) -> CaseResult | None:
        """How the case with this number ended; None where it was not run or was killed."""
        return next((result for result in self.judgement.cases if self.cases[result.index].number == number), None)

    def added_to(self, earlier: "Run | None") -> "Run":
        """With what an earlier run of the same program said of other cases; a case by itself takes none away."""
        if earlier is None or earlier.program != self.program or Verdict.CE in (self.verdict, earlier.verdict):
            return self
        mine, numbers = {numbered.case for numbered in self.cases}, set(self.numbers)
        others = [(earlier.cases[one.index], one) for one in earlier.judgement.cases]
        pairs = [(self.cases[one.index], one) for one in self.judgement.cases]
        pairs += [pair for pair in others if pair[0].case not in mine and pair[0].number not in numbers]
        pairs.sort(key=lambda pair: pair[0].number)
        killed = [self.cases[index] for index in self._killed_indexes()]
        cases = (*(numbered for numbered, _ in pairs), *killed)
        results = tuple(replace(one, index=index) for index, (_, one) in enumerate(pairs))
        judgement = replace(self.judgement, verdict=overall(results), cases=results)
        return replace(self, cases=cases, judgement=judgement)

    def is_stale(self, text: str) -> bool:
        """Whether a buffer is not what was run any more."""
        return self.program.code != text


def overall(results: Sequence[CaseResult]) -> Verdict:
    """What the cases make of their program, as the judge has it."""
    failed = next((result.verdict for result in results if result.verdict not in PASSES), None)
    return failed or (Verdict.AC if any(result.verdict is Verdict.AC for result in results) else Verdict.RUN)


@dataclass(slots=True)
class Running:
    """Cases that run now; each in a task of its own, so that one can be killed."""

    id: str
    target: str
    title: str
    numbers: tuple[int, ...]
    work: "asyncio.Task[None] | None" = None
    tasks: "dict[int, asyncio.Task[CaseResult]]" = field(default_factory=dict)
    """By number. Empty until the program is compiled, and where the backend runs it."""

    def kill(self, numbers: tuple[int, ...]) -> tuple[int, ...]:
        """Stop cases, or everything without numbers; returns those that were still running."""
        alive = tuple(number for number in self.numbers if number not in self.tasks or not self.tasks[number].done())
        chosen = tuple(number for number in alive if not numbers or number in numbers)
        if not numbers or (chosen and not self.tasks):
            # Nothing of it is wanted any more, or it cannot be told apart.
            self.stop()
            return alive
        for number in chosen:
            self.tasks[number].cancel()
        return chosen

    def stop(self) -> None:
        if self.work is not None:
            self.work.cancel()

    @property
    def done(self) -> int:
        return sum(task.done() for task in self.tasks.values())


def cases_of(intake: Intake) -> tuple[NumberedCase, ...]:
    """All that is known, numbered as a search numbers its examples: these come first."""
    examples = intake.problem.examples if intake.problem else ()
    known = sorted(intake.cases, key=lambda known: known.case not in examples)
    return tuple(
        NumberedCase(
            number,
            one.case,
            source=one.name if one.tool else "statement",
            path=None if one.answer == one.file else one.file,
            filters=one.case in examples,
        )
        for number, one in enumerate(known, 1)
    )


def trimmed(result: CaseResult) -> CaseResult:
    """As it is kept: what a program printed is looked at in the beginning, and many runs are remembered."""
    run = replace(result.run, stdout=shortened(result.run.stdout), stderr=shortened(result.run.stderr))
    return replace(result, run=run)


def run_object(run: Run, is_stale: bool) -> dict[str, object]:
    """A run as JSON."""
    judgement = run.judgement
    return {
        "run": run.id,
        "target": run.target,
        "title": run.title,
        "stale": is_stale,
        "verdict": judgement.verdict,
        "passed": run.passed,
        "total": len(run.cases),
        "compileOutput": judgement.compile_output,
        "timeLimitMs": round(run.limits.time_s * 1000),
        "memoryLimitMb": run.limits.memory_mb,
        "isolation": run.isolation,
        "killed": list(run.killed),
        "tests": [_result_object(result, run.cases[result.index]) for result in judgement.cases],
    }


def case_object(case: NumberedCase) -> dict[str, object]:
    """A case as JSON."""
    return {
        "number": case.number,
        "source": case.source,
        "uri": case.path.as_uri() if case.path else None,
        "filters": case.filters,
        "input": shortened(case.case.input),
        "expected": None if case.case.expected is None else shortened(case.case.expected),
    }


def shortened(text: str) -> str:
    """The text, or its beginning and how much there is: a huge output would freeze the editor that shows it."""
    if len(text) <= _LONGEST_OUTPUT:
        return text
    return f"{text[:_LONGEST_OUTPUT]}\n[cut here: {len(text)} characters in all]\n"


def _result_object(result: CaseResult, case: NumberedCase) -> dict[str, object]:
    expected = case.case.expected
    return {
        "number": case.number,
        "verdict": result.verdict,
        "timeMs": round(result.run.cpu_s * 1000),
        "memoryKb": result.run.memory_kb,
        "difference": result.difference,
        "input": shortened(case.case.input),
        "expected": None if expected is None else shortened(expected),
        "actual": shortened(result.run.stdout),
        "stderr": shortened(result.run.stderr),
        "exitCode": result.run.exit_code,
        "signal": result.run.signal,
    }
