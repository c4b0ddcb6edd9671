"""The connections to one address: certificates, proxy, the token's header, and the network's exceptions in words."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import getproxies

import httpx
import httpx_sse

from alphacode_server.protocol.address import is_loopback, without_password
from alphacode_server.protocol.errors import BackendError, BackendTimeout, BackendUnavailable, NotABackend


@dataclass(frozen=True, slots=True)
class Access:
    """How an address is reached, and as whom."""

    url: str
    token: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Sent beside our own, which win."""
    user_agent: str = "alphacode/0.1"
    connect_timeout_s: float = 5.0
    ca_file: Path | None = None
    """Trusted besides the system's certificates."""
    proxy: str | None = None
    """None takes the environment's. Neither is used for this machine itself."""

    @property
    def host(self) -> str:
        """Raises BackendError on an address that is none."""
        try:
            parsed = httpx.URL(self.url)
        except httpx.InvalidURL as error:
            shown = without_password(self.url)
            raise BackendError(f"the backend's address {shown!r} is not a URL: {error}") from None
        if parsed.userinfo:
            raise BackendError("the backend's address must hold no password; `alphacode login URL` keeps a token")
        if parsed.scheme not in ("http", "https") or not parsed.host:
            raise BackendError(f"the backend's address {self.url!r} must look like http://127.0.0.1:8420")
        return parsed.host

    @property
    def proxy_in_use(self) -> str | None:
        """The proxy between here and there, as far as it can be told beforehand."""
        if is_loopback(self.host):
            return None
        return self.proxy or getproxies().get(httpx.URL(self.url).scheme)


def open_http(
    access: Access, own_headers: Mapping[str, str], reply_s: float, transport: httpx.AsyncBaseTransport | None
) -> httpx.AsyncClient:
    """A pool of connections that follows no redirect, so that the token goes to its address and nowhere else.

    Raises BackendError on settings that cannot be used.
    """
    is_here = is_loopback(access.host)
    try:
        headers = httpx.Headers(access.headers)
        headers.update({"User-Agent": access.user_agent, **own_headers})
        if access.token:
            headers["Authorization"] = f"Bearer {access.token}"
        return httpx.AsyncClient(
            base_url=access.url,
            headers=headers,
            timeout=httpx.Timeout(reply_s, connect=access.connect_timeout_s),
            trust_env=not is_here and access.proxy is None,
            proxy=None if is_here else access.proxy,
            verify=_trusted(access.ca_file),
            transport=transport,
        )
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        # A proxy of a kind that is not supported, or a header that is none.
        raise BackendError(f"{access.url} cannot be asked with these settings: {error}") from error


def _trusted(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            reason = "it holds no certificate in PEM" if isinstance(error, ssl.SSLError) else error.strerror
            raise BackendError(f"alphacode.backend.caFile: cannot read {ca_file}: {reason}") from error
    return context


@contextmanager
def translated(access: Access) -> Iterator[None]:
    """Turn the network's exceptions into ours."""
    url = access.url
    try:
        yield
    except httpx.ConnectTimeout as error:
        raise BackendTimeout(f"connecting to {url} took more than {access.connect_timeout_s:g} s") from error
    except httpx.TimeoutException as error:
        raise BackendTimeout(f"{url} accepted the request and did not answer in time") from error
    except httpx.ConnectError as error:
        raise BackendUnavailable(_unreachable(access, error)) from error
    except httpx.RemoteProtocolError as error:
        if "disconnected" in str(error):
            raise BackendUnavailable(f"{url} closed the connection without an answer") from error
        raise NotABackend(f"{url} is not an AlphaCode backend: it does not speak HTTP ({error})") from error
    except httpx_sse.SSEError as error:
        raise NotABackend(f"{url} did not answer with an event stream: {error}") from error
    except httpx.HTTPError as error:
        raise BackendUnavailable(f"cannot talk to {url}: {str(error) or type(error).__name__}") from error


def _unreachable(access: Access, error: httpx.ConnectError) -> str:
    # The text of a refused connection says nothing that a user could use; that of a name or a certificate does.
    proxy = access.proxy_in_use
    through = f" through the proxy {without_password(proxy)}" if proxy else ""
    if "attempts failed" in str(error) or "refused" in str(error):
        return f"nothing answers at {access.url}{through}"
    trusted = f" and {access.ca_file}" if access.ca_file else ""
    hint = f"; trusted are the system's certificates{trusted}" if "CERTIFICATE" in str(error) else ""
    return f"cannot reach {access.url}{through}: {error}{hint}"
