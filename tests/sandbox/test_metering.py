"""CPU time is counted for whoever has a program run."""

import asyncio

from alphacode_sandbox import Case, Program, metered, open_judge

BUSY = "import time\nwhile time.process_time() < {}: pass\nprint(1)"


async def test_each_counts_its_own() -> None:
    async def used(seconds: float, n_cases: int) -> float:
        with metered() as meter:
            await asyncio.gather(
                *(judge.test(Program("python", BUSY.format(seconds)), [Case("", "1\n")]) for _ in range(n_cases)),
                judge.run(Program("python", BUSY.format(seconds)), ["", ""]),
            )
        return meter.cpu_s

    async with open_judge(workers=2) as judge:
        little, much = await asyncio.gather(used(0.1, 1), used(0.5, 2))
        outside = await judge.test(Program("python", BUSY.format(0.2)), [Case("", "1\n")])
    assert 0.3 <= little < 1.5
    assert 2.0 <= much < 5
    assert outside.cases[0].run.cpu_s >= 0.2


async def test_compilers_count_and_what_was_compiled_before_does_not() -> None:
    program = Program("cpp", "int main() { return 0; }")
    async with open_judge(workers=1) as judge:
        with metered() as first:
            assert (await judge.compile(program)).ok
        with metered() as again:
            assert (await judge.compile(program)).ok
    assert first.cpu_s > 0
    assert again.cpu_s == 0
