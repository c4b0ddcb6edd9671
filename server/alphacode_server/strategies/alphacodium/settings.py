"""What a user may set about a flow: sections and keys as in AlphaCodium's `configuration.toml`, where we have them.

`docs/strategies.md` says what each does, and which of the original's there are not.
"""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import cattrs
from cattrs.v import format_exception, transform_error


@dataclass(frozen=True, slots=True)
class SelfReflection:
    """Stage 1."""

    validate_self_reflection: bool = False


@dataclass(frozen=True, slots=True)
class PossibleSolutions:
    """Stage 2."""

    max_num_of_possible_solutions: int = 3
    use_test_explanations: bool = True
    remove_brute_force_solutions: bool = True


@dataclass(frozen=True, slots=True)
class GenerateAiTests:
    """Stage 4."""

    validate_ai_tests: bool = False
    number_of_ai_tests: int = 6
    use_test_explanations: bool = True
    add_public_tests_to_ai_tests: bool = True


@dataclass(frozen=True, slots=True)
class InitialCodeGeneration:
    """Stage 5."""

    max_attempts: int = 8


@dataclass(frozen=True, slots=True)
class PublicTests:
    """Stage 6."""

    max_allowed_calls: int = 4
    max_fixes_per_test: int = 3
    use_test_explanations: bool = False
    use_self_reflection: bool = False
    single_stage_fix: bool = True
    """One call that finds the mistake and mends it; otherwise the first analyses and the second mends."""


@dataclass(frozen=True, slots=True)
class AiTests:
    """Stage 7."""

    max_allowed_calls: int = 4
    number_of_brute_force_programs: int = 4
    """Ours, written once for all flows: their votes take the weight from wrong tests. 0 believes every test."""


@dataclass(frozen=True, slots=True)
class FlowSettings:
    """A section a stage that has any; the defaults are the original's."""

    self_reflection: SelfReflection = field(default_factory=SelfReflection)
    possible_solutions: PossibleSolutions = field(default_factory=PossibleSolutions)
    generate_ai_tests: GenerateAiTests = field(default_factory=GenerateAiTests)
    initial_code_generation: InitialCodeGeneration = field(default_factory=InitialCodeGeneration)
    public_tests: PublicTests = field(default_factory=PublicTests)
    ai_tests: AiTests = field(default_factory=AiTests)


class FlowSettingsError(Exception):
    """The file cannot be used; the message names it and the key."""


def read_flow_settings(file: Path) -> FlowSettings:
    """Of a TOML file. Raises FlowSettingsError."""
    try:
        settings = _CONVERTER.structure(tomllib.loads(file.read_text(encoding="utf-8")), FlowSettings)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FlowSettingsError(f"{file}: {error}") from error
    except cattrs.BaseValidationError as error:
        raise FlowSettingsError(f"{file}: {'; '.join(transform_error(error, 'settings', _words))}") from error
    return settings


def _words(error: BaseException, kind: type | None) -> str:
    return str(error) if type(error) is ValueError else format_exception(error, kind)


def _strict(value: object, kind: type[int]) -> int:
    if type(value) is not kind or value < 0:
        raise ValueError(f"expected {'true or false' if kind is bool else 'a number of at least 0'}, not {value!r}")
    return value


_CONVERTER = cattrs.Converter(forbid_extra_keys=True)
_CONVERTER.register_structure_hook(int, _strict)
_CONVERTER.register_structure_hook(bool, _strict)
