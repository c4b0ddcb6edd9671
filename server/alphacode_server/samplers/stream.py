"""Reading an endpoint's event stream: lines become events, events become completions."""

import json
from collections.abc import AsyncGenerator, AsyncIterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from alphacode_server.prompts import FENCE
from alphacode_server.samplers.sampler import Completion, SamplerError

JsonObject = dict[str, Any]

LOOK_FOR_REPETITION_EVERY = 16
"""Tokens."""
REPEATED_CHARS = 320
"""So much repetition is no program any more."""
REPEATED_COPIES = 4


async def read_events(lines: AsyncIterable[str]) -> AsyncGenerator[JsonObject, None]:
    """The JSON objects of a stream of server-sent events, up to its `[DONE]` or its end.

    Raises SamplerError on what is no JSON object, and on an error that the server reports in the stream.
    """
    async for line in lines:
        name, _, value = line.partition(":")
        if name == "error":
            raise SamplerError(f"the server reported an error: {value.strip()[:300]}")
        if name != "data":
            if line.startswith("{"):
                raise SamplerError(f"expected an event stream, got: {line[:200]}")
            continue
        if value.strip() == "[DONE]":
            return
        yield _event(value)


def _event(text: str) -> JsonObject:
    try:
        event = json.loads(text)
    except ValueError as error:
        raise SamplerError(f"the server's event stream is malformed ({error}): {text.strip()[:200]}") from error
    if not isinstance(event, dict):
        raise SamplerError(f"the server's event stream is malformed: {text.strip()[:200]}")
    if "error" in event:
        raise SamplerError(f"the server reported an error: {error_message(event)}")
    return event


def error_message(body: JsonObject) -> str:
    """The words of an error body, in OpenAI's shape or in a simpler one."""
    error = body.get("error", body)
    message = error.get("message", error) if isinstance(error, dict) else error
    return str(message)[:300]


@dataclass(slots=True)
class _Child:
    text: str = ""
    n_tokens: int = 0
    logprobs: list[float] = field(default_factory=list)
    finished: bool = False


class Children:
    """The completions of one request while they grow side by side."""

    def __init__(self, until_block_closes: bool) -> None:
        self._until_block_closes = until_block_closes
        self._children: dict[int, _Child] = {}

    def feed(self, event: JsonObject) -> Iterator[Completion]:
        """Add an event's text. Yields each child that it finishes. Raises SamplerError on an event of no known form."""
        try:
            for choice in event.get("choices", ()):
                child = self._children.setdefault(choice.get("index", 0), _Child())
                if not child.finished and (reason := self._grow(child, choice)):
                    yield _finish(child, reason)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise SamplerError(f"the server's event stream is malformed ({error!r}): {str(event)[:200]}") from error

    def rest(self) -> Iterator[Completion]:
        """Children with text that never were told to be finished: some servers end with `[DONE]` alone."""
        for child in self._children.values():
            if not child.finished and child.text:
                yield _finish(child, "stop")

    def _grow(self, child: _Child, choice: JsonObject) -> str | None:
        """Returns why the child is finished, or None."""
        delta = choice.get("delta")
        text = (delta.get("content") if delta is not None else choice.get("text")) or ""
        logprobs = token_logprobs(choice.get("logprobs"))
        child.text += text
        child.logprobs += logprobs
        child.n_tokens += len(logprobs) or bool(text)
        if self._until_block_closes and "`" in text and child.text.count(FENCE) >= 2:
            return "stop"
        if reason := choice.get("finish_reason"):
            return str(reason)
        looked_at_now = child.n_tokens % LOOK_FOR_REPETITION_EVERY == 0
        return "repetition" if looked_at_now and repeats_itself(child.text) else None


def _finish(child: _Child, reason: str) -> Completion:
    child.finished = True
    mean = sum(child.logprobs) / len(child.logprobs) if child.logprobs else None
    return Completion(child.text, child.n_tokens, mean, reason)


def repeats_itself(text: str) -> bool:
    """Whether a text ends in copies of one piece: a small model that has begun this goes on to the token limit."""
    if len(text) < REPEATED_CHARS:
        return False
    for length in range(1, REPEATED_CHARS // REPEATED_COPIES + 1):
        piece = text[-length:]
        if text.endswith(piece * -(-REPEATED_CHARS // length)):
            return True
    return False


def token_logprobs(logprobs: JsonObject | None) -> list[float]:
    """The log-probability of each token of a chunk, from the chat form or from the older completions form."""
    if not logprobs:
        return []
    if (content := logprobs.get("content")) is not None:
        return [float(entry["logprob"]) for entry in content]
    return [float(value) for value in logprobs.get("token_logprobs") or () if value is not None]


def first_token_alternatives(choice: JsonObject) -> list[tuple[str, float]]:
    """The likeliest first tokens and their log-probabilities, from either form. Empty when the server gives none."""
    logprobs = choice.get("logprobs") or {}
    if content := logprobs.get("content"):
        return [(str(entry["token"]), float(entry["logprob"])) for entry in content[0].get("top_logprobs") or ()]
    if top := logprobs.get("top_logprobs"):
        return [(str(token), float(logprob)) for token, logprob in top[0].items()]
    return []
