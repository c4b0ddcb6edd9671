"""`example-conflict`: two files give one input different outputs. Both are marked, and the one that does not count can
be mended."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from lsprotocol import types

from alphacode_lsp.buffers import Replacement, lines_of
from alphacode_lsp.edits import workspace_edit
from alphacode_lsp.features.diagnostics import SOURCE, Mark, publish
from alphacode_lsp.server import AlphaCodeServer
from alphacode_server.problem.known_cases import Conflict, KnownCase, normal_form

CODE = "example-conflict"


def publish_conflicts(server: AlphaCodeServer) -> None:
    """Mark the files of every conflict that a bound document has, and no others."""
    marks: dict[Path, list[Mark]] = {}
    for conflict in _conflicts(server):
        for path, mark in _marks(server, conflict):
            marks.setdefault(path, []).append(mark)
    by_uri = {server.uri_of(path): found for path, found in marks.items()}
    for uri in server.session.conflict_documents - by_uri.keys():
        publish(server, uri, "conflict", (), server.document(uri))
    for uri, found in by_uri.items():
        publish(server, uri, "conflict", found, server.document(uri))
    server.session.conflict_documents = set(by_uri)


def conflict_fixes(
    server: AlphaCodeServer, uri: str, diagnostics: Sequence[types.Diagnostic]
) -> list[types.CodeAction]:
    """For a file's conflicts: write the output that counts over the other one."""
    fixes: list[types.CodeAction] = []
    for diagnostic in diagnostics:
        if (diagnostic.source, diagnostic.code) != (SOURCE, CODE):
            continue
        for conflict in _conflicts(server):
            texts = [mark.message for path, mark in _marks(server, conflict) if server.uri_of(path) == uri]
            answer = conflict.other.answer
            if diagnostic.message in texts and answer is not None and answer != conflict.other.file:
                fixes.append(_fix(server, answer, conflict, diagnostic))
    return fixes


def _conflicts(server: AlphaCodeServer) -> Iterator[Conflict]:
    """Each once, however many attempts at a problem are open."""
    yield from dict.fromkeys(
        conflict for binding in server.session.bindings.values() for conflict in binding.intake.conflicts
    )


def _marks(server: AlphaCodeServer, conflict: Conflict) -> Iterator[tuple[Path, Mark]]:
    kept, other = conflict.kept, conflict.other
    kept_line, other_line = (_line(server, known) for known in (kept, other))
    severity = types.DiagnosticSeverity.Warning
    text = f"{other.name} has the same input and another output; this one counts"
    yield _place(kept), Mark(kept_line, severity, CODE, text, related=(_place(other), other_line, other.name))
    text = f"{kept.name} has the same input and another output; that one counts"
    yield _place(other), Mark(other_line, severity, CODE, text, related=(_place(kept), kept_line, kept.name))


def _place(known: KnownCase) -> Path:
    return known.answer or known.file


def _line(server: AlphaCodeServer, known: KnownCase) -> int:
    """Where the input stands in a file of several cases; a file of its own is marked at its top."""
    document = server.document(server.uri_of(known.file)) if known.answer == known.file else None
    if document is None:
        return 0
    wanted = normal_form(known.case.input).split("\n")
    lines = [line.strip() for line in lines_of(document.text)]
    n_wanted = len(wanted)
    return next((i for i in range(len(lines)) if lines[i : i + n_wanted] == [line.strip() for line in wanted]), 0)


def _fix(server: AlphaCodeServer, answer: Path, conflict: Conflict, diagnostic: types.Diagnostic) -> types.CodeAction:
    uri = server.uri_of(answer)
    document = server.document(uri)
    lines = lines_of(document.text if document else conflict.other.case.expected or "")
    if document is None and lines[-1]:
        lines.append("")
    end = (len(lines) - 1, len(lines[-1]))
    replacement = Replacement(0, 0, *end, conflict.kept.case.expected or "", "")
    whole = server.client_range(lines, (0, 0), end)
    version = document.version if document else None
    edit = workspace_edit(server.session.support, uri, version, whole, replacement, needs_confirmation=False)
    title = f"AlphaCode: Write the output of {conflict.kept.name} into {answer.name}"
    return types.CodeAction(title=title, kind=types.CodeActionKind.QuickFix, diagnostics=[diagnostic], edit=edit)
