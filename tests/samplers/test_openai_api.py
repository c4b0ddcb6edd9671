import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from alphacode_server.problem import Problem
from alphacode_server.prompts import Prompt, PromptStyle
from alphacode_server.samplers import Completion, Decoding, SamplerError, draw_hands, open_sampler
from alphacode_server.samplers.openai_api import Endpoint, OpenAIModel
from alphacode_server.samplers.retries import Retries, retry_after_s
from alphacode_server.samplers.stream import repeats_itself

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]
Fake = Any  # The fixture's class lives in conftest.py, which cannot be imported.

PROMPT = Prompt("Be brief.", "Double a number.", "```python\n", stop=("```",))


def whole(status: int, body: object, **headers: str) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
        lines = [f"HTTP/1.1 {status} x", f"content-length: {len(content)}", "connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        await writer.drain()

    return answer


def streamed(*events: object, done: bool = True, wait_for: asyncio.Event | None = None) -> Answer:
    """Events as they are given; text goes out as it is. With `wait_for`, the end of the stream waits for it."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
        for event in events:
            writer.write((event if isinstance(event, str) else f"data: {json.dumps(event)}\n\n").encode())
            await writer.drain()
        if wait_for:
            await wait_for.wait()
        if done:
            writer.write(b"data: [DONE]\n\n")
            await writer.drain()

    return answer


async def until_client_leaves(writer: asyncio.StreamWriter) -> None:
    """Generates for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")
    while True:
        writer.write(f"data: {json.dumps(text('x'))}\n\n".encode())
        await writer.drain()


async def silent_until_client_leaves(writer: asyncio.StreamWriter) -> None:
    """Takes the request, says that it works on it, and nothing more."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")
    while True:
        writer.write(b": working\n\n")
        await writer.drain()


def text(content: str, index: int = 0, finish: str | None = None, logprobs: object = None) -> dict[str, object]:
    return {"choices": [{"text": content, "index": index, "finish_reason": finish, "logprobs": logprobs}]}


def delta(content: str, finish: str | None = None, logprobs: object = None) -> dict[str, object]:
    return {"choices": [{"delta": {"content": content}, "index": 0, "finish_reason": finish, "logprobs": logprobs}]}


def model(fake: Fake, style: PromptStyle = PromptStyle.CHATML, attempts: int = 3, **settings: Any) -> OpenAIModel:
    retries = Retries(attempts=attempts, backoff_s=0.001)
    return OpenAIModel(Endpoint(fake.url, "tiny", style, retries=retries, **settings))


async def complete(language_model: OpenAIModel, n: int = 1, seed: int | None = None) -> list[Completion]:
    async with aclosing(language_model.complete(PROMPT, Decoding(n=n, temperature=0.6, seed=seed))) as completions:
        return [completion async for completion in completions]


async def test_children_are_told_apart_and_their_tokens_counted(endpoint: Fake) -> None:
    endpoint.answers = [
        streamed(
            text("pri", 0, logprobs={"content": [{"token": "pri", "logprob": -1.0}]}),
            ": a comment keeps the connection alive\n\n",
            text("pa", 1, logprobs={"tokens": ["pa"], "token_logprobs": [-0.5]}),
            text(
                "nt(1)", 0, logprobs={"content": [{"token": "nt", "logprob": -2.0}, {"token": "(1)", "logprob": -3.0}]}
            ),
            text("", 1, "stop"),
            text("", 0, "length"),
            {"choices": [], "usage": {"completion_tokens": 4}},
        )
    ]
    assert await complete(model(endpoint), n=2) == [
        Completion("pa", 1, -0.5, "stop"),
        Completion("print(1)", 3, -2.0, "length"),
    ]
    [body] = endpoint.bodies
    assert endpoint.paths == ["/v1/completions"]
    assert body["prompt"].endswith("<|im_start|>assistant\n```python\n")
    assert (body["n"], body["temperature"], body["stop"], body["stream"]) == (2, 0.6, ["```"], True)


async def test_a_child_is_given_out_while_others_still_grow(endpoint: Fake) -> None:
    rest = asyncio.Event()
    endpoint.answers = [streamed(text("a", 1, "stop"), text("b", 0), wait_for=rest)]
    async with aclosing(model(endpoint).complete(PROMPT, Decoding(n=2))) as completions:
        assert (await anext(completions)).text == "a"
        rest.set()
        assert (await anext(completions)).text == "b"


async def test_closing_the_iterator_hangs_up(endpoint: Fake) -> None:
    endpoint.answers = [silent_until_client_leaves]
    completions = model(endpoint).complete(PROMPT, Decoding(n=1))
    waiting = asyncio.create_task(anext(completions))
    await asyncio.wait_for(endpoint.asked.wait(), 5)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.wait_for(endpoint.hung_up.wait(), 5)


@pytest.mark.parametrize(
    ("tail", "repeats"),
    [
        ("0, " * 107, True),
        ("    if x > 0:\n        return x\n" * 11, True),
        ("    if x > 0:\n        return x\n" * 10, False),
        ("".join(f"    if x > {i}:\n        return {i}\n" for i in range(100)), False),
        ("x" * 319, False),
        ("", False),
    ],
)
def test_going_in_circles_is_seen(tail: str, repeats: bool) -> None:
    assert repeats_itself("def f(x):\n" + tail) == repeats
    assert repeats_itself(tail) == repeats


async def test_a_first_event_without_text_ends_nothing(endpoint: Fake) -> None:
    role = {"choices": [{"delta": {"role": "assistant", "content": None}, "index": 0, "finish_reason": None}]}
    endpoint.answers = [streamed(role, delta("print(1)", "stop"))]
    assert [c.text for c in await complete(model(endpoint, PromptStyle.TEMPLATE))] == ["print(1)"]


async def test_a_child_that_goes_in_circles_is_given_up(endpoint: Fake) -> None:
    endpoint.answers = [until_client_leaves]
    [completion] = await complete(model(endpoint))
    assert completion.finish_reason == "repetition"
    assert len(completion.text) < 400
    await asyncio.wait_for(endpoint.hung_up.wait(), 5)


async def test_chat_endpoints_get_the_conversation_and_end_with_the_block(endpoint: Fake) -> None:
    endpoint.answers = [
        streamed(delta("Sure:\n``"), delta("`python\nprint(1)\n`"), delta("``"), delta(" and then"), done=False)
    ]
    [completion] = await complete(model(endpoint, PromptStyle.TEMPLATE))
    assert completion.text == "Sure:\n```python\nprint(1)\n```"
    [body] = endpoint.bodies
    assert endpoint.paths == ["/v1/chat/completions"]
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert "stop" not in body


async def test_chat_endpoints_that_continue_answers_get_the_opening(endpoint: Fake) -> None:
    endpoint.answers = [streamed(delta("print(1)\n", "stop"))]
    [completion] = await complete(model(endpoint, PromptStyle.TEMPLATE, continues_answers=True))
    assert completion.text == "print(1)\n"
    [body] = endpoint.bodies
    assert body["messages"][-1] == {"role": "assistant", "content": "```python\n"}
    assert body["stop"] == ["```"]


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_temporary_failures_are_tried_again(endpoint: Fake, status: int) -> None:
    endpoint.answers = [whole(status, {"error": {"message": "busy"}}), streamed(text("ok", 0, "stop"))]
    assert [completion.text for completion in await complete(model(endpoint))] == ["ok"]
    assert len(endpoint.bodies) == 2


async def test_retry_after_is_waited_for(endpoint: Fake) -> None:
    endpoint.answers = [whole(429, "slow down", retry_after="0.3"), streamed(text("ok", 0, "stop"))]
    began = asyncio.get_running_loop().time()
    await complete(model(endpoint))
    assert asyncio.get_running_loop().time() - began >= 0.3


@pytest.mark.parametrize(
    ("offset", "low", "high"),
    [
        (timedelta(seconds=100), 50, 100),
        (timedelta(seconds=-100), 0, 0),
    ],
)
def test_retry_after_may_be_a_date(offset: timedelta, low: float, high: float) -> None:
    value = format_datetime(datetime.now(UTC) + offset, usegmt=True)
    seconds = retry_after_s(httpx.Response(429, headers={"Retry-After": value}))
    assert seconds is not None
    assert low <= seconds <= high


def test_retry_after_may_be_seconds() -> None:
    assert retry_after_s(httpx.Response(429, headers={"Retry-After": "7"})) == 7


@pytest.mark.parametrize("value", [None, "soon", ""])
def test_an_unreadable_retry_after_is_ignored(value: str | None) -> None:
    assert retry_after_s(httpx.Response(429, headers={"Retry-After": value} if value is not None else {})) is None


async def test_it_gives_up_and_says_what_it_tried(endpoint: Fake) -> None:
    endpoint.answers = [whole(500, {"error": {"message": "out of memory"}})]
    with pytest.raises(SamplerError, match=r"/v1 did not answer, tried 3 times; .*HTTP 500: out of memory"):
        await complete(model(endpoint))
    assert len(endpoint.bodies) == 3


@pytest.mark.parametrize(
    ("status", "message"),
    [(400, "refused the request, HTTP 400: no such model"), (401, "HTTP 401: no such model; check the API key")],
)
async def test_a_refusal_is_final(endpoint: Fake, status: int, message: str) -> None:
    endpoint.answers = [whole(status, {"error": {"message": "no such model"}})]
    with pytest.raises(SamplerError, match=message):
        await complete(model(endpoint))
    assert len(endpoint.bodies) == 1


async def test_nobody_listens(unused_tcp_port: int) -> None:
    nobody = OpenAIModel(Endpoint(f"http://127.0.0.1:{unused_tcp_port}/v1", "tiny", retries=Retries(2, 0.001)))
    with pytest.raises(SamplerError, match=r"tried 2 times; the last failure: ConnectError.*Is the server running"):
        await complete(nobody)
    with pytest.raises(SamplerError, match="is the server running"):
        await open_sampler("openai", url=f"http://127.0.0.1:{unused_tcp_port}")


async def test_a_broken_stream_is_asked_again_for_what_is_missing(endpoint: Fake) -> None:
    async def broken(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 9999\r\n\r\n")
        writer.write(
            f"data: {json.dumps(text('first', 1, 'stop'))}\n\ndata: {json.dumps(text('lost', 0))}\n\n".encode()
        )
        await writer.drain()

    endpoint.answers = [broken, streamed(text("second", 0, "stop"))]
    completions = await complete(model(endpoint, honours_seed=True), n=2, seed=40)
    assert [completion.text for completion in completions] == ["first", "second"]
    assert [(body["n"], body["seed"]) for body in endpoint.bodies] == [(2, 40), (1, 42)]


@pytest.mark.parametrize(
    ("stream", "message"),
    [
        ("data: {broken\n\n", "event stream is malformed"),
        ("data: 7\n\n", "event stream is malformed: 7"),
        ('data: {"choices": [7]}\n\n', "event stream is malformed"),
        ('data: {"choices": [{"text": "x", "logprobs": {"content": [{}]}}]}\n\n', "event stream is malformed"),
        ('data: {"error": {"message": "the engine died"}}\n\n', "reported an error: the engine died"),
        ('error: {"message": "no slot"}\n\n', "reported an error"),
        ('{"choices": []}', "expected an event stream"),
        ("", "without a single completion"),
    ],
)
async def test_a_malformed_stream_is_an_error(endpoint: Fake, stream: str, message: str) -> None:
    endpoint.answers = [streamed(stream)]
    with pytest.raises(SamplerError, match=message):
        await complete(model(endpoint))


async def test_a_seed_is_sent_only_where_it_is_honoured(endpoint: Fake) -> None:
    endpoint.answers = [streamed(text("x", 0, "stop"))]
    await complete(model(endpoint), seed=5)
    await complete(model(endpoint, honours_seed=True), seed=5)
    assert [body.get("seed") for body in endpoint.bodies] == [None, 5]


async def test_the_key_goes_into_the_header(endpoint: Fake) -> None:
    endpoint.answers = [streamed(text("x", 0, "stop"))]
    await complete(model(endpoint, api_key="sesame"))
    await complete(model(endpoint))
    assert [headers.get("authorization") for headers in endpoint.headers] == ["Bearer sesame", None]


TOP = {" Yes": -1.0, "yes": -2.0, "No": -1.0, "I": -0.1}
CHAT_TOP = [{"token": token, "logprob": logprob} for token, logprob in TOP.items()]


@pytest.mark.parametrize("logprobs", [{"content": [{"top_logprobs": CHAT_TOP}]}, {"top_logprobs": [TOP]}])
async def test_label_probabilities(endpoint: Fake, logprobs: object) -> None:
    endpoint.answers = [whole(200, {"choices": [{"logprobs": logprobs}]})]
    probabilities = await model(endpoint).label_probabilities(PROMPT, ("yes", "no"))
    assert sum(probabilities.values()) == pytest.approx(1.0)
    # (e^-1 + e^-2) / (e^-1 + e^-2 + e^-1)
    assert probabilities["yes"] == pytest.approx(0.5777, abs=1e-4)
    assert endpoint.bodies[0]["max_tokens"] == 1


async def test_labels_that_are_nowhere_are_equally_likely(endpoint: Fake) -> None:
    endpoint.answers = [whole(200, {"choices": [{"logprobs": {"top_logprobs": [{"I": -0.1}]}}]})]
    assert await model(endpoint).label_probabilities(PROMPT, ("yes", "no")) == {"yes": 0.5, "no": 0.5}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"choices": [{"text": "yes", "logprobs": None}]}, "gives no log-probabilities for tiny"),
        ({"choices": []}, "unreadable reply"),
        ("<html>", "expected JSON from the server"),
    ],
)
async def test_replies_that_cannot_be_scored_with(endpoint: Fake, body: object, message: str) -> None:
    endpoint.answers = [whole(200, body)]
    with pytest.raises(SamplerError, match=message):
        await model(endpoint).label_probabilities(PROMPT, ("yes", "no"))


async def test_the_sampler_names_the_served_model_and_bounds_what_is_in_flight(endpoint: Fake) -> None:
    listing = whole(200, {"data": [{"id": "served-model"}]})
    endpoint.answers = [listing, streamed(delta("```python\nprint(1)\n```", "stop"))]
    sampler = await open_sampler("openai", url=endpoint.url.removesuffix("/v1"))
    assert sampler.name == "served-model"
    hands = draw_hands(80, ("python",), children=sampler.children, rng=random.Random(1))
    samples = [sample async for sample in sampler.sample(Problem("Doubling", "Print 2n."), hands)]
    await sampler.aclose()
    assert len(samples) == 80
    assert {sample.program.code for sample in samples} == {"print(1)\n"}
    assert {sample.seed for sample in samples} == {None}
    assert sorted(sample.temperature or 0 for sample in samples) == sorted(hand.temperature for hand in hands)
    assert 2 <= endpoint.most_open <= 32


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [(200, {"data": []}, "serves no model"), (404, "nothing here", r"HTTP 404: nothing here\).*--model")],
)
async def test_a_server_without_a_model(endpoint: Fake, status: int, body: object, message: str) -> None:
    endpoint.answers = [whole(status, body)]
    with pytest.raises(SamplerError, match=message):
        await open_sampler("openai", url=endpoint.url)


async def test_one_failing_hand_ends_the_others(endpoint: Fake) -> None:
    endpoint.answers = [silent_until_client_leaves, whole(400, {"error": {"message": "too long"}})]
    sampler = await open_sampler("openai", url=endpoint.url, model="tiny")
    hands = draw_hands(2, ("python",), children=1, rng=random.Random(1))
    with pytest.raises(SamplerError, match="too long"):
        [sample async for sample in sampler.sample(Problem("", "x"), hands)]
    await asyncio.wait_for(endpoint.hung_up.wait(), 5)
    await sampler.aclose()
