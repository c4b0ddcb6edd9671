"""Python by the interpreter that runs us."""

import os
import sys

from alphacode_sandbox.toolchains.toolchain import LOADERS, RUNTIME, Toolchain, existing

# Without the module `site` an interpreter starts a third faster, but `exit` and `quit` come from there.
_PYTHON_START = """
import builtins, sys
builtins.exit = builtins.quit = sys.exit
sys.argv[0] = "main.py"
if sys.argv[1:]:
    # Only checkers are given arguments. Their exit code 1 is an answer, so an exception must end in another.
    def crashed(*error, show=sys.excepthook, leave=__import__("posix")._exit):
        show(*error)
        leave(3)
    sys.excepthook = crashed
    del crashed
with open("main.py", "rb") as file:
    code = compile(file.read(), "main.py", "exec")
del builtins, file
exec(code, sys.modules["__main__"].__dict__)
"""

_PYTHON_CHECK = """
import sys, traceback
try:
    with open("main.py", "rb") as file:
        compile(file.read(), "main.py", "exec")
except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
    sys.exit("".join(traceback.format_exception_only(error)))
"""


def find_python() -> Toolchain:
    # The interpreter that runs us, not the virtual environment around it.
    interpreter = os.path.realpath(getattr(sys, "_base_executable", "") or sys.executable)
    libraries = (f"{sys.base_prefix}/lib", f"{sys.base_prefix}/{sys.platlibdir}")
    readable = existing(*dict.fromkeys((*RUNTIME, *libraries)))
    executable = existing(interpreter, *LOADERS)
    # No user site, no site, no bytecode written. PYTHON* variables are honoured: they are ours.
    python = (interpreter, "-s", "-S", "-B", "-c")
    return Toolchain(
        run=(*python, _PYTHON_START),
        readable=readable,
        executable=executable,
        compile=(*python, _PYTHON_CHECK),
        compile_paths=(*readable, *executable),
        starts_processes=False,
    )
