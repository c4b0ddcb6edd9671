"""Whose address a host is."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether the name or address is this machine's own, reachable from nowhere else."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
