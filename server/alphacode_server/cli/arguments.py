"""Arguments that several commands share."""

import argparse
import os
import sys
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

from alphacode_sandbox import LANGUAGES, LEVELS, Judge, open_judge
from alphacode_server.models import DEFAULT_MODEL
from alphacode_server.pipeline import Effort
from alphacode_server.problem.contest import state_dir_of
from alphacode_server.protocol import BOTH
from alphacode_server.samplers import Sampler, open_sampler

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Subparsers = Any


def add_search_arguments(parser: argparse.ArgumentParser) -> None:
    """What a user chooses about a search, whatever it is for."""
    parser.add_argument(
        "--language",
        choices=[*LANGUAGES, "both"],
        default="both",
        metavar="NAME",
        help=f"what programs are written in: {', '.join(LANGUAGES)}, or both, which is C++ and Python and the default",
    )
    parser.add_argument("--time", type=positive_float, metavar="S", help="seconds for the whole search of a problem")
    parser.add_argument(
        "--tokens",
        type=positive_int,
        metavar="N",
        help="that the model may write for a problem, in all stages together",
    )
    parser.add_argument("--seed", type=int, metavar="N", help="default: drawn at random and reported")
    parser.add_argument(
        "--effort",
        choices=[*Effort],
        type=Effort,
        default=Effort.NORMAL,
        help="high: the model also judges pairs of the best clusters, which 1000 samples or more do anyway; "
        "default: normal",
    )


def languages_of(language: str) -> tuple[str, ...]:
    """What `--language` asks for."""
    return BOTH if language == "both" else (language,)


def add_sampler_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("where candidates come from")
    group.add_argument("--sampler", default="llama_cpp", metavar="NAME",
                       help="llama_cpp (the embedded model, the default), vllm, openai, family:FILE (several policies, "
                            "see docs/vllm.md), or replay:PATH (a recording, or a folder of them)")  # fmt: skip
    group.add_argument("--model", metavar="NAME|PATH",
                       help=f"llama_cpp: a name of `alphacode model list` or a GGUF file, default {DEFAULT_MODEL}; "
                            "vllm: a folder in Hugging Face's layout; openai: the id of a model on that "
                            "server")  # fmt: skip
    group.add_argument("--api-url", metavar="URL", help="openai: the server's base address, ending in /v1")
    group.add_argument("--threads", type=positive_int, metavar="N",
                       help="llama_cpp: default: all cores but one; vllm without a GPU: default: all")  # fmt: skip
    group.add_argument("--engine", action="append", default=[], metavar="NAME=VALUE",
                       help="vllm: a field of its engine's arguments, as in max_num_seqs=64; may be given "
                            "again")  # fmt: skip
    group.add_argument(
        "--replay-rate", type=positive_float, metavar="N", help="replay: samples per second, default: at once"
    )


async def sampler_from(args: argparse.Namespace) -> Sampler:
    """Open the sampler the arguments name. The API key comes from ALPHACODE_API_KEY, never from the command line."""
    return await open_sampler(
        args.sampler,
        model=args.model,
        url=args.api_url,
        api_key=os.environ.get("ALPHACODE_API_KEY"),
        threads=args.threads,
        rate=args.replay_rate,
        engine=args.engine,
    )


def add_store_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--store",
        metavar="FILE|URL|none",
        help="where the backend keeps jobs and tokens: a SQLite file, postgresql://user@host/name, or none for memory, "
        "which ends with it; default: $ALPHACODE_STORE, or backend.db in the user's state folder",
    )


def store_from(args: argparse.Namespace) -> str:
    """A database's password belongs into the environment, not onto the command line."""
    return args.store or os.environ.get("ALPHACODE_STORE") or str(state_dir_of(os.environ) / "backend.db")


def add_language_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--language",
        choices=LANGUAGES,
        help="for programs whose ending leaves a choice, for instance cpp20 or pypy; default: cpp and python",
    )


def add_sandbox_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--unsafe-no-sandbox",
        action="store_true",
        help="run programs without any isolation, as yourself, with all your rights: level L0, this once",
    )


def judge_from(args: argparse.Namespace) -> AbstractAsyncContextManager[Judge]:
    """The sandbox the arguments ask for. Level L0 is never chosen by anything but the command line itself."""
    if args.unsafe_no_sandbox:
        print("alphacode: WARNING: programs run without isolation, with all your rights (level L0)", file=sys.stderr)
        return open_judge(layers=LEVELS["L0"])
    return open_judge()


def positive_int(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, not {value}")
    return value


def positive_float(text: str) -> float:
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"must be above 0, not {text}")
    return value
