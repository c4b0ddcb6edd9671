"""AlphaCodium's flow with a model by script: every stage, and everything that may go wrong in one."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from alphacode_sandbox import Case, Judge
from alphacode_server.pipeline import SolveOptions
from alphacode_server.prompts import Prompt
from alphacode_server.samplers import Completion, Decoding, ExchangeLog, LoggedSampler, Sampler, SamplerError
from alphacode_server.strategies.alphacodium import FlowSettings, alphacodium
from alphacode_server.strategies.alphacodium.desk import TEMPLATES
from alphacode_server.strategies.alphacodium.flows import FLOW_TOKENS
from alphacode_server.strategies.alphacodium.settings import (
    AiTests,
    GenerateAiTests,
    InitialCodeGeneration,
    PublicTests,
    SelfReflection,
)
from tests.strategies.scripted import (
    ALWAYS,
    CHOICE,
    EVEN,
    LOOP,
    ODD,
    PROBLEM,
    REFLECTION,
    RIGHT,
    RIGHT_TEST,
    SCRIPT,
    TELLING_TEST,
    WRONG_TEST,
    Run,
    Scripted,
)

OPTIONS = SolveOptions(n_samples=1, languages=("python",), seed=1)
NO_BRUTE_FORCE = FlowSettings(ai_tests=AiTests(number_of_brute_force_programs=0))


async def run(
    model: Sampler, judge: Judge, options: SolveOptions = OPTIONS, settings: FlowSettings = NO_BRUTE_FORCE
) -> Run:
    async with aclosing(alphacodium(settings).search(PROBLEM, options, model, judge)) as events:
        return Run([event async for event in events])


async def test_a_flow_goes_through_its_stages_and_tells_what_each_came_to(judge: Judge) -> None:
    model = Scripted(SCRIPT)
    told = await run(model, judge)
    assert model.asked == [
        "self_reflection", "possible_solutions", "choose_best_solution", "generate_ai_tests", "initial_code"
    ]  # fmt: skip
    assert model.temperatures == pytest.approx([0.2, 0.2, 0.2, 0.2, 0.3])
    assert told.codes == [RIGHT]
    assert [event.stage for event in told.stages] == [
        "self_reflection", "possible_solutions", "choose_best_solution", "generate_ai_tests",
        "initial_code_generation", "weigh_ai_tests",
    ]  # fmt: skip
    assert (told.stages[-1].calls, told.stages[-1].tokens) == (5, 50)
    thoughts = told.result.candidates[0].thoughts
    assert thoughts is not None
    assert thoughts.reflection == ("The goal is to test for multiples of 4.", "n: one integer")
    assert (thoughts.solution, thoughts.reason) == ("The remainder", "it is simple")
    assert [(test.input, test.output, test.weight) for test in thoughts.tests] == [("12\n", "YES\n", 0.5)]
    assert told.result.cost is not None
    assert (told.result.cost.tokens, told.result.candidates[0].tokens) == (50, 50)
    assert told.warnings == []


async def test_every_template_is_filled_in_and_comes_after_the_statement(judge: Judge) -> None:
    settings = FlowSettings(
        self_reflection=SelfReflection(validate_self_reflection=True),
        generate_ai_tests=GenerateAiTests(validate_ai_tests=True),
        initial_code_generation=InitialCodeGeneration(max_attempts=0),
        public_tests=PublicTests(use_self_reflection=True, use_test_explanations=True, single_stage_fix=False),
    )
    script = {
        **SCRIPT,
        "validate_reflection": ["    8\n  output: |\n    YES\n  explanation: twice 4\n- input: 5\n  output: NO\n"],
        "validate_ai_tests": [RIGHT_TEST],
        "initial_code": [ALWAYS],
        "analyze_failure": ["it never says NO\nfixed_flow:\n- take the remainder\n"],
    }
    model = Scripted(script)
    assert (await run(model, judge, settings=settings)).codes == [RIGHT]
    assert {*model.asked} - {"brute_force"} == {file.stem for file in TEMPLATES.iterdir()}
    for prompt in model.prompts:
        assert prompt.user.startswith(f"Fours\n\n{PROBLEM.statement}\n\n")
        assert "$" not in prompt.user
    asked = {name: prompt.user for name, prompt in zip(model.asked, model.prompts, strict=True)}
    assert "- 8 is 2 times 4" in asked["validate_reflection"]
    assert "- twice 4" in asked["possible_solutions"]
    assert "less than 2 seconds" in asked["choose_best_solution"]
    assert "Write 6 further tests" in asked["generate_ai_tests"]
    assert "in Python 3" in asked["initial_code"]
    assert ALWAYS.strip() in asked["analyze_failure"]
    assert "it never says NO\n- take the remainder" in asked["fix_code"]


async def test_what_goes_by_the_name_of_brute_force_is_no_solution(judge: Judge) -> None:
    model = Scripted(SCRIPT)
    await run(model, judge)
    prompt = model.prompts[model.asked.index("choose_best_solution")].user
    assert "The remainder" in prompt
    assert "rute" not in prompt


async def test_a_reply_that_cannot_be_read_is_asked_for_again(judge: Judge) -> None:
    model = Scripted({**SCRIPT, "self_reflection": ["", "No.", REFLECTION], "choose_best_solution": ["", CHOICE]})
    told = await run(model, judge)
    assert (model.asked.count("self_reflection"), model.asked.count("choose_best_solution")) == (3, 2)
    assert told.codes == [RIGHT]
    assert told.result.candidates[0].thoughts is not None
    assert told.result.candidates[0].thoughts.solution == "The remainder"


async def test_a_model_that_writes_no_yaml_still_comes_to_a_program(judge: Judge) -> None:
    stages = ("self_reflection", "possible_solutions", "choose_best_solution", "generate_ai_tests")
    model = Scripted({**SCRIPT, **{stage: ["\n"] for stage in stages}})
    told = await run(model, judge)
    assert told.codes == [RIGHT]
    troubles = {event.stage for event in told.stages if isinstance(event.result, dict) and "trouble" in event.result}
    assert troubles == set(stages)


async def test_where_nothing_is_chosen_the_first_idea_is_worked_out(judge: Judge) -> None:
    model = Scripted({**SCRIPT, "choose_best_solution": ["\n"]})
    told = await run(model, judge)
    assert "n mod 4" in model.prompts[model.asked.index("initial_code")].user
    assert told.result.candidates[0].thoughts is not None
    assert told.result.candidates[0].thoughts.solution == "The remainder"


async def test_a_model_that_writes_no_program_leaves_a_clear_report(judge: Judge) -> None:
    told = await run(Scripted({**SCRIPT, "initial_code": [""]}), judge)
    assert told.codes == []
    assert told.warnings == ["flow 1: it came to no program"]


async def test_a_model_that_always_fails_fails_the_job(judge: Judge) -> None:
    def fail(_: str) -> None:
        raise SamplerError("the engine is gone")

    with pytest.raises(SamplerError, match="the engine is gone"):
        await run(Scripted(SCRIPT, fail), judge)


async def test_an_engine_that_dies_in_a_late_stage_takes_no_program_with_it(judge: Judge) -> None:
    def fail(name: str) -> None:
        if name == "fix_code":
            raise SamplerError("the engine is gone")

    told = await run(Scripted({**SCRIPT, "initial_code": [ALWAYS]}, fail), judge)
    assert told.codes == [ALWAYS], "it fails an example, and is the best there is"


async def test_attempts_go_on_until_one_passes_and_the_nearest_is_kept(judge: Judge) -> None:
    model = Scripted({**SCRIPT, "initial_code": ["print(", ALWAYS, EVEN]})
    told = await run(model, judge)
    assert model.asked.count("initial_code") == 3
    assert told.codes[0] == EVEN
    settings = replace(NO_BRUTE_FORCE, initial_code_generation=InitialCodeGeneration(max_attempts=1))
    model = Scripted({**SCRIPT, "initial_code": [ALWAYS, ODD, EVEN], "fix_code": ["print("]})
    assert (await run(model, judge, settings=settings)).codes == [ALWAYS]
    assert (model.asked.count("initial_code"), model.asked.count("fix_code")) == (2, 3)


async def test_a_fix_that_fails_what_passed_before_is_taken_back(judge: Judge) -> None:
    never = "input()\nprint('NO')\n"
    settings = replace(NO_BRUTE_FORCE, initial_code_generation=InitialCodeGeneration(max_attempts=0))
    model = Scripted({**SCRIPT, "initial_code": [ALWAYS], "fix_code": [never, RIGHT]})
    told = await run(model, judge, settings=settings)
    assert told.codes == [RIGHT]
    second = model.prompts[[place for place, name in enumerate(model.asked) if name == "fix_code"][1]].user
    assert ALWAYS in second
    assert "5\n```\nExpected output:\n```\nNO\n```\nOutput of the program:\n```\nYES\n```" in second


async def test_what_is_mended_before_the_end_is_kept(judge: Judge) -> None:
    settings = replace(NO_BRUTE_FORCE, initial_code_generation=InitialCodeGeneration(max_attempts=0))
    problem = replace(PROBLEM, examples=(*PROBLEM.examples, Case("7\n", "NO\n")))
    five = "print('NO' if int(input()) == 5 else 'YES')\n"

    def fail(name: str) -> None:
        if name == "fix_code" and "fix_code" in model.asked:
            raise SamplerError("the engine is gone")

    model = Scripted({**SCRIPT, "initial_code": [ALWAYS], "fix_code": [five]}, fail)
    async with aclosing(alphacodium(settings).search(problem, OPTIONS, model, judge)) as events:
        told = Run([event async for event in events])
    assert told.codes == [five]


async def test_a_program_that_runs_for_ever_is_shown_as_that(judge: Judge) -> None:
    settings = replace(NO_BRUTE_FORCE, initial_code_generation=InitialCodeGeneration(max_attempts=0))
    problem_limits = replace(PROBLEM, time_limit_ms=100)
    model = Scripted({**SCRIPT, "initial_code": [LOOP]})
    async with aclosing(alphacodium(settings).search(problem_limits, OPTIONS, model, judge)) as events:
        told = Run([event async for event in events])
    assert told.codes == [RIGHT]
    assert "did not get through" in model.prompts[model.asked.index("fix_code")].user


async def test_generated_tests_mend_what_the_examples_let_through(judge: Judge) -> None:
    model = Scripted({**SCRIPT, "initial_code": [EVEN], "generate_ai_tests": [TELLING_TEST]})
    told = await run(model, judge)
    assert set(told.codes) == {RIGHT, EVEN}
    assert told.codes[0] == RIGHT, "the written test is a vote in the selection"


async def test_the_right_program_survives_a_wrong_test(judge: Judge) -> None:
    # Without votes the flow is led astray, and both programs are there for the selection.
    wrong = "print('YES' if int(input()) == 8 else 'NO')\n"
    script = {**SCRIPT, "generate_ai_tests": [WRONG_TEST], "fix_code": [wrong]}
    assert set((await run(Scripted(script), judge)).codes) == {RIGHT, wrong}
    # Brute force contradicts the test: it has no weight, and nothing is mended by it.
    model = Scripted(script)
    settings = FlowSettings(ai_tests=AiTests(number_of_brute_force_programs=2))
    told = await run(model, judge, settings=settings)
    assert told.codes == [RIGHT]
    assert "fix_code" not in model.asked
    assert told.result.candidates[0].thoughts is not None
    assert told.result.candidates[0].thoughts.tests[0].weight < 0.5


async def test_a_flow_writes_in_the_language_that_was_asked_for(judge: Judge) -> None:
    code = '#include <iostream>\nint main() {\n int n;\n std::cin >> n;\n std::cout << (n % 4 ? "NO" : "YES");\n}\n'
    model = Scripted({**SCRIPT, "initial_code": [code]})
    told = await run(model, judge, replace(OPTIONS, languages=("cpp",)))
    assert told.codes == [code]
    assert "Write a program in C++17" in model.prompts[-1].user


async def test_twenty_flows_are_one_pool(judge: Judge) -> None:
    codes = [
        f"# {number}\n{code}" for number in range(10) for code in (f"{RIGHT}'' * {number}\n", f"{EVEN}'' * {number}\n")
    ]
    model = Scripted({**SCRIPT, "initial_code": codes, "generate_ai_tests": [TELLING_TEST], "fix_code": ["print("]})
    told = await run(model, judge, replace(OPTIONS, n_samples=20))
    assert told.result.counts.sampled == 20
    assert [candidate.cluster.size for candidate in told.result.candidates if candidate.cluster] == [10, 10]
    assert "% 4" in told.codes[0], "the tests of the flows vote"
    assert {event.flow for event in told.stages} == set(range(1, 21))


async def test_a_flow_that_runs_out_of_tokens_ends_with_what_it_has(judge: Judge) -> None:
    told = await run(Scripted({**SCRIPT, "initial_code": [ALWAYS]}), judge, replace(OPTIONS, max_tokens=50))
    assert told.codes == [ALWAYS]
    assert told.warnings == ["flow 1: it ends early: the budget of 50 tokens is spent"]


async def test_tokens_are_for_the_program_before_they_are_for_brute_force(judge: Judge) -> None:
    told = await run(Scripted(SCRIPT), judge, replace(OPTIONS, max_tokens=50), FlowSettings())
    assert told.codes == [RIGHT]
    assert told.result.candidates[0].thoughts is not None
    assert [test.weight for test in told.result.candidates[0].thoughts.tests] == [0.5]


async def test_no_more_flows_are_begun_than_the_tokens_last_for(judge: Judge) -> None:
    told = await run(Scripted(SCRIPT), judge, replace(OPTIONS, n_samples=20, max_tokens=2 * FLOW_TOKENS + 100))
    assert {event.flow for event in told.stages} == {1, 2}
    assert told.warnings == ["4900 tokens are enough for 2 of 20 flows, so no more are begun"]


async def test_a_flow_that_was_stopped_goes_on_from_its_log(judge: Judge, tmp_path: Path) -> None:
    def fail(name: str) -> None:
        if name == "initial_code":
            raise SamplerError("the engine is gone")

    first, second = Scripted(SCRIPT, fail), Scripted(SCRIPT)
    with ExchangeLog(tmp_path / "log.jsonl") as log, pytest.raises(SamplerError):
        await run(LoggedSampler(first, log), judge)
    with ExchangeLog(tmp_path / "log.jsonl") as log:
        told = await run(LoggedSampler(second, log), judge)
    assert len(first.asked) == 4
    assert second.asked == ["initial_code"]
    assert told.codes == [RIGHT]
    assert told.result.cost is not None
    assert told.result.cost.tokens == 50, "of the whole flow"


class Stuck(Scripted):
    """Never answers one of the questions."""

    def __init__(self, script: Mapping[str, Sequence[str]], words: str) -> None:
        super().__init__(script)
        self._words = words

    async def complete(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        if self._words in prompt.user:
            await asyncio.Event().wait()
        async with aclosing(super().complete(prompt, decoding)) as completions:
            async for completion in completions:
                yield completion


async def test_a_flow_that_runs_out_of_time_ends_with_what_it_has(judge: Judge) -> None:
    settings = replace(NO_BRUTE_FORCE, initial_code_generation=InitialCodeGeneration(max_attempts=0))
    model = Stuck({**SCRIPT, "initial_code": [ALWAYS]}, "Keep what works")
    told = await run(model, judge, replace(OPTIONS, time_s=10.0), settings)
    assert told.codes == [ALWAYS]
    assert told.warnings == ["flow 1: it ends early: the time is up"]


async def test_brute_force_that_takes_too_long_is_done_without(judge: Judge) -> None:
    told = await run(Stuck(SCRIPT, "by brute force"), judge, replace(OPTIONS, time_s=8.0), FlowSettings())
    assert told.codes == [RIGHT]
    assert told.result.candidates[0].thoughts is not None
    assert [test.weight for test in told.result.candidates[0].thoughts.tests] == [0.5]


async def test_without_examples_a_flow_goes_by_its_own_tests(judge: Judge) -> None:
    problem = replace(PROBLEM, examples=())
    model = Scripted({**SCRIPT, "initial_code": [EVEN], "generate_ai_tests": [TELLING_TEST]})
    async with aclosing(alphacodium(NO_BRUTE_FORCE).search(problem, OPTIONS, model, judge)) as events:
        told = Run([event async for event in events])
    assert told.codes == [RIGHT, EVEN]
