import asyncio
import json
import random
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from alphacode_sandbox import Program
from alphacode_server.candidate import Sample
from alphacode_server.problem import Problem
from alphacode_server.samplers import Recorder, SamplerError, draw_hands, open_sampler

PROBLEM = Problem("Doubling", "Print 2n.")


def write(path: Path, *samples: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(sample) + "\n" for sample in samples))
    return path


def programs(language: str, n: int) -> list[dict[str, object]]:
    return [{"language": language, "code": f"print({i})"} for i in range(n)]


async def replay(
    path: Path, n: int, problem: Problem = PROBLEM, languages: Sequence[str] = ("cpp", "python")
) -> list[str]:
    sampler = await open_sampler(f"replay:{path}")
    hands = draw_hands(n, languages, children=sampler.children, rng=random.Random(1))
    async with aclosing(sampler.sample(problem, hands)) as samples:
        return [sample.program.code async for sample in samples]


async def test_samples_come_in_order_each_once(tmp_path: Path) -> None:
    path = write(tmp_path / "r.jsonl", *programs("python", 5))
    assert await replay(path, 3) == ["print(0)", "print(1)", "print(2)"]
    assert await replay(path, 99) == [f"print({i})" for i in range(5)]


async def test_other_problems_and_languages_are_left_out(tmp_path: Path) -> None:
    path = write(
        tmp_path / "r.jsonl",
        {"language": "python", "code": "a", "problem": "Doubling"},
        {"language": "python", "code": "b", "problem": "Halving"},
        {"language": "cpp", "code": "c"},
    )
    assert await replay(path, 9) == ["a", "c"]
    assert await replay(path, 9, languages=("cpp",)) == ["c"]
    assert await replay(path, 9, Problem("Halving", "")) == ["b", "c"]


async def test_a_folder_of_recordings_is_one(tmp_path: Path) -> None:
    write(tmp_path / "2.jsonl", *programs("python", 1))
    write(tmp_path / "1.jsonl", {"language": "python", "code": "first"})
    write(tmp_path / "3.part", {"language": "python", "code": "another"})
    assert await replay(tmp_path, 9) == ["first", "print(0)"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(SamplerError, match="no recordings"):
        await open_sampler(f"replay:{tmp_path / 'empty'}")


async def test_what_a_recorder_wrote_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    sample = Sample(
        Program("cpp", 'int main() { puts("é\u2028"); }\n'), "tiny", 0.7, {"rating": 800, "tags": ["dp"]}, 5, -0.25, 17
    )
    for problem in (PROBLEM, Problem("", "A statement without a title.")):
        with Recorder(path, problem) as record:
            record(sample)
        sampler = await open_sampler(f"replay:{path}")
        hands = draw_hands(9, ("cpp",), children=1, rng=random.Random(1))
        assert [drawn async for drawn in sampler.sample(problem, hands)] == [sample]
    assert len(path.read_text().splitlines()) >= 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "Expecting property name"),
        ("[1]", "a line of a recording is a JSON object"),
        ('{"language": "python"}', "`code` must be a string that is not empty"),
        ('{"code": "x"}', "`language` must be a string"),
        ('{"code": "x", "language": "python", "temperature": "hot"}', "`temperature` must be of type int or float"),
        ('{"code": "x", "language": "python", "metadata": []}', "`metadata` must be of type dict"),
        ('{"code": "x", "language": "python", "seed": true}', "`seed` must be of type int"),
    ],
)
async def test_a_bad_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(f'{{"code": "x", "language": "python"}}\n\n{line}\n')
    with pytest.raises(SamplerError, match=message) as caught:
        await open_sampler(f"replay:{path}")
    assert str(caught.value).startswith(f"{path}:3: ")


async def test_a_missing_recording_is_named(tmp_path: Path) -> None:
    with pytest.raises(SamplerError, match=r"cannot read the recording .*gone\.jsonl"):
        await open_sampler(f"replay:{tmp_path / 'gone.jsonl'}")
    with pytest.raises(SamplerError, match="replay:FILE"):
        await open_sampler("replay")
    with pytest.raises(SamplerError, match="cannot write the recording"):
        Recorder(tmp_path / "no folder" / "r.jsonl", PROBLEM)


async def test_the_rate_is_kept_and_a_search_can_stop(tmp_path: Path) -> None:
    path = write(tmp_path / "r.jsonl", *programs("cpp", 50))
    sampler = await open_sampler(f"replay:{path}", rate=100)
    hands = draw_hands(50, ("cpp",), children=1, rng=random.Random(1))
    began = asyncio.get_running_loop().time()
    n = 0
    async with aclosing(sampler.sample(PROBLEM, hands)) as samples:
        async for _ in samples:
            n += 1
            if n == 10:
                break
    assert n == 10
    assert asyncio.get_running_loop().time() - began >= 0.099


async def test_unknown_samplers_are_refused() -> None:
    with pytest.raises(
        SamplerError, match="unknown sampler 'magic'; known: llama_cpp, openai, vllm, family:FILE, replay:FILE"
    ):
        await open_sampler("magic")
    with pytest.raises(SamplerError, match="give the server's address"):
        await open_sampler("openai", url="127.0.0.1:8000")
