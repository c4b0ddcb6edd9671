"""A cell's helper is sent what no judge would send. It answers, or ends with an exit code of its own choice, and
nothing that it started outlives it.

The compiler's sanitizers watch the helper where the compiler has them.
"""

import os
import platform
import shutil
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alphacode_sandbox.isolation import Profile, build
from alphacode_sandbox.isolation.messages import ALL_RUNS, MAX_RUNS, READY, Killed, Kind, Reply, Step, kill_request
from alphacode_sandbox.isolation.seccomp import bpf_program
from tests.missing import REQUIRE_ALL, missing
from tests.sandbox.levels import temporary_folder

# Ends at once, waits for ever, or calls `fork`, in which a template waits.
PROGRAM = """
#include <unistd.h>
int main(int argc, char **argv) {
    if (argc > 1 && argv[1][0] == 'w') pause();
    if (argc > 1 && argv[1][0] == 'f') fork();
    return 0;
}
"""
SANITIZED = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
SANITIZER_OPTIONS = "detect_leaks=0:exitcode=99"
NOBODY = 1_699_999_999
MALFORMED = 2
"""The helper's exit code after a packet that is no request."""

HEADER = struct.Struct("=8I6Q")
KIND, ID, PROFILE, FLAGS, N_RUNS, N_READABLE, N_EXECUTABLE, N_ARGUMENTS = range(8)
N_FIELDS = 14
BOUNDS = (10**9, 3, 1 << 28, 1 << 16, 64, 64)
N_PROFILES = len(Profile)
MAX_FILTER = 1024
UNLIMITED = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Packet:
    """What is sent at once."""

    content: bytes
    n_files: int = 0

    @property
    def header(self) -> tuple[int, ...]:
        return HEADER.unpack(self.content[: HEADER.size].ljust(HEADER.size, b"\0"))

    @property
    def rest(self) -> bytes:
        return self.content[HEADER.size :]

    @property
    def id(self) -> int:
        return self.header[ID]

    @property
    def is_request(self) -> bool:
        """Whether its parts add up."""
        kind, header, rest = self.header[KIND], self.header, self.rest
        if len(self.content) < HEADER.size or self.n_files > 3 * MAX_RUNS:
            return False
        if kind == Kind.FILTER:
            return header[PROFILE] < N_PROFILES and len(rest) % 8 == 0 and len(rest) // 8 <= MAX_FILTER
        if kind >= Kind.KILL:
            return kind == Kind.KILL
        runs, starts = kind in (Kind.EXECUTE, Kind.FORK), kind in (Kind.EXECUTE, Kind.WARM)
        return (
            rest.endswith(b"\0")
            and rest.count(b"\0") == 1 + sum(header[N_READABLE : N_ARGUMENTS + 1])
            and header[PROFILE] < N_PROFILES
            and (not runs or 0 < header[N_RUNS] <= MAX_RUNS)
            and (not starts or header[N_ARGUMENTS] > 0)
            and self.n_files == (3 * header[N_RUNS] if runs else 0)
        )

    @property
    def n_replies(self) -> int:
        """How many there are to a request."""
        kind, n_runs = self.header[KIND], self.header[N_RUNS]
        return {Kind.EXECUTE: n_runs, Kind.FORK: n_runs, Kind.WARM: 1, Kind.COOL: 1}.get(Kind(kind), 0)


def packet(kind: Kind, *words: str, n_runs: int = 1, flags: int = 0, readable: str = "/etc") -> Packet:
    """A request for the program in the helper's working directory. Landlock is flag 1."""
    strings = (".", readable, "/lib", "/lib64", ".", "./program", *words)
    head = HEADER.pack(kind, 7, 0, flags, n_runs, 1, 3, len(strings) - 5, *BOUNDS)
    text = "".join(f"{string}\0" for string in strings)
    return Packet(head + text.encode(), 3 * n_runs if kind in (Kind.EXECUTE, Kind.FORK) else 0)


def filter_packet(profile: int, program: bytes) -> Packet:
    return Packet(HEADER.pack(Kind.FILTER, 7, profile, *(0,) * 11) + program)


LAST = packet(Kind.EXECUTE)
OUT_OF_REACH = "/etc/passwd/more"
"""No rule can be made for it, where what does not exist needs none."""
FLAGS = st.integers(0, 15)
REQUESTS = st.one_of(
    st.builds(packet, st.just(Kind.EXECUTE), n_runs=st.integers(0, 5), flags=FLAGS),
    st.builds(packet, st.sampled_from([Kind.EXECUTE, Kind.WARM]), st.sampled_from(["fork", "wait"]), flags=FLAGS),
    st.builds(packet, st.just(Kind.WARM), flags=st.just(8)),
    st.builds(packet, st.just(Kind.FORK), n_runs=st.integers(0, MAX_RUNS + 1), flags=FLAGS),
    st.builds(packet, st.just(Kind.COOL), n_runs=st.integers(0, 1000), flags=FLAGS),
    st.builds(packet, st.sampled_from([Kind.EXECUTE, Kind.COOL]), flags=FLAGS, readable=st.just(OUT_OF_REACH)),
    st.just(Packet(kill_request(7, ALL_RUNS))),
    st.sampled_from([filter_packet(profile.number, bpf_program(profile, platform.machine())) for profile in Profile]),
    st.builds(
        filter_packet,
        st.integers(0, N_PROFILES - 1),
        st.integers(0, 2 * MAX_FILTER).map(lambda count: bytes(8 * count)),
    ),
)
EDGES = st.sampled_from(
    [0, 1, 2, 3, 4, 5, 6, MAX_RUNS, MAX_RUNS + 1, 1 << 30, 1 << 31, 2**32 // 3 + 1, 2**32 - 2, 2**32 - 1, 1 << 63]
)


@st.composite
def mutations(draw: st.DrawFn) -> Packet:
    """A request of which something is not right, most likely."""
    original = draw(REQUESTS)
    fields, rest, n_files = list(original.header), bytearray(original.rest), original.n_files
    match draw(st.sampled_from(["counts", "fields", "length", "bytes", "zeros", "files"])):
        case "counts":
            fields[draw(st.sampled_from([KIND, PROFILE, N_RUNS, N_READABLE, N_EXECUTABLE, N_ARGUMENTS]))] = draw(EDGES)
        case "fields":
            for field in draw(st.sets(st.integers(PROFILE, N_FIELDS - 1), min_size=1)):
                fields[field] = draw(st.one_of(EDGES, st.integers(0, UNLIMITED)))
        case "length":
            length = draw(st.one_of(st.integers(0, len(rest) + 9), st.integers(0, 200_000)))
            rest = rest[:length].ljust(length, draw(st.sampled_from([b"\0", b"/"])))
        case "bytes":
            for place, byte in draw(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 255)), min_size=1)):
                rest[place : place + 1] = bytes([byte])
        case "zeros":
            rest = bytearray(rest.replace(b"\0", b"", draw(st.integers(1, 8))))
        case "files":
            n_files = draw(st.integers(0, 3 * MAX_RUNS + 9))
    head = HEADER.pack(*(value % (1 << (32 if field < 8 else 64)) for field, value in enumerate(fields)))
    return Packet(head + bytes(rest), n_files)


PACKETS = st.one_of(
    REQUESTS, mutations(), mutations(), st.builds(Packet, st.binary(min_size=1, max_size=200), st.integers(0, 6))
)


class Helper:
    """A helper process and a judge's end of its socket."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self._scratch = scratch
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.settimeout(20)
        user = NOBODY if os.getuid() == 0 else 0
        if user:
            os.chown(scratch, user, user)
        options = {"ASAN_OPTIONS": SANITIZER_OPTIONS, "UBSAN_OPTIONS": SANITIZER_OPTIONS}
        with theirs:
            self._process = subprocess.Popen(
                [folder / "cell", str(theirs.fileno()), scratch, folder / "template.so", str(user)],
                pass_fds=[theirs.fileno()],
                cwd=folder,
                env=options | {"TMPDIR": str(scratch)},
                stdin=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        (ready,) = self._hear()
        assert ready.id == READY

    def send(self, packet: Packet) -> None:
        files = [os.memfd_create("file") for _ in range(packet.n_files)]
        try:
            socket.send_fds(self._socket, [packet.content], files)
        finally:
            for file in files:
                os.close(file)

    def replies(self, packet: Packet, patience_s: float = 10) -> list[Reply]:
        """All that there are to a request; fewer when the helper has ended instead. What takes longer is killed."""
        found: list[Reply] = []
        self._socket.settimeout(patience_s)
        while len(found) < packet.n_replies:
            try:
                heard = self._hear()
            except TimeoutError:
                self._socket.settimeout(20)
                self.send(Packet(kill_request(packet.id, ALL_RUNS)))
                continue
            if not heard:
                break
            found += heard
        assert [(reply.id, reply.run) for reply in found] == [(packet.id, run) for run in range(len(found))]
        return found

    def has_ended(self) -> bool:
        """Otherwise it would answer another request."""
        with suppress(OSError):
            self.send(LAST)
        return not self._hear()

    def kill(self) -> None:
        """Whatever ran in it ends with it, if not at the same moment."""
        self._process.kill()
        self._process.wait()
        while naming_in_environment(self._scratch):
            time.sleep(0.001)

    def hang_up(self) -> int:
        """The helper's exit code. Whatever ran in it has ended."""
        self._socket.close()
        _, words = self._process.communicate(timeout=20)
        assert words == b"", words.decode()
        assert naming_in_environment(self._scratch) == []
        return self._process.returncode

    def end(self) -> None:
        """For a test that has failed."""
        self._socket.close()
        self._process.kill()
        self._process.communicate()

    def _hear(self) -> list[Reply]:
        try:
            return Reply.parse(self._socket.recv(1 << 16))
        except ConnectionResetError:
            return []


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """With the helper, the library for templates and a program."""
    with temporary_folder() as folder:
        (folder / "program.c").write_text(PROGRAM)
        compile_c(folder / "program.c", folder / "program")
        sources = Path(build.__file__).with_name("helper")
        compile_c(sources / "template.c", folder / "template.so", "-fPIC", "-shared")
        try:
            compile_c(sources / "cell.c", folder / "cell", *SANITIZED)
        except subprocess.CalledProcessError:
            if REQUIRE_ALL:
                missing("the compiler has no sanitizers")
            compile_c(sources / "cell.c", folder / "cell")
        yield folder


def compile_c(source: Path, output: Path, *flags: str) -> None:
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang") or missing("there is no C compiler")
    subprocess.run([compiler, "-std=gnu11", "-O1", *flags, source, "-o", output], check=True, stderr=subprocess.DEVNULL)
    output.chmod(0o755)


@contextmanager
def helper_in(folder: Path) -> Iterator[Helper]:
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        helper = Helper(folder, Path(scratch))
        try:
            yield helper
        finally:
            helper.end()


def naming_in_environment(folder: Path) -> list[int]:
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and os.fsencode(folder) in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(packets=st.lists(PACKETS, min_size=1, max_size=8))
def test_answers_or_ends(folder: Path, packets: Sequence[Packet]) -> None:
    with helper_in(folder) as helper:
        for packet in (*packets, LAST):
            helper.send(packet)
            if not packet.is_request:
                assert helper.has_ended()
                break
            if packet.n_replies and not helper.replies(packet, patience_s=0.1):
                # What looks like a request is refused in one case: there is a template already.
                assert packet.header[KIND] == Kind.WARM
                break
        assert helper.hang_up() in ((0,) if packet is LAST else (0, MALFORMED))


def test_all_that_can_be_asked_for(folder: Path) -> None:
    """The parts of the packets above are what the helper understands."""
    with helper_in(folder) as helper:
        for request, step in (
            (LAST, Step.NONE),
            (packet(Kind.EXECUTE, "wait", n_runs=3, flags=1), Step.NONE),
            (packet(Kind.FORK), Step.TEMPLATE),
            (packet(Kind.WARM, flags=8), Step.NONE),
            (packet(Kind.FORK, n_runs=5), Step.NONE),
            (packet(Kind.COOL), Step.NONE),
            (packet(Kind.WARM, "fork"), Step.NONE),
            (packet(Kind.FORK, n_runs=MAX_RUNS, flags=1), Step.NONE),
            (packet(Kind.COOL), Step.NONE),
            (packet(Kind.WARM, "wait"), Step.TEMPLATE),
            (packet(Kind.EXECUTE, n_runs=3, flags=1, readable=OUT_OF_REACH), Step.LANDLOCK),
            (packet(Kind.COOL, n_runs=999, flags=1, readable=OUT_OF_REACH), Step.LANDLOCK),
            (packet(Kind.EXECUTE, n_runs=MAX_RUNS, flags=7), Step.NONE),
        ):
            helper.send(request)
            waits = b"wait" in request.content
            replies = helper.replies(request, patience_s=0.1 if waits else 10)
            assert {reply.step for reply in replies} == {step}
            assert {reply.killed for reply in replies} == {Killed.ASKED if waits else Killed.NOT}
        assert helper.hang_up() == 0


@pytest.mark.parametrize(
    ("said", "code"),
    [(Packet(b"?"), MALFORMED), (LAST, MALFORMED), (Packet(kill_request(6, ALL_RUNS)), 0), (None, 0)],
    ids=["garbage", "another request", "another's end", "nothing"],
)
@pytest.mark.parametrize("running", [packet(Kind.EXECUTE, "wait"), packet(Kind.WARM, "wait")], ids=["run", "template"])
def test_while_something_runs(folder: Path, running: Packet, said: Packet | None, code: int) -> None:
    with helper_in(folder) as helper:
        helper.send(running)
        if said:
            helper.send(said)
        assert helper.hang_up() == code


@pytest.mark.parametrize("running", [packet(Kind.EXECUTE, "wait"), packet(Kind.FORK)], ids=["run", "fork"])
def test_killed_helper_takes_its_run_along(folder: Path, running: Packet) -> None:
    """At whatever moment: the run may be about to start."""
    for moment in range(40):
        with helper_in(folder) as helper:
            if running.header[KIND] == Kind.FORK:
                helper.send(packet(Kind.WARM, "wait", flags=8))
                assert helper.replies(packet(Kind.WARM))
            helper.send(running)
            time.sleep(moment / 20_000)
            helper.kill()
