"""`alphacode stress`: compare a program with a slow but certain one on inputs of a generator, in the sandbox."""

import argparse
import sys
from collections.abc import Collection
from pathlib import Path

from alphacode_sandbox import LANGUAGES, Case, StressError, StressPrograms, ToolchainMissing, stress
from alphacode_server.cli.arguments import (
    Subparsers,
    add_language_argument,
    add_sandbox_arguments,
    judge_from,
    positive_int,
)
from alphacode_server.cli.errors import EXIT_FAILURE, EXIT_OK, UsageError
from alphacode_server.cli.reports import stress_report
from alphacode_server.cli.source import checker_of, read_program, statement_of
from alphacode_server.cli.statement import read_intake
from alphacode_server.cli.stress_view import StressView, print_stress
from alphacode_server.problem import Problem
from alphacode_server.problem.association import FILES_ON_DISK, find_statement
from alphacode_server.problem.stress_files import Found, find_brute_force, find_generator
from alphacode_server.problem.user_cases import add_case


def add_to(commands: Subparsers) -> None:
    parser = commands.add_parser("stress", help="compare a program with a brute force on generated inputs")
    parser.set_defaults(run=run)
    parser.add_argument("source", type=Path, metavar="FILE", help="the program, for instance main.cpp")
    parser.add_argument("--generator", type=Path, metavar="FILE", help="writes an input for the seed it gets as its "
                        "argument and on standard input; default: main_gen.* or gen.* beside FILE")  # fmt: skip
    parser.add_argument("--brute-force", type=Path, metavar="FILE", help="slow and right; default: main_brute.*, "
                        "brute.* or naive.* beside FILE")  # fmt: skip
    parser.add_argument("--problem", type=Path, metavar="FILE", help="the statement, for its limits and its checker; "
                        "default: the one found beside FILE")  # fmt: skip
    parser.add_argument("--rounds", type=positive_int, default=1000, metavar="N", help="inputs to try, default: 1000")
    parser.add_argument("--seed", type=positive_int, default=1, metavar="N", help="the first seed, default: 1")
    parser.add_argument("--no-save", action="store_true", help="do not keep the input that is found as a case")
    add_language_argument(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_sandbox_arguments(parser)


async def run(args: argparse.Namespace) -> int:
    """Exit code 0 when no difference was found."""
    source = args.source.resolve()
    solution = read_program(args.source, args.language)
    generator = read_program(_chosen(args.generator, find_generator(source), source, "--generator"), None)
    brute_force = read_program(_chosen(args.brute_force, find_brute_force(source), source, "--brute-force"), None)
    programs = StressPrograms(solution, brute_force, generator)
    statement = args.problem or statement_of(find_statement(source, solution.code, FILES_ON_DISK), args.source)
    problem = _problem(source, solution.code, statement)
    checker = checker_of(problem, statement)
    async with judge_from(args) as judge:
        _require(judge.languages, programs)
        with StressView(args.rounds, quiet=args.json) as view:
            try:
                outcome = await stress(
                    judge,
                    programs,
                    problem.limits,
                    checker,
                    range(args.seed, args.seed + args.rounds),
                    view.show,
                )
            except StressError as error:
                raise UsageError(str(error)) from error
    difference = outcome.difference
    saved = _kept(source, difference.case) if difference and not args.no_save else None
    if args.json:
        print(stress_report(outcome, saved))
    else:
        print_stress(outcome, saved)
    return EXIT_OK if difference is None else EXIT_FAILURE


def _kept(source: Path, case: Case) -> Path | None:
    """The input's file. Where it cannot be written that is said, and the difference is shown all the same."""
    try:
        return add_case(source, case, FILES_ON_DISK).input
    except OSError as error:
        print(f"alphacode: the input is not kept: {error}", file=sys.stderr)
        return None


def _chosen(named: Path | None, found: Found, source: Path, option: str) -> Path:
    path = named or found.path
    if path is None:
        raise UsageError(f"{found.missing(source)}; name it with {option}")
    return path


def _problem(source: Path, code: str, statement: Path | None) -> Problem:
    """What is known of limits and checker; where nothing is, what holds then."""
    problem = read_intake(source, code, statement).problem or Problem(source.stem, "")
    if problem.interactive:
        raise UsageError(f"{statement or source}: an interactive problem cannot be stressed with inputs")
    return problem


def _require(languages: Collection[str], programs: StressPrograms) -> None:
    for program in (programs.solution, programs.brute_force, programs.generator):
        if program.language not in languages:
            raise ToolchainMissing(f"no toolchain for {LANGUAGES[program.language].name} on this machine")
