"""A stress test's programs are found by what people call them."""

from pathlib import Path

import pytest

from alphacode_server.problem.stress_files import find_brute_force, find_generator, programs_beside


def files(folder: Path, *names: str) -> Path:
    for name in ("main.cpp", *names):
        (folder / name).write_text("")
    return folder / "main.cpp"


@pytest.mark.parametrize(
    "name", ["gen.py", "generator.cpp", "main_gen.py", "main-generator.py", "gen_main.cpp", "Gen.py"]
)
def test_generators(tmp_path: Path, name: str) -> None:
    assert find_generator(files(tmp_path, name, "other_gen.py", "general.py")).path == tmp_path / name


@pytest.mark.parametrize("name", ["brute.cpp", "bruteforce.py", "brute_force.py", "main.slow.cpp", "naive.py"])
def test_brute_forces(tmp_path: Path, name: str) -> None:
    assert find_brute_force(files(tmp_path, name, "slower.py")).path == tmp_path / name


def test_a_file_named_after_the_source_comes_first(tmp_path: Path) -> None:
    assert find_generator(files(tmp_path, "gen.py", "main_gen.py")).path == tmp_path / "main_gen.py"


def test_of_several_none_is_guessed(tmp_path: Path) -> None:
    source = files(tmp_path, "brute.cpp", "naive.py")
    found = find_brute_force(source)
    assert found.path is None
    assert found.missing(source) == "several files may be the brute force: brute.cpp, naive.py"


def test_what_is_missing_is_told_with_a_name_for_it(tmp_path: Path) -> None:
    source = files(tmp_path)
    expected = "there is no generator beside main.cpp; it would be called main_gen.cpp"
    assert find_generator(source).missing(source) == expected
    expected = "there is no brute force beside main.cpp; it would be called main_brute.cpp"
    assert find_brute_force(source).missing(source) == expected
    assert programs_beside(files(tmp_path, "a.py", "notes.md")) == (tmp_path / "a.py",)
