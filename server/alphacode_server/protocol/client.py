"""The HTTP client of a backend, for the language server and the command line.

Every method raises a `BackendError` (see `errors`) and nothing else of the network's.
"""

import asyncio
import json
import uuid
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, suppress
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import httpx
import httpx_sse

from alphacode_server.protocol.decoding import Message, decode, decode_event
from alphacode_server.protocol.encoding import to_json
from alphacode_server.protocol.errors import (
    BackendError,
    BackendIncompatible,
    BackendLoading,
    BackendRefused,
    BackendUnavailable,
    JobLost,
    NotABackend,
)
from alphacode_server.protocol.messages import (
    PROTOCOL_VERSION,
    TERMINAL,
    ErrorBody,
    Info,
    JobEvent,
    JobSnapshot,
    JudgeReply,
    JudgeRequest,
    Readiness,
    SolveRequest,
)
from alphacode_server.protocol.patience import Patience, Reconnecting, StreamDropped
from alphacode_server.protocol.transport import Access, open_http, translated


class BackendClient:
    """One backend, over one pool of connections (see `transport`). An async context manager."""

    def __init__(  # noqa: PLR0913 - All but the address are keywords that most callers leave alone.
        self,
        url: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        user_agent: str = "alphacode/0.1",
        connect_timeout_s: float = 5.0,
        ca_file: Path | None = None,
        proxy: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self._patience = patience or Patience()
        self._connect_s = connect_timeout_s
        self._access = Access(self.url, token, headers or {}, user_agent, connect_timeout_s, ca_file, proxy)
        own = {"AlphaCode-Protocol": str(PROTOCOL_VERSION)}
        self._http = open_http(self._access, own, self._patience.reply_s, transport)

    async def __aenter__(self) -> "BackendClient":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._http.aclose()

    async def health(self) -> None:
        """Return when a backend process answers, whether or not its model has loaded."""
        self._checked(await self._send("GET", "/health"))

    async def ready(self) -> Readiness:
        """How far the backend is; a model that is still loading is an answer, not an error."""
        response = await self._send("GET", "/ready")
        if response.status_code != 503:
            self._checked(response)
        self._own(response)
        return self._read(response, Readiness)

    async def info(self) -> Info:
        """What the backend is and can do. Raises BackendIncompatible when it speaks no protocol of ours."""
        info = self._read(self._checked(await self._send("GET", "/v1/info")), Info)
        lowest, highest = info.protocol.get("min", 0), info.protocol.get("max", 0)
        if not lowest <= PROTOCOL_VERSION <= highest:
            older = "the backend" if highest < PROTOCOL_VERSION else "this client"
            raise BackendIncompatible(
                f"the backend at {self.url} speaks protocol {lowest} to {highest}, this client {PROTOCOL_VERSION}; "
                f"update {older}"
            )
        return info

    async def submit(self, request: SolveRequest, idempotency_key: str | None = None) -> str:
        """Start a job and return its id. The same key and request again give the same job."""
        headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        response = await self._send("POST", "/v1/jobs", request, headers=headers)
        return self._read(self._checked(response), JobSnapshot).job

    async def solve(self, request: SolveRequest) -> AsyncGenerator[JobEvent, None]:
        """Submit and follow. Closing the iterator before the end cancels the job, unless it is detached."""
        job = await self.submit(request)
        ended = False
        try:
            async with aclosing(self.events(job)) as events:
                async for _, event in events:
                    ended = isinstance(event, TERMINAL)
                    yield event
        finally:
            if not ended and not request.detach:
                with suppress(BackendError, TimeoutError):
                    async with asyncio.timeout(self._connect_s):
                        await self.cancel(job)

    async def events(
        self, job: str, after: int = 0, on_drop: Callable[[BackendError], None] | None = None
    ) -> AsyncGenerator[tuple[int, JobEvent], None]:
        """A job's events after the given id, each once and in order, to its terminal event.

        Connects again by itself when the stream is dropped, and tells `on_drop` why each time. Raises JobLost when the
        backend has forgotten the job.
        """
        reconnecting = Reconnecting(self._patience)
        while True:
            reconnecting.connecting()
            try:
                async with aclosing(self._stream(job, after)) as stream:
                    async for number, event in stream:
                        reconnecting.heard()
                        after = number
                        if event is not None:
                            yield number, event
                        if isinstance(event, TERMINAL):
                            return
                return
            except (BackendUnavailable, BackendRefused) as error:
                trouble = error
            if on_drop is not None:
                on_drop(trouble)
            await reconnecting.wait(trouble)

    async def models(self) -> tuple[str, ...] | None:
        """The models of a server that is not ours but speaks OpenAI's protocol; None where this one does not."""
        has_path = httpx.URL(self.url).path.strip("/")
        response = await self._send("GET", "/models" if has_path else "/v1/models")
        if response.status_code in (401, 403):
            message = f"{self.url} wants another key for its models"
            raise BackendRefused(response.status_code, ErrorBody(message, "authentication_error", "unauthorized"))
        try:
            return tuple(str(model["id"]) for model in response.json()["data"])
        except (ValueError, KeyError, TypeError):
            return None

    async def job(self, job: str) -> JobSnapshot:
        return self._read(self._checked(await self._send("GET", _path(job)), job), JobSnapshot)

    async def cancel(self, job: str) -> JobSnapshot:
        """Stop a job and return what it has found. Cancelling one that has ended changes nothing."""
        return self._read(self._checked(await self._send("DELETE", _path(job)), job), JobSnapshot)

    async def judge(self, request: JudgeRequest) -> JudgeReply:
        timeout = httpx.Timeout(self._patience.judge_s, connect=self._connect_s)
        response = await self._send("POST", "/v1/judge", request, timeout=timeout)
        return self._read(self._checked(response), JudgeReply)

    async def _stream(self, job: str, after: int) -> AsyncGenerator[tuple[int, JobEvent | None], None]:
        """One connection's events; None for those of unknown type. Returns after the last event of the job."""
        timeout = httpx.Timeout(self._patience.reply_s, connect=self._connect_s, read=self._patience.silence_s)
        headers = {"Last-Event-ID": str(after)}
        path = f"{_path(job)}/events"
        with translated(self._access):
            async with httpx_sse.aconnect_sse(self._http, "GET", path, headers=headers, timeout=timeout) as source:
                if source.response.status_code != 200:
                    await source.response.aread()
                    self._checked(source.response, job)
                    return  # 204: the job ended, and its last event was read before.
                self._own(source.response)
                try:
                    async for sse in source.aiter_sse():
                        # A comment leaves an event without data behind.
                        if sse.data and int(sse.id) > after:
                            yield int(sse.id), self._decoded(sse)
                except httpx.TransportError as error:
                    raise StreamDropped(f"{self.url} drops the event stream again and again") from error
        raise StreamDropped(f"{self.url} ends the event stream again and again before the job")

    def _decoded(self, sse: httpx_sse.ServerSentEvent) -> JobEvent | None:
        try:
            return decode_event(sse.event, json.loads(sse.data))
        except ValueError as error:
            raise BackendIncompatible(f"the backend at {self.url} sent an event that cannot be read: {error}") from None

    async def _send(
        self,
        method: str,
        path: str,
        message: object = None,
        headers: Mapping[str, str] | None = None,
        timeout: httpx.Timeout | None = None,
    ) -> httpx.Response:
        # In ASCII: an editor's text may hold half a surrogate pair, about which the backend has the better error.
        content = None if message is None else json.dumps(to_json(message)).encode("ascii")
        request = self._http.build_request(
            method,
            path,
            content=content,
            headers={**({} if content is None else {"Content-Type": "application/json"}), **(headers or {})},
            timeout=timeout or self._http.timeout,
        )
        with translated(self._access):
            try:
                return await self._http.send(request)
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                # The backend may close an idle connection just as it is used again. Every request of ours can be
                # repeated: jobs carry an Idempotency-Key.
                return await self._http.send(request)

    def _own(self, response: httpx.Response) -> httpx.Response:
        """The response, if a backend wrote it: each of theirs says which protocol it speaks."""
        if "AlphaCode-Protocol" in response.headers:
            return response
        status = f"{response.status_code} {response.reason_phrase}".strip()
        if response.status_code in (502, 503, 504):
            raise BackendUnavailable(f"a server in front of {self.url} answered {status}: the backend is down")
        kind = response.headers.get("Content-Type", "no content type").partition(";")[0]
        server = response.headers.get("Server")
        raise NotABackend(
            f"{self.url} is not an AlphaCode backend: it answered {status} with {kind}"
            + (f" (server: {server})" if server else "")
        )

    def _checked(self, response: httpx.Response, job: str = "") -> httpx.Response:
        """The response, if it is a backend's and no error."""
        if self._own(response).is_success:
            return response
        try:
            error = decode(response.json()["error"], ErrorBody)
        except (ValueError, KeyError, TypeError):
            message = f"{self.url} answered {response.status_code} without saying why"
            error = ErrorBody(message, type="unknown", code="unknown")
        if error.code == "unsupported_protocol":
            raise BackendIncompatible(error.message)
        if error.code == "job_not_found":
            raise JobLost(job, error.message)
        if error.code == "loading":
            raise BackendLoading(response.status_code, error)
        raise BackendRefused(response.status_code, error)

    def _read(self, response: httpx.Response, kind: type[Message]) -> Message:
        try:
            return decode(response.json(), kind)
        except ValueError as error:
            raise BackendIncompatible(
                f"{self.url} answered {response.url.path} in a form that cannot be read: {error}"
            ) from error


def _path(job: str) -> str:
    return f"/v1/jobs/{quote(job, safe='')}"
