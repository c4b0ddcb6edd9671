"""What the user chooses about the backend's process."""

from dataclasses import dataclass, field
from pathlib import Path

from alphacode_server.service.admission import Caps
from alphacode_server.service.policy import JobPolicy


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Where to listen, and how much to take on."""

    host: str = "127.0.0.1"
    port: int = 8420
    """0 takes a free one."""
    workers: int | None = None
    """Programs run at a time; None is the sandbox's choice."""
    insecure_no_auth: bool = False
    """Listen where other machines can reach us, although everybody there may run jobs."""
    caps: Caps = field(default_factory=Caps)
    policy: JobPolicy = field(default_factory=JobPolicy)
    store: str = "none"
    """Where jobs are kept: a file, the URL of a PostgreSQL database, or `none` for memory."""
    tls_cert: Path | None = None
    """The certificate with its chain, in PEM; with it and its key, everything is said in TLS."""
    tls_key: Path | None = None
    names: tuple[str, ...] = ()
    """Further names of this machine that clients may use."""
    otlp_endpoint: str | None = None
    """Where traces of jobs go, an OpenTelemetry collector; None is nowhere."""
