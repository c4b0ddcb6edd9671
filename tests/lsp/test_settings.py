from pathlib import Path

import pytest

from alphacode_lsp.session import Session
from alphacode_lsp.settings import Settings, parse_settings


def check(options: object, complaint: str, settings: Settings | None = None) -> None:
    """One complaint that holds the words, and the defaults for what was wrong."""
    parsed, complaints = parse_settings(options)
    assert len(complaints) == 1, complaints
    assert complaint in complaints[0]
    assert parsed == (settings or Settings())


@pytest.mark.parametrize(
    "options",
    [
        None,
        {},
        [],
        {"alphacode": {}},
        {"alphacode": []},
        {"solve": {"samples": None}},
        {"server": {"path": "x"}, "trace": {}},
        {"solve": []},
    ],
)
def test_nothing_set_means_defaults(options: object) -> None:
    assert parse_settings(options) == (Settings(), ())


@pytest.mark.parametrize(
    "options",
    [
        {"solve": {"samples": 7}},
        {"alphacode": {"solve": {"samples": 7}}},
        {"solve.samples": 7},
        {"alphacode.solve.samples": 7},
        {"solve": {"samples": 7.0}},
    ],
)
def test_a_key_in_every_form_that_editors_send(options: object) -> None:
    settings, complaints = parse_settings(options)
    assert complaints == ()
    assert settings.solve.samples == 7


def test_unknown_key_names_the_nearest() -> None:
    check({"solve": {"sample": 3}}, "alphacode.solve.sample: unknown key; did you mean `alphacode.solve.samples`?")


def test_key_in_the_wrong_section_names_the_right_one() -> None:
    check({"samples": 3}, "did you mean `alphacode.solve.samples`?")


def test_snake_case_key_names_the_camel_case_one() -> None:
    check({"solve": {"timeout_ms": 3}}, "did you mean `alphacode.solve.timeoutMs`?")


def test_wrong_type_and_wrong_choice_keep_the_default() -> None:
    check({"backend": {"autoStart": "yes"}}, "alphacode.backend.autoStart: expected true or false, got 'yes'")
    check({"contestGuard": "blok"}, "expected one of ask, block, off, got 'blok'; did you mean `block`?")
    check({"solve": {"samples": 0}}, "alphacode.solve.samples: must be at least 1, got 0")
    check({"solve": {"maxCandidates": 11}}, "alphacode.solve.maxCandidates: must be at most 10, got 11")
    check({"solve": {"samples": True}}, "expected a whole number, got True")
    check({"backend": 3}, "alphacode.backend: expected an object, got 3")
    check("fast", "expected an object of settings")


def test_a_wrong_key_does_not_cost_the_right_ones() -> None:
    settings, complaints = parse_settings({"solve": {"samples": 9, "language": "rust"}, "ui": {"ascii": True}})
    assert len(complaints) == 1
    assert settings.solve.samples == 9
    assert settings.solve.language == "auto"
    assert settings.ui.ascii


def test_later_layers_win_key_by_key() -> None:
    settings, _ = parse_settings({"solve": {"samples": 9, "timeoutMs": 5}}, {"solve": {"samples": 3}})
    assert (settings.solve.samples, settings.solve.timeout_ms) == (3, 5)
    assert parse_settings({"solve": {"samples": 9}}, [])[0].solve.samples == 9


def test_lists_of_text() -> None:
    settings, complaints = parse_settings({"backend": {"serveArgs": ["--sampler", "replay:x"]}})
    assert complaints == ()
    assert settings.backend.serve_args == ("--sampler", "replay:x")
    check({"backend": {"serveArgs": "--sampler"}}, "expected a list")
    check({"backend": {"serveArgs": [1]}}, "expected text, got 1")


def test_maps_of_text_and_a_number_or_a_word() -> None:
    settings, complaints = parse_settings({"backend": {"headers": {"X-Team": "a"}}, "companion": {"port": 10043}})
    assert complaints == ()
    assert settings.backend.headers == {"X-Team": "a"}
    assert settings.companion.port == 10043
    assert parse_settings({"backend": {"headers": []}}) == (Settings(), ())
    check({"backend": {"headers": {"X-Team": 1}}}, "expected text, got 1")
    check({"backend": {"headers": "X-Team: a"}}, "expected an object, got 'X-Team: a'")
    check({"companion": {"port": "some"}}, "expected a whole number, got 'some'; or expected one of auto")


@pytest.mark.parametrize(
    "options",
    [
        {"token": "hush"},
        {"backend": {"token": "hush"}},
        {"backend.api_key": "hush"},
        {"backend": {"headers": {"Authorization": "Bearer hush"}}},
        {"backend": {"url": "https://anna:hush@gpu-box"}},
    ],
)
def test_a_secret_is_refused_and_not_repeated(options: object) -> None:
    check(options, "a secret is never read from settings")
    assert "hush" not in parse_settings(options)[1][0]


def test_a_documents_settings_are_those_of_its_innermost_folder() -> None:
    outer, inner = (parse_settings({"solve": {"samples": n}})[0] for n in (2, 3))
    session = Session(folder_settings={Path("/work"): outer, Path("/work/in ner"): inner})
    found = {
        uri: session.settings_for(uri).solve.samples
        for uri in ("file:///work/a.py", "file:///work/in%20ner/a.py", "file:///workshop/a.py", "untitled:a")
    }
    assert [*found.values()] == [2, 3, 128, 128]
