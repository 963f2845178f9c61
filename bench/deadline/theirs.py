"""pretalx on the same night: its package from the index, behind gunicorn, as its documentation runs it."""

import os
import random
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import parse_qs, urlsplit

from bench import peers
from bench.deadline.people import ESSAY, Applied, think
from bench.installation import family, free_port, kill_group, memory_of
from bench.load import Tally
from bench.visitor import Broken, Visitor

VERSION = "2025.2.2"  # the newest for Python 3.11
PACKAGES = (f"pretalx=={VERSION}", "gunicorn==23.*", "psycopg[binary]")
_PASSWORD = "long-enough-for-anyone-7"


@dataclass
class Theirs:
    """A served pretalx whose call closes tomorrow."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes]"
    environment: dict[str, str]
    name: str = f"pretalx {VERSION}"

    def pids(self) -> list[int]:
        return family(self.process.pid)

    def memory(self) -> float:
        return memory_of(self.process)

    async def apply(
        self, number: int, tally: Tally, chance: random.Random, pace: float, *, assets: bool = False
    ) -> Applied:
        """A newcomer: the call, the proposal, a new account with a password, the profile."""
        person = f"newcomer-{number}@example.org"
        visitor = Visitor(self.port, tally, assets=assets)
        try:
            await visitor.get("/night/cfp", kind="call")
            await think(chance, pace)
            page = await visitor.get("/night/submit/", kind="form")
            await think(chance, pace)
            proposal = {"title": f"Talk {number}", "abstract": ESSAY, "description": ESSAY * 2, "notes": ""}
            page = await visitor.send(page.form("abstract"), proposal, kind="form", multipart=True)
            account = {
                "register_name": f"Newcomer {number}",
                "register_email": person,
                "register_password": _PASSWORD,
                "register_password_repeat": _PASSWORD,
            }
            page = await visitor.send(page.form("register_email"), account, kind="account", multipart=True)
            await think(chance, pace)
            profile = {"biography": ESSAY, "name": f"Newcomer {number}"}
            page = await visitor.send(page.form("biography"), profile, kind="submit", multipart=True)
            if "/me/submissions" not in page.path:
                raise Broken(f"ended on {page.path}")
            return Applied(person)
        finally:
            await visitor.leave()

    async def read(self, number: int, tally: Tally) -> None:
        """Somebody looks at the call."""
        visitor = Visitor(self.port, tally)
        try:
            await visitor.get("/night/cfp", kind="call")
        finally:
            await visitor.leave()

    def stored(self) -> set[str]:
        """The addresses whose proposals are there."""
        code = (
            "from django_scopes import scopes_disabled\n"
            "from pretalx.submission.models import Submission\n"
            "with scopes_disabled():\n"
            "    print(*Submission.objects.filter(state='submitted').values_list('speakers__email', flat=True))"
        )
        return set(_script(self.environment, code).split())


def installed() -> Path | None:
    return peers.install("pretalx", *PACKAGES)


@contextmanager
def served(folder: Path, packages: Path, *, workers: int = 4, mail: int = 0) -> Iterator[Theirs]:
    """A fresh pretalx on SQLite, or on the PostgreSQL server of TREMPLIN_DATABASE_URL; its mail goes to a port."""
    port = free_port()
    environment = _environment(folder, packages, port)
    if mail:
        environment |= {"PRETALX_MAIL_HOST": "127.0.0.1", "PRETALX_MAIL_PORT": str(mail)}
        environment |= {"PRETALX_MAIL_TLS": "False", "PRETALX_MAIL_SSL": "False"}
    try:
        for words in (("migrate",), ("collectstatic", "--noinput")):
            _run([sys.executable, "-m", "pretalx", *words], environment)
        _script(environment, _SEED)
        with (folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [
                    sys.executable, "-m", "gunicorn.app.wsgiapp", "pretalx.wsgi",
                    "--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--log-level", "error",
                ],
                env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        try:
            _wait(process, port)
            yield Theirs(folder, port, process, environment)
        finally:
            kill_group(process)
    finally:
        _drop(environment)


def _environment(folder: Path, packages: Path, port: int) -> dict[str, str]:
    base = {
        name: value for name, value in os.environ.items() if not name.startswith(("TREMPLIN_", "DJANGO_"))
    }
    mine = {
        "PYTHONPATH": str(packages),
        "DJANGO_SETTINGS_MODULE": "pretalx.settings",
        "PRETALX_DATA_DIR": str(folder),
        "PRETALX_FILESYSTEM_STATIC": str(folder / "static"),
        "PRETALX_SITE_URL": f"http://127.0.0.1:{port}",
        "PRETALX_LANGUAGE_CODE": "en",
        "PRETALX_NO_INITIAL_LOG": "1",
    }
    return {**base, **mine, **_database(folder)}


def _database(folder: Path) -> dict[str, str]:
    url = os.environ.get("TREMPLIN_DATABASE_URL", "")
    if not url:
        return {"PRETALX_DB_TYPE": "sqlite3", "PRETALX_DB_NAME": str(folder / "db.sqlite3")}
    parts = urlsplit(url)
    words = {key: values[0] for key, values in parse_qs(parts.query).items()}
    found = {
        "PRETALX_DB_TYPE": "postgresql",
        "PRETALX_DB_NAME": f"bench_{uuid.uuid4().hex[:12]}",
        "PRETALX_DB_USER": parts.username or words.get("user", ""),
        "PRETALX_DB_PASS": parts.password or "",
        "PRETALX_DB_HOST": words.get("host") or parts.hostname or "",
        "PRETALX_DB_PORT": str(parts.port or words.get("port", "")),
    }
    _administer(f'CREATE DATABASE "{found["PRETALX_DB_NAME"]}"')
    return found


def _administer(statement: str) -> None:
    import psycopg

    url = os.environ["TREMPLIN_DATABASE_URL"]
    parts = urlsplit(url)
    target = f"{parts.scheme}://{parts.netloc}/postgres" + (f"?{parts.query}" if parts.query else "")
    with psycopg.connect(target, autocommit=True) as connection:
        connection.execute(statement)


def _drop(environment: dict[str, str]) -> None:
    if environment["PRETALX_DB_TYPE"] == "postgresql":
        _administer(f'DROP DATABASE IF EXISTS "{environment["PRETALX_DB_NAME"]}" WITH (FORCE)')


def _run(words: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout


def _script(environment: dict[str, str], code: str) -> str:
    return _run([sys.executable, "-c", f"import django\ndjango.setup()\n{code}"], environment)


def _wait(process: "subprocess.Popen[bytes]", port: int, seconds: float = 60) -> None:
    ends = monotonic() + seconds
    while monotonic() < ends and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/night/cfp", timeout=20):
            return
        sleep(0.2)
    raise RuntimeError("pretalx does not answer")


_SEED = """
import datetime as dt
from django.utils.timezone import now
from django_scopes import scope, scopes_disabled
from pretalx.event.models import Event
from pretalx.event.utils import create_organiser_with_team
organiser, team = create_organiser_with_team(name="Bench", slug="bench", users=[])
with scopes_disabled():
    event = Event.objects.create(
        name="Night", slug="night", organiser=organiser, is_public=True, locale="en", locale_array="en",
        date_from=(now() + dt.timedelta(days=60)).date(), date_to=(now() + dt.timedelta(days=62)).date(),
        timezone="Europe/Paris", email="team@example.org",
    )
with scope(event=event):
    event.build_initial_data()
    event.cfp.deadline = now() + dt.timedelta(days=1)
    event.cfp.save()
"""
