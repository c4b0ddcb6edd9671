"""What is said about one setting where it is defined: default, meaning, bounds, and who may set it."""

from dataclasses import field
from functools import partial
from typing import Any

from alphacode_lsp import records

SCOPE, MEANING = "scope", "meaning"
"""Keys of a field's metadata."""


def _setting(
    scope: str, default: object, meaning: str, *, at_least: float | None = None, at_most: float | None = None
) -> Any:
    metadata = {SCOPE: scope, MEANING: meaning, records.AT_LEAST: at_least, records.AT_MOST: at_most}
    if isinstance(default, dict):
        return field(default_factory=lambda: dict(default), metadata=metadata)
    return field(default=default, metadata=metadata)


machine = partial(_setting, "machine")
"""For the user alone: no folder that is opened can change it. VS Code's word, like the next three."""

machine_overridable = partial(_setting, "machine-overridable")
"""For the user, and for folders that the user trusts."""

window = partial(_setting, "window")
"""For the user or a workspace."""

resource = partial(_setting, "resource")
"""For the user, a workspace, or one folder of it."""
