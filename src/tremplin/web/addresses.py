"""Addresses that an administrator sets, looked at before anything depends on them. Each raises ValueError in words."""

from email.utils import parseaddr
from urllib.parse import SplitResult, urlsplit, urlunsplit

HIDDEN = "…"


def site(value: str) -> str:
    """The public address of the site, without a slash at its end."""
    url = value.strip().rstrip("/")
    parts = _split(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is no address of a site: it looks like https://scholars.example.org")
    if parts.path or parts.query or parts.fragment:
        raise ValueError("must end with the host: Tremplin lives at the root of its address")
    return url


def database(value: str) -> str:
    """Where PostgreSQL listens; empty for SQLite."""
    url = value.strip()
    if not url:
        return ""
    parts = _split(url)
    if parts.scheme not in {"postgresql", "postgres"} or "://" not in url:
        raise ValueError("must begin with postgresql://, or be empty for SQLite in the data folder")
    if not parts.path.strip("/"):
        raise ValueError("names no database: it looks like postgresql://user:password@host/name")
    return url


def mail_server(value: str) -> str:
    """Where mail is handed over; empty when it is not."""
    url = value.strip()
    if not url:
        return ""
    parts = _split(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("is no mail server: it looks like smtp://user:password@mail.example.org:587")
    return url


def sender(value: str) -> str:
    """Whom mails come from: an address, perhaps with a name."""
    _name, address = parseaddr(value)
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or any(space in address for space in " \t\r\n") or "\n" in value:
        raise ValueError("is no sender: it looks like Scholars <scholars@example.org>")
    return value


def without_password(url: str) -> str:
    """`url` as it can be shown: whoever it belongs to stays, the password goes."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return HIDDEN
    if "pass" in parts.query.lower():
        return HIDDEN
    if "@" not in url:
        return url
    if not parts.netloc or "@" not in parts.netloc:
        return HIDDEN
    user = parts.netloc.rpartition("@")[0].partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{user}:{HIDDEN}@{parts.netloc.rpartition('@')[2]}"))


def _split(url: str) -> SplitResult:
    """`url` in its parts. Raises ValueError for a port that is none, or brackets that do not close."""
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        raise ValueError("has a host or a port that cannot be: a port is a number from 1 to 65535") from None
    if any(space in url for space in " \t\r\n"):
        raise ValueError("holds a space")
    return parts
