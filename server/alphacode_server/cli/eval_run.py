"""`alphacode eval run`: search every problem of a data set, judge on hidden tests, and show the solve rates."""

import argparse
import difflib
import random
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from alphacode_sandbox import Judge
from alphacode_server.cli.arguments import (
    Subparsers,
    add_sampler_arguments,
    add_sandbox_arguments,
    add_search_arguments,
    judge_from,
    languages_of,
    positive_int,
    sampler_from,
)
from alphacode_server.cli.contest import add_contest_arguments, check_contest
from alphacode_server.cli.errors import EXIT_OK, UsageError
from alphacode_server.cli.eval_arguments import NAMES, numbers, selector_names, strategy_names
from alphacode_server.cli.eval_curves import curves_report, print_curves
from alphacode_server.cli.eval_plot import SUFFIXES, draw
from alphacode_server.cli.eval_progress import RunView
from alphacode_server.cli.eval_strategies import Measured, print_strategies, strategies_report
from alphacode_server.evaluation import (
    RANDOM,
    DatasetError,
    Measurement,
    RunError,
    RunFolder,
    Sampled,
    Settings,
    curves,
    default_ks,
    file_name,
    measure,
    open_run,
    read_dataset,
    settings_in,
)
from alphacode_server.samplers import ExchangeLog, LoggedSampler, Sampler
from alphacode_server.selection import DEFAULT_SELECTOR
from alphacode_server.strategies import DEFAULT_STRATEGY, STRATEGIES

COMPARED = (DEFAULT_SELECTOR, "alphacode2", "size", RANDOM)


def add_to(actions: Subparsers) -> None:
    parser = actions.add_parser("run", help="search every problem of a data set, and judge on its hidden tests")
    parser.set_defaults(run=run)
    parser.add_argument("dataset", type=Path, metavar="DATASET", help="problem folders (or one), or CodeContests rows "
                        "in a file *.jsonl or *.parquet")  # fmt: skip
    parser.add_argument("--samples", type=positive_int, required=True, metavar="N", help="for each problem")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where log, recordings and plot are "
                        "kept; a run that was stopped goes on there")  # fmt: skip
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--limit", type=positive_int, metavar="N", help="only the first N problems")
    which.add_argument("--only", nargs="+", metavar="NAME", help="only these problems")
    parser.add_argument("--strategy", type=strategy_names, default=(DEFAULT_STRATEGY,), metavar="NAME,...", help="how "
                        f"programs are found: {', '.join(STRATEGIES)} or all, default: {DEFAULT_STRATEGY}; of several "
                        "each has its folder in DIR, and they are shown side by side")  # fmt: skip
    parser.add_argument("--selector", type=selector_names, metavar="NAME,...", help="to be compared: "
                        f"{', '.join(NAMES)} or all; default: {','.join(COMPARED)}")  # fmt: skip
    parser.add_argument("--k", type=numbers, metavar="N,...", help="numbers of samples, default: powers of two and all")
    parser.add_argument("--plot", type=_picture, metavar="FILE", help="default: plot.svg in DIR")
    add_contest_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    add_search_arguments(parser)
    add_sampler_arguments(parser)
    add_sandbox_arguments(parser)


async def run(args: argparse.Namespace) -> int:
    """Exit code 0 when every problem is measured, whether it is solved or not."""
    several = len(args.strategy) > 1
    if several and (args.plot or args.k or args.selector):
        raise UsageError("--selector, --k and --plot are for the curves of one strategy, not for several side by side")
    try:
        problems = _chosen(args)
        with RunView(quiet=args.json) as view:
            async with _Means(view, args) as means:
                runs = [
                    await _run(name, args.out / name if several else args.out, problems, means)
                    for name in _askable(args, view)
                ]
    except (DatasetError, RunError) as error:
        raise UsageError(str(error)) from error
    left_out = problems.left_out | {name: why for run in runs for name, why in run.without_samples.items()}
    if several:
        _show_strategies([_at_its_samples(run) for run in runs], left_out, args)
    else:
        _show_curves(runs[0], left_out, args)
    return EXIT_OK


def _askable(args: argparse.Namespace, view: RunView) -> tuple[str, ...]:
    """Those strategies of several that the sampler is enough for: a recording is not, where a model is asked."""
    asking = [name for name in args.strategy if STRATEGIES[name].needs_model and args.sampler.startswith("replay:")]
    if len(asking) == len(args.strategy):
        return tuple(args.strategy)  # What is wrong with it is said when it begins.
    for name in asking:
        view.left_out(name, f"it asks a model, and {args.sampler} is a recording of programs")
    return tuple(name for name in args.strategy if name not in asking)


@dataclass(frozen=True, slots=True)
class _Run:
    """Of one strategy."""

    settings: Settings
    measured: tuple[Measurement, ...]
    sampled: tuple[Sampled, ...]
    """The same problems."""
    without_samples: dict[str, str]
    """Why others could not be measured, by name."""


class _Means(AsyncExitStack):
    """What problems are measured with, opened when the first of them has to be, and shared by all strategies."""

    def __init__(self, view: RunView, args: argparse.Namespace) -> None:
        super().__init__()
        self.view = view
        self.args = args
        self._opened: tuple[Judge, Sampler] | None = None

    async def open(self) -> tuple[Judge, Sampler]:
        """They are closed with this."""
        if self._opened is None:
            judge = await self.enter_async_context(judge_from(self.args))
            self.view.status(f"opening {self.args.sampler} ...")
            sampler = await sampler_from(self.args)
            self.push_async_callback(sampler.aclose)
            self._opened = judge, sampler
        return self._opened


async def _run(name: str, out: Path, problems: "_Problems", means: _Means) -> _Run:
    """Measures what is left to be measured. Raises RunError."""
    args = means.args
    settings = _settings(name, args, settings_in(out))
    with open_run(out, settings) as folder:
        without_samples = await _measure_what_is_left(problems, settings, folder, means)
        measured = folder.measured([*problems.digests])
        sampled = folder.sampled([*problems.digests])
    if not measured:
        raise UsageError(f"{args.dataset}: no problem could be measured")
    return _Run(settings, measured, sampled, without_samples)


def _at_its_samples(run: _Run) -> Measured:
    """By the strategy's own selector, after all samples."""
    strategy = STRATEGIES[run.settings.strategy]
    n_samples = max(each.n_samples for each in run.sampled)
    return Measured(run.settings, run.measured, curves(run.sampled, (strategy.selector,), (n_samples,)))


def _show_strategies(runs: Sequence[Measured], left_out: Mapping[str, str], args: argparse.Namespace) -> None:
    if args.json:
        print(strategies_report(runs, left_out))
    else:
        print_strategies(runs)


def _show_curves(run: _Run, left_out: Mapping[str, str], args: argparse.Namespace) -> None:
    n_samples = STRATEGIES[run.settings.strategy].n_samples(args.samples)
    found = curves(run.sampled, args.selector or COMPARED, args.k or default_ks(n_samples))
    picture = args.plot or args.out / "plot.svg"
    trouble = draw(found, len(run.measured), picture)
    if args.json:
        print(curves_report(found, run.measured, run.settings, left_out, None if trouble else picture))
    else:
        print_curves(found, run.measured, run.settings, ks=args.k)
        print(trouble or f"The curves are drawn in {picture}")


@dataclass(frozen=True, slots=True)
class _Problems:
    """Of a data set."""

    digests: dict[str, str]
    """Of those to be measured, by name."""
    left_out: dict[str, str]
    """Why the others cannot be, by name."""


def _chosen(args: argparse.Namespace) -> _Problems:
    """Reads the data set once to its end, so that whatever is wrong with it is known before hours are spent."""
    digests, left_out, names = dict[str, str](), dict[str, str](), dict[str, str]()
    for entry in read_dataset(args.dataset):
        if file_name(entry.name) in names:
            raise DatasetError(f"{args.dataset}: two problems are called {entry.name!r}, or as good as that")
        names[file_name(entry.name)] = entry.name
        if args.only and entry.name not in args.only:
            continue
        if entry.obstacle:
            left_out[entry.name] = entry.obstacle
        elif args.limit is None or len(digests) < args.limit:
            check_contest(entry.problem, args)
            digests[entry.name] = entry.digest
    unknown = sorted({*(args.only or ())} - {*digests, *left_out})
    if unknown:
        named = ", ".join(f"{name!r}{_hint(name, [*names.values()])}" for name in unknown)
        raise UsageError(f"{args.dataset}: no problem {named}, which --only names")
    return _Problems(digests, left_out)


def _hint(name: str, known: Sequence[str]) -> str:
    near = [each for each in known if each.endswith(f"/{name}")] or difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def _settings(strategy: str, args: argparse.Namespace, begun: Settings | None) -> Settings:
    """Without --seed, the seed of the run that is gone on with, or a new one."""
    seed = args.seed
    if seed is None:
        seed = begun.seed if begun else random.randrange(2**31)
    return Settings(
        samples=args.samples,
        languages=languages_of(args.language),
        sampler=args.sampler,
        model=args.model,
        api_url=args.api_url,
        time_s=args.time,
        effort=args.effort,
        seed=seed,
        strategy=strategy,
        tokens=args.tokens,
    )


async def _measure_what_is_left(
    problems: _Problems, settings: Settings, folder: RunFolder, means: _Means
) -> dict[str, str]:
    """A line of the log a problem; why there is none of some. When none is left, there is no need of a model."""
    left = {name for name, digest in problems.digests.items() if not folder.has(name, digest)}
    view = means.view
    view.begin(len(problems.digests), len(left), problems.left_out)
    without_samples: dict[str, str] = {}
    if not left:
        return without_samples
    judge, sampler = await means.open()
    folder.check_model(sampler.name)
    for entry in (each for each in read_dataset(means.args.dataset) if each.name in left):
        view.problem(entry.name)
        with ExchangeLog(folder.exchanges(entry.name)) as log:
            logged = LoggedSampler(sampler, log)
            measured, recording = await measure(entry, settings, logged, judge, view.show)
        # A model that writes no program has solved nothing; a recording without one says nothing.
        if measured.samples or sampler.language_model:
            folder.add(measured, recording)
            view.measured(measured)
        else:
            without_samples[entry.name] = f"{sampler.name} has no sample of {entry.problem.title!r}"
            view.left_out(entry.name, without_samples[entry.name])
    return without_samples


def _picture(text: str) -> Path:
    path = Path(text)
    if path.suffix not in SUFFIXES:
        raise argparse.ArgumentTypeError(f"the plot is drawn as {' or '.join(SUFFIXES)}, not as {path.name!r}")
    return path
