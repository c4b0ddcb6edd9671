"""What an interpreter in the sandbox runs: `python -c SOURCE LIBRARIES ACTION ARGUMENTS...`, in the program's folder.

LIBRARIES is a folder that holds numpy, or `-`. ACTION is `run` or `check` (compile only). Where a cell keeps the
interpreter warm, both the action and the arguments arrive with each fork instead, and what is imported here is there
for all of them. Nothing of the program has been seen before the fork that runs it has given up its rights.
"""

import builtins
import os
import sys
import types

SOURCE = "main.py"
# What programs for contests import, as far as it costs a fork little.
WARM = (
    "array bisect cmath collections copy dataclasses datetime decimal enum fractions functools heapq io itertools math "
    "operator queue random re statistics string threading time typing"
)


def run(arguments: list[str]) -> None:
    """Runs the program as `python main.py ARGUMENTS` would; returns only when it has ended without an exception."""
    # They come from the module `site`, without which an interpreter starts a third faster.
    vars(builtins).update(exit=sys.exit, quit=sys.exit)
    sys.argv = [SOURCE, *arguments]
    # Only checkers are given arguments. Their exit code 1 is an answer, so an exception must end in another.
    failed = 3 if arguments else 1
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    try:
        with open(SOURCE, "rb") as file:  # noqa: PTH123 - pathlib would cost more than most programs
            code = compile(file.read(), SOURCE, "exec")
        exec(code, module.__dict__)  # noqa: S102
    except SystemExit:
        raise
    except BaseException as error:
        trace = error.__traceback__
        sys.excepthook(type(error), error, trace and trace.tb_next)
        sys.exit(failed)


def check(_arguments: list[str]) -> None:
    """Compiles the program, and says what is wrong with it."""
    import traceback

    try:
        with open(SOURCE, "rb") as file:  # noqa: PTH123
            compile(file.read(), SOURCE, "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        sys.exit("".join(traceback.format_exception_only(error)))


def use_numpy(folder: str) -> None:
    """Loads numpy from a folder that holds more than we may see, so that it cannot be searched."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("numpy", f"{folder}/numpy/__init__.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["numpy"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


def serve(library: str) -> list[str]:
    """Waits to be forked; returns in every fork, with what it is to do. The fork is made in C, for the cell."""
    import ctypes
    import gc

    for name in WARM.split():
        __import__(name)
    buffer = ctypes.create_string_buffer(1 << 16)
    python = ctypes.PyDLL(None)
    template = ctypes.PyDLL(library)
    python.PyOS_BeforeFork()
    # What there is by now stays shared between the forks: collecting must not touch it.
    gc.freeze()
    length = template.alphacode_serve(buffer, len(buffer))
    python.PyOS_AfterFork_Child()
    return [os.fsdecode(argument) for argument in buffer.raw[:length].split(b"\0")[:-1]]


def leave() -> None:
    """Ends a program that has come to its end, without taking the interpreter apart piece by piece."""
    import atexit

    if "threading" in sys.modules:
        sys.modules["threading"]._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        if stream is not None and not stream.closed:
            stream.flush()
    os._exit(0)


def main() -> None:
    libraries, *work = sys.argv[1:]
    if libraries != "-":
        use_numpy(libraries)
    library = os.environ.pop("ALPHACODE_TEMPLATE", None)
    action, *arguments = serve(library) if library else work
    (run if action == "run" else check)(arguments)
    leave()


if __name__ == "__main__":
    main()
