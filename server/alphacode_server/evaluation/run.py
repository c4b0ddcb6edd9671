"""Measuring the search on one problem: solve it as a user would, then judge what passes the examples in earnest."""

import asyncio
import os
import platform
import time
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import asdict, dataclass, field

from alphacode_sandbox import Judge, Program, Verdict
from alphacode_server.candidate import Sample
from alphacode_server.evaluation.cost import CpuMeter
from alphacode_server.evaluation.datasets import Entry
from alphacode_server.evaluation.measurement import Measurement, Settings
from alphacode_server.pipeline import SolveOptions
from alphacode_server.pipeline.pool import program_id
from alphacode_server.pipeline.tasks import all_of
from alphacode_server.protocol import JobCompleted, JobWarning, PhaseProgress, SolveEvent, SolveResult
from alphacode_server.samplers import Sampler
from alphacode_server.selection import Evidence, ExecutionMatrix, Recording
from alphacode_server.strategies import STRATEGIES, Strategy
from alphacode_server.version import VERSION

HIDDEN_TESTS = "hidden_tests"
"""The phase after those of the search."""


async def measure(
    entry: Entry, settings: Settings, sampler: Sampler, judge: Judge, on_event: Callable[[SolveEvent], None]
) -> tuple[Measurement, Recording]:
    """What there is to keep of a problem. The search is not told of the hidden tests.

    Cancelling stops what runs. Raises what `solve` raises.
    """
    cpu = CpuMeter("sample")
    heard = _Heard(cpu)
    strategy = STRATEGIES[settings.strategy]
    options = _options(entry, settings, strategy)
    search = strategy.search(entry.problem, options, sampler, judge, heard.sample, heard.recording.append)
    async with aclosing(search):
        async for event in search:
            heard.event(event)
            on_event(event)
    (result,) = heard.results
    evidence = heard.recording[0].evidence if heard.recording else _nothing_passed(entry)
    matrix = evidence.matrix

    cpu.begin(HIDDEN_TESTS)
    start = time.monotonic()
    verdicts = await _verdicts({name: heard.programs[name] for name in matrix.programs}, entry, judge)
    hidden_s = round(time.monotonic() - start, 3)

    is_right = tuple(verdicts[name] is Verdict.AC for name in matrix.programs)
    n_right = sum(n for n, right in zip(matrix.multiplicities, is_right, strict=True) if right)
    measurement = Measurement(
        problem=entry.name,
        digest=entry.digest,
        model=result.model,
        seed=options.seed,
        selector=options.selector,
        samples=_n_drawn(options, sampler, heard, result),
        counts={**asdict(result.counts), "right": n_right},
        picks=tuple(verdicts[each.id] for each in result.candidates if each.id in verdicts),
        tokens=heard.n_tokens,
        seconds={**result.timings, HIDDEN_TESTS: hidden_s, "total": round(result.timings["total"] + hidden_s, 3)},
        cpu_s=cpu.end(),
        isolation=result.isolation,
        host_factor=round(judge.host_factor, 3),
        versions={"alphacode": VERSION, "python": platform.python_version()},
        warnings=(*(warning.message for warning in heard.warnings), *_unjudged(verdicts)),
        cost=result.cost,
    )
    return measurement, Recording(entry.problem.title, evidence, is_right)


@dataclass(slots=True)
class _Heard:
    """What a search tells on its way."""

    cpu: CpuMeter
    programs: dict[str, Program] = field(default_factory=dict)
    """By id."""
    n_tokens: int = 0
    recording: list[Recording] = field(default_factory=list)
    warnings: list[JobWarning] = field(default_factory=list)
    results: list[SolveResult] = field(default_factory=list)

    def sample(self, sample: Sample) -> None:
        self.programs.setdefault(program_id(sample), sample.program)
        self.n_tokens += sample.n_tokens

    def event(self, event: SolveEvent) -> None:
        match event:
            case PhaseProgress(name=name):
                self.cpu.begin(name)
            case JobWarning():
                self.warnings.append(event)
            case JobCompleted(result=result):
                self.results.append(result)


async def _verdicts(programs: Mapping[str, Program], entry: Entry, judge: Judge) -> dict[str, Verdict]:
    """Of every program on the hidden tests."""
    # The judge bounds what runs. This bounds how many programs hold the inputs at a time.
    places = asyncio.Semaphore(2 * len(os.sched_getaffinity(0)))

    async def verdict(program: Program) -> Verdict:
        async with places:
            judgement = await judge.test(program, entry.cases, entry.limits, entry.checker, stop_at_first_failure=True)
            return judgement.verdict

    return dict(zip(programs, await all_of(map(verdict, programs.values()), lambda _: None), strict=True))


def _options(entry: Entry, settings: Settings, strategy: Strategy) -> SolveOptions:
    """All samples are spent, and each is drawn on its own: that is what can be counted back to fewer."""
    return SolveOptions(
        n_samples=strategy.n_samples(settings.samples),
        languages=settings.languages,
        time_s=settings.time_s,
        max_tokens=settings.tokens,
        selector=strategy.selector,
        seed=settings.seed_of(entry.name),
        effort=settings.effort,
        early_stop=False,
        repair=False,
    )


def _n_drawn(options: SolveOptions, sampler: Sampler, heard: _Heard, result: SolveResult) -> int:
    """Samples that were drawn: all, unless sampling was cut short, or a recording had fewer.

    The search counts those with a program in them.
    """
    is_bounded = options.time_s is not None or options.max_tokens is not None
    was_cut_short = is_bounded or any(warning.code == "sampler" for warning in heard.warnings)
    n_sampled = result.counts.sampled
    if was_cut_short or sampler.language_model is None:
        return n_sampled
    # A flow may come to two programs.
    return max(options.n_samples, n_sampled)


def _nothing_passed(entry: Entry) -> Evidence:
    return Evidence(ExecutionMatrix.of([], [], [], []), n_examples=len(entry.problem.examples))


def _unjudged(verdicts: Mapping[str, Verdict]) -> tuple[str, ...]:
    """A program that our own trouble kept from being judged counts as wrong, and that has to be said."""
    n = sum(verdict is Verdict.IE for verdict in verdicts.values())
    return (f"{n} programs could not be judged on the hidden tests (IE) and count as wrong",) if n else ()
