"""Which of the languages asked for can be run here."""

from dataclasses import replace

from alphacode_sandbox import Judge, ToolchainMissing
from alphacode_server.pipeline.options import SolveOptions
from alphacode_server.pipeline.report import Report


def runnable(options: SolveOptions, judge: Judge, report: Report) -> SolveOptions:
    """The options without the languages whose toolchain is missing; raises ToolchainMissing when none is left."""
    languages = tuple(language for language in options.languages if language in judge.languages)
    missing = [language for language in options.languages if language not in languages]
    if not languages:
        raise ToolchainMissing(f"no toolchain for {' or '.join(missing)} where the candidates run; install one")
    for language in missing:
        report.warn("language_unavailable", f"no toolchain for {language} where the candidates run; it is left out")
    return replace(options, languages=languages)
