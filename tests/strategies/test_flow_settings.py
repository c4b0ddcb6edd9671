"""The settings of a flow as a file."""

from pathlib import Path

import pytest

from alphacode_server.strategies.alphacodium import FlowSettings, FlowSettingsError, read_flow_settings


def test_what_is_not_said_is_as_in_the_original(tmp_path: Path) -> None:
    file = tmp_path / "flow.toml"
    file.write_text("[generate_ai_tests]\nnumber_of_ai_tests = 3\n\n[public_tests]\nsingle_stage_fix = false\n")
    settings = read_flow_settings(file)
    assert (settings.generate_ai_tests.number_of_ai_tests, settings.public_tests.single_stage_fix) == (3, False)
    assert settings.ai_tests == FlowSettings().ai_tests


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[generate_ai_tests]\nnumber = 3\n", "number"),
        ("[generate_tests]\n", "generate_tests"),
        ("[ai_tests]\nmax_allowed_calls = true\n", "max_allowed_calls"),
        ("[ai_tests]\nmax_allowed_calls = -1\n", "at least 0"),
        ("[self_reflection]\nvalidate_self_reflection = 1\n", "true or false"),
        ("ai_tests", r"flow\.toml"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "flow.toml"
    file.write_text(text)
    with pytest.raises(FlowSettingsError, match=named):
        read_flow_settings(file)
    with pytest.raises(FlowSettingsError, match=r"none\.toml"):
        read_flow_settings(tmp_path / "none.toml")
