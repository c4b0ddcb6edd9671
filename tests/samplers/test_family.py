"""A family of policies: who plays which hand, at what temperature, and under whose name."""

import random
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alphacode_server.candidate import Sample
from alphacode_server.problem import Problem
from alphacode_server.prompts import Prompt, PromptStyle
from alphacode_server.samplers import Completion, Decoding, SamplerError, draw_hands, open_sampler
from alphacode_server.samplers.allocation import Allocation, by_thompson, evenly
from alphacode_server.samplers.family import FamilySampler, Member
from alphacode_server.samplers.model_sampler import ModelSampler
from alphacode_server.samplers.tempered import Tempered

PROBLEM = Problem("Fours", "Print YES if n is a multiple of 4, and NO otherwise.")


class Writer:
    """A policy that writes one program after the other, the last one for ever, and refuses every question."""

    style, honours_seed, n_restarts, gpus, name = PromptStyle.CHATML, False, 0, (), "writer"

    def __init__(self, *codes: str) -> None:
        self.temperatures: list[float] = []
        self.closed = False
        self._codes = codes

    async def complete(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        code = self._codes[min(len(self.temperatures), len(self._codes) - 1)]
        self.temperatures.append(decoding.temperature)
        yield Completion(code, 1)

    async def label_probabilities(self, prompt: Prompt, labels: Sequence[str]) -> dict[str, float]:
        raise SamplerError("not asked for")

    async def aclose(self) -> None:
        self.closed = True


def family(allocation: Allocation, *members: Member) -> FamilySampler:
    return FamilySampler(
        "ours",
        members,
        allocation,
        language_model=Writer(""),
        hands_at_a_time=2,
        close=members[0].sampler.aclose,
    )


def member(name: str, writer: Writer, *languages: str, train_temperature: float = 1.0) -> Member:
    policy = Tempered(writer, train_temperature, name)
    sampler = ModelSampler(policy, children=1, hands_at_a_time=2, max_tokens=10)
    return Member(sampler, frozenset(languages) or None)


async def draw(sampler: FamilySampler, n_samples: int, *languages: str) -> list[Sample]:
    hands = draw_hands(n_samples, languages or ("python",), children=1, rng=random.Random(1), temperature=0.8)
    async with aclosing(sampler.sample(PROBLEM, hands)) as samples:
        return [sample async for sample in samples]


def by_model(samples: Sequence[Sample]) -> Counter[str]:
    return Counter(sample.model for sample in samples)


async def test_an_even_split_and_the_policy_of_every_sample() -> None:
    writers = [Writer(f"print({i})") for i in range(3)]
    samples = await draw(family(evenly, *(member(str(i), each) for i, each in enumerate(writers))), 30)
    assert by_model(samples) == {"0": 10, "1": 10, "2": 10}
    assert all(sample.program.code == f"print({sample.model})\n" for sample in samples)


async def test_a_tempered_policy_is_asked_at_its_own_temperature_and_recorded_at_ours() -> None:
    writer = Writer("print(1)")
    samples = await draw(family(evenly, member("cold", writer, train_temperature=0.2)), 3)
    assert writer.temperatures == [pytest.approx(0.16)] * 3
    assert {sample.temperature for sample in samples} == {0.8}


async def test_policies_write_their_own_languages_only() -> None:
    sampler = family(evenly, member("c", Writer("int main() {}"), "cpp"), member("both", Writer("print(1)\nmain()")))
    samples = await draw(sampler, 40, "cpp", "python")
    assert {sample.model for sample in samples if sample.program.language == "python"} == {"both"}
    assert by_model(samples)["c"] >= 15
    with pytest.raises(SamplerError, match="no policy of the family ours writes python"):
        await draw(family(evenly, member("c", Writer("int main() {}"), "cpp")), 1)


async def test_what_one_search_learns_is_not_known_to_the_next() -> None:
    sampler = family(by_thompson, member("good", Writer("print(1)")), member("bad", Writer("print(1)")))
    hands = draw_hands(400, ("python",), children=1, rng=random.Random(1))
    models: list[str] = []
    async with aclosing(sampler.sample(PROBLEM, hands)) as samples:
        async for sample in samples:
            models.append(sample.model)
            sampler.learn(PROBLEM, {"good": models.count("good")})
    assert Counter(models)["bad"] < 100
    assert by_model(await draw(sampler, 40))["bad"] > 5
    sampler.learn(PROBLEM, {"good": 1})


async def test_two_searches_of_one_problem_learn_for_themselves() -> None:
    sampler = family(by_thompson, member("good", Writer("print(1)")), member("bad", Writer("print(1)")))
    one, other = replace(PROBLEM), replace(PROBLEM)
    hands = draw_hands(400, ("python",), children=1, rng=random.Random(1))
    models: list[str] = []
    async with aclosing(sampler.sample(one, hands)) as samples, aclosing(sampler.sample(other, hands)) as others:
        await anext(others)
        async for sample in samples:
            models.append(sample.model)
            sampler.learn(one, {"good": models.count("good")})
            await anext(others, None)
    assert Counter(models)["bad"] < 100


async def test_closing_a_family_closes_its_engine() -> None:
    writer = Writer("print(1)")
    await family(evenly, member("a", writer)).aclose()
    assert writer.closed


async def test_labels_are_weighed_as_the_policy_was_trained_to() -> None:
    class Judging(Writer):
        async def label_probabilities(self, prompt: Prompt, labels: Sequence[str]) -> dict[str, float]:
            return {"yes": 0.6, "no": 0.4}

    found = await Tempered(Judging(""), 0.5, "cold").label_probabilities(Prompt("", ""), ("yes", "no"))
    assert found == pytest.approx({"yes": 0.36 / 0.52, "no": 0.16 / 0.52})


async def test_a_family_of_servers(endpoint: Any, tmp_path: Path) -> None:
    file = tmp_path / "pair.toml"
    policies = "\n".join(
        f'[[policy]]\nname = "{name}"\nurl = "{endpoint.url}"\nmodel = "m-{name}"\nprompt = "few-shot"\n'
        f"train_temperature = {temperature}"
        for name, temperature in (("warm", 1.0), ("cold", 0.1))
    )
    file.write_text(policies)

    async def answer(writer: Any) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
            b'data: {"choices": [{"text": "print(1)", "index": 0, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'
        )
        await writer.drain()

    endpoint.answers = [answer]
    sampler = await open_sampler(f"family:{file}")
    hands = draw_hands(8, ("python",), children=1, rng=random.Random(1), temperature=0.5)
    async with aclosing(sampler.sample(PROBLEM, hands)) as stream:
        samples = [sample async for sample in stream]
    await sampler.aclose()
    assert by_model(samples) == {"warm": 4, "cold": 4}
    assert {(body["model"], body["temperature"]) for body in endpoint.bodies} == {("m-warm", 0.5), ("m-cold", 0.05)}
