"""A model behind a `/v1` completions or chat endpoint: vLLM, SGLang, llama.cpp, Ollama and the like.

Knows no problems: prompts in, completions out.
"""

import asyncio
import json
import math
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace

import httpx

from alphacode_server.prompts import Prompt, PromptStyle, render
from alphacode_server.samplers.retries import TEMPORARY_STATUS, Retries, retry_after_s
from alphacode_server.samplers.sampler import Completion, Decoding, SamplerError
from alphacode_server.samplers.stream import Children, JsonObject, error_message, first_token_alternatives, read_events


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is served, and how that server wants to be asked."""

    url: str
    """Up to and including `/v1`."""
    model: str
    style: PromptStyle = PromptStyle.TEMPLATE
    """TEMPLATE asks the chat endpoint, every other style the completions endpoint."""
    api_key: str | None = field(default=None, repr=False)
    continues_answers: bool = False
    """The chat endpoint goes on with an assistant turn that we opened. Where it does not, the opening is not sent."""
    honours_seed: bool = False
    extra: Mapping[str, object] = field(default_factory=dict)
    """Further fields of every request body."""
    max_in_flight: int = 32
    """Requests at a time; further ones wait here instead of on the server."""
    n_alternatives: int = 20
    """How many first tokens are looked at for labels. Public servers give 20 at most."""
    read_timeout_s: float | None = 300.0
    """Seconds without a sign of life; None waits for ever."""
    retries: Retries = field(default_factory=Retries)


class OpenAIModel:
    """A `LanguageModel` over HTTP."""

    n_restarts = 0
    """Whoever runs that server starts it."""
    gpus: tuple[str, ...] = ()
    """Which it does not say."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._slots = asyncio.Semaphore(endpoint.max_in_flight)
        headers = {"Authorization": f"Bearer {endpoint.api_key}"} if endpoint.api_key else {}
        self._client = httpx.AsyncClient(
            headers=headers,
            timeout=httpx.Timeout(10.0, read=endpoint.read_timeout_s, pool=None),
            limits=httpx.Limits(max_connections=None),
        )

    @property
    def name(self) -> str:
        """The model's id on its server."""
        return self.endpoint.model

    @property
    def style(self) -> PromptStyle:
        """How this model wants to be asked."""
        return self.endpoint.style

    @property
    def honours_seed(self) -> bool:
        """Whether a seed is sent, and so worth recording."""
        return self.endpoint.honours_seed

    async def complete(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        """A broken connection is retried for the children that are still missing."""
        n_missing = decoding.n
        n_failures = 0
        async with self._slots:
            while n_missing:
                rest = replace(decoding, n=n_missing, seed=_fresh_seed(decoding, n_failures))
                n_before = n_missing
                try:
                    async with aclosing(self._stream(prompt, rest)) as completions:
                        async for completion in completions:
                            n_missing -= 1
                            yield completion
                except _Temporary as failure:
                    n_failures += 1
                    await self._wait(failure, n_failures)
                else:
                    if n_missing == n_before:
                        raise SamplerError(f"{self.endpoint.url} ended its answer without a single completion")

    async def label_probabilities(self, prompt: Prompt, labels: Sequence[str]) -> dict[str, float]:
        """Case and white space of a token do not matter. When no label is among the likeliest tokens, all are equal."""
        body = self._body(prompt, Decoding(temperature=0.0, top_p=1.0, max_tokens=1))
        if self.style is PromptStyle.TEMPLATE:
            body |= {"logprobs": True, "top_logprobs": self.endpoint.n_alternatives}
        else:
            body |= {"logprobs": self.endpoint.n_alternatives}
        reply = await self._ask(body)
        try:
            alternatives = first_token_alternatives(reply["choices"][0])
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise SamplerError(f"{self.endpoint.url} sent an unreadable reply: {str(reply)[:200]}") from error
        if not alternatives:
            raise SamplerError(f"{self.endpoint.url} gives no log-probabilities for {self.name}, which scoring needs")
        masses = {label: _mass(label, alternatives) for label in labels}
        total = sum(masses.values())
        return {label: mass / total if total else 1 / len(labels) for label, mass in masses.items()}

    async def aclose(self) -> None:
        """Close the connections; requests in flight fail."""
        await self._client.aclose()

    async def _stream(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        children = Children(until_block_closes=not self._opens_answer)
        n_missing = decoding.n
        body = self._body(prompt, decoding) | {"stream": True}
        body["logprobs"] = True if self.style is PromptStyle.TEMPLATE else 1
        async with self._sent(body) as response, aclosing(read_events(response.aiter_lines())) as events:
            async for event in events:
                for completion in children.feed(event):
                    n_missing -= 1
                    yield completion
                if n_missing == 0:
                    return
            for completion in children.rest():
                yield completion

    async def _ask(self, body: JsonObject) -> JsonObject:
        n_failures = 0
        async with self._slots:
            while True:
                try:
                    async with self._sent(body) as response:
                        reply = json_object(await response.aread())
                except _Temporary as failure:
                    n_failures += 1
                    await self._wait(failure, n_failures)
                else:
                    return reply

    @property
    def _opens_answer(self) -> bool:
        return self.style is not PromptStyle.TEMPLATE or self.endpoint.continues_answers

    def _body(self, prompt: Prompt, decoding: Decoding) -> JsonObject:
        body: JsonObject = {
            "model": self.name,
            "n": decoding.n,
            "temperature": decoding.temperature,
            "top_p": decoding.top_p,
            "max_tokens": decoding.max_tokens,
        }
        if self.style is PromptStyle.TEMPLATE:
            body["messages"] = self._messages(prompt)
        else:
            body["prompt"] = render(prompt, self.style)
        if self._opens_answer and prompt.stop:
            body["stop"] = list(prompt.stop)
        if self.honours_seed and decoding.seed is not None:
            body["seed"] = decoding.seed
        return body | dict(self.endpoint.extra)

    def _messages(self, prompt: Prompt) -> list[JsonObject]:
        messages = [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]
        if self._opens_answer and prompt.opening:
            messages.append({"role": "assistant", "content": prompt.opening})
        return messages if prompt.system else messages[1:]

    @asynccontextmanager
    async def _sent(self, body: JsonObject) -> AsyncIterator[httpx.Response]:
        """An accepted request. Leaving the context closes the connection, which makes servers stop generating."""
        path = "/chat/completions" if self.style is PromptStyle.TEMPLATE else "/completions"
        try:
            async with self._client.stream("POST", self.endpoint.url + path, json=body) as response:
                if response.status_code != httpx.codes.OK:
                    raise await self._refusal(response)
                yield response
        except httpx.TransportError as error:
            raise _Temporary(f"{type(error).__name__}: {error}".removesuffix(": ")) from error

    async def _refusal(self, response: httpx.Response) -> Exception:
        message = f"HTTP {response.status_code}: {_words(await response.aread())}"
        if response.status_code in TEMPORARY_STATUS:
            return _Temporary(message, retry_after_s(response))
        hint = "; check the API key" if response.status_code in {401, 403} else ""
        return SamplerError(f"{self.endpoint.url} refused the request, {message}{hint}")

    async def _wait(self, failure: "_Temporary", n_failures: int) -> None:
        retries = self.endpoint.retries
        if n_failures >= retries.attempts:
            raise SamplerError(
                f"{self.endpoint.url} did not answer, tried {n_failures} times; the last failure: {failure}. "
                "Is the server running, and is the address right?"
            ) from failure
        await asyncio.sleep(retries.wait_s(n_failures, failure.asked_s))


async def first_model(url: str, api_key: str | None) -> str:
    """The id of the first model that `url` serves, for users who serve one. Raises SamplerError."""
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    try:
        async with httpx.AsyncClient(headers=headers, timeout=10.0) as client:
            response = await client.get(f"{url}/models")
    except httpx.TransportError as error:
        raise SamplerError(f"no answer from {url}: {error}; is the server running?") from error
    if response.status_code != httpx.codes.OK:
        words = _words(response.content)
        raise SamplerError(
            f"{url} does not list its models (HTTP {response.status_code}: {words}); name one: --model ID"
        )
    try:
        return str(json_object(response.content)["data"][0]["id"])
    except (IndexError, KeyError, TypeError) as error:
        raise SamplerError(f"{url} serves no model; name one: --model ID") from error


class _Temporary(Exception):
    """A failure that another try may mend."""

    def __init__(self, message: str, asked_s: float | None = None) -> None:
        super().__init__(message)
        self.asked_s = asked_s


def _fresh_seed(decoding: Decoding, n_failures: int) -> int | None:
    """Children that come from a second try must not repeat those of the first."""
    return None if decoding.seed is None else decoding.seed + n_failures * decoding.n


def _mass(label: str, alternatives: Sequence[tuple[str, float]]) -> float:
    return sum(math.exp(logprob) for token, logprob in alternatives if token.strip().casefold() == label.casefold())


def json_object(body: bytes) -> JsonObject:
    """Raises SamplerError when a reply is none."""
    try:
        value = json.loads(body)
    except ValueError as error:
        raise SamplerError(f"expected JSON from the server, got: {body[:200]!r}") from error
    if not isinstance(value, dict):
        raise SamplerError(f"expected a JSON object from the server, got: {body[:200]!r}")
    return value


def _words(body: bytes) -> str:
    try:
        return error_message(json_object(body))
    except SamplerError:
        return body.decode(errors="replace").strip()[:300] or "no further words"
