"""The system call filter, assembled as a classic BPF program.

bubblewrap loads the program just before it starts ours (`--seccomp FD`). Namespaces and mounts keep a program
from what it could reach; the filter keeps it from the kernel's less travelled parts, and holds where
resource limits do not: RLIMIT_NPROC, for one, is not enforced for uid 0, so fork is refused here.

A candidate runs under an allow list. A compiler needs to start other programs and write files, so it runs under a
deny list of what nobody needs to compile a program.
"""

import struct
from enum import StrEnum

from alphacode_sandbox.isolation.syscalls import ALLOWED, KILLED, REFUSED, SPECIAL, numbers


class Profile(StrEnum):
    """Which filter a command runs under."""

    CANDIDATE = "candidate"
    COMPILER = "compiler"
    NONE = "none"  # only for the probe that shows what namespaces alone hold back


# Actions, as in <linux/seccomp.h>.
_KILL = 0x80000000
_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_EPERM, _ENOTTY, _ENOSYS = 1, 25, 38

# Instructions, as in <linux/bpf_common.h>.
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06

# Offsets in `struct seccomp_data`. Both architectures are little-endian, so the low half of an argument comes first.
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16

_AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_BIT = 0x40000000

_CLONE_THREAD = 0x00010000
_CLONE_NAMESPACES = 0x7E020080  # NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET and NEWTIME
_TERMINAL_INPUT = 0x5412  # TIOCSTI types into the terminal of whoever started us (CVE-2017-5226).
_HARMLESS_IOCTLS = (
    0x5401,
    0x5451,
    0x5450,
    0x541B,
    0x5413,
    0x5421,
)  # TCGETS FIOCLEX FIONCLEX FIONREAD TIOCGWINSZ FIONBIO
_HARMLESS_PRCTLS = (15, 16, 0x53564D41)  # PR_SET_NAME, PR_GET_NAME, PR_SET_VMA

Instruction = tuple[int, int, int, int]
"""Operation, jump if true, jump if false, constant."""


def bpf_program(profile: Profile, machine: str) -> bytes:
    """The filter as the kernel reads it. Raises KeyError for a machine that is not in `ARCHITECTURES`."""
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, _AUDIT_ARCHITECTURE[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":
        code += [(_JUMP_AT_LEAST, 0, 1, _X32_BIT), (_RETURN, 0, 0, _KILL)]
    code += _candidate(machine) if profile is Profile.CANDIDATE else _compiler(machine)
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)


def _candidate(machine: str) -> list[Instruction]:
    clone, clone3, ioctl, prctl, prlimit = numbers(SPECIAL, machine)
    return [
        *_each(numbers(ALLOWED, machine), _ALLOW),
        *_when(ioctl, _if_argument_is(1, _HARMLESS_IOCTLS, _ERRNO | _ENOTTY)),
        *_when(prctl, _if_argument_is(0, _HARMLESS_PRCTLS, _ERRNO | _EPERM)),
        # A process may ask for its own limits (pid 0), not for anybody else's.
        *_when(prlimit, _if_argument_is(0, (0,), _ERRNO | _EPERM)),
        *_when(clone, _threads_only()),
        # The flags of clone3 lie in memory, where a filter cannot look; libc falls back to clone.
        *_each((clone3,), _ERRNO | _ENOSYS),
        *_each(numbers(REFUSED, machine), _ERRNO | _EPERM),
        *_each(numbers(KILLED, machine), _KILL),
        (_RETURN, 0, 0, _ERRNO | _ENOSYS),
    ]


def _compiler(machine: str) -> list[Instruction]:
    clone, clone3, ioctl, _, _ = numbers(SPECIAL, machine)
    return [
        *_when(clone, _without_namespaces()),
        *_when(ioctl, _unless_argument_is(1, _TERMINAL_INPUT)),
        *_each((clone3,), _ERRNO | _ENOSYS),
        # Refused, not killed: a tool may look up a name service and go on without.
        *_each(numbers(KILLED, machine), _ERRNO | _EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _each(calls: tuple[int, ...], action: int) -> list[Instruction]:
    return [part for call in calls for part in ((_JUMP_EQUAL, 0, 1, call), (_RETURN, 0, 0, action))]


def _when(call: int, body: list[Instruction]) -> list[Instruction]:
    """`body` for `call`, where it must always return; it may load what it likes, others skip it."""
    return [(_JUMP_EQUAL, 0, len(body), call), *body]


def _if_argument_is(index: int, values: tuple[int, ...], otherwise: int) -> list[Instruction]:
    allowed = _each(values, _ALLOW)
    return [(_LOAD, 0, 0, _ARGUMENTS + 8 * index), *allowed, (_RETURN, 0, 0, otherwise)]


def _unless_argument_is(index: int, value: int) -> list[Instruction]:
    return [
        (_LOAD, 0, 0, _ARGUMENTS + 8 * index),
        *_each((value,), _ERRNO | _EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _threads_only() -> list[Instruction]:
    return [
        (_LOAD, 0, 0, _ARGUMENTS),
        (_JUMP_SET, 2, 0, _CLONE_NAMESPACES),
        (_JUMP_SET, 0, 1, _CLONE_THREAD),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
    ]


def _without_namespaces() -> list[Instruction]:
    return [
        (_LOAD, 0, 0, _ARGUMENTS),
        (_JUMP_SET, 0, 1, _CLONE_NAMESPACES),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
