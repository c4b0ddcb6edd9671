"""What a search found outlives the editor it was started from."""

import json
from pathlib import Path

from alphacode_lsp.local_backend import free_port
from tests.e2e.conftest import SAMPLES, Backend, Desk


async def test_candidates_are_there_again_after_a_restart(desk: Desk, folder: Path, backend: Backend) -> None:
    first = await desk("neovim", options={"backend": {"url": backend.url}, "notifications": "off"})
    uri = first.open(folder / "main.cpp")
    await first.solved(uri, samples=SAMPLES)
    found = await first.command("alphacode.candidates", {"uri": uri})
    await desk.close(first)

    # What was found is kept here: no backend is asked for it, and none is started.
    nowhere = {"backend": {"url": f"http://127.0.0.1:{free_port()}"}, "customMessages": True}
    second = await desk("neovim", options=nowhere)
    second.open(folder / "main.cpp")
    again = await second.until_answer(
        lambda: second.command("alphacode.candidates", {"uri": uri}), lambda answer: answer["job"]
    )
    assert again == found
    await second.choose((await second.actions(uri, ["refactor"]))[0])
    await second.until(lambda: second.texts[uri] == found["candidates"][0]["code"], "the candidate is applied")
    assert not second.messages


async def test_a_search_that_outlives_the_editor_is_followed_by_the_next(
    desk: Desk, folder: Path, slow_backend: Backend
) -> None:
    options = {"backend": {"url": slow_backend.url}, "solve": {"onExit": "keep", "samples": SAMPLES}}
    first = await desk(options=options)
    uri = first.open(folder / "main.cpp")
    started = await first.command("alphacode.solve", {"uri": uri})
    await first.until_answer(lambda: first.actions(uri, ["refactor"]), bool)
    await desk.close(first)

    second = await desk(options=options)
    second.open(folder / "main.cpp")
    resumed = await second.until_answer(
        lambda: second.command("alphacode.candidates", {"uri": uri}), lambda answer: answer["candidates"]
    )
    assert resumed["job"] == started["job"]
    assert (await second.ended(started["job"]))["state"] == "completed"


async def test_a_search_that_its_backend_has_forgotten_is_named(
    desk: Desk, folder: Path, backend: Backend, tmp_path: Path
) -> None:
    first = await desk(options={"backend": {"url": backend.url}, "notifications": "off"})
    uri = first.open(folder / "main.cpp")
    await first.solved(uri, samples=SAMPLES)
    await desk.close(first)
    (file,) = (tmp_path / "state" / "alphacode" / "searches").glob("*.json")
    running = {**json.loads(file.read_text()), "backend_job": "gone", "event": None, "data": None}
    file.write_text(json.dumps(running))

    second = await desk(options={"backend": {"url": backend.url}})
    second.open(folder / "main.cpp")
    await second.message("the search for Sum of two numbers that an earlier session began is gone: ")
    assert await second.actions(uri, ["refactor"]) == []
    await desk.close(second)
    assert not file.exists()


async def test_what_cannot_be_read_is_passed_over(desk: Desk, folder: Path, backend: Backend, tmp_path: Path) -> None:
    first = await desk(options={"backend": {"url": backend.url}, "notifications": "off"})
    uri = first.open(folder / "main.cpp")
    await first.solved(uri, samples=SAMPLES)
    await desk.close(first)
    (file,) = (tmp_path / "state" / "alphacode" / "searches").glob("*.json")
    file.write_text("{")
    second = await desk(options={"backend": {"url": backend.url}, "notifications": "off"})
    second.open(folder / "main.cpp")
    assert (await second.solved(uri, samples=SAMPLES))["state"] == "completed"
    assert not second.messages
