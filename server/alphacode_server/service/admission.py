"""What a request may ask for: caps that are applied in silence, and everything else refused with the field's name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from alphacode_sandbox import Checker
from alphacode_server.pipeline import Effort
from alphacode_server.protocol import CheckerBody, ExampleBody, JudgeRequest, SolveRequest
from alphacode_server.selection import SELECTORS
from alphacode_server.service.errors import Refusal
from alphacode_server.strategies import DEFAULT_STRATEGY, STRATEGIES

MAX_GRACE_MS = 3_600_000
MAX_TIME_LIMIT_MS = 60_000
MAX_MEMORY_LIMIT_MB = 4096


@dataclass(frozen=True, slots=True)
class Caps:
    """What `/v1/info` declares. Asking for more gives this much, and the job's first event says so."""

    max_samples: int = 100_000
    max_candidates: int = 10


def admitted(request: SolveRequest, languages: Sequence[str], caps: Caps) -> SolveRequest:
    """The request within the caps. Raises `Refusal` naming the field that cannot be."""
    problem, sampling = request.problem, request.sampling
    _refuse_unless(problem.statement.strip() != "", "problem.statement", "is empty")
    _check_text(problem.title, "problem.title")
    _check_text(problem.statement, "problem.statement")
    _check_cases(problem.examples, "problem.examples")
    _check_limits(problem.time_limit_ms, problem.memory_limit_mb, "problem.")
    _check_checker(problem.checker, "problem.checker")
    if request.language != "both":
        _check_language(request.language, languages)
    _refuse_unless(sampling.n >= 1, "sampling.n", "must be at least 1")
    temperature = 1.0 if sampling.temperature is None else sampling.temperature
    _refuse_unless(0 <= temperature <= 2, "sampling.temperature", "must be between 0 and 2")
    _refuse_unless(0 <= (sampling.seed or 0) < 2**63, "sampling.seed", "must be between 0 and 2^63 - 1")
    _refuse_unless(request.return_.candidates >= 1, "return.candidates", "must be at least 1")
    strategy_name = request.strategy or DEFAULT_STRATEGY
    _refuse_unless(strategy_name in STRATEGIES, "strategy", f"{strategy_name!r} is none of {', '.join(STRATEGIES)}")
    selector_is_known = request.selector is None or request.selector in SELECTORS
    _refuse_unless(selector_is_known, "selector", f"{request.selector!r} is none of {', '.join(SELECTORS)}")
    _refuse_unless(request.effort in [*Effort], "effort", f"{request.effort!r} is none of {', '.join(Effort)}")
    wall_ms = request.budget.wall_ms
    _refuse_unless(wall_ms is None or 1 <= wall_ms <= 2**31, "budget.wall_ms", "must be between 1 and 2^31")
    tokens = request.budget.tokens
    _refuse_unless(tokens is None or tokens >= 1, "budget.tokens", "must be at least 1")
    _refuse_unless(0 <= request.grace_ms <= MAX_GRACE_MS, "grace_ms", f"must be between 0 and {MAX_GRACE_MS}")
    n_samples = STRATEGIES[strategy_name].n_samples(min(sampling.n, caps.max_samples))
    return replace(
        request,
        sampling=replace(sampling, n=n_samples),
        return_=replace(request.return_, candidates=min(request.return_.candidates, caps.max_candidates)),
    )


def check_judge_request(request: JudgeRequest, languages: Sequence[str]) -> None:
    """Raises `Refusal` naming the field that cannot be."""
    _check_language(request.language, languages)
    _check_text(request.code, "code")
    _check_cases(request.cases, "cases")
    _check_limits(request.time_limit_ms, request.memory_limit_mb, "")
    _check_checker(request.checker, "checker")


def _check_language(language: str, languages: Sequence[str]) -> None:
    known = ", ".join(languages) or "none"
    _refuse_unless(language in languages, "language", f"{language!r} cannot be run here; languages: {known}")


def _check_checker(checker: CheckerBody, param: str) -> None:
    try:
        Checker.named(checker.kind, checker.tolerance)
    except ValueError as error:
        raise Refusal(422, "invalid_value", f"{param}.kind: {error}", f"{param}.kind") from None
    tolerance = checker.tolerance
    _refuse_unless(tolerance is None or 0 <= tolerance <= 1, f"{param}.tolerance", "must be between 0 and 1")


def _check_limits(time_limit_ms: int | None, memory_limit_mb: int | None, prefix: str) -> None:
    for value, name, highest in (
        (time_limit_ms, "time_limit_ms", MAX_TIME_LIMIT_MS),
        (memory_limit_mb, "memory_limit_mb", MAX_MEMORY_LIMIT_MB),
    ):
        _refuse_unless(value is None or 1 <= value <= highest, prefix + name, f"must be between 1 and {highest}")


def _check_cases(cases: Sequence[ExampleBody], param: str) -> None:
    for index, case in enumerate(cases):
        _check_text(case.input, f"{param}.{index}.input")
        _check_text(case.output, f"{param}.{index}.output")


def _check_text(text: str, param: str) -> None:
    # JSON can spell half of a surrogate pair, which no file and no program's input can hold.
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refusal(422, "invalid_value", f"{param}: is not valid Unicode text", param) from None


def _refuse_unless(condition: bool, param: str, message: str) -> None:
    if not condition:
        raise Refusal(422, "invalid_value", f"{param}: {message}", param)
