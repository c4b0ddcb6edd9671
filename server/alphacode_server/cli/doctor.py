"""`alphacode doctor`: what this machine has for running programs, and what to do about what it has not."""

import argparse
import json
import platform
import sys
from dataclasses import asdict, dataclass

from alphacode_sandbox import LANGUAGES, SandboxUnavailable, open_judge
from alphacode_server.cli.arguments import Subparsers
from alphacode_server.cli.errors import EXIT_FAILURE, EXIT_OK
from alphacode_server.version import VERSION

_LEVELS = {
    "L3": "system call filter, Landlock, limits, namespaces and a control group",
    "L2": "system call filter, Landlock, limits and namespaces",
    "L1": "system call filter, Landlock and limits",
}


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found; nothing in it is a secret."""

    version: str
    python: str
    system: str
    isolation: str | None
    """The level that was shown; None when nothing untrusted can be run."""
    shortfalls: tuple[str, ...]
    """Why there is no level, or no better one."""
    host_factor: float | None
    """By how much longer time limits are here than what a statement says; None when nothing can be run."""
    languages: dict[str, str]
    """By name, what is missing for it; empty where programs can be run."""


def add_to(commands: Subparsers) -> None:
    parser = commands.add_parser("doctor", help="say what this machine has, and what to do about the rest")
    parser.set_defaults(run=run)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


async def run(args: argparse.Namespace) -> int:
    """Exit code 0 when programs can be run."""
    findings = await _look()
    if args.json:
        print(json.dumps(asdict(findings), indent=2))
    else:
        _print(findings)
    return EXIT_OK if findings.isolation else EXIT_FAILURE


async def _look() -> Findings:
    try:
        async with open_judge() as judge:
            level, shortfalls, factor = judge.isolation, judge.shortfalls, judge.host_factor
            languages = {
                language.name: "" if key in judge.languages else language.install for key, language in LANGUAGES.items()
            }
    except SandboxUnavailable as error:
        level, shortfalls, factor, languages = None, (str(error),), None, {}
    system = f"{platform.system()} {platform.release()} on {platform.machine()}"
    return Findings(VERSION, platform.python_version(), system, level, shortfalls, factor, languages)


def _print(findings: Findings) -> None:
    print(f"alphacode {findings.version}, Python {findings.python} ({sys.executable}), {findings.system}")
    if findings.isolation is None:
        print("sandbox    none: programs are not run on this machine")
    else:
        print(f"sandbox    {findings.isolation}: {_LEVELS[findings.isolation]}")
    for shortfall in findings.shortfalls:
        print(f"           {shortfall}")
    if findings.host_factor:
        print(f"pace       {_pace(findings.host_factor)}")
    for name, missing in findings.languages.items():
        print(f"{name:10} " + (f"not here; install {missing}" if missing else "ready"))


def _pace(factor: float) -> str:
    if factor == 1:
        return "at least that of a contest's judge: time limits are as stated"
    return f"slower than a contest's judge: time limits are {factor:g} times those stated"
