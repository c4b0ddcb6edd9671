"""What a real model replied to flows (Qwen2.5-Coder 1.5B at 4 bits), a file a problem, in the order of its replies.

`python -m tests.strategies.recordings LOG` prints such a file. LOG is what `alphacode solve --log` or `alphacode eval
run` keeps; the prompts are left out of it, as a statement belongs to its authors.
"""

import json
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

from alphacode_server.prompts import Prompt
from alphacode_server.samplers import Completion, Decoding, SamplerError
from tests.strategies.scripted import WORDS, Scripted

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "data" / "recordings" / "flows"


class Recorded(Scripted):
    """Replies by what is asked, and fails where the recording ends."""

    def __init__(self, name: str) -> None:
        super().__init__({})
        self._replies: dict[str, list[list[Completion]]] = {}
        for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            reply = json.loads(line)
            completions = [Completion(**fields) for fields in reply["completions"]]
            self._replies.setdefault(reply["asked"], []).append(completions)

    async def complete(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        name = _asked(prompt.user)
        if not self._replies.get(name):
            raise SamplerError("the recording ends here")
        self.asked.append(name)
        for completion in self._replies[name].pop(0):
            yield completion

    @property
    def n_left(self) -> int:
        """Replies that nothing has asked for."""
        return sum(map(len, self._replies.values()))


def _asked(user: str) -> str:
    return next((name for words, name in WORDS.items() if words in user), "inputs")


def _reduced(log: Path) -> str:
    exchanges = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    replies = [{"asked": _asked(each["prompt"]["user"]), "completions": each["completions"]} for each in exchanges]
    return "".join(f"{json.dumps(reply)}\n" for reply in replies)


if __name__ == "__main__":
    sys.stdout.write(_reduced(Path(sys.argv[1])))
