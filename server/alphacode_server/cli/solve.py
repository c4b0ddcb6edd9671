"""`alphacode solve`: a statement in, ten ranked programs out, from this machine or from a backend."""

import argparse
import os
import random
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from alphacode_sandbox import LANGUAGES
from alphacode_server.cli.arguments import (
    Subparsers,
    add_sampler_arguments,
    add_sandbox_arguments,
    add_search_arguments,
    judge_from,
    languages_of,
    positive_int,
    sampler_from,
)
from alphacode_server.cli.check import Check, check_candidates, read_hidden_cases
from alphacode_server.cli.console import SolveView, print_solution
from alphacode_server.cli.contest import add_contest_arguments, check_contest
from alphacode_server.cli.errors import EXIT_FAILURE, EXIT_OK, JobEndedEarly, UsageError
from alphacode_server.cli.reports import solve_report
from alphacode_server.cli.saved_tests import save_tests
from alphacode_server.cli.statement import read_problem
from alphacode_server.pipeline import SolveOptions
from alphacode_server.problem import Problem
from alphacode_server.protocol import (
    BudgetBody,
    JobCancelled,
    JobCompleted,
    JobEvent,
    JobFailed,
    ProblemBody,
    RankedCandidate,
    SamplingBody,
    SolveRequest,
    SolveResult,
)
from alphacode_server.protocol.client import BackendClient
from alphacode_server.protocol.credentials import token_from, travels_openly
from alphacode_server.protocol.errors import BackendError
from alphacode_server.protocol.situation import remedy_of
from alphacode_server.samplers import ExchangeLog, LoggedSampler, Recorder
from alphacode_server.selection import SELECTORS, Recording, write_recording
from alphacode_server.strategies import DEFAULT_STRATEGY, STRATEGIES, Strategy, alphacodium

DEFAULT_SAMPLES = 64


def add_to(commands: Subparsers) -> None:
    parser = commands.add_parser("solve", help="solve a problem: sample, filter, cluster, rank")
    parser.set_defaults(run=run)
    parser.add_argument(
        "statement", type=Path, metavar="PROBLEM", help="the statement: Markdown, text, a saved page or LaTeX"
    )
    parser.add_argument(
        "--strategy",
        choices=[*STRATEGIES],
        default=DEFAULT_STRATEGY,
        metavar="NAME",
        help=f"how programs are found: {', '.join(STRATEGIES)}; default: %(default)s",
    )
    parser.add_argument(
        "--samples", type=positive_int, default=DEFAULT_SAMPLES, metavar="N", help="default: %(default)s"
    )
    parser.add_argument(
        "--no-early-stop",
        action="store_false",
        dest="early_stop",
        help="draw all samples, even where more would hardly change the ranks",
    )
    parser.add_argument(
        "--no-repair",
        action="store_false",
        dest="repair",
        help="where nothing passes, let the model write new programs only, and mend none that nearly pass",
    )
    parser.add_argument(
        "--selector",
        choices=[*SELECTORS],
        metavar="NAME",
        help=f"how candidates are ranked: {', '.join(SELECTORS)}; default: the strategy's",
    )
    parser.add_argument("--backend", metavar="URL", help="let this backend search, for instance http://127.0.0.1:8420")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write the ranked programs here: 01.py, 02.py, ...")
    parser.add_argument("--check", type=Path, metavar="DIR", help="mark the ranks that pass the .in/.ans pairs of DIR")
    parser.add_argument(
        "--save-tests",
        action="store_true",
        help="keep the tests that flows wrote, as test/custom-1.in and so on beside the statement",
    )
    parser.add_argument("--flow", type=Path, metavar="FILE", help="settings of alphacodium's flow, TOML")
    parser.add_argument(
        "--log",
        type=Path,
        metavar="FILE",
        help="keep what the model is asked beside samples, and its replies; what is there is not asked again",
    )
    parser.add_argument("--record", type=Path, metavar="FILE", help="append every sample, for --sampler replay:FILE")
    parser.add_argument(
        "--save-matrix",
        type=Path,
        metavar="FILE",
        help="write what the programs did on the generated inputs",
    )
    add_contest_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    add_search_arguments(parser)
    add_sampler_arguments(parser)
    add_sandbox_arguments(parser)


async def run(args: argparse.Namespace) -> int:
    """Exit code 0 when at least one program passes every example."""
    problem = read_problem(args.statement)
    check_contest(problem, args)
    hidden = read_hidden_cases(args.check) if args.check else ()
    args.seed = random.randrange(2**31) if args.seed is None else args.seed
    with SolveView(problem.title, quiet=args.json) as view:
        async with aclosing(_remote(problem, args) if args.backend else _local(problem, args, view)) as events:
            result = await _result(events, view)
    check = Check()
    if hidden:
        async with judge_from(args) as judge:
            check = await check_candidates(result.candidates, hidden, problem, judge)
    kept = _keep(result.candidates, args)
    if args.json:
        print(solve_report(result, check))
    else:
        print_solution(result, check, kept.programs)
        if kept.tests:
            print(f"{len(kept.tests)} generated tests are in {kept.tests[0].parent}")
    if kept.refusal:
        raise UsageError(f"the files that were asked for are not all written: {kept.refusal}")
    return EXIT_OK if any(candidate.passed == candidate.total for candidate in result.candidates) else EXIT_FAILURE


async def _local(problem: Problem, args: argparse.Namespace, view: SolveView) -> AsyncGenerator[JobEvent, None]:
    strategy = _strategy(args)
    options = SolveOptions(
        n_samples=args.samples,
        languages=languages_of(args.language),
        time_s=args.time,
        max_tokens=args.tokens,
        seed=args.seed,
        selector=args.selector or strategy.selector,
        early_stop=args.early_stop,
        repair=args.repair,
        effort=args.effort,
    )
    async with AsyncExitStack() as stack:
        judge = await stack.enter_async_context(judge_from(args))
        view.status(f"opening {args.sampler} ...")
        sampler = await sampler_from(args)
        stack.push_async_callback(sampler.aclose)
        if args.log:
            sampler = LoggedSampler(sampler, stack.enter_context(ExchangeLog(args.log)))
        recorder = stack.enter_context(Recorder(args.record, problem)) if args.record else None
        save = partial(_save, args.save_matrix) if args.save_matrix else None
        search = strategy.search(problem, options, sampler, judge, on_sample=recorder, on_recording=save)
        async for event in await stack.enter_async_context(aclosing(search)):
            yield event


def _strategy(args: argparse.Namespace) -> Strategy:
    if args.flow is None:
        return STRATEGIES[args.strategy]
    if args.strategy != alphacodium.STRATEGY.name:
        raise UsageError(f"--flow is for --strategy {alphacodium.STRATEGY.name}")
    try:
        return alphacodium.alphacodium(alphacodium.read_flow_settings(args.flow))
    except alphacodium.FlowSettingsError as error:
        raise UsageError(f"--flow: {error}") from error


async def _remote(problem: Problem, args: argparse.Namespace) -> AsyncGenerator[JobEvent, None]:
    for option, what in {"log": "exchanges", "flow": "settings"}.items():
        if getattr(args, option):
            raise UsageError(f"--{option} needs the {what} here; leave out --backend or --{option}")
    if args.record:
        raise UsageError("--record needs the samples, which stay on the backend; leave out --backend or --record")
    if args.save_matrix:
        raise UsageError(
            "--save-matrix needs the runs, which stay on the backend; leave out --backend or --save-matrix"
        )
    request = SolveRequest(
        problem=ProblemBody.of(problem),
        language=args.language,
        sampling=SamplingBody(n=args.samples, seed=args.seed, early_stop=args.early_stop, repair=args.repair),
        budget=BudgetBody(wall_ms=round(args.time * 1000) if args.time else None, tokens=args.tokens),
        strategy=args.strategy,
        selector=args.selector,
        effort=args.effort,
    )
    token = token_from(os.environ, args.backend)
    if warning := travels_openly(args.backend, token.text if token else None):
        print(f"alphacode: {warning}", file=sys.stderr)
    try:
        async with (
            BackendClient(args.backend, token=token.text if token else None) as client,
            aclosing(client.solve(request)) as events,
        ):
            async for event in events:
                yield event
    except BackendError as error:
        if remedy := remedy_of(error, args.backend):
            error.add_note(remedy)
        raise


async def _result(events: AsyncGenerator[JobEvent, None], view: SolveView) -> SolveResult:
    """Show every event; the result of the last one. Raises JobEndedEarly when there is none."""
    async for event in events:
        view.show(event)
        match event:
            case JobCompleted(result=result):
                return result
            case JobFailed(error=error):
                raise JobEndedEarly(f"the backend failed: {error.message} [request {error.request_id}]")
            case JobCancelled(by=by):
                raise JobEndedEarly(f"the job was cancelled by the {by}")
    raise JobEndedEarly("the event stream ended without a result")


def _save(file: Path, recording: Recording) -> None:
    try:
        write_recording(recording, file)
    except OSError as error:
        raise UsageError(f"--save-matrix: {error}") from error


@dataclass(frozen=True, slots=True)
class _Kept:
    """The files that were asked for, as far as they could be written, and why the others could not."""

    programs: tuple[Path, ...] = ()
    tests: tuple[Path, ...] = ()
    refusal: OSError | None = None


def _keep(candidates: tuple[RankedCandidate, ...], args: argparse.Namespace) -> _Kept:
    """Never raises OSError: a search is worth showing whatever becomes of its files."""
    programs: tuple[Path, ...] = ()
    try:
        programs = _write(candidates, args.out) if args.out else ()
        return _Kept(programs, save_tests(args.statement, candidates) if args.save_tests else ())
    except OSError as refusal:
        return _Kept(programs, refusal=refusal)


def _write(candidates: tuple[RankedCandidate, ...], folder: Path) -> tuple[Path, ...]:
    """One file a candidate, named by its rank. Files of an earlier solve in the same folder are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for candidate in candidates:
        file = folder / f"{candidate.rank:02}{LANGUAGES[candidate.language].suffixes[0]}"
        file.write_text(candidate.code, encoding="utf-8")
        files.append(file)
    return tuple(files)
