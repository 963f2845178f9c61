"""What `tremplin doctor` looks at. Each check is a function that gives one finding, or several."""

import os
import re
import resource
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from smtplib import SMTPException
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection
from django.db.backends.utils import CursorWrapper

import tremplin
from tremplin.cli import faults
from tremplin.cli.deeds import readiness
from tremplin.cli.finding import Finding, State
from tremplin.core import clock, personal_keys
from tremplin.core.jobs import queries as jobs
from tremplin.core.jobs.models import JobState
from tremplin.core.outbox.models import MessageState, OutboxMessage
from tremplin.core.text import say
from tremplin.grader.doctor import doctor as examine_grader
from tremplin.web import assets
from tremplin.web.server import trusted_proxies

GOOD_ROOM = 1024**3
LATE = timedelta(minutes=5)
_LOCAL = {"127.0.0.1", "localhost", "::1"}


def examine() -> Iterator[Finding]:
    """All findings, in the order in which one would mend them."""
    for check in CHECKS:
        try:
            yield from check()
        except Exception as error:
            fault = faults.explain(error)
            name = check.__name__.lstrip("_").replace("_", " ").capitalize()
            detail = fault.message if fault else f"The check itself failed: {type(error).__name__}: {error}"
            yield Finding(name, "fail", detail, fault.remedy if fault else "")


def _packages() -> Iterator[Finding]:
    lacking = []
    for line in requires("tremplin") or []:
        if "extra ==" in line:
            continue
        name, floor = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?.*?(?:>=([0-9.]+)|$)", line).groups()  # type: ignore[union-attr]
        try:
            if floor and _numbers(version(name)) < _numbers(floor):
                lacking.append(f"{name} {version(name)} (needs {floor})")
        except PackageNotFoundError:
            lacking.append(name)
    if lacking:
        yield Finding(
            "Packages", "fail", f"Missing or too old: {', '.join(lacking)}.", "Reinstall Tremplin with pip."
        )
    else:
        yield Finding("Packages", "ok", f"Tremplin {tremplin.__version__}, Django {version('django')}")


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


def _account() -> Iterator[Finding]:
    if os.geteuid() == 0:
        yield Finding(
            "Account",
            "warn",
            "Tremplin runs as root.",
            "Run it under an account of its own that can do nothing else.",
        )
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= hard < 4096:
        yield Finding(
            "Open files",
            "warn",
            f"This account may open {hard} files at once; a busy deadline needs more.",
            "Raise it, e.g. with LimitNOFILE=65536 in the systemd unit.",
        )


def _data_folder() -> Iterator[Finding]:
    readiness.check_folder()
    home = readiness.home()
    if home.stat().st_mode & 0o077:
        yield Finding("Data folder", "warn", f"{home} can be read by other accounts.", f"chmod 700 {home}")
    else:
        yield Finding("Data folder", "ok", str(home))
    free = shutil.disk_usage(home).free
    room = f"{free / 1e9:.1f} GB free"
    if free < GOOD_ROOM:
        yield Finding("Disk", "warn", f"Only {room}.", "Make room before the call closes: uploads come then.")
    else:
        yield Finding("Disk", "ok", room)


def _secrets() -> Iterator[Finding]:
    names = ["secret-key", Path(settings.SEAL_KEYS).name, Path(settings.PERSONAL_KEYS).name]
    for path in [readiness.home() / name for name in names]:
        if path.exists() and path.stat().st_mode & 0o077:
            yield Finding("Secrets", "fail", f"{path} can be read by other accounts.", f"chmod 600 {path}")
            return
    if len(settings.SECRET_KEY) < 32:
        yield Finding(
            "Secrets",
            "fail",
            "TREMPLIN_SECRET_KEY is short enough to be guessed.",
            "Remove it, or use 50 characters.",
        )
        return
    yield Finding("Secrets", "ok", "Keys are readable by this account alone.")


def _personal_keys() -> Iterator[Finding]:
    lost = personal_keys.missing()
    if lost:
        yield Finding(
            "Keys of people",
            "warn",
            f"{lost} of them are missing: what was sealed with them cannot be opened.",
            f"They belong into {settings.PERSONAL_KEYS}; the file of keys beside the newest backup holds them. Where "
            "that is lost, people must be asked again: for payment details, and for what they asked in confidence.",
        )
    else:
        yield Finding(
            "Keys of people",
            "ok",
            "None is missing. Backups write them into a file of their own: keep the newest of it, and no older one.",
        )


def _database() -> Iterator[Finding]:
    readiness.check_access()
    todo = readiness.pending()
    if todo:
        yield Finding("Database", "fail", f"{len(todo)} migration steps are to do.", "Run: tremplin migrate")
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            yield from _sqlite(cursor)
        else:
            cursor.execute("SHOW server_version_num")
            number = int(cursor.fetchone()[0])
            state: State = "ok" if number >= 150000 else "warn"
            yield Finding(
                "Database", state, f"PostgreSQL {number // 10000}, up to date", "Use PostgreSQL 15 or newer."
            )


def _sqlite(cursor: CursorWrapper) -> Iterator[Finding]:
    values = {}
    for name in ("journal_mode", "synchronous", "foreign_keys"):
        cursor.execute(f"PRAGMA {name}")
        values[name] = cursor.fetchone()[0]
    if values != {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}:
        yield Finding(
            "Database",
            "fail",
            f"SQLite does not keep its promises here: {values}.",
            "Put the data folder on a local disk; network file systems cannot hold it.",
        )
        return
    yield Finding("Database", "ok", f"SQLite {sqlite3.sqlite_version}, write-ahead log, up to date")


def _clock() -> Iterator[Finding]:
    drift = 0.0
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
            drift = abs(float(cursor.fetchone()[0]) - time.time())
    newest = max((path.stat().st_mtime for path in readiness.home().iterdir()), default=0.0)
    drift = max(drift, newest - time.time())
    if drift > 5:
        yield Finding(
            "Clock",
            "fail",
            f"The clock differs by {drift:.0f} seconds from the database's or from what was written before.",
            "Keep time with NTP on every machine (e.g. systemd-timesyncd): deadlines and leases depend on it.",
        )
    else:
        yield Finding("Clock", "ok", f"{clock.now():%Y-%m-%d %H:%M} UTC")


def _time_zones() -> Iterator[Finding]:
    ZoneInfo("Europe/Paris")
    count = len(available_timezones())
    yield Finding("Time zones", "ok" if count > 400 else "fail", f"{count} zones known", "pip install tzdata")


def _languages() -> Iterator[Finding]:
    package = Path(tremplin.__file__).parent
    sources = sorted(package.glob("**/locale/*/LC_MESSAGES/*.po"))
    stale = [po for po in sources if not po.with_suffix(".mo").exists() or _older(po.with_suffix(".mo"), po)]
    compiled = list(package.glob("**/locale/*/LC_MESSAGES/*.mo"))
    if stale or not compiled:
        yield Finding(
            "Languages",
            "warn",
            f"{len(stale)} of {len(sources)} message catalogues are not compiled: pages mix languages.",
            "In a source tree run: python hatch_build.py; otherwise reinstall Tremplin.",
        )
    else:
        yield Finding("Languages", "ok", f"{len(compiled)} message catalogues")


def _older(first: Path, second: Path) -> bool:
    return first.stat().st_mtime < second.stat().st_mtime


def _static_files() -> Iterator[Finding]:
    mark = Path(settings.STATIC_ROOT) / assets.MARK
    if mark.exists() and mark.read_text("ascii") == assets.fingerprint():
        yield Finding("Static files", "ok", "gathered")
    else:
        yield Finding(
            "Static files", "warn", "Not gathered yet, or changed since.", "“tremplin serve” gathers them."
        )


def _address() -> Iterator[Finding]:
    url = settings.BASE_URL
    host = urlsplit(url).hostname or ""
    if not settings.CONFIG.https and host not in _LOCAL:
        yield Finding(
            "Address",
            "fail",
            f"{url} is not encrypted: passwords and applications would travel in the open.",
            "Put Caddy or nginx with a certificate in front and set TREMPLIN_BASE_URL=https://…",
        )
    elif host in _LOCAL:
        yield Finding(
            "Address",
            "warn",
            f"{url}: links in mails work on this machine alone.",
            "Set TREMPLIN_BASE_URL to the public address before inviting anybody.",
        )
    else:
        yield Finding("Address", "ok", url)
    trusted_proxies()
    for name, on in (("TREMPLIN_DEBUG", settings.DEBUG), ("TREMPLIN_DEMO", settings.DEMO)):
        if on:
            state: State = "warn" if host in _LOCAL else "fail"
            yield Finding(
                "Settings", state, f"{name} is on.", "Never with real people: it shows what nobody may see."
            )


def _mail() -> Iterator[Finding]:
    kind = settings.CONFIG.mail
    if kind != "smtp":
        where = "printed" if kind == "console" else "kept as files"
        yield Finding(
            "Mail",
            "warn",
            f"Mails are {where}; nobody receives them.",
            "Set TREMPLIN_MAIL=smtp and TREMPLIN_SMTP_URL=smtp://user:password@host:587",
        )
        return
    if not settings.CONFIG.smtp_url:
        yield Finding(
            "Mail", "fail", "TREMPLIN_SMTP_URL is not set.", "Set it to smtp://user:password@host:587"
        )
        return
    try:
        server = get_connection(timeout=5)
        server.open()
        server.close()
    except (SMTPException, OSError) as error:
        yield Finding(
            "Mail",
            "fail",
            f"The mail server does not take us: {type(error).__name__}.",
            "Check host, port, user and password in TREMPLIN_SMTP_URL, and that this machine may reach it.",
        )
        return
    sender = settings.DEFAULT_FROM_EMAIL
    if sender.rstrip(">").endswith("@localhost"):
        yield Finding(
            "Mail", "warn", f"Mails come from {sender}.", "Set TREMPLIN_MAIL_FROM to an address of yours."
        )
    else:
        yield Finding(
            "Mail", "ok", f"{urlsplit(settings.CONFIG.smtp_url).hostname} takes our mails, from {sender}"
        )


def _background_work() -> Iterator[Finding]:
    now = clock.now()
    overview = jobs.overview(now=now)
    failed = overview.count(JobState.FAILED)
    lost = OutboxMessage.objects.filter(state=MessageState.FAILED).count()
    if overview.oldest_due and now - overview.oldest_due > LATE:
        minutes = (now - overview.oldest_due).total_seconds() / 60
        yield Finding(
            "Background work",
            "fail",
            f"Work has been waiting for {minutes:.0f} minutes; {len(overview.workers)} workers are running.",
            "Start “tremplin serve” or “tremplin worker”.",
        )
    elif failed or lost:
        yield Finding(
            "Background work",
            "warn",
            f"{failed} jobs and {lost} mails wait for somebody's decision.",
            "Look at the page “Background work”.",
        )
    elif not overview.workers:
        yield Finding(
            "Background work",
            "warn",
            "Nothing is running now: mails, reminders and gradings wait until it is.",
            "Start “tremplin serve”, or “tremplin worker” beside it.",
        )
    else:
        yield Finding(
            "Background work", "ok", f"{len(overview.workers)} workers are running, nothing is late"
        )


def _grader() -> Iterator[Finding]:
    for found in examine_grader():
        state: State = "ok" if found.ok else "warn"
        yield Finding(f"Grader: {found.layer}", state, say(found.detail, "en"), say(found.remedy, "en"))


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _packages,
    _account,
    _data_folder,
    _secrets,
    _database,
    _personal_keys,
    _clock,
    _time_zones,
    _languages,
    _static_files,
    _address,
    _mail,
    _background_work,
    _grader,
)
