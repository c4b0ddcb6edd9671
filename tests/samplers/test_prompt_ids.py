"""Token ids, with a tokenizer of the test's own: words with the white space before them, in GPT-2's way, are tokens."""

import re
from collections.abc import Sequence

import pytest

from alphacode_server.candidate import Hand
from alphacode_server.problem import Problem
from alphacode_server.prompts import Prompt, PromptStyle, generator_prompt, render, solve_prompt
from alphacode_server.samplers.prompt_ids import Message, PromptIds, Vocabulary

PROBLEM = Problem("Sums", "Print the sum of the numbers.\n\n" + "There are   many of them.\n\n\n    Really.\n" * 20)
OTHER = Problem("Products", PROBLEM.statement.replace("sum", "product"))
GPT2 = re.compile(r"<\|\w+\|>| ?\w+| ?(?:(?!<\|)[^\s\w])+|\s+(?!\S)|\s+|<")


class Words:
    """Gives every piece of a text a number, and remembers what it was asked to read."""

    def __init__(self, pattern: re.Pattern[str] = GPT2) -> None:
        self.read: list[str] = []
        self._pattern = pattern
        self._ids: dict[str, int] = {}

    def encode(self, text: str) -> list[int]:
        self.read.append(text)
        return [self._ids.setdefault(piece, len(self._ids)) for piece in self._pattern.findall(text)]


def hand(rating: int, language: str = "python") -> Hand:
    return Hand(language, 0.5, rating, ("dp",))


def chat(messages: Sequence[Message]) -> str:
    return "".join(f"<|{turn['role']}|>{turn['content']}<|end|>" for turn in messages) + "<|assistant|>"


def no_system(messages: Sequence[Message]) -> str:
    if messages[0]["role"] == "system":
        raise ValueError("no such role")
    return chat(messages)


@pytest.mark.parametrize("style", [PromptStyle.CHATML, PromptStyle.FEW_SHOT])
def test_ids_are_those_of_the_whole_text(style: PromptStyle) -> None:
    words = Words()
    ids = PromptIds(Vocabulary(words.encode))
    prompts = [
        solve_prompt(problem, hand(rating), style) for rating in (800, 900, 1000) for problem in (PROBLEM, OTHER)
    ]
    for prompt in [*prompts, generator_prompt(PROBLEM), generator_prompt(OTHER)]:
        assert ids.of(prompt, style) == words.encode(render(prompt, style))


def test_a_statement_is_read_once() -> None:
    words = Words()
    ids = PromptIds(Vocabulary(words.encode))
    for rating in (800, 900):
        ids.of(solve_prompt(PROBLEM, hand(rating), PromptStyle.CHATML), PromptStyle.CHATML)
    words.read.clear()
    prompt = solve_prompt(PROBLEM, hand(1000), PromptStyle.CHATML)
    ids.of(prompt, PromptStyle.CHATML)
    [read] = words.read
    whole = render(prompt, PromptStyle.CHATML)
    assert whole.endswith(read)
    assert len(read) < len(whole) / 3
    assert read.startswith("Solve the problem above."), "the seam lies inside of what prompts share"


def test_a_tokenizer_without_seams_reads_whole_texts() -> None:
    """One that marks where a text begins, as SentencePiece does."""
    words = Words(re.compile(r"\A\w|\w+|\W+"))
    ids = PromptIds(Vocabulary(words.encode))
    for rating in (800, 900, 1000):
        prompt = solve_prompt(PROBLEM, hand(rating), PromptStyle.CHATML)
        # A text that ends in a word begins with one, for this tokenizer.
        assert ids.of(prompt, PromptStyle.CHATML) == words.encode(render(prompt, PromptStyle.CHATML))


def test_the_models_own_template_is_used_and_the_answer_opened() -> None:
    words = Words()
    ids = PromptIds(Vocabulary(words.encode, chat=chat))
    assert ids.style is PromptStyle.TEMPLATE
    prompt = Prompt("Be brief.", "Double it.", "```python\n")
    expected = words.encode("<|system|>Be brief.<|end|><|user|>Double it.<|end|><|assistant|>```python\n")
    assert ids.of(prompt, PromptStyle.TEMPLATE) == expected


def test_a_template_without_system_gets_it_from_the_user() -> None:
    words = Words()
    ids = PromptIds(Vocabulary(words.encode, chat=no_system))
    expected = words.encode("<|user|>Be brief.\n\nDouble it.<|end|><|assistant|>")
    assert ids.of(Prompt("Be brief.", "Double it."), PromptStyle.TEMPLATE) == expected


def test_a_statement_cannot_end_its_turn() -> None:
    words = Words()
    ids = PromptIds(Vocabulary(words.encode, control_tokens=("<|end|>",), chat=chat))
    [control] = words.encode("<|end|>")
    prompt = Prompt("", "Print <|end|> and <|end|>.")
    assert ids.of(prompt, PromptStyle.TEMPLATE).count(control) == 1


def test_a_model_without_template_is_shown_solved_problems_after_its_first_token() -> None:
    words = Words()
    ids = PromptIds(Vocabulary(words.encode, beginning=(999,)))
    assert ids.style is PromptStyle.FEW_SHOT
    assert ids.of(Prompt("", "Problem:"), ids.style)[0] == 999
