"""Small searches, and backends that run them: in process, or on a free port where streams and disconnects matter."""

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import uvicorn
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from alphacode_sandbox import Judge, open_judge
from alphacode_server.protocol import (
    CandidatesSnapshot,
    Counts,
    ExampleBody,
    ExampleResult,
    JobCompleted,
    OriginBody,
    PhaseProgress,
    ProblemBody,
    RankedCandidate,
    SolveEvent,
    SolveRequest,
    SolveResult,
)
from alphacode_server.service import JobPolicy, Jobs, Services, create_app
from alphacode_server.service.jobs import Search
from alphacode_server.service.journal import Journal
from alphacode_server.service.store import MemoryStore, Store
from tests.cutter import Cutter
from tests.service.postgres import running_postgres

CANDIDATE = RankedCandidate(
    rank=1,
    id="0123456789ab",
    sha256="0123456789ab" + 52 * "0",
    language="python",
    code="print(int(input()) + 1)\n",
    score=0.5,
    score_kind="test",
    cluster=None,
    examples=(ExampleResult(1, "AC", 12, 9000),),
    passed=1,
    total=1,
    origin=OriginBody("test-model", 0.8, {"rating": 1200, "tags": ["dp"]}, 7),
)


class Gated:
    """A search that says how far it is and stops half way until its gate is opened."""

    def __init__(self, n_events: int = 4) -> None:
        self.gate, self.half_way, self.closed = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.n_events = n_events

    async def __call__(self, request: SolveRequest, journal: Journal) -> AsyncGenerator[SolveEvent, None]:
        try:
            for done in range(self.n_events):
                if done == self.n_events // 2:
                    yield CandidatesSnapshot((CANDIDATE,))
                    self.half_way.set()
                    await self.gate.wait()
                yield PhaseProgress("sample", done, self.n_events, Counts(sampled=done), 10 * done)
            yield completed()
        finally:
            self.closed.set()


def completed() -> JobCompleted:
    return JobCompleted(SolveResult((CANDIDATE,), Counts(4, 4, 4, 1, 1), {"total": 0.1}, 7, "test-model", "L2"))


async def at_once(request: SolveRequest, journal: Journal) -> AsyncGenerator[SolveEvent, None]:
    yield PhaseProgress("sample", 1, 1, Counts(sampled=1), 5)
    yield completed()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with running_postgres() as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def spec(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """What `--store` would be given for an empty store: in memory, sqlite or postgres, as the parameter has it."""
    match request.param:
        case "memory":
            return "none"
        case "sqlite":
            return str(tmp_path / "state" / "backend.db")
        case _:
            url: str = request.getfixturevalue("postgres")
            engine = create_async_engine(url.replace("postgresql:", "postgresql+asyncpg:"))
            async with engine.begin() as connection:
                await connection.execute(text("DROP SCHEMA public CASCADE"))
                await connection.execute(text("CREATE SCHEMA public"))
            await engine.dispose()
            return url


@pytest.fixture
def candidate() -> RankedCandidate:
    return CANDIDATE


@pytest.fixture
def gated() -> Gated:
    return Gated()


@pytest.fixture
def request_body() -> SolveRequest:
    return SolveRequest(ProblemBody("Next", "Print the next number.", (ExampleBody("1\n", "2\n"),)))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def judge() -> AsyncIterator[Judge]:
    async with open_judge(workers=2) as judge:
        yield judge


@pytest_asyncio.fixture(loop_scope="session")
async def store() -> Store:
    """Where the jobs of a test's services are kept."""
    return MemoryStore()


@pytest_asyncio.fixture(loop_scope="session")
async def services(judge: Judge, store: Store) -> AsyncIterator[Callable[..., Services]]:
    """Make services around a search; their jobs have ended when the test has."""
    made: list[Services] = []

    def make(search: Search = at_once, policy: JobPolicy | None = None) -> Services:
        made.append(Services(Jobs(search, policy, store=store), judge, model="test-model"))
        return made[-1]

    yield make
    for services in made:
        await services.jobs.close()


@pytest_asyncio.fixture(loop_scope="session")
async def in_process() -> AsyncIterator[Callable[[Services], httpx.AsyncClient]]:
    async with AsyncExitStack() as stack:
        clients = []

        def connect(services: Services) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(create_app(services))
            clients.append(httpx.AsyncClient(transport=transport, base_url="http://localhost"))
            stack.push_async_callback(clients[-1].aclose)
            return clients[-1]

        yield connect


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # pytest keeps its own.


@pytest_asyncio.fixture(loop_scope="session")
async def listening() -> AsyncIterator[Callable[[Services], Awaitable[str]]]:
    """Serve on a free port and return the URL."""
    async with AsyncExitStack() as stack:

        async def listen(services: Services) -> str:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            config = uvicorn.Config(create_app(services), lifespan="off", ws="none", log_config=None)
            server = _Server(config)
            task = asyncio.create_task(server.serve([listener]))

            async def stop() -> None:
                await services.jobs.close()
                server.should_exit = True
                await task

            stack.push_async_callback(stop)
            return f"http://127.0.0.1:{listener.getsockname()[1]}"

        yield listen


@pytest_asyncio.fixture(loop_scope="session")
async def cutter() -> AsyncIterator[Cutter]:
    cutter = Cutter()
    yield cutter
    await cutter.aclose()
