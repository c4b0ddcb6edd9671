"""A PostgreSQL server of the tests' own: a fresh cluster in a temporary folder, on a free port of this machine."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alphacode_lsp.local_backend import free_port
from tests.missing import missing


@contextmanager
def running_postgres() -> Iterator[str]:
    """The URL of its empty database. It refuses to run as root, so root runs it as the user `postgres`."""
    tools = _tools()
    folder = Path(tempfile.mkdtemp(prefix="alphacode-postgres-"))
    runas: list[str] = []
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
        runas = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"
    options = ("--username=test", "--auth=trust", "--encoding=UTF8", "--no-sync")
    subprocess.run([*runas, tools / "initdb", "-D", data, *options], check=True, capture_output=True, cwd=folder)
    port = free_port()
    settings = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    control = [*runas, tools / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    subprocess.run([*control, "-o", settings, "start"], check=True, capture_output=True, cwd=folder)
    try:
        yield f"postgresql://test@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True, cwd=folder)
        shutil.rmtree(folder)


def _tools() -> Path:
    """Debian puts them where no PATH goes, a folder for each version."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    folders = [tool.parent for tool in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    return folders[-1] if folders else missing("there is no PostgreSQL server: install postgresql")
