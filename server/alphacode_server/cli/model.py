"""`alphacode model`: list, fetch and locate model files."""

import argparse

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from alphacode_server.cli.arguments import Subparsers
from alphacode_server.cli.console import make_console
from alphacode_server.cli.errors import EXIT_OK
from alphacode_server.models import DEFAULT_MODEL, ModelState, known_model, list_models, path_of, pull


def add_to(commands: Subparsers) -> None:
    parser = commands.add_parser("model", help="list, fetch and locate model files")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("list", help="the known models, and which are here").set_defaults(run=run_list)
    for name, run, text in (
        ("pull", run_pull, "fetch a model; goes on where an interrupted fetch stopped"),
        ("path", run_path, "print where a model's file is"),
    ):
        action = actions.add_parser(name, help=text)
        action.set_defaults(run=run)
        action.add_argument(
            "name",
            nargs="?",
            default=DEFAULT_MODEL,
            metavar="NAME",
            help="a name of `alphacode model list`, a GGUF file, or hf:owner/repo/file.gguf; default: %(default)s",
        )


def run_list(args: argparse.Namespace) -> int:
    """A row a known model."""
    del args
    table = Table(header_style="bold", box=None, pad_edge=False)
    for column in ("name", "state", "size", "licence", "what it is"):
        table.add_column(column, justify="right" if column == "size" else "left")
    for state in list_models():
        model = state.model
        default = " (default)" if model.name == DEFAULT_MODEL else ""
        table.add_row(model.name + default, _state(state), f"{model.size / 1e6:,.0f} MB", model.licence, model.title)
    console = make_console()
    console.print(table)
    console.print("Any GGUF file can be named by its path instead.", style="dim")
    return EXIT_OK


def run_pull(args: argparse.Namespace) -> int:
    """Says nothing but the path when the model is here already."""
    model = known_model(args.name)
    columns = (BarColumn(bar_width=32), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(TextColumn(args.name), *columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=model.size if model else None, visible=False)
        path = pull(args.name, lambda done, total: progress.update(task, completed=done, total=total, visible=True))
    print(path)
    return EXIT_OK


def run_path(args: argparse.Namespace) -> int:
    """The path alone, for scripts. Fails with the command that mends it when the file is missing or not whole."""
    print(path_of(args.name))
    return EXIT_OK


def _state(state: ModelState) -> str:
    if state.state == "partial":
        return f"partial, {state.n_bytes / state.model.size:.0%}"
    return state.state
