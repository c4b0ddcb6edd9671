"""File stems: what any file system keeps as it is, and never the same twice."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphacode_server.problem.file_stem import LONGEST, file_stem

DEVICES = {"CON", "PRN", "AUX", "NUL"} | {f"{device}{number}" for device in ("COM", "LPT") for number in range(10)}
"""Windows has no files of these names."""


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("A. Theatre Square", "A_Theatre_Square"),
        ("C - Grid Repainting 2", "C_Grid_Repainting_2"),
        ("D. Caesar's Legions", "D_Caesars_Legions"),
        ("1000. A+B Problem", "1000_A+B_Problem"),
        ("#1. Heavy-Light", "1_Heavy-Light"),
        ("ソーシャルゲーム (Social Game)", "ソーシャルゲーム_Social_Game"),
        ("../../etc/passwd", "etc_passwd"),
        ("C:\\Windows\\win.ini", "C_Windows_win_ini"),
        ("a／b℀c", "a_ba_cc"),
        (".bashrc", "bashrc"),
        ("-rf *", "rf"),
        ("x. . ", "x"),
        ("\x00\u202e\ud800", "untitled"),
        ("???", "untitled"),
        ("con", "con_"),
        ("LPT¹", "LPT1_"),
        ("Problem", "Problem_"),
    ],
)
def test_stem(name: str, stem: str) -> None:
    assert file_stem(name) == stem


def test_a_long_name_is_cut_between_characters() -> None:
    assert file_stem("数" * 100) == "数" * (LONGEST // 3)


@pytest.mark.parametrize(("taken", "stem"), [(["SUM"], "sum_2"), (["sum", "Sum_2"], "sum_3"), (["summe"], "sum")])
def test_names_that_differ_in_case_alone_are_numbered(taken: list[str], stem: str) -> None:
    assert file_stem("sum", taken) == stem


def test_composed_and_decomposed_letters_are_the_same() -> None:
    assert file_stem("é", ["e\u0301"]) == "é_2"


@given(names=st.lists(st.text(), max_size=5))
def test_any_names_become_different_stems(names: list[str]) -> None:
    stems: list[str] = []
    for name in names:
        stems.append(file_stem(name, stems))
    for stem in stems:
        assert 0 < len(stem.encode()) <= LONGEST
        assert not set(stem) & set('/\\:*?"<>|.') | {c for c in stem if unicodedata.category(c)[0] in "CZ"}
        assert stem.upper() not in DEVICES
    assert len({stem.casefold() for stem in stems}) == len(stems)
