"""Arguments that the actions of `alphacode eval` share."""

import argparse

from alphacode_server.cli.arguments import positive_int
from alphacode_server.evaluation import ORACLE
from alphacode_server.selection import SELECTORS
from alphacode_server.strategies import STRATEGIES

NAMES = (*SELECTORS, ORACLE)


def selector_names(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.split(",")))
    if "all" in names:
        return NAMES
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise argparse.ArgumentTypeError(f"no selector {', '.join(map(repr, unknown))}: there are {', '.join(NAMES)}")
    return names


def strategy_names(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.split(",")))
    if "all" in names:
        return (*STRATEGIES,)
    unknown = [name for name in names if name not in STRATEGIES]
    if unknown:
        there_are = ", ".join(STRATEGIES)
        raise argparse.ArgumentTypeError(f"no strategy {', '.join(map(repr, unknown))}: there are {there_are}")
    return names


def numbers(text: str) -> tuple[int, ...]:
    return tuple(sorted({positive_int(part) for part in text.split(",")}))
