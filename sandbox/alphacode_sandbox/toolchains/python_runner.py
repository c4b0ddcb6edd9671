"""What an interpreter in the sandbox runs: `python -c SOURCE LIBRARIES ACTION ARGUMENTS...`, in the program's folder.

LIBRARIES is a folder that holds numpy, or `-`. ACTION is `run` or `check` (compile only). Where a cell keeps the
interpreter warm, it is started without an action; that and the arguments arrive with each fork, and what is imported
here is there for all of them. No program has been seen before the fork that runs it has given up its rights.
"""

import builtins
import os
import sys
import types

SOURCE = "main.py"
# What programs for contests import, as far as it costs a fork little.
WARM = "atexit bisect collections copy functools heapq io itertools math operator re string time typing"


def run(arguments: list[str]) -> None:
    """Runs the program as `python main.py ARGUMENTS` would; returns only when it has ended without an exception."""
    # They come from the module `site`, without which an interpreter starts a third faster.
    vars(builtins).update(exit=sys.exit, quit=sys.exit)
    sys.argv = [SOURCE, *arguments]
    # Of programs with arguments, checkers matter: their exit code 1 is an answer, so an exception must end in another.
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
        sys.exit("".join(traceback.format_exception_only(type(error), error)))


def use_numpy(folder: str) -> None:
    """Loads numpy from a folder that holds more than we may see, so that it cannot be searched."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("numpy", f"{folder}/numpy/__init__.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["numpy"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


def serve() -> list[str]:
    """Waits to be forked by the cell, whose library stands in for `fork`; returns in every fork, with its work."""
    import gc

    for name in WARM.split():
        __import__(name)
    # The first compilation sets up more than most programs need themselves.
    compile("0", SOURCE, "exec")
    # What there is by now stays shared between the forks: collecting must not touch it.
    gc.freeze()
    os.fork()
    work = os.read(3, 1 << 16)
    os.close(3)
    return [os.fsdecode(argument) for argument in work.split(b"\0")[:-1]]


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
    action, *arguments = work or serve()
    (run if action == "run" else check)(arguments)
    leave()


if __name__ == "__main__":
    main()
