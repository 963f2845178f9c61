"""From an ASGI scope to a WSGI environment (PEP 3333), believing proxies only where configured."""

import ipaddress
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, Any
from wsgiref.util import FileWrapper

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Headers = Iterable[tuple[bytes, bytes]]
_PLAIN = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}
# httpoxy: a request's Proxy header must never look like the proxy setting of a program we start.
_DROPPED = frozenset({b"proxy", b"transfer-encoding", b"content-length"})
_FORWARDED = frozenset({b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-port"})


@dataclass(frozen=True, slots=True)
class Proxies:
    """The machines in front of us whose word about a client counts."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Proxies":
        """From `10.0.0.0/8, 2001:db8::7`. Raises ValueError naming what is not an address."""
        words = [word.strip() for word in text.split(",") if word.strip()]
        return cls(tuple(ipaddress.ip_network(word, strict=False) for word in words))

    def trusts(self, address: str) -> bool:
        return _within(self.networks, address)

    def client(self, peer: str, headers: Mapping[bytes, bytes]) -> tuple[str, str]:
        """The address and the scheme of the person behind `peer`; scheme "" if no proxy tells.

        Read from the right: what a client wrote itself into X-Forwarded-For stands left of what our own
        proxies added, and is not believed.
        """
        if not self.trusts(peer):
            return peer, ""
        address = peer
        hops = headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")
        for hop in reversed([hop.strip() for hop in hops if hop.strip()]):
            if _parsed(hop) is None:
                break
            address = hop
            if not self.trusts(hop):
                break
        scheme = headers.get(b"x-forwarded-proto", b"").decode("latin-1").split(",")[-1].strip().lower()
        return address, scheme if scheme in {"http", "https"} else ""


# Each request names the same proxy several times, and to take an address apart costs more than the rest of this.
@lru_cache(maxsize=1024)
def _within(networks: tuple[Network, ...], address: str) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in networks)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def build(
    scope: Mapping[str, Any],
    merged: Mapping[bytes, bytes],
    body: IO[bytes],
    size: int,
    *,
    proxies: Proxies,
    multiprocess: bool = False,
) -> dict[str, Any]:
    """The environment of one request whose body lies complete in `body`; `merged` are its headers, see `merge`."""
    peer = str((scope.get("client") or ("", 0))[0])
    address, forwarded = proxies.client(peer, merged)
    server = scope.get("server") or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": address,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": forwarded or scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": multiprocess,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
    }
    if size or b"content-length" in merged:
        environ["CONTENT_LENGTH"] = str(size)
    for name, value in merged.items():
        if name in _DROPPED or (name in _FORWARDED and not proxies.trusts(peer)):
            continue
        key = _PLAIN.get(name) or f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"
        environ[key] = value.decode("latin-1")
    return environ


def merge(headers: Headers) -> dict[bytes, bytes]:
    """Headers by lower-case name, repeated ones joined.

    A name with an underscore is dropped: after WSGI's translation it could not be told from the one with a
    dash, and a client could pass for a proxy.
    """
    merged: dict[bytes, bytes] = {}
    for name, value in headers:
        if b"_" in name:
            continue
        lower = name.lower()
        glue = b"; " if lower == b"cookie" else b","
        merged[lower] = merged[lower] + glue + value if lower in merged else value
    return merged
