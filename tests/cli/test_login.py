"""`alphacode login` and `logout`: a token is asked for where one is needed, tried, and kept for one origin alone."""

import io
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from alphacode_server.protocol.credentials import TokenStore, token_from, travels_openly
from alphacode_server.protocol.errors import BackendError
from tests.cli.conftest import Alphacode
from tests.e2e.conftest import serve

EXAMPLE = Path(__file__).parents[2] / "examples/watermelon/problem.md"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("ALPHACODE_TOKEN", raising=False)
    return tmp_path / "config" / "alphacode" / "tokens.json"


@pytest.fixture
def closed(tmp_path: Path, alphacode: Alphacode) -> Iterator[tuple[str, str]]:
    """A backend that wants a token, and a token of it."""
    store = str(tmp_path / "jobs.db")
    token = alphacode("token", "new", "anna", "--store", store)[1].strip()
    backends = serve("--store", store)
    yield next(backends).url, token
    next(backends, None)


def test_a_token_that_is_accepted_is_kept_and_used(
    closed: tuple[str, str], config: Path, alphacode: Alphacode, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, token = closed
    code, _, said = alphacode("solve", EXAMPLE, "--backend", url)
    assert (code, f"Run `alphacode login {url}` in a terminal." in said) == (4, True)
    monkeypatch.setattr("sys.stdin", io.StringIO("ac_0_wrong\n"))
    code, _, said = alphacode("login", url)
    assert (code, config.exists()) == (4, False)
    assert "ac_0_wrong" not in said
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{token}\n"))
    code, out, said = alphacode("login", url)
    assert (code, said) == (0, "")
    assert f"In an editor, set alphacode.backend.url to {url}." in out
    assert token not in out
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert json.loads(config.read_text()) == {"tokens": {url: token}}
    code, out, _ = alphacode("doctor", "--backend", url)
    assert f"{url} is ready" in out
    assert f"token      from {config}" in out
    assert token not in out
    assert alphacode("logout", url)[0] == 0
    code, _, said = alphacode("logout", url)
    assert (code, "no token is kept for" in said) == (2, True)
    assert f"{url} is unauthorized" in alphacode("doctor", "--backend", url)[1]


def test_an_open_backend_needs_none(config: Path, alphacode: Alphacode) -> None:
    backends = serve()
    url = next(backends).url
    code, out, _ = alphacode("login", url)
    assert (code, "No token is needed" in out, config.exists()) == (0, True, False)
    next(backends, None)
    code, _, said = alphacode("login", url)
    assert (code, f"nothing answers at {url}" in said) == (3, True)


def test_a_token_is_for_one_origin(config: Path) -> None:
    config.parent.mkdir(parents=True)
    config.write_text(json.dumps({"tokens": {"https://gpu-box:443": "hush"}}))
    config.chmod(0o600)
    environment = {"XDG_CONFIG_HOME": str(config.parents[1])}

    def found(url: str) -> bool:
        return token_from(environment, url) is not None

    assert [found(url) for url in ("https://gpu-box", "https://GPU-box:443/v1", "https://gpu-box/some/path")] == 3 * [
        True
    ]
    for other in (
        "http://gpu-box:443",
        "https://gpu-box:8443",
        "https://gpu-box.evil.example",
        "https://evil@gpu-boxx",
    ):
        assert not found(other)
    environment |= {"ALPHACODE_TOKEN": "from-the-environment", "ALPHACODE_TOKEN_ORIGIN": "http://127.0.0.1:8420"}
    token = token_from(environment, "http://127.0.0.1:8420/")
    assert token
    assert (token.text, token.source) == ("from-the-environment", "ALPHACODE_TOKEN")
    assert "from-the" not in repr(token)
    assert not token_from({**environment, "XDG_CONFIG_HOME": "/nowhere"}, "https://gpu-box")


@pytest.mark.parametrize("url", ["http://gpu:84x0", "http://anna:hush@gpu:84x0", "http://[::1", "localhost:8420"])
def test_an_address_that_is_none_is_said(config: Path, alphacode: Alphacode, url: str) -> None:
    for command in (("logout", url), ("solve", EXAMPLE, "--backend", url)):
        code, _, said = alphacode(*command)
        assert (code, "must look like http://127.0.0.1:8420" in said, "hush" in said) == (1, True, False)


def test_a_file_that_is_broken_or_open_to_others_is_said(config: Path, caplog: pytest.LogCaptureFixture) -> None:
    environment = {"XDG_CONFIG_HOME": str(config.parents[1])}
    config.parent.mkdir(parents=True)
    config.write_text('{"tokens": {"http://a:80": "hush"}}')
    config.chmod(0o644)
    assert token_from(environment, "http://a")
    assert "can be read by others" in caplog.text
    for broken in ("{hush", '["hush"]', '{"tokens": ["hush"]}'):
        config.write_text(broken)
        caplog.clear()
        assert token_from(environment, "http://a") is None
        assert "no token is taken from it" in caplog.text
        assert "hush" not in caplog.text


@pytest.mark.parametrize("broken", ['{"tokens": {"http://a:80": "hush"},}', '{"tokens": []}'])
def test_a_file_that_is_broken_is_not_written_over(config: Path, alphacode: Alphacode, broken: str) -> None:
    config.parent.mkdir(parents=True)
    config.write_text(broken)
    config.chmod(0o600)
    with pytest.raises(BackendError, match=r"tokens\.json cannot be read, and is not written over"):
        TokenStore(config.parent).keep("http://b", "new")
    code, _, said = alphacode("logout", "http://a")
    assert (code, f"{config} cannot be read, and is not written over; mend or remove it" in said) == (1, True)
    assert config.read_text() == broken


def test_a_folder_that_cannot_be_written_is_said(config: Path, alphacode: Alphacode) -> None:
    TokenStore(config.parent).keep("http://a", "hush")
    config.with_suffix(f".{os.getpid()}").mkdir()  # Where the fresh file goes.
    code, _, said = alphacode("logout", "http://a")
    assert (code, f"the token cannot be removed from {config}: " in said) == (2, True)


def test_what_the_doctor_prints_holds_no_secret(
    config: Path, alphacode: Alphacode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALPHACODE_TOKEN", "hush-token")
    monkeypatch.setenv("HTTPS_PROXY", "http://anna:hush-proxy@127.0.0.1:9")
    for arguments in ((), ("--json",)):
        _, out, said = alphacode("doctor", "--backend", "https://gpu.example", *arguments)
        assert "through the proxy http://anna:***@127.0.0.1:9" in out
        assert "hush" not in out + said
    _, out, said = alphacode("doctor", "--backend", "https://anna:hush@gpu.example")
    assert "unconfigured: the backend's address must hold no password" in out
    assert "hush@" not in out + said
    _, out, said = alphacode("doctor", "--backend", "https://anna:hush@gpu:84x0")
    assert "unconfigured: the backend's address 'https://anna:***@gpu:84x0' is not a URL" in out
    assert "hush" not in out + said
    monkeypatch.setenv("ALPHACODE_TOKEN", "two hush words")
    assert "the token of ALPHACODE_TOKEN has spaces" in alphacode("doctor")[1]


def test_a_token_that_travels_openly_is_warned_about() -> None:
    warning = travels_openly("http://gpu-box:9000", "hush")
    assert warning
    assert "`ssh -N -L 8420:127.0.0.1:9000 gpu-box`" in warning
    assert "hush" not in warning
    for url, token in (("https://gpu-box", "hush"), ("http://127.0.0.1:8420", "hush"), ("http://gpu-box", None)):
        assert travels_openly(url, token) is None
