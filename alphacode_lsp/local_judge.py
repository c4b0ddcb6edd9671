"""The sandbox of this machine, opened when it is first needed and kept for the session."""

import asyncio

from alphacode_sandbox import Judge, SandboxError, SandboxUnavailable, open_judge


class LocalJudge:
    """A judge that lives in a task of its own, so that it is closed where it was opened."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None
        self._opened: asyncio.Future[Judge] | None = None
        self._closing = asyncio.Event()
        self.state = "not used yet"

    async def get(self) -> Judge:
        """Raises SandboxUnavailable, also on later calls, when this machine cannot isolate programs."""
        if self._opened is None:
            self._opened = asyncio.get_running_loop().create_future()
            self._task = asyncio.create_task(self._keep_open(self._opened))
        return await asyncio.shield(self._opened)

    async def aclose(self) -> None:
        self._closing.set()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def _keep_open(self, opened: "asyncio.Future[Judge]") -> None:
        try:
            async with open_judge() as judge:
                self.state = f"isolation {judge.isolation}, languages {', '.join(judge.languages)}"
                opened.set_result(judge)
                await self._closing.wait()
        except SandboxError as error:
            self.state = f"unavailable: {error}"
            if not opened.done():
                unavailable = error if isinstance(error, SandboxUnavailable) else SandboxUnavailable(str(error))
                opened.set_exception(unavailable)
        finally:
            if not opened.done():
                opened.cancel()
