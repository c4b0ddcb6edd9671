"""`alphacode.doctor`: what was found of everything that a search needs, and what to do about the rest. No secrets."""

import platform
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from alphacode_lsp import __version__
from alphacode_lsp.commands import read_arguments
from alphacode_lsp.server import AlphaCodeServer
from alphacode_lsp.virtual_documents import put, show
from alphacode_sandbox import LANGUAGES, SandboxError
from alphacode_server.problem.privacy import NOT_SENT, SENT
from alphacode_server.protocol.errors import BackendError


@dataclass(frozen=True, slots=True)
class DoctorArguments:
    """Without `show` only the answer is wanted."""

    show: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    is_well: bool
    text: str
    remedy: str = ""


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.doctor")
    async def doctor(*arguments: Any) -> dict[str, object]:
        asked = read_arguments(DoctorArguments, "alphacode.doctor", arguments)
        await server.settle()
        return await examine(server, asked.show)


async def examine(server: AlphaCodeServer, is_shown: bool) -> dict[str, object]:
    """Look at everything, and show the page where that is wanted."""
    findings = [
        _server(server),
        await _backend(server),
        await _token(server),
        await _sandbox(server),
        *_settings(server),
    ]
    findings += _documents(server)
    uri = put(server, "doctor/doctor.md", page(findings))
    return {
        "well": all(finding.is_well for finding in findings),
        "findings": [
            {"name": finding.name, "well": finding.is_well, "text": finding.text, "remedy": finding.remedy}
            for finding in findings
        ],
        "uri": uri,
        "shown": is_shown and show(server, uri),
    }


def page(findings: Sequence[Finding]) -> str:
    """Markdown: what is not well first."""
    ordered = sorted(findings, key=lambda finding: finding.is_well)
    lines = ["# AlphaCode: what was found", ""]
    for finding in ordered:
        lines.append(f"- {'ok' if finding.is_well else '**to do**'} · **{finding.name}**: {finding.text}")
        if finding.remedy:
            lines.append(f"  - {finding.remedy}")
    return "\n".join([*lines, "", "## Privacy", "", SENT, "", NOT_SENT, ""])


def _server(server: AlphaCodeServer) -> Finding:
    editor = server.session.client_name or "an editor that does not say its name"
    # Over SSH, in WSL and in containers this is not the machine that its user looks at.
    where = f"{platform.system()} {platform.release()} on {socket.gethostname()}"
    text = f"alphacode-lsp {__version__}, Python {platform.python_version()} ({sys.executable}), {where}, for {editor}"
    return Finding("language server", True, text)


async def _backend(server: AlphaCodeServer) -> Finding:
    backend = server.backend
    await backend.check()
    situation = backend.situation
    is_well = situation.state in ("ready", "busy", "connecting") or (backend.may_start and situation.state == "down")
    return Finding(
        "backend", is_well, f"{backend.settings.url}, {situation.state}: {situation.message}", situation.remedy
    )


async def _token(server: AlphaCodeServer) -> Finding:
    settings = server.backend.settings
    try:
        token = await server.backend.clients.token(settings)
    except BackendError as error:
        return Finding("token", False, str(error))
    return Finding("token", True, f"from {token.source}" if token else "none, which open backends do not need")


async def _sandbox(server: AlphaCodeServer) -> Finding:
    try:
        judge = await server.judge.get()
    except SandboxError as error:
        remedy = "Programs are not run on this machine; searches and runs at a backend still work."
        return Finding("sandbox", False, str(error), remedy)
    absent = [language.install for key, language in LANGUAGES.items() if key not in judge.languages]
    text = f"level {judge.isolation}, for {', '.join(LANGUAGES[key].name for key in judge.languages)}"
    return Finding(
        "sandbox", True, text, f"For further languages install {', '.join(dict.fromkeys(absent))}." if absent else ""
    )


def _settings(server: AlphaCodeServer) -> list[Finding]:
    return [Finding("settings", False, complaint) for complaint in server.session.complaints]


def _documents(server: AlphaCodeServer) -> list[Finding]:
    findings: list[Finding] = []
    for document in server.open_documents():
        binding = server.session.bindings.get(document.uri)
        if binding is None or document.language is None:
            continue
        match = binding.association.match
        if match is not None and binding.trouble is None:
            findings.append(Finding(document.path.name, True, f"belongs to {match.path.name}: {match.reason}"))
        else:
            findings.append(Finding(document.path.name, False, binding.trouble or "no statement"))
    return findings
