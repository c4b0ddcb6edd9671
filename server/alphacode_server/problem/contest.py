"""Whether a problem may belong to a running contest, and what the user said about that.

AI help in a live round breaks the rules of the judges named here. Times of contests are not known offline and no judge
is asked, so the user is, once a contest.
"""

import json
import logging
import re
from collections.abc import Mapping
from pathlib import Path

from alphacode_server.problem.whole_file import write_whole

logger = logging.getLogger(__name__)

RULES = {
    "codeforces": "https://codeforces.com/blog/entry/133941",
    "atcoder": "https://info.atcoder.jp/entry/llm-rules-en",
}

_CONTESTS = (
    re.compile(r"(?P<judge>codeforces)\.(?:com|net)/(?:group/\w+/)?(?P<kind>contest|gym)/(?P<id>\d+)", re.IGNORECASE),
    re.compile(r"(?P<judge>atcoder)\.jp/(?P<kind>contests)/(?P<id>[\w-]+)", re.IGNORECASE),
    re.compile(r"(?P<judge>codechef)\.com/(?!problems/)(?P<id>[\w-]+)/(?P<kind>problems)/", re.IGNORECASE),
    re.compile(r"(?P<judge>kattis)\.com/(?P<kind>contests)/(?P<id>[\w-]+)", re.IGNORECASE),
)
_KATTIS_HOST = re.compile(r"^(?:https?://)?(?P<host>(?!open\.|www\.)[\w-]+)\.kattis\.com/", re.IGNORECASE)


def contest_of(url: str | None) -> str | None:
    """A name for the contest that a problem's address belongs to; None where it belongs to none."""
    if not url:
        return None
    for pattern in _CONTESTS:
        match = pattern.search(url)
        if match:
            return f"{match['judge']}/{match['kind']}/{match['id']}".lower()
    host = _KATTIS_HOST.match(url)
    return f"kattis/{host['host']}".lower() if host else None


def state_dir_of(environment: Mapping[str, str]) -> Path:
    """The user's folder for what is worth keeping and can be lost."""
    base = environment.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "alphacode"


def cache_dir_of(environment: Mapping[str, str]) -> Path:
    """The user's folder for what can be made again."""
    base = environment.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "alphacode"


class ContestRecord:
    """Which contests the user said are over, kept in the user's state folder."""

    def __init__(self, state_dir: Path) -> None:
        self._file = state_dir / "contests.json"

    def is_over(self, contest: str) -> bool:
        return contest in self._read()

    def confirm_over(self, contest: str) -> None:
        over = sorted({*self._read(), contest})
        write_whole(self._file, json.dumps({"over": over}, indent=1))

    def _read(self) -> list[str]:
        try:
            over = json.loads(self._file.read_text(encoding="utf-8"))["over"]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError) as error:
            logger.warning("%s cannot be read (%s); every contest is asked about again", self._file, error)
            return []
        return [contest for contest in over if isinstance(contest, str)] if isinstance(over, list) else []
