"""`alphacode test`: run a program on the examples of its statement, in the sandbox."""

import argparse
from pathlib import Path

from alphacode_sandbox import LANGUAGES, Program, ToolchainMissing, Verdict, language_of
from alphacode_server.cli.arguments import Subparsers, add_language_argument, add_sandbox_arguments, judge_from
from alphacode_server.cli.console import print_judgement
from alphacode_server.cli.errors import EXIT_FAILURE, EXIT_OK, UsageError
from alphacode_server.cli.reports import judgement_report
from alphacode_server.cli.statement import read_problem
from alphacode_server.problem.association import FILES_ON_DISK, find_statement


def add_to(commands: Subparsers) -> None:
    parser = commands.add_parser("test", help="run a program on the examples of its statement")
    parser.set_defaults(run=run)
    parser.add_argument("source", type=Path, metavar="FILE", help="the program, for instance main.cpp")
    parser.add_argument(
        "--problem", type=Path, metavar="FILE", help="the statement; default: the one found beside FILE"
    )
    add_language_argument(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_sandbox_arguments(parser)


async def run(args: argparse.Namespace) -> int:
    """Exit code 0 when every example is accepted."""
    program = _read_program(args.source, args.language)
    statement = args.problem or _statement_of(args.source, program.code)
    problem = read_problem(statement)
    if not problem.examples:
        raise UsageError(f"{statement}: no examples to run; add an Example section")
    async with judge_from(args) as judge:
        if program.language not in judge.languages:
            raise ToolchainMissing(
                f"{args.source}: no toolchain for {LANGUAGES[program.language].name} on this machine"
            )
        judgement = await judge.test(program, problem.examples, problem.limits, problem.checker)
    if args.json:
        print(judgement_report(judgement, problem, program, judge.isolation))
    else:
        print_judgement(judgement, problem, program.language, judge.isolation)
    return EXIT_OK if judgement.verdict is Verdict.AC else EXIT_FAILURE


def _read_program(source: Path, language_id: str | None) -> Program:
    language = LANGUAGES[language_id] if language_id else language_of(source)
    if language is None:
        endings = ", ".join(dict.fromkeys(known.suffixes[0] for known in LANGUAGES.values()))
        raise UsageError(f"{source}: unknown language; name a file that ends in one of {endings}, or use --language")
    try:
        return Program(language.id, source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{source}: cannot be read: {error}") from error


def _statement_of(source: Path, code: str) -> Path:
    found = find_statement(source.resolve(), code, FILES_ON_DISK)
    if found.match:
        return found.match.path
    if found.candidates:
        names = ", ".join(path.name for path in found.candidates)
        raise UsageError(f"several statements match {source}: {names}; choose one with --problem")
    raise UsageError(f"{found.missing}; name it with --problem, or save it as problem.md beside the program")
