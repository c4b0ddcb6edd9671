"""Shows, by trying it, that the isolation holds on this machine.

Each probe goes twice: the way a candidate goes, and without the system call filter, so that the namespaces have to hold
on their own. The probes are our own programs and harmless where they succeed.
"""

import asyncio
import os
import socket

from alphacode_sandbox.errors import SandboxUnavailable
from alphacode_sandbox.isolation.command import Bounds, Command, Outcome
from alphacode_sandbox.isolation.seccomp import Profile
from alphacode_sandbox.isolation.supervisor import Supervisor
from alphacode_sandbox.languages import LANGUAGES

LEVEL = "L2"
"""What passing means: the floor (filter, limits, sealed files) and namespaces."""

_BOUNDS = Bounds(cpu_s=5, wall_s=20, memory_bytes=512 << 20, file_bytes=1 << 16)
_BAD_SYSTEM_CALL = 128 + 31

# Prints a line for everything that should have been refused, and a last one to show that it came to its end.
_REACH = """
import os, sys
secret, parent = sys.argv[1:]
for path in (secret, "/etc/passwd", "/etc/shadow", "/proc/self/environ", "/sys/kernel", "/dev/null"):
    if os.path.exists(path):
        print("read " + path)
for path in ("/written", "/tmp/written", "/usr/lib/written", os.path.dirname(secret) + "/written"):
    try:
        open(path, "w").close()
        print("write " + path)
    except OSError:
        pass
try:
    if os.fork() == 0:
        os._exit(0)
    print("start another process")
except OSError:
    pass
try:
    os.kill(int(parent), 0)
    print("signal a process outside")
except OSError:
    pass
print("done")
"""

_CONNECT = """
import socket, sys
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=5).close()
    print("connect to the host's network")
except OSError:
    pass
print("done")
"""


async def probe(supervisor: Supervisor) -> str:
    """The level that was shown. Raises SandboxUnavailable, naming what got through or what is missing."""
    secret = supervisor.folder / "secret"
    secret.write_text("not for candidates")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        reach = (_REACH, str(secret), str(os.getpid()))
        filtered, network, bare, bare_network = await asyncio.gather(
            supervisor.execute(_python(Profile.CANDIDATE, *reach)),
            supervisor.execute(_python(Profile.CANDIDATE, _CONNECT, port)),
            supervisor.execute(_python(Profile.NONE, *reach)),
            supervisor.execute(_python(Profile.NONE, _CONNECT, port)),
        )
    for outcome in (filtered, network, bare, bare_network):
        _must_have_started(outcome)
    if network.exit_code != _BAD_SYSTEM_CALL:
        raise _not_isolated("the system call filter let a program open a socket")
    for outcome in (filtered, bare, bare_network):
        *through, last = outcome.stdout.decode(errors="replace").splitlines() or [""]
        if outcome is bare:
            through = [line for line in through if line != "start another process"]
        if through or last != "done":
            what = ", ".join(through) or f"end early: {outcome.stderr.decode(errors='replace').strip()[-200:]}"
            raise _not_isolated(f"a program that should have been held back could {what}")
    return LEVEL


def _python(profile: Profile, code: str, *arguments: str) -> Command:
    toolchain = LANGUAGES["python"].find()
    assert toolchain is not None, "we are run by one"
    interpreter = toolchain.run[0]
    arguments = (interpreter, "-I", "-S", "-c", code, *arguments)
    return Command(arguments, toolchain.readable, toolchain.executable, _BOUNDS, profile=profile)


def _must_have_started(outcome: Outcome) -> None:
    if outcome.killed is None and outcome.exit_code is not None:
        return
    reason = outcome.stderr.decode(errors="replace").strip() or f"no answer ({outcome.killed})"
    raise SandboxUnavailable(
        f"Programs run only inside bubblewrap, and it cannot isolate them here: {reason}. "
        "In a container, allow user namespaces "
        "(for Docker `--security-opt seccomp=unconfined --security-opt systempaths=unconfined`); "
        "on Ubuntu 24.04 install the distribution's bubblewrap and an AppArmor profile that allows it `userns`. "
        "Or point the client at a backend on another machine."
    )


def _not_isolated(what: str) -> SandboxUnavailable:
    return SandboxUnavailable(
        f"Nothing untrusted is run on this machine, because a trial showed that it would not be isolated: {what}."
    )
