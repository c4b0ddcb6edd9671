"""The process of `alphacode serve`: an address, a sandbox, a model, the app over them, and a clean end."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import dataclass

import uvicorn

from alphacode_sandbox import open_judge
from alphacode_server.prompts import Prompt
from alphacode_server.protocol import Readiness, SolveEvent, SolveRequest
from alphacode_server.samplers import Decoding, Sampler
from alphacode_server.service.app import Services, create_app
from alphacode_server.service.errors import ServeError
from alphacode_server.service.jobs import Jobs
from alphacode_server.service.journal import Journal
from alphacode_server.service.listening import address_of, check_reach, check_tls, host_check, listen
from alphacode_server.service.options import ServeOptions
from alphacode_server.service.search import search
from alphacode_server.service.store import StoreError, open_store
from alphacode_server.service.traces import open_traces

DRAIN_S = 2
"""How long open connections may take to end, once their jobs have."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the backend answers from now on, though its model may still be loading."""

    url: str
    host: str
    port: int
    isolation: str
    languages: tuple[str, ...]
    needs_tokens: bool
    n_jobs: int
    """Jobs of an earlier process that go on."""


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
        check_tls(options)
        listener = stack.enter_context(listen(options))
        with _store_trouble():
            store = await open_store(options.store)
            stack.push_async_callback(store.aclose)
            needs_tokens = await store.has_tokens()
        traces = open_traces(options.otlp_endpoint) if options.otlp_endpoint else None
        if traces:
            stack.push_async_callback(traces.aclose)
        host, port = address_of(listener)
        check_reach(host, port, options, needs_tokens)
        judge = await stack.enter_async_context(open_judge(options.workers))
        models: list[Sampler] = []
        is_listening = asyncio.Event()

        def start_search(request: SolveRequest, journal: Journal) -> AsyncGenerator[SolveEvent, None]:
            return search(request, journal, models[0], judge)

        async def load() -> None:
            await is_listening.wait()
            sampler = await open_sampler()
            stack.push_async_callback(sampler.aclose)
            services.readiness = Readiness("loading", "its model is loaded and writes its first words")
            await _warm_up(sampler)
            models.append(sampler)
            services.sampler, services.model, services.readiness = sampler, sampler.name, Readiness("ready")
            services.jobs.turns.n_turns = sampler.hands_at_a_time
            services.jobs.go_on()
            on_ready(sampler.name)

        services = Services(
            jobs=Jobs(start_search, options.policy, store=store, traces=traces),
            judge=judge,
            readiness=Readiness("loading", "its model is loading"),
            caps=options.caps,
            is_our_host=host_check(host, options),
        )
        with _store_trouble():
            await services.jobs.restore()

        def on_started() -> None:
            n_jobs = services.jobs.n_queued
            on_listening(Listening(url, host, port, judge.isolation, judge.languages, needs_tokens, n_jobs))
            is_listening.set()

        scheme = "https" if options.tls_cert else "http"
        url = f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
        server = _Server(
            uvicorn.Config(
                create_app(services),
                lifespan="off",
                ws="none",
                http="h11",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=65,
                timeout_graceful_shutdown=DRAIN_S,
                ssl_certfile=options.tls_cert,
                ssl_keyfile=options.tls_key,
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


@contextlib.contextmanager
def _store_trouble() -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        raise ServeError(str(error)) from error
