"""`alphacode test`: run a program on the examples of its statement and on the cases beside it, in the sandbox."""

import argparse
from dataclasses import replace
from pathlib import Path

from alphacode_sandbox import LANGUAGES, ToolchainMissing, Verdict
from alphacode_server.cli.arguments import Subparsers, add_language_argument, add_sandbox_arguments, judge_from
from alphacode_server.cli.console import print_judgement
from alphacode_server.cli.errors import EXIT_FAILURE, EXIT_OK, UsageError
from alphacode_server.cli.reports import judgement_report
from alphacode_server.cli.source import checker_of, read_program, statement_of
from alphacode_server.cli.statement import read_intake
from alphacode_server.problem.association import FILES_ON_DISK, Association, Match, find_statement


def add_to(commands: Subparsers) -> None:
    parser = commands.add_parser("test", help="run a program on its examples, and on the cases that are kept beside it")
    parser.set_defaults(run=run)
    parser.add_argument("source", type=Path, metavar="FILE", help="the program, for instance main.cpp")
    parser.add_argument(
        "--problem", type=Path, metavar="FILE", help="the statement; default: the one found beside FILE"
    )
    add_language_argument(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_sandbox_arguments(parser)


async def run(args: argparse.Namespace) -> int:
    """Exit code 0 when every case is accepted, or ran where no output is expected."""
    program = read_program(args.source, args.language)
    source = args.source.resolve()
    found = (
        Association(Match(args.problem, "")) if args.problem else find_statement(source, program.code, FILES_ON_DISK)
    )
    statement = statement_of(found, args.source)
    intake = read_intake(source, program.code, statement)
    if intake.problem is None or not intake.cases:
        raise UsageError(_nothing_to_run(found, args.source))
    checker = checker_of(intake.problem, statement)
    problem = replace(intake.problem, examples=tuple(known.case for known in intake.cases))
    async with judge_from(args) as judge:
        if program.language not in judge.languages:
            raise ToolchainMissing(
                f"{args.source}: no toolchain for {LANGUAGES[program.language].name} on this machine"
            )
        judgement = await judge.test(program, problem.examples, problem.limits, checker)
    if args.json:
        print(judgement_report(judgement, problem, program, judge.isolation))
    else:
        names = [known.name for known in intake.cases]
        print_judgement(judgement, problem, program.language, judge.isolation, names)
    return EXIT_OK if judgement.verdict in (Verdict.AC, Verdict.RUN) else EXIT_FAILURE


def _nothing_to_run(found: Association, source: Path) -> str:
    if found.match:
        return f"{found.match.path}: no examples to run; add an Example section, or test/1.in and test/1.out"
    return f"{found.missing}; name it with --problem, or save it as problem.md beside {source.name}"
