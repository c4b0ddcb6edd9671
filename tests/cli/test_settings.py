"""`alphacode serve`: its settings from a file, the environment and the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest

Alphacode = Callable[..., tuple[int, str, str]]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "serve.toml"


def rows_of(table: str) -> dict[str, tuple[str, ...]]:
    return {row[0]: tuple(row[1:]) for row in map(str.split, table.splitlines())}


def test_the_last_word_wins(alphacode: Alphacode, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text('port = 1\nmax-queued = 1\nmax-samples = 1\nname = ["one", "two"]\n', encoding="utf-8")
    monkeypatch.setenv("ALPHACODE_SERVE_PORT", "2")
    monkeypatch.setenv("ALPHACODE_SERVE_MAX_QUEUED", "2")
    code, said, _ = alphacode("serve", "--config", config, "--check-config", "--port", 3)
    assert code == 0
    rows = rows_of(said)
    assert rows["port"] == ("3", "--port")
    assert rows["max-queued"] == ("2", "$ALPHACODE_SERVE_MAX_QUEUED")
    assert rows["max-samples"] == ("1", str(config))
    assert rows["name"] == ("one,", "two", str(config))
    assert rows["host"] == ("127.0.0.1", "default")
    assert rows["max-running"] == ("1", "default")


def test_the_environment_may_name_the_file(alphacode: Alphacode, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text("insecure-no-auth = true\nreplay-rate = 2\n", encoding="utf-8")
    monkeypatch.setenv("ALPHACODE_SERVE_CONFIG", str(config))
    monkeypatch.setenv("ALPHACODE_SERVE_NAME", "one, two")
    rows = rows_of(alphacode("serve", "--check-config")[1])
    assert rows["insecure-no-auth"] == ("true", str(config))
    assert rows["replay-rate"] == ("2.0", str(config))
    assert rows["name"] == ("one,", "two", "$ALPHACODE_SERVE_NAME")


def test_secrets_are_never_shown(alphacode: Alphacode, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALPHACODE_API_KEY", "tell-nobody")
    monkeypatch.setenv("ALPHACODE_STORE", "postgresql://anna:tell-nobody@db/jobs")
    config.write_text('api-url = "http://anna:tell-nobody@gpu/v1"\n', encoding="utf-8")
    code, said, _ = alphacode("serve", "--config", config, "--check-config")
    assert code == 0
    assert "tell-nobody" not in said
    assert rows_of(said)["store"] == ("postgresql://anna:***@db/jobs", "$ALPHACODE_STORE")
    assert rows_of(said)["api-url"] == ("http://anna:***@gpu/v1", str(config))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("prot = 1", "prot is no setting; did you mean port?"),
        ("max_queued = 1", "max_queued is no setting; did you mean max-queued?"),
        ("[serve]\nport = 1", "serve is no setting"),
        ("port = \n", "at line 1, column 8"),
        ('port = "1"', "port must be a number, not '1'"),
        ("port = 1.5", "port must be a number, not '1.5'"),
        ("port = true", "port must be a text or a number, not True"),
        ("host = 1", "host must be a text, not 1"),
        ("max-queued = 0", "max-queued must be at least 1, not 0"),
        ('log-format = "xml"', "log-format must be one of text, json, not 'xml'"),
        ("insecure-no-auth = 1", "insecure-no-auth must be true or false, not 1"),
        ('name = "gpu-box"', 'name must be a list of texts, as in ["one", "two"]'),
    ],
)
def test_a_mistake_in_the_file(alphacode: Alphacode, config: Path, text: str, words: str) -> None:
    config.write_text(text, encoding="utf-8")
    code, said, error = alphacode("serve", "--config", config, "--check-config")
    assert (code, said) == (2, "")
    assert error.startswith(f"alphacode: {config}: ")
    assert words in error


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("PROT", "1", "ALPHACODE_SERVE_PROT is no setting; did you mean ALPHACODE_SERVE_PORT?"),
        ("PORT", "one", "ALPHACODE_SERVE_PORT must be a number, not 'one'"),
        ("MAX_QUEUED", "0", "ALPHACODE_SERVE_MAX_QUEUED must be at least 1"),
        ("INSECURE_NO_AUTH", "perhaps", "ALPHACODE_SERVE_INSECURE_NO_AUTH must be true or false"),
    ],
)
def test_a_mistake_in_the_environment(
    alphacode: Alphacode, monkeypatch: pytest.MonkeyPatch, name: str, text: str, words: str
) -> None:
    monkeypatch.setenv(f"ALPHACODE_SERVE_{name}", text)
    code, _, error = alphacode("serve", "--check-config")
    assert (code, words in error) == (2, True), error


def test_a_file_that_is_not_there(alphacode: Alphacode, config: Path) -> None:
    code, _, error = alphacode("serve", "--config", config)
    assert (code, error) == (2, f"alphacode: cannot read {config}: No such file or directory\n")
