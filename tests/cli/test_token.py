"""`alphacode token`: what is made, listed and revoked, and what a backend then says."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

ALPHACODE = Path(sys.executable).with_name("alphacode")
Alphacode = Callable[..., tuple[int, str, str]]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "jobs.db"


def test_a_token_is_shown_once_and_its_secret_is_kept_nowhere(alphacode: Alphacode, store: Path) -> None:
    code, token, said = alphacode("token", "new", "anna", "--store", store, "--max-jobs", 3, "--scope", "read")
    assert (code, token.count("\n")) == (0, 1)
    assert "ALPHACODE_TOKEN" in said
    _, token_id, secret = token.strip().split("_", 2)
    code, table, _ = alphacode("token", "list", "--store", store)
    assert code == 0
    for words in ("anna", token_id, "good", "read", "never", "3 jobs"):
        assert words in table
    assert secret not in table
    for file in store.parent.iterdir():
        assert secret.encode() not in file.read_bytes()


def test_names_are_those_of_one_good_token(alphacode: Alphacode, store: Path) -> None:
    def new(*arguments: str) -> tuple[int, str]:
        code, _, said = alphacode("token", "new", *arguments, "--store", store)
        return code, said

    assert new("anna", "--expires", "30d")[0] == 0
    code, said = new("anna")
    assert (code, "there is a token 'anna' already; revoke it first" in said) == (2, True)
    assert alphacode("token", "revoke", "anna", "--store", store)[0] == 0
    code, _, said = alphacode("token", "revoke", "anna", "--store", store)
    assert (code, "no token 'anna' that could be revoked" in said) == (2, True)
    assert new("anna")[0] == 0
    for wrong, words in (
        (("a b",), "is no name"),
        (("b", "--expires", "soon"), "no time"),
        (("b", "--scope", "x"), "'x'"),
    ):
        code, said = new(*wrong)
        assert (code, words in said) == (2, True)
    assert "revoked" in alphacode("token", "list", "--store", store)[1]


def test_tokens_need_a_store_that_can_be_had(alphacode: Alphacode, tmp_path: Path) -> None:
    assert "pass --store FILE" in alphacode("token", "list", "--store", "none")[2]
    (tmp_path / "file").write_text("no database " * 1000)
    code, _, said = alphacode("token", "list", "--store", tmp_path / "file")
    assert (code, "file is not a database" in said) == (2, True)


@pytest.fixture
def backend(tmp_path: Path, store: Path) -> Iterator[str]:
    """The address of a backend that is loading or ready."""
    (tmp_path / "samples.jsonl").write_text(json.dumps({"code": "print(1)", "language": "python"}))
    command = [ALPHACODE, "serve", "--port", "0", "--sampler", f"replay:{tmp_path / 'samples.jsonl'}"]
    serving = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "ALPHACODE_STORE": str(store)}
    )
    assert serving.stderr
    yield serving.stderr.readline().split()[-1]
    serving.terminate()
    serving.communicate(timeout=20)
    assert serving.returncode == 0


def test_a_backend_that_runs_hears_of_tokens_at_once(alphacode: Alphacode, store: Path, backend: str) -> None:
    def status(token: str | None = None) -> int:
        headers = {} if token is None else {"Authorization": f"Bearer {token.strip()}"}
        return httpx.get(f"{backend}/v1/info", headers=headers).status_code

    assert status() == 200
    token = alphacode("token", "new", "anna", "--store", store)[1]
    assert (status(), status(token), status("x")) == (401, 200, 401)
    alphacode("token", "revoke", "anna", "--store", store)
    assert status(token) == 401


def test_what_can_be_reached_from_elsewhere_needs_a_token(alphacode: Alphacode, store: Path, tmp_path: Path) -> None:
    arguments = ("serve", "--port", "0", "--host", "0.0.0.0", "--store", store, "--sampler", "replay:none")
    code, _, said = alphacode(*arguments)
    assert (code, "`alphacode token new NAME`" in said, "--insecure-no-auth" in said) == (2, True, True)
    alphacode("token", "new", "anna", "--store", store)
    code, _, said = alphacode(*arguments)
    assert (code, "cannot read the recording" in said) == (1, True)
    assert "tokens travel unencrypted" in said
    code, _, said = alphacode(*arguments, "--tls-cert", tmp_path / "none.pem")
    assert (code, "TLS takes both" in said) == (2, True)
    code, _, said = alphacode(*arguments, "--tls-cert", tmp_path / "none.pem", "--tls-key", tmp_path / "none.key")
    assert (code, "none.pem" in said) == (2, True)


def test_tls(tmp_path: Path, store: Path) -> None:
    files = [tmp_path / "cert.pem", tmp_path / "key.pem"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
         "-subj", "/CN=gpu.test", "-addext", "subjectAltName=DNS:gpu.test,IP:127.0.0.1",
         "-out", files[0], "-keyout", files[1]],
        check=True, capture_output=True,
    )  # fmt: skip
    (tmp_path / "samples.jsonl").write_text(json.dumps({"code": "print(1)", "language": "python"}))
    command = [ALPHACODE, "serve", "--port", "0", "--store", store, "--sampler", f"replay:{tmp_path / 'samples.jsonl'}",
               "--tls-cert", files[0], "--tls-key", files[1], "--name", "gpu.test"]  # fmt: skip
    serving = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert serving.stderr
    try:
        url = serving.stderr.readline().split()[-1]
        assert url.startswith("https://127.0.0.1:")
        context = httpx.create_ssl_context(verify=True)
        context.load_verify_locations(files[0])
        assert httpx.get(f"{url}/v1/info", verify=context).status_code == 200
        for name, status in (("gpu.test", 200), ("evil.test", 403)):
            assert httpx.get(f"{url}/v1/info", headers={"Host": name}, verify=context).status_code == status
    finally:
        serving.terminate()
        serving.communicate(timeout=20)
