"""Stage 7: the model's own tests one by one. A wrong one must not push a right program to a wrong one.

So a test that brute force contradicts is left out, a fix is kept only where the test passes now and every anchor still
does, and the program from before goes into the selection beside the one that comes out.
"""

from collections.abc import AsyncGenerator, Sequence

from alphacode_sandbox import Case, Program
from alphacode_server.protocol import WrittenTest
from alphacode_server.strategies.alphacodium.desk import Desk
from alphacode_server.strategies.alphacodium.fixing import fails, fix, keeps


async def ai_tests(desk: Desk, program: Program, tests: Sequence[WrittenTest]) -> AsyncGenerator[Program, None]:
    """Programs that pass a test more than `program`, and each than those before. Like it, they pass every example."""
    anchors = list(desk.problem.examples) if desk.settings.generate_ai_tests.add_public_tests_to_ai_tests else []
    n_left = desk.settings.ai_tests.max_allowed_calls
    for test in tests:
        case = Case(test.input, test.output)
        if test.is_doubted:
            continue
        result = await fails(desk, program, case)
        if result and n_left:
            n_left -= 1
            fixed = await fix(desk, program, case, result, "", in_one=True)
            if fixed is None or not await keeps(desk, fixed, [*anchors, case]):
                continue
            program, result = fixed, None
            yield program
        if result is None:
            anchors.append(case)
