"""`alphacode judge`: run programs on the tests of a problem folder, in the sandbox."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from alphacode_sandbox import LANGUAGES, ToolchainMissing, Verdict
from alphacode_server.cli.arguments import (
    Subparsers,
    add_language_argument,
    add_sandbox_arguments,
    judge_from,
    positive_float,
)
from alphacode_server.cli.errors import EXIT_FAILURE, EXIT_OK, UsageError
from alphacode_server.cli.judge_view import JudgeView, print_agreement, print_submissions
from alphacode_server.cli.judging import Judged, judge_submissions
from alphacode_server.cli.reports import folder_report
from alphacode_server.problem.folder import ProblemFolder, Submission, read_folder


def add_to(commands: Subparsers) -> None:
    parser = commands.add_parser("judge", help="run programs on the tests of a problem folder")
    parser.set_defaults(run=run)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a problem with samples/ and tests/, or a Kattis "
                        "package")  # fmt: skip
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--submission", type=Path, nargs="+", action="extend", metavar="FILE", help="programs to judge")
    which.add_argument("--all", action="store_true", help="every program under submissions/, beside the jury's verdict")
    add_language_argument(parser)
    parser.add_argument("--time-limit", type=positive_float, metavar="S", help="CPU seconds for C++, in place of the "
                        "folder's; other languages get a multiple")  # fmt: skip
    parser.add_argument("--stop-at-first-failure", action="store_true", help="leave out the tests after one that fails")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_sandbox_arguments(parser)


async def run(args: argparse.Namespace) -> int:
    """Exit code 0 when every program given is accepted; with --all, when every verdict agrees with the jury's."""
    folder = read_folder(args.folder)
    limits = replace(folder.limits, time_s=args.time_limit or folder.limits.time_s)
    submissions = _in_language(args.language, _chosen(folder, args.submission))
    async with judge_from(args) as judge:
        runnable = tuple(one for one in submissions if one.language in judge.languages)
        left_out = tuple(one for one in submissions if one.language not in judge.languages)
        if not runnable:
            languages = ", ".join(sorted({one.language for one in left_out}))
            raise ToolchainMissing(f"{args.folder}: no toolchain on this machine for any of the programs ({languages})")
        with JudgeView(folder, len(runnable), quiet=args.json) as view:
            judged = await judge_submissions(
                folder,
                runnable,
                judge,
                limits,
                stop_at_first_failure=args.stop_at_first_failure,
                on_judged=view.show,
            )
    if args.json:
        print(folder_report(folder, judged, left_out, limits, judge.isolation))
    elif args.all:
        print_agreement(folder, judged, left_out, judge.isolation)
    else:
        print_submissions(folder, judged, left_out, judge.isolation)
    return EXIT_OK if _all_well(judged, against_jury=args.all) else EXIT_FAILURE


def _chosen(folder: ProblemFolder, files: Sequence[Path] | None) -> tuple[Submission, ...]:
    if files:
        return tuple(dict.fromkeys(folder.submission(file) for file in files))
    if not folder.submissions:
        raise UsageError(f"{folder.path}: no programs under submissions/; name some with --submission FILE")
    return folder.submissions


def _in_language(language: str | None, submissions: tuple[Submission, ...]) -> tuple[Submission, ...]:
    """Those in a language that files with the same ending may be in become programs in this one."""
    if language is None:
        return submissions
    return tuple(
        replace(one, language=language)
        if one.language in LANGUAGES and LANGUAGES[one.language].suffixes == LANGUAGES[language].suffixes
        else one
        for one in submissions
    )


def _all_well(judged: Sequence[Judged], *, against_jury: bool) -> bool:
    if against_jury:
        return all(one.agrees for one in judged)
    return all(one.judgement.verdict is Verdict.AC for one in judged)
