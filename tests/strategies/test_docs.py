"""What docs/strategies.md says is so."""

import re
from contextlib import aclosing
from dataclasses import fields
from pathlib import Path

from alphacode_lsp.settings import STRATEGIES as OFFERED
from alphacode_sandbox import Judge
from alphacode_server.candidate import Header
from alphacode_server.strategies import STRATEGIES, Strategy
from alphacode_server.strategies.alphacodium import FlowSettings
from tests.strategies.model import Dealt
from tests.strategies.test_alphacode import OPTIONS, PROBLEM, RIGHT, result_of

PAGE = (Path(__file__).parents[2] / "docs" / "strategies.md").read_text(encoding="utf-8")


def test_every_strategy_is_there_with_its_selector_and_can_be_chosen_in_the_editor() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| `(\w+)` \|$", PAGE, re.MULTILINE)
    assert dict(rows) == {name: strategy.selector for name, strategy in STRATEGIES.items()}
    assert set(OFFERED) == set(STRATEGIES)


def test_every_setting_of_a_flow_is_there_with_its_default() -> None:
    table = {(section, key): default for section, keys, default in _rows() for key in re.findall(r"\w+", keys)}
    settings = FlowSettings()
    expected = {
        (section.name, key.name): str(getattr(getattr(settings, section.name), key.name)).lower()
        for section in fields(settings)
        for key in fields(getattr(settings, section.name))
    }
    assert table == expected


async def test_the_strategy_of_one_file_works(judge: Judge) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, object] = {}
    exec(code, names)
    strategy = names["STRATEGY"]
    assert isinstance(strategy, Strategy)
    sampler = Dealt([RIGHT])
    async with aclosing(strategy.search(PROBLEM, OPTIONS, sampler, judge)) as events:
        result = result_of([event async for event in events])
    assert [candidate.code for candidate in result.candidates] == [RIGHT]
    assert {(hand.temperature, hand.header) for hand in sampler.hands} == {(0.2, Header.NONE)}


def _rows() -> list[tuple[str, str, str]]:
    """Section, keys and default; a section is named in its first row."""
    rows, section = [], ""
    for name, keys, default in re.findall(r"^\| (?:`(\w+)`)? ?\| (`[^|]*`) \| (\w+) \|.*\|$", PAGE, re.MULTILINE):
        section = name or section
        rows.append((section, keys, default))
    return rows
