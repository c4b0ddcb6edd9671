"""Where the backend listens, who can reach it there, and under which names."""

import errno
import socket
import ssl
from collections.abc import Callable

from alphacode_server.protocol.address import is_loopback
from alphacode_server.service.errors import ServeError
from alphacode_server.service.guard import network_host_check
from alphacode_server.service.options import ServeOptions


def check_reach(host: str, port: int, options: ServeOptions, needs_tokens: bool) -> None:
    if not (is_loopback(host) or needs_tokens or options.insecure_no_auth):
        raise ServeError(
            f"{options.host} can be reached from other machines, and everybody there could run jobs. Make a token with "
            "`alphacode token new NAME`, or listen on 127.0.0.1 and connect through "
            f"`ssh -L 8420:127.0.0.1:{port} <this machine>`, or pass --insecure-no-auth"
        )


def check_tls(options: ServeOptions) -> None:
    if options.tls_cert is None and options.tls_key is None:
        return
    if options.tls_cert is None or options.tls_key is None:
        raise ServeError("TLS takes both --tls-cert and --tls-key")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(options.tls_cert, options.tls_key, password="")
    except (OSError, ssl.SSLError) as error:
        raise ServeError(
            f"cannot use the certificate {options.tls_cert} with the key {options.tls_key}: {error}; "
            "both are PEM files, and the key has no password"
        ) from error


def host_check(host: str, options: ServeOptions) -> Callable[[str], bool]:
    if is_loopback(host) and not options.names:
        return is_loopback
    return network_host_check((options.host, *options.names))


def listen(options: ServeOptions) -> socket.socket:
    host, port = options.host, options.port
    if not 0 <= port <= 65535:
        raise ServeError(f"port {port} must be between 0 and 65535")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise ServeError(f"cannot listen on {host!r}: {error.strerror}") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise ServeError(f"port {port} of {host} is in use; pass another --port, or 0 for a free one") from error
        raise ServeError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    return listener


def address_of(listener: socket.socket) -> tuple[str, int]:
    host, port = listener.getsockname()[:2]
    return str(host), int(port)
