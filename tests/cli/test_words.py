"""How a program ended is said in the same words in the terminal and in the editor."""

import asyncio
from dataclasses import replace

import pytest

from alphacode_lsp.features.run_examples import summary
from alphacode_sandbox import Judgement, open_judge
from alphacode_server.cli.console import print_judgement
from alphacode_server.problem import Problem
from tests.sandbox.verdict_folder import FOLDERS, VerdictFolder, judging

PROGRAMS = {
    "cpp-reads-nothing": ("AC", ""),
    "cpp-deep-recursion": ("RUN", ""),
    "cpp-nul-bytes": ("RUN", ""),
    "cpp-wrong-answer": ("WA", "line 1: expected "),
    "cpp-output-flood": ("OLE", "it wrote more than "),
    "cpp-sleep": ("ILE", "idle for "),
    "cpp-endless-loop": ("TLE", "stopped after "),
    "cpp-grows-forever": ("MLE", " MB used (limit "),
    "cpp-segfault": ("RE", "exit 139 (SIGSEGV)"),
    "python-exception": ("RE", "exit 1: ZeroDivisionError: "),
}
CHOSEN = [folder for folder in FOLDERS if folder.name in PROGRAMS]


@pytest.fixture(scope="module")
def judgements() -> dict[VerdictFolder, Judgement]:
    async def judge_all() -> dict[VerdictFolder, Judgement]:
        async with open_judge() as judge, judging(CHOSEN, judge) as tasks:
            return {folder: await task for folder, task in tasks.items()}

    return asyncio.run(judge_all())


@pytest.mark.parametrize("folder", CHOSEN, ids=lambda folder: folder.name)
def test_the_same_words(
    judgements: dict[VerdictFolder, Judgement], folder: VerdictFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    judgement, limits = judgements[folder], folder.limits
    problem = Problem(
        title="",
        statement="",
        examples=(folder.case,),
        time_limit_ms=round(limits.time_s * 1000),
        memory_limit_mb=limits.memory_mb,
    )
    assert judgement.time_limit_s is not None
    in_editor = summary(judgement, (1,), replace(limits, time_s=judgement.time_limit_s))
    print_judgement(judgement, problem, folder.program.language, "L2")
    in_terminal = " ".join(capsys.readouterr().out.split())
    verdict, words = PROGRAMS[folder.name]
    assert in_terminal.startswith(f"{verdict} example 1 ")
    assert words in in_terminal
    assert words in in_editor
    assert in_editor.startswith(f"1 example of 1 failed. Example 1: {verdict}, " if words else "1/1 examples pass")
