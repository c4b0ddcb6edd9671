"""The process of `alphacode serve`: an address, a sandbox, a model, the app over them, and a clean end."""

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import uvicorn

from alphacode_sandbox import open_judge
from alphacode_server.prompts import Prompt
from alphacode_server.protocol import Readiness, SolveEvent, SolveRequest
from alphacode_server.protocol.address import is_loopback
from alphacode_server.samplers import Decoding, Sampler
from alphacode_server.service.admission import Caps
from alphacode_server.service.app import Services, create_app
from alphacode_server.service.errors import ServeError
from alphacode_server.service.guard import network_host_check
from alphacode_server.service.jobs import JobPolicy, Jobs
from alphacode_server.service.journal import Journal
from alphacode_server.service.search import search
from alphacode_server.service.store import Store, StoreError, open_store

DRAIN_S = 2
"""How long open connections may take to end, once their jobs have."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Where to listen, and how much to take on."""

    host: str = "127.0.0.1"
    port: int = 8420
    """0 takes a free one."""
    workers: int | None = None
    """Programs run at a time; None is the sandbox's choice."""
    insecure_no_auth: bool = False
    """Listen where other machines can reach us, although everybody there may run jobs."""
    caps: Caps = field(default_factory=Caps)
    policy: JobPolicy = field(default_factory=JobPolicy)
    store: str = "none"
    """Where jobs are kept: a file, the URL of a PostgreSQL database, or `none` for memory."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the backend answers from now on, though its model may still be loading."""

    url: str
    host: str
    port: int
    isolation: str
    languages: tuple[str, ...]


async def serve(
    options: ServeOptions,
    open_sampler: Callable[[], Awaitable[Sampler]],
    on_listening: Callable[[Listening], None],
    on_ready: Callable[[str], None],
) -> None:
    """Serve until SIGTERM, SIGINT or cancellation; nothing that was started runs on after that.

    `open_sampler` loads the model while the address already answers; cancelling it must free what it started.
    `on_ready` gets the model's name. Raises `ServeError` when address or store cannot be had, `SandboxUnavailable` when
    nothing untrusted may be run here, and whatever `open_sampler` raises.
    """
    async with contextlib.AsyncExitStack() as stack:
        listener = stack.enter_context(_listen(options))
        store = await _open_store(options.store)
        stack.push_async_callback(store.aclose)
        judge = await stack.enter_async_context(open_judge(options.workers))
        models: list[Sampler] = []
        is_listening = asyncio.Event()

        def start_search(request: SolveRequest, journal: Journal) -> AsyncGenerator[SolveEvent, None]:
            return search(request, journal, models[0], judge)

        async def load() -> None:
            await is_listening.wait()
            sampler = await open_sampler()
            stack.push_async_callback(sampler.aclose)
            await _warm_up(sampler)
            models.append(sampler)
            services.model, services.readiness = sampler.name, Readiness("ready")
            services.jobs.go_on()
            on_ready(sampler.name)

        services = Services(
            jobs=Jobs(start_search, options.policy, store=store),
            judge=judge,
            readiness=Readiness("loading", "its model is loading"),
            caps=options.caps,
            is_our_host=is_loopback if is_loopback(_address(listener)[0]) else network_host_check(options.host),
        )
        await _restore(services.jobs)
        host, port = _address(listener)

        def on_started() -> None:
            on_listening(Listening(url, host, port, judge.isolation, judge.languages))
            is_listening.set()

        url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        server = _Server(
            uvicorn.Config(
                create_app(services),
                lifespan="off",
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=65,
                timeout_graceful_shutdown=DRAIN_S,
            ),
            on_started,
        )
        await _run(server, listener, services, load)


async def _run(
    server: "_Server", listener: socket.socket, services: Services, load: Callable[[], Awaitable[None]]
) -> None:
    end = asyncio.Event()
    with _signals(end, server):
        serving = asyncio.create_task(server.serve([listener]), name="http")
        loading = asyncio.ensure_future(load())
        serving.add_done_callback(lambda _: end.set())
        loading.add_done_callback(lambda task: end.set() if task.cancelled() or task.exception() else None)
        try:
            await end.wait()
        finally:
            services.readiness = Readiness("stopping", "it takes no new jobs")
            # Jobs first: their streams then end by themselves, with the event that says why.
            await services.jobs.close()
            server.should_exit = True
            is_loaded = loading.done()
            loading.cancel()
            await asyncio.wait((serving, loading))
    if is_loaded:
        loading.result()
    serving.result()


async def _warm_up(sampler: Sampler) -> None:
    """Draw one token: an engine may load its model with its first request only, or be unable to."""
    model = sampler.language_model
    if model is not None:
        async with contextlib.aclosing(model.complete(Prompt("", "Say yes."), Decoding(max_tokens=1))) as completions:
            async for _ in completions:
                pass


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers, which would cut the streams before the jobs' last events."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_started()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.contextmanager
def _signals(end: asyncio.Event, server: uvicorn.Server) -> Iterator[None]:
    """The first SIGTERM or SIGINT ends the service; a second one does not wait for open connections."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.force_exit = end.is_set()
        end.set()

    # Not every platform has signal handlers on a loop, and no thread but the main one has.
    installed = []
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, stop)
            installed.append(number)
    try:
        yield
    finally:
        for number in installed:
            loop.remove_signal_handler(number)


async def _open_store(spec: str) -> Store:
    try:
        return await open_store(spec)
    except StoreError as error:
        raise ServeError(str(error)) from error


async def _restore(jobs: Jobs) -> None:
    try:
        await jobs.restore()
    except StoreError as error:
        raise ServeError(str(error)) from error


def _listen(options: ServeOptions) -> socket.socket:
    host, port = options.host, options.port
    if not 0 <= port <= 65535:
        raise ServeError(f"port {port} must be between 0 and 65535")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise ServeError(f"cannot listen on {host!r}: {error.strerror}") from error
    if not (is_loopback(str(address[0])) or options.insecure_no_auth):
        raise ServeError(
            f"{host} can be reached from other machines, and everybody there could run jobs. Listen on 127.0.0.1 and "
            f"connect through `ssh -L 8420:127.0.0.1:{port or 8420} <this machine>`, or pass --insecure-no-auth"
        )
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise ServeError(f"port {port} of {host} is in use; pass another --port, or 0 for a free one") from error
        raise ServeError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    return listener


def _address(listener: socket.socket) -> tuple[str, int]:
    host, port = listener.getsockname()[:2]
    return str(host), int(port)
