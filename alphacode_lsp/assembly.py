"""The language server with all its features."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from alphacode_lsp.features import COMMANDS, REQUESTS
from alphacode_lsp.server import AlphaCodeServer


def create_server(state_dir: Path, environment: Mapping[str, str]) -> AlphaCodeServer:
    server = AlphaCodeServer(state_dir, environment)
    for register in REQUESTS:
        register(server)
    server.register_commands = _registering(server, COMMANDS)
    return server


def _registering(
    server: AlphaCodeServer, registrations: Sequence[Callable[[AlphaCodeServer], None]]
) -> Callable[[], None]:
    def register_all() -> None:
        for register in registrations:
            register(server)

    return register_all
