"""The user's settings: their one definition, and reading them from what an editor sends."""

from alphacode_lsp.settings.definition import (
    STRATEGIES,
    ApplySettings,
    BackendSettings,
    CompanionSettings,
    LanguageSettings,
    Settings,
    SolveSettings,
    TestsSettings,
    UiSettings,
)
from alphacode_lsp.settings.layers import parse_settings

__all__ = [
    "STRATEGIES", "ApplySettings", "BackendSettings", "CompanionSettings", "LanguageSettings", "Settings",
    "SolveSettings", "TestsSettings", "UiSettings", "parse_settings",
]  # fmt: skip
