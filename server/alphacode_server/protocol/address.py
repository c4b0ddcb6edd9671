"""Whose address a host is, and what of an address may be shown."""

import ipaddress
import re


def is_loopback(host: str) -> bool:
    """Whether the name or address is this machine's own, reachable from nowhere else."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def without_password(text: str) -> str:
    """The password of an address is for nobody to read over a shoulder or in a log."""
    return re.sub(r"(://[^:/@]*):[^/]*@", r"\1:***@", text)
