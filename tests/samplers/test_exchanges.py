"""The log of what a model was asked: nothing in it is asked twice."""

from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest

from alphacode_server.prompts import Prompt
from alphacode_server.samplers import Completion, Decoding, ExchangeLog, SamplerError
from alphacode_server.samplers.exchanges import LoggedModel

PROMPT = Prompt("system", "What is 2 + 2?", stop=("\n",))


class Counting:
    """Answers with the number of the question."""

    name = "counting"

    def __init__(self) -> None:
        self.n_asked = 0

    async def complete(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        self.n_asked += 1
        for child in range(decoding.n):
            yield Completion(f"{self.n_asked}.{child}", n_tokens=2, mean_logprob=-0.5)

    async def label_probabilities(self, prompt: Prompt, labels: Sequence[str]) -> dict[str, float]:
        return dict.fromkeys(labels, 1 / len(labels))


async def ask(model: Counting, file: Path, *decodings: Decoding) -> list[list[Completion]]:
    with ExchangeLog(file) as log:
        logged = LoggedModel(model, log)
        return [[each async for each in logged.complete(PROMPT, decoding)] for decoding in decodings]


async def test_what_was_replied_is_not_asked_again(tmp_path: Path) -> None:
    model, file = Counting(), tmp_path / "log.jsonl"
    first = await ask(model, file, Decoding(n=2), Decoding(n=2), Decoding(seed=1))
    assert await ask(model, file, Decoding(n=2), Decoding(n=2), Decoding(seed=1)) == first
    assert model.n_asked == 3
    await ask(model, file, Decoding(n=2), Decoding(n=2), Decoding(n=2), Decoding(seed=2))
    assert model.n_asked == 5, "a third time, and with another seed"


async def test_what_another_model_replied_is_not_known(tmp_path: Path) -> None:
    model, other, file = Counting(), Counting(), tmp_path / "log.jsonl"
    other.name = "other"
    await ask(model, file, Decoding())
    await ask(other, file, Decoding())
    assert (model.n_asked, other.n_asked) == (1, 1)


async def test_a_line_that_was_cut_is_asked_again(tmp_path: Path) -> None:
    model, file = Counting(), tmp_path / "log.jsonl"
    await ask(model, file, Decoding(), Decoding(seed=1))
    file.write_text(file.read_text()[:-20])
    await ask(model, file, Decoding(), Decoding(seed=1))
    assert model.n_asked == 3
    await ask(model, file, Decoding(), Decoding(seed=1))
    assert model.n_asked == 3


def test_what_is_no_exchange_is_named(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text('{"key": "1", "completions": []}\n{"code": "print()"}\n')
    with pytest.raises(SamplerError, match=r"log\.jsonl:2: no exchange"):
        ExchangeLog(file)
    with pytest.raises(SamplerError, match="cannot keep a log"):
        ExchangeLog(tmp_path)
