"""What stands between a program and the machine, and the levels it adds up to."""

from dataclasses import dataclass
from pathlib import Path

from alphacode_sandbox.isolation.seccomp import Profile


@dataclass(frozen=True, slots=True)
class Layers:
    """Each layer has to hold a hostile program back by itself where it can; tests take single ones away."""

    filter: bool = True
    """System calls a program has no business with are refused (seccomp)."""
    landlock: bool = True
    """Of the file system only what a command names can be opened (Landlock)."""
    limits: bool = True
    """Address space, file size, processes, descriptors and CPU time are bounded (rlimits)."""
    namespaces: bool = True
    """The processes, the network and the files of the machine do not exist inside (bubblewrap)."""
    cgroup: bool = True
    """Memory and processes of a cell are counted exactly and together."""

    @property
    def level(self) -> str:
        """L0 to L3: the floor is filter, Landlock and limits; namespaces are the second layer, a cgroup the third."""
        if not (self.filter and self.landlock and self.limits):
            return "L0"
        if not self.namespaces:
            return "L1"
        return "L3" if self.cgroup else "L2"


LEVELS = {
    "L3": Layers(),
    "L2": Layers(cgroup=False),
    "L1": Layers(cgroup=False, namespaces=False),
    "L0": Layers(filter=False, landlock=False, namespaces=False, cgroup=False),
}
"""The best first."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the cells of a judge have in common."""

    layers: Layers
    folder: Path
    """The judge's own, which commands reach under the same name."""
    bubblewrap: str
    """Not used without namespaces."""
    paths: tuple[str, ...]
    """All that any command may name as readable or executable, besides what is in `folder`."""
    filters: dict[Profile, bytes]
