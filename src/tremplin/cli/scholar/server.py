"""The programme's server, asked through its programming interface. Nothing but the standard library."""

from __future__ import annotations

import http.client
import json
import os
import socket
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tremplin import __version__
from tremplin.cli.scholar import place
from tremplin.cli.scholar.words import Tongue

TIMEOUT = 15.0
MOST = 4 << 20
CONNECTION = "connection.json"
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Unreachable(Exception):
    """No answer, or one that says to come back later. The argument says why; `wait` for how many seconds."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.reason, self.wait = reason, wait


class Refused(Exception):
    """The server understood, and will not."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to wherever it leads."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@dataclass(frozen=True)
class Connection:
    """Where the programme is, who asks, and the cohort: `institution/programme/cohort`."""

    site: str
    token: str
    cohort: str = ""

    def get(self, path: str, tongue: Tongue) -> dict[str, Any]:
        return self._ask("GET", path, None, tongue)

    def post(self, path: str, body: dict[str, Any], tongue: Tongue) -> dict[str, Any]:
        return self._ask("POST", path, json.dumps(body).encode(), tongue)

    @property
    def here(self) -> str:
        return f"/cohorts/{self.cohort}"

    def _ask(self, method: str, path: str, body: bytes | None, tongue: Tongue) -> dict[str, Any]:
        """The answer. Raises Unreachable, Refused."""
        asked = urllib.request.Request(  # noqa: S310 - `address` lets only http and https through
            f"{self.site}/api/v1{path}", data=body, method=method, headers=self._headers(body, tongue)
        )
        try:
            with urllib.request.build_opener(_NoRedirects).open(asked, timeout=TIMEOUT) as answer:
                return _read(answer.read(MOST + 1), tongue)
        except urllib.error.HTTPError as error:
            raise _refusal(error, tongue) from None
        except TimeoutError:
            raise Unreachable(tongue("slow")) from None
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            raise Unreachable(_reason(error, tongue)) from None

    def _headers(self, body: bytes | None, tongue: Tongue) -> dict[str, str]:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/json",
            "Accept-Language": tongue.code,
            "User-Agent": f"tremplin-labs/{__version__}",
        }
        return headers | ({"Content-Type": "application/json"} if body is not None else {})


def _read(content: bytes, tongue: Tongue) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or len(content) > MOST:
        raise Unreachable(tongue("odd"))
    return found


def _refusal(error: urllib.error.HTTPError, tongue: Tongue) -> Exception:
    """What an answer other than 2xx means: to come back later, or no."""
    with error:
        content = error.read(MOST)
    if error.code == 429 or error.code >= 500 or error.code < 400:
        wait = error.headers.get("Retry-After", "")
        return Unreachable(tongue("broken", status=error.code), float(wait) if wait.isdecimal() else 0.0)
    try:
        told = json.loads(content)
        details = [str(told["detail"]), *(str(entry["detail"]) for entry in told.get("errors", []))]
        return Refused(error.code, details[-1])
    except (ValueError, TypeError, KeyError, AttributeError):
        return Refused(error.code, tongue("broken", status=error.code))


def _reason(error: BaseException, tongue: Tongue) -> str:
    cause = getattr(error, "reason", error)
    if isinstance(cause, TimeoutError):
        return tongue("slow")
    if isinstance(cause, socket.gaierror):
        return tongue("no-network")
    return str(getattr(cause, "strerror", "") or tongue("no-network"))


def address(given: str, tongue: Tongue) -> str:
    """The site’s address without its path. Raises Wrong for one over which a token could be read."""
    try:
        found = urlsplit(given if "://" in given else f"https://{given}")
        host, port = found.hostname or "", found.port
    except ValueError:
        host, port = "", None
    safe = host and (found.scheme == "https" or (found.scheme == "http" and host in _LOCAL))
    if not safe or found.username or found.password:
        raise tongue.wrong("site", site=given)
    shown = f"[{host}]" if ":" in host else host
    return f"{found.scheme}://{shown}" + (f":{port}" if port else "")


def folder() -> Path:
    """Where this person’s connection and what waits are kept, on each system where its users look."""
    if given := os.environ.get("TREMPLIN_LABS_DIR"):
        return Path(given)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Tremplin Labs"
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home()) / "Tremplin Labs"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "tremplin-labs"


def keep(connection: Connection) -> None:
    """Keep it for its owner’s eyes alone (the command’s umask sees to that)."""
    folder().mkdir(parents=True, exist_ok=True)
    place.write_whole(folder() / CONNECTION, vars(connection))


def kept(tongue: Tongue) -> Connection | None:
    """The connection of this machine; TREMPLIN_TOKEN takes the place of its token. None before the first."""
    path = folder() / CONNECTION
    try:
        data = json.loads(path.read_text("utf-8"))
        token = os.environ.get("TREMPLIN_TOKEN") or data["token"]
        return Connection(str(data["site"]), str(token), str(data["cohort"]))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError):
        raise tongue.wrong("damaged", file=path) from None


def needed(tongue: Tongue) -> Connection:
    """The connection, or the advice to make one. Raises Wrong."""
    found = kept(tongue)
    if found is None:
        raise tongue.wrong("not-connected")
    return found
