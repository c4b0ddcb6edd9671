from pathlib import Path

import pytest

from alphacode_server.problem.contest import ContestRecord, contest_of


@pytest.mark.parametrize(
    ("url", "contest"),
    [
        ("https://codeforces.com/contest/1997/problem/A", "codeforces/contest/1997"),
        ("https://codeforces.com/gym/104114/problem/B", "codeforces/gym/104114"),
        ("http://m1.codeforces.com/contest/4/problem/A", "codeforces/contest/4"),
        ("https://codeforces.com/group/xYz/contest/9/problem/A", "codeforces/contest/9"),
        ("https://codeforces.com/problemset/problem/4/A", None),
        ("https://atcoder.jp/contests/abc300/tasks/abc300_a", "atcoder/contests/abc300"),
        ("https://www.codechef.com/START100/problems/ABC", "codechef/problems/start100"),
        ("https://www.codechef.com/problems/ABC", None),
        ("https://open.kattis.com/problems/hello", None),
        ("https://open.kattis.com/contests/abc123/problems/hello", "kattis/contests/abc123"),
        ("https://ncpc22.kattis.com/problems/hello", "kattis/ncpc22"),
        ("https://leetcode.com/problems/two-sum/", None),
        ("", None),
        (None, None),
    ],
)
def test_addresses_of_contests(url: str | None, contest: str | None) -> None:
    assert contest_of(url) == contest


def test_the_answer_is_kept_for_the_next_session(tmp_path: Path) -> None:
    ContestRecord(tmp_path / "new").confirm_over("codeforces/contest/4")
    ContestRecord(tmp_path / "new").confirm_over("atcoder/contests/abc300")
    later = ContestRecord(tmp_path / "new")
    assert later.is_over("codeforces/contest/4")
    assert later.is_over("atcoder/contests/abc300")
    assert not later.is_over("codeforces/contest/5")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"over": 3}', '{"over": {}}'])
def test_a_broken_record_asks_again(tmp_path: Path, content: str) -> None:
    (tmp_path / "contests.json").write_text(content)
    assert not ContestRecord(tmp_path).is_over("codeforces/contest/4")
