"""A model by script for flows, and what their job tells."""

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence

from alphacode_sandbox import Case
from alphacode_server.candidate import Hand, Sample
from alphacode_server.problem import Problem
from alphacode_server.prompts import Prompt
from alphacode_server.protocol import JobCompleted, JobWarning, SolveEvent, SolveResult, StageResult
from alphacode_server.samplers import Completion, Decoding, merge

PROBLEM = Problem(
    "Fours", "Print YES if n is a multiple of 4, and NO otherwise.", (Case("8\n", "YES\n"), Case("5\n", "NO\n"))
)
RIGHT = "print('YES' if int(input()) % 4 == 0 else 'NO')\n"
EVEN = "print('YES' if int(input()) % 2 == 0 else 'NO')\n"
ODD = "print('NO' if int(input()) % 2 == 0 else 'YES')\n"
ALWAYS = "input()\nprint('YES')\n"
BRUTE = "n = int(input())\nprint('YES' if n in range(0, 10**6, 4) else 'NO')\n"
BRUTE_TOO = "n = int(input())\nwhile n > 3:\n    n -= 4\nprint('NO' if n else 'YES')\n"
LOOP = "while True:\n    pass\n"

WORDS = {
    "Do not solve the problem above yet": "self_reflection",
    "Somebody has thought": "validate_reflection",
    "different ways to solve it": "possible_solutions",
    "Choose the best of them": "choose_best_solution",
    "further tests for programs": "generate_ai_tests",
    "Somebody has written": "validate_ai_tests",
    "Divide it into small functions": "initial_code",
    "Do not write code": "analyze_failure",
    "Keep what works": "fix_code",
    "by brute force": "brute_force",
}
"""What the prompts are known by."""

REFLECTION = """The goal is to test for multiples of 4.
- n: one integer
tests_explanations:
- input: |
    8
  output: |
    YES
  explanation: 8 is 2 times 4
- input: |
    5
  output: |
    NO
  explanation: it leaves 1
"""
SOLUTIONS = """Brute force
  content: try all
- name: The remainder
  content: n mod 4
- name: Brutes, too
  content: try more
"""
CHOICE = "The remainder\ncontent: n mod 4\nwhy: it is simple\nflow:\n- read n\n- print\n"
RIGHT_TEST = "    12\n  output: |\n    YES\n  explanation: 3 times 4\n"
TELLING_TEST = "    6\n  output: |\n    NO\n"
WRONG_TEST = "    12\n  output: |\n    NO\n  explanation: wrong\n"
SCRIPT = {
    "self_reflection": [REFLECTION],
    "possible_solutions": [SOLUTIONS],
    "choose_best_solution": [CHOICE],
    "generate_ai_tests": [RIGHT_TEST],
    "initial_code": [RIGHT],
    "fix_code": [RIGHT],
    "brute_force": [BRUTE, BRUTE_TOO],
}


class Scripted:
    """A sampler and its model. Each question has its replies in turn, the last one for ever."""

    name, children, hands_at_a_time, n_restarts, gpus = "scripted", 1, 2, 0, ()

    def __init__(self, script: Mapping[str, Sequence[str]], on_ask: Callable[[str], None] = lambda _: None) -> None:
        self.asked: list[str] = []
        self.prompts: list[Prompt] = []
        self.temperatures: list[float] = []
        self._script = script
        self._on_ask = on_ask

    @property
    def language_model(self) -> "Scripted":
        return self

    def drawn(
        self, hands: Sequence[Hand], streams: Iterable[AsyncGenerator[Sample, None]]
    ) -> AsyncGenerator[Sample, None]:
        return merge(streams, self.hands_at_a_time)

    def learn(self, problem: Problem, finds: Mapping[str, int]) -> None:
        """There is nothing to choose from."""

    async def complete(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        name = next((name for words, name in WORDS.items() if words in prompt.user), None)
        if name is None:
            return  # It writes no generators and no validators.
        self._on_ask(name)
        n_asked = self.asked.count(name)
        self.asked.append(name)
        self.prompts.append(prompt)
        self.temperatures.append(decoding.temperature)
        replies = self._script[name]
        for child in range(decoding.n):
            yield Completion(replies[min(n_asked + child, len(replies) - 1)], n_tokens=10)

    async def label_probabilities(self, prompt: Prompt, labels: Sequence[str]) -> dict[str, float]:
        return dict.fromkeys(labels, 1 / len(labels))

    async def aclose(self) -> None:
        """Nothing to free."""


class Run:
    """What a job has told."""

    def __init__(self, events: Sequence[SolveEvent]) -> None:
        last = events[-1]
        assert isinstance(last, JobCompleted)
        self.result: SolveResult = last.result
        self.warnings = [event.message for event in events if isinstance(event, JobWarning) and event.code == "flow"]
        self.stages = [event for event in events if isinstance(event, StageResult)]

    @property
    def codes(self) -> list[str]:
        return [candidate.code for candidate in self.result.candidates]
