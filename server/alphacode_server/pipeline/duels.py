"""Duels: a language model judges pairs of the most promising clusters by an input on which they differ.

As in S* (Li et al. 2025, arXiv 2502.14382) and GenCluster (2025, arXiv 2510.14232). What comes of all duels together is
told by `selection/bradley_terry.py`, as in OpenDeepThink (2026, arXiv 2605.15177).
"""

from collections.abc import Sequence
from itertools import combinations

from alphacode_server.pipeline.clock import Clock
from alphacode_server.pipeline.options import Effort, SolveOptions
from alphacode_server.pipeline.report import Report
from alphacode_server.pipeline.witness import Witness
from alphacode_server.prompts import DUEL_LABELS, duel_prompt
from alphacode_server.samplers import LanguageModel, Sampler, SamplerError
from alphacode_server.selection import Cluster, Duel, Selector
from alphacode_server.selection.contrast import differing_input

N_DUELLISTS = 4
"""Clusters that fight, each against each: twelve questions in all."""
MANY_SAMPLES = 1000
"""Samples beside which so many questions cost next to nothing. With fewer, duels are fought only if asked for."""


def duel_referee(
    options: SolveOptions, selector: Selector, sampler: Sampler, n_sampled: int, report: Report
) -> LanguageModel | None:
    """The model to ask where duels are worth their price; warns a user who asked for them and cannot have them."""
    model, is_asked_for = sampler.language_model, options.effort is Effort.HIGH
    if is_asked_for and not selector.uses_duels:
        report.warn("no_duels", f"no pairs are judged: the selector {selector.name} would make nothing of it")
    elif is_asked_for and model is None:
        report.warn("no_duels", f"no pairs are judged: {sampler.name} has no language model to ask")
    return model if selector.uses_duels and (is_asked_for or n_sampled >= MANY_SAMPLES) else None


async def duels(
    duellists: Sequence[Cluster], witness: Witness, model: LanguageModel, clock: Clock, report: Report
) -> tuple[Duel, ...]:
    """Each against each, the best pairs first, until time runs out. Fewer where no input tells two apart legibly."""
    pairs = sorted(combinations(range(len(duellists)), 2), key=lambda pair: (pair[1], pair[0]))
    fought: list[Duel] = []
    for n_fought, (first, second) in enumerate(pairs):
        report.phase("duel", n_fought, len(pairs))
        if clock.is_over:
            break
        try:
            duel = await _duel(duellists[first].row, duellists[second].row, witness, model)
        except SamplerError as error:
            report.warn("sampler", f"the remaining pairs are not judged: {error}")
            break
        fought += [duel] if duel else []
    report.phase("duel", len(pairs), len(pairs))
    return tuple(fought)


async def _duel(first: int, second: int, witness: Witness, model: LanguageModel) -> Duel | None:
    """Asked both ways round: models prefer a place, and what they owe to it cancels out."""
    column = differing_input(witness.matrix, first, second)
    if column is None:
        return None
    runs = (*await witness.runs(first, [column]), *await witness.runs(second, [column]))
    if len(runs) < len(DUEL_LABELS):
        return None
    text, one, other = runs[0].input, runs[0].result, runs[1].result
    there = await model.label_probabilities(duel_prompt(witness.problem, text, one, other), DUEL_LABELS)
    back = await model.label_probabilities(duel_prompt(witness.problem, text, other, one), DUEL_LABELS)
    return Duel(first, second, (there[DUEL_LABELS[0]] + back[DUEL_LABELS[1]]) / 2)
