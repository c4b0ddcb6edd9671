"""The folder of a run: what is kept, gone on with, repaired and refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from alphacode_server.evaluation import Measurement, RunError, Settings, file_name, open_run, settings_in
from alphacode_server.evaluation.run_folder import LOG
from alphacode_server.pipeline import Effort
from alphacode_server.selection import Evidence, Recording
from tests.selection.pools import matrix

SETTINGS = Settings(
    samples=8,
    languages=("cpp", "python"),
    sampler="openai",
    model="m",
    api_url=None,
    time_s=None,
    effort=Effort.NORMAL,
    seed=1,
)
RECORDING = Recording("Fours", Evidence(matrix("xy", "xx", multiplicities=(3, 1))), (True, False))


def measurement(problem: str) -> Measurement:
    return Measurement(
        problem=problem,
        digest="d",
        model="m",
        seed=1,
        selector="ours",
        samples=8,
        counts={"sampled": 8, "passing": 4, "right": 3},
        picks=("AC", "WA"),
        tokens=100,
        seconds={"total": 1.5},
        cpu_s={"sample": 0.5},
        isolation="L3",
        host_factor=1.0,
        versions={"alphacode": "0"},
        warnings=("No examples.",),
    )


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A run with one problem."""
    with open_run(tmp_path / "run", SETTINGS) as folder:
        folder.add(measurement("a/b"), RECORDING)
    return tmp_path / "run"


def test_what_was_measured_is_there_again(begun: Path) -> None:
    with open_run(begun, SETTINGS) as folder:
        assert folder.has("a/b", "d")
        assert not folder.has("c", "d")
        assert folder.measured(["c", "a/b"]) == (measurement("a/b"),)
        (sampled,) = folder.sampled(["a/b"])
    assert (sampled.n_samples, sampled.n_passing, sampled.n_right) == (8, 4, 3)


def test_a_line_without_its_recording_does_not_count(begun: Path) -> None:
    (begun / "a_b.jsonl.gz").unlink()
    with open_run(begun, SETTINGS) as folder:
        assert not folder.has("a/b", "d")


def test_a_line_that_was_cut_short_is_removed(begun: Path) -> None:
    whole = (begun / LOG).read_bytes()
    (begun / LOG).write_bytes(whole + whole[:50])
    with open_run(begun, SETTINGS) as folder:
        assert folder.has("a/b", "d")
        folder.add(measurement("c"), RECORDING)
    assert (begun / LOG).read_bytes().startswith(whole)
    with open_run(begun, SETTINGS) as folder:
        assert folder.has("a/b", "d")
        assert folder.has("c", "d")


def test_another_line_that_is_damaged_is_named(begun: Path) -> None:
    text = (begun / LOG).read_text()
    for line, words in (("oops\n", "line 2: "), (text.replace('"tokens": 100', '"tokens": "many"'), "tokens")):
        (begun / LOG).write_text(text + line)
        with pytest.raises(RunError, match=words), open_run(begun, SETTINGS):
            pass


def test_other_settings_are_refused_by_name(begun: Path) -> None:
    other = replace(SETTINGS, samples=16, languages=("cpp",))
    words = "samples 8, not 16, languages cpp,python, not cpp; name another --out"
    with pytest.raises(RunError, match=words), open_run(begun, other):
        pass
    assert settings_in(begun) == SETTINGS
    (begun / "settings.json").write_text("{}")
    with pytest.raises(RunError, match=r"settings\.json: not the settings of a run"):
        settings_in(begun)


def test_a_run_that_measured_nothing_may_be_begun_anew(tmp_path: Path) -> None:
    for settings in (SETTINGS, replace(SETTINGS, samples=16)):
        with open_run(tmp_path, settings):
            assert settings_in(tmp_path) == settings


def test_another_model_and_other_tests_are_refused(begun: Path) -> None:
    with open_run(begun, SETTINGS) as folder:
        folder.check_model("m")
        with pytest.raises(RunError, match="was sampled from m, not n"):
            folder.check_model("n")
        with pytest.raises(RunError, match="statement or tests of a/b have changed"):
            folder.has("a/b", "e")


def test_one_run_at_a_time(begun: Path) -> None:
    words = "another run is at work"
    with open_run(begun, SETTINGS), pytest.raises(RunError, match=words), open_run(begun, SETTINGS):
        pass


def test_a_damaged_recording_is_named(begun: Path) -> None:
    (begun / "a_b.jsonl.gz").write_bytes(b"oops")
    words = r"a_b\.jsonl\.gz, line 1: .*remove the file"
    with open_run(begun, SETTINGS) as folder, pytest.raises(RunError, match=words):
        folder.sampled(["a/b"])


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=r"cannot be kept in .*file/run"), open_run(tmp_path / "file" / "run", SETTINGS):
        pass


def test_any_name_is_a_file_name() -> None:
    assert file_name("1543_C. Need for Pink Slips") == "1543_C._Need_for_Pink_Slips"
    assert file_name("../a/b?") == "a_b"
    assert file_name("..") == "_"


def test_a_problem_has_a_seed_of_its_own() -> None:
    assert SETTINGS.seed_of("a") != SETTINGS.seed_of("b")
    assert SETTINGS.seed_of("a") == replace(SETTINGS, samples=9).seed_of("a") >= 0
