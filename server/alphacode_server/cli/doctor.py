"""`alphacode doctor`: what this machine has, how its backend is, and what to do about what is not well."""

import argparse
import json
import os
import platform
import sys
import textwrap
from dataclasses import asdict, dataclass

from alphacode_sandbox import LANGUAGES, SandboxUnavailable, open_judge
from alphacode_server.cli.arguments import Subparsers
from alphacode_server.cli.errors import EXIT_FAILURE, EXIT_OK
from alphacode_server.problem.privacy import NOT_SENT, SENT
from alphacode_server.protocol.address import without_password
from alphacode_server.protocol.client import BackendClient
from alphacode_server.protocol.credentials import Token, token_from
from alphacode_server.protocol.errors import BackendError
from alphacode_server.protocol.situation import BackendState, Situation, situation_of
from alphacode_server.version import VERSION

_DEFAULT_URL = "http://127.0.0.1:8420"

_LEVELS = {
    "L3": "system call filter, Landlock, limits, namespaces and a control group",
    "L2": "system call filter, Landlock, limits and namespaces",
    "L1": "system call filter, Landlock and limits",
}


@dataclass(frozen=True, slots=True)
class BackendFindings:
    """What answers at the backend's address."""

    url: str
    state: str
    message: str
    remedy: str
    token: str | None
    """Where it is from."""


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
    backend: BackendFindings
    privacy: tuple[str, ...] = (SENT, NOT_SENT)


def add_to(commands: Subparsers) -> None:
    parser = commands.add_parser("doctor", help="say what this machine has, and what to do about the rest")
    parser.set_defaults(run=run)
    parser.add_argument(
        "--backend", default=_DEFAULT_URL, metavar="URL", help="whose state is asked; default: %(default)s"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


async def run(args: argparse.Namespace) -> int:
    """Exit code 0 when programs can be run."""
    findings = await _look(args.backend)
    if args.json:
        print(json.dumps(asdict(findings), indent=2))
    else:
        _print(findings)
    return EXIT_OK if findings.isolation else EXIT_FAILURE


async def _look(url: str) -> Findings:
    try:
        async with open_judge() as judge:
            level, shortfalls, factor = judge.isolation, judge.shortfalls, judge.host_factor
            languages = {
                language.name: "" if key in judge.languages else language.install for key, language in LANGUAGES.items()
            }
    except SandboxUnavailable as error:
        level, shortfalls, factor, languages = None, (str(error),), None, {}
    system = f"{platform.system()} {platform.release()} on {platform.machine()}"
    return Findings(
        VERSION, platform.python_version(), system, level, shortfalls, factor, languages, await _look_at_backend(url)
    )


async def _look_at_backend(url: str) -> BackendFindings:
    """Ask, and start nothing."""
    token: Token | None = None
    try:
        token = token_from(os.environ, url)
        async with BackendClient(url, token=token.text if token else None) as client:
            readiness = await client.ready()
            if readiness.status == "ready":
                info = await client.info()
                situation = Situation(BackendState.READY, f"version {info.version}, {info.model}")
            else:
                situation = Situation(BackendState.CONNECTING, readiness.message or readiness.status)
    except BackendError as error:
        situation = situation_of(error, url)
    source = token.source if token else None
    return BackendFindings(without_password(url), situation.state, situation.message, situation.remedy, source)


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
    backend = findings.backend
    print(f"backend    {backend.url} is {backend.state}: {backend.message}")
    if backend.remedy:
        print(f"           {backend.remedy}")
    print(f"token      {f'from {backend.token}' if backend.token else 'none'}")
    for line in findings.privacy:
        print(textwrap.fill(line, 110, initial_indent="privacy    ", subsequent_indent="           "))


def _pace(factor: float) -> str:
    if factor == 1:
        return "at least that of a contest's judge: time limits are as stated"
    return f"slower than a contest's judge: time limits are {factor:g} times those stated"
