"""The system call filter, assembled as a classic BPF program.

A cell installs it just before a program's first instruction. Other layers keep a program from what it could reach; the
filter keeps it from the kernel's less travelled parts, and holds where resource limits do not: RLIMIT_NPROC, for one,
is not enforced for uid 0, so fork is refused here.

A candidate runs under an allow list. A compiler needs to start other programs and write files, so it runs under a
deny list of what nobody needs to compile a program.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from alphacode_sandbox.isolation.syscalls import (
    ALLOWED,
    CONFINING,
    KILLED,
    REFUSED,
    SOCKET,
    SPECIAL,
    TALKING,
    numbers,
)


class Profile(StrEnum):
    """Which filter a command runs under."""

    CANDIDATE = "candidate"
    COMPILER = "compiler"
    TEMPLATE = "template"  # a program that is forked for each run
    FORK = "fork"  # such a fork, which is a candidate, and has its template's filter already

    @property
    def number(self) -> int:
        """What the cell knows it by."""
        return list(Profile).index(self)


# Actions, as in <linux/seccomp.h>.
_KILL = 0x80000000
_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_EPERM, _ENOTTY, _ENOSYS = 1, 25, 38

# Instructions, as in <linux/bpf_common.h>.
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_LOAD_VALUE, _LOAD_MEMORY, _STORE, _TO_INDEX = 0x00, 0x60, 0x02, 0x07
_AND, _SHIFT_RIGHT, _SHIFT_LEFT_BY_INDEX = 0x54, 0x74, 0x6C

# Offsets in `struct seccomp_data`. Both architectures are little-endian, so the low half of an argument comes first.
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16

_AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_BIT = 0x40000000

_CLONE_THREAD, _CLONE_PARENT = 0x00010000, 0x00008000
_CLONE_NAMESPACES = 0x7E020080  # NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET and NEWTIME
_SIGNALLING_FCNTLS = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX
_OWN_PROCESS = 0x7E57ED1D  # Stands for the process's own id, which `helper/confine.h` puts in its place.
_UNIX = 1  # AF_UNIX
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
_CONFINING_PRCTLS = (1, 22, 40)  # PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_GET_TID_ADDRESS

Instruction = tuple[int, int, int, int]
"""Operation, jump if true, jump if false, constant."""


Body = list[Instruction]
"""What is done for a system call. It always returns, and may load what it likes."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a profile says of system calls by their numbers."""

    default: int
    actions: dict[int, tuple[int, ...]]
    """The numbers for which each other action is taken."""
    special: dict[int, Body]
    """Those that are judged by their arguments."""


def bpf_program(profile: Profile, machine: str) -> bytes:
    """The filter as the kernel reads it. Raises KeyError for a machine that is not in `ARCHITECTURES`.

    Installing it costs each run time that grows with its length, so numbers are looked up in bit sets of 32.
    """
    rules = _RULES[profile](machine)
    sets = _bit_sets(rules)
    code: Body = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, _AUDIT_ARCHITECTURE[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":
        code += [(_JUMP_AT_LEAST, 0, 1, _X32_BIT), (_RETURN, 0, 0, _KILL)]
    code += [(_JUMP_AT_LEAST, 0, 1, 32 * len(sets)), (_RETURN, 0, 0, rules.default)]
    for call, body in rules.special.items():
        code += [(_JUMP_EQUAL, 0, len(body), call), *body]
    # The bit of the number into memory, the index of its set into the accumulator.
    code += [(_AND, 0, 0, 31), (_TO_INDEX, 0, 0, 0), (_LOAD_VALUE, 0, 0, 1), (_SHIFT_LEFT_BY_INDEX, 0, 0, 0)]
    code += [(_STORE, 0, 0, 0), (_LOAD, 0, 0, _NUMBER), (_SHIFT_RIGHT, 0, 0, 5)]
    code += _tree(0, [_look_up(masks, rules.default) for masks in sets])
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)


def _bit_sets(rules: Rules) -> list[dict[int, int]]:
    """For each 32 numbers, the action of those whose bits are set in a mask."""
    sets: list[dict[int, int]] = []
    for action, calls in rules.actions.items():
        for call in calls:
            sets += [{} for _ in range(call // 32 + 1 - len(sets))]
            masks = sets[call // 32]
            masks[action] = masks.get(action, 0) | 1 << call % 32
    return sets


def _look_up(masks: dict[int, int], default: int) -> Body:
    tests = [part for action, mask in masks.items() for part in ((_JUMP_SET, 0, 1, mask), (_RETURN, 0, 0, action))]
    return [(_LOAD_MEMORY, 0, 0, 0), *tests, (_RETURN, 0, 0, default)]


def _tree(first: int, bodies: list[Body]) -> Body:
    """Finds the body for the number in the accumulator, which is `first` for the first of them, by halving."""
    if len(bodies) == 1:
        return bodies[0]
    half = len(bodies) // 2
    lower, upper = _tree(first, bodies[:half]), _tree(first + half, bodies[half:])
    return [(_JUMP_AT_LEAST, len(lower), 0, first + half), *lower, *upper]


def _candidate(machine: str) -> Rules:
    clone, clone3, ioctl, prctl, prlimit, fcntl, tgkill, tkill = numbers(SPECIAL, machine)
    (socket,) = numbers(SOCKET, machine)
    return Rules(
        default=_ERRNO | _ENOSYS,
        actions={
            _ALLOW: numbers(ALLOWED, machine),
            _ERRNO | _EPERM: numbers(REFUSED, machine),
            _KILL: numbers(KILLED, machine),
        },
        special={
            ioctl: _if_argument_is(1, _HARMLESS_IOCTLS, _ERRNO | _ENOTTY),
            prctl: _if_argument_is(0, _HARMLESS_PRCTLS, _ERRNO | _EPERM),
            # A process may ask for its own limits (pid 0), not for anybody else's.
            prlimit: _if_argument_is(0, (0,), _ERRNO | _EPERM),
            # Nor signal anybody else, by itself or through a descriptor: without namespaces there are others.
            tgkill: _if_argument_is(0, (_OWN_PROCESS,), _ERRNO | _EPERM),
            tkill: _if_argument_is(0, (_OWN_PROCESS,), _ERRNO | _EPERM),
            fcntl: _unless_argument_is(1, _SIGNALLING_FCNTLS),
            clone: _unless(_CLONE_NAMESPACES, then_if=_CLONE_THREAD),
            # The flags of clone3 lie in memory, where a filter cannot look; libc falls back to clone.
            clone3: _return(_ERRNO | _ENOSYS),
            # At its start a virtual machine asks for its user's name, for which a C library asks a name service first.
            socket: _if_argument_is(0, (_UNIX,), _KILL, then=_ERRNO | _EPERM),
        },
    )


def _template(machine: str) -> Rules:
    """A candidate's, and what it takes to be forked and to confine the forks."""
    rules = _candidate(machine)
    clone, _, _, prctl, _, _, tgkill, tkill = numbers(SPECIAL, machine)
    confining = numbers(CONFINING, machine)
    denied = {action: tuple(call for call in calls if call not in confining) for action, calls in rules.actions.items()}
    special = {
        # What static constructors start must not outlive the run that they are part of.
        clone: _unless(_CLONE_NAMESPACES, then_if=_CLONE_THREAD | _CLONE_PARENT),
        # The forks inherit this filter, and have other ids.
        tgkill: _return(_ALLOW),
        tkill: _return(_ALLOW),
        prctl: _if_argument_is(0, (*_HARMLESS_PRCTLS, *_CONFINING_PRCTLS), _ERRNO | _EPERM),
    }
    return Rules(rules.default, denied | {_ALLOW: (*rules.actions[_ALLOW], *confining)}, rules.special | special)


def _fork(machine: str) -> Rules:
    """What it takes to make a candidate of a template."""
    rules = _candidate(machine)
    clone, _, _, prctl, _, _, tgkill, tkill = numbers(SPECIAL, machine)
    confining = numbers(CONFINING, machine)
    actions = {action: tuple(call for call in calls if call in confining) for action, calls in rules.actions.items()}
    known = {call for calls in actions.values() for call in calls}
    actions[rules.default] = tuple(call for call in confining if call not in known)
    return Rules(_ALLOW, actions, {call: rules.special[call] for call in (clone, prctl, tgkill, tkill)})


def _compiler(machine: str) -> Rules:
    clone, clone3, ioctl, *_ = numbers(SPECIAL, machine)
    talking = numbers(TALKING, machine)
    return Rules(
        default=_ALLOW,
        # Refused, not killed: a tool may look up a name service and go on without.
        actions={_ERRNO | _EPERM: tuple(call for call in numbers(KILLED, machine) if call not in talking)},
        special={
            clone: _unless(_CLONE_NAMESPACES),
            ioctl: _unless_argument_is(1, (_TERMINAL_INPUT,)),
            clone3: _return(_ERRNO | _ENOSYS),
        },
    )


_RULES: dict[Profile, Callable[[str], Rules]] = {
    Profile.CANDIDATE: _candidate,
    Profile.TEMPLATE: _template,
    Profile.FORK: _fork,
    Profile.COMPILER: _compiler,
}


def _return(action: int) -> Body:
    return [(_RETURN, 0, 0, action)]


def _if_argument_is(index: int, values: tuple[int, ...], otherwise: int, *, then: int = _ALLOW) -> list[Instruction]:
    found = [part for value in values for part in ((_JUMP_EQUAL, 0, 1, value), (_RETURN, 0, 0, then))]
    return [(_LOAD, 0, 0, _ARGUMENTS + 8 * index), *found, (_RETURN, 0, 0, otherwise)]


def _unless_argument_is(index: int, values: tuple[int, ...]) -> list[Instruction]:
    refused = [part for value in values for part in ((_JUMP_EQUAL, 0, 1, value), (_RETURN, 0, 0, _ERRNO | _EPERM))]
    return [(_LOAD, 0, 0, _ARGUMENTS + 8 * index), *refused, (_RETURN, 0, 0, _ALLOW)]


def _unless(flags: int, then_if: int | None = None) -> list[Instruction]:
    """By the first argument: with none of `flags` and, when given, with one of `then_if`."""
    wanted = [] if then_if is None else [(_JUMP_SET, 1, 0, then_if), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    return [
        (_LOAD, 0, 0, _ARGUMENTS),
        (_JUMP_SET, 0, 1, flags),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
        *wanted,
        (_RETURN, 0, 0, _ALLOW),
    ]
