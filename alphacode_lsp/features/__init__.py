"""What the editor can ask for: one file a feature, a pure function on values and a thin handler."""

from collections.abc import Callable

from alphacode_lsp.features import (
    add_test,
    apply_candidate,
    bind_problem,
    cancel,
    candidates,
    code_actions,
    code_lenses,
    companion,
    compare,
    configuration,
    confirm_contest_over,
    connection,
    create_problem,
    doctor,
    document_links,
    documents,
    hover,
    inlay_hints,
    preview_candidate,
    problem,
    report,
    run_examples,
    saving,
    show_test,
    solve,
    status,
    stress,
    virtual_text,
    watched_files,
)
from alphacode_lsp.server import AlphaCodeServer

COMMANDS: tuple[Callable[[AlphaCodeServer], None], ...] = (
    solve.register,
    cancel.register,
    run_examples.register,
    candidates.register,
    problem.register,
    show_test.register,
    add_test.register,
    stress.register,
    preview_candidate.register,
    compare.register,
    report.register,
    apply_candidate.register,
    status.register,
    connection.register,
    doctor.register,
    confirm_contest_over.register,
    bind_problem.register,
    create_problem.register,
    companion.register,
)
"""Registered while the session is initialised, since the client decides whether their ids are advertised."""

REQUESTS: tuple[Callable[[AlphaCodeServer], None], ...] = (
    configuration.register,
    documents.register,
    saving.register,
    code_actions.register,
    code_lenses.register,
    inlay_hints.register,
    hover.register,
    virtual_text.register,
    document_links.register,
    watched_files.register,
)
"""Registered when the server is made."""
