"""Programs that the model writes about a problem, beside candidates: generators, validators, brute force."""

from contextlib import aclosing

from alphacode_sandbox import Program
from alphacode_server.extraction import extract_code
from alphacode_server.pipeline.report import Report
from alphacode_server.prompts import Prompt
from alphacode_server.samplers import Decoding, LanguageModel, SamplerError

LANGUAGE = "python"


async def write_programs(
    prompt: Prompt, language_model: LanguageModel, decoding: Decoding, what: str, report: Report
) -> tuple[Program, ...]:
    """Distinct Python programs, in an order that does not depend on which was finished first.

    When the engine fails, those that it has finished; `what` they are is named in the warning.
    """
    codes = set[str]()
    try:
        async with aclosing(language_model.complete(prompt, decoding)) as completions:
            async for completion in completions:
                codes |= {extract_code(completion.text, prompt, LANGUAGE) or ""}
    except SamplerError as error:
        report.warn("sampler", f"the model wrote {len(codes)} of {decoding.n} {what}: {error}")
    return tuple(Program(LANGUAGE, code) for code in sorted(codes) if code)
