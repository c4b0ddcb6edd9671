"""Stage 6: the examples one by one. What passes is an anchor, which no later program may fail."""

from collections.abc import AsyncGenerator

from alphacode_server.strategies.alphacodium.attempt import Attempt, attempt
from alphacode_server.strategies.alphacodium.desk import Desk, NoAnswer
from alphacode_server.strategies.alphacodium.fixing import fix
from alphacode_server.strategies.alphacodium.values import Reflection

FIXES_OF_ONLY_TEST = 4


async def public_tests(desk: Desk, best: Attempt, reflection: Reflection) -> AsyncGenerator[Attempt, None]:
    """Attempts that are better than `best`, and each than those before; none fails what one before it has passed."""
    settings, examples = desk.settings.public_tests, desk.problem.examples
    per_test = FIXES_OF_ONLY_TEST if len(examples) == 1 else settings.max_fixes_per_test
    notes = "\n".join(
        text
        for text, is_used in (
            (reflection.points, settings.use_self_reflection),
            (reflection.explanations, settings.use_test_explanations),
        )
        if is_used and text
    )
    n_left = settings.max_allowed_calls
    for place, case in enumerate(examples):
        n_fixes = 0
        while n_left and n_fixes < per_test and not best.passes and (result := best.failures.get(place)):
            n_left, n_fixes = n_left - 1, n_fixes + 1
            try:
                program = await fix(desk, best.program, case, result, notes, in_one=settings.single_stage_fix)
            except NoAnswer:
                continue
            if program is None:
                continue
            tried = await attempt(desk, program)
            if tried.rank < best.rank and tried.failures.keys() <= best.failures.keys():
                best = tried
                yield best
