"""Tremplin on the night of the deadline: its installation, and what people do there."""

import asyncio
import json
import random
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.deadline.people import ESSAY, Applied, Kept, address_of, pdf, think
from bench.deadline.post import Post
from bench.installation import Installation, family, memory_of, stop
from bench.load import Tally
from bench.visitor import Broken, Visitor

CALL = "/bench/equal/night/"
_LINK = re.compile(r"/sign-in/link/\S+")


@dataclass
class Ours:
    """A served installation whose call closes tonight, with drafts that lie open on people's screens."""

    site: Installation
    process: "subprocess.Popen[bytes]"
    drafts: list[dict[str, Any]]
    post: Post
    name: str = "tremplin"

    @property
    def port(self) -> int:
        return self.site.port

    def pids(self) -> list[int]:
        return family(self.process.pid)

    def memory(self) -> float:
        return memory_of(self.process)

    async def apply(
        self, number: int, tally: Tally, chance: random.Random, pace: float, *, assets: bool = False
    ) -> Applied:
        """A newcomer: the call, an address, the mailed link, the form, the answers once more, the receipt."""
        person = f"newcomer-{number}@example.org"
        visitor = Visitor(self.port, tally, address=address_of(number), assets=assets)
        try:
            page = await visitor.get(CALL, kind="call")
            await think(chance, pace)
            page = await visitor.get(page.button(), kind="sign-in")
            await visitor.send(page.form("address"), {"address": person}, kind="sign-in")
            page = await visitor.get(await self._link(person), kind="link")
            page = await visitor.send(page.form("time_zone"), {"time_zone": "Africa/Dakar"}, kind="link")
            await think(chance, pace)
            begin = page.form("csrfmiddlewaretoken")
            page = await visitor.send(begin, {}, kind="begin", path=f"{CALL}apply/start/")
            await think(chance, pace)
            page = await visitor.send(page.form("_version"), answers(number), kind="form", multipart=True)
            await think(chance, pace)
            page = await visitor.send(page.form("once"), {}, kind="submit")
            if "/application/received/" not in page.path:
                raise Broken(f"ended on {page.path}")
            return Applied(person)
        finally:
            await visitor.leave()

    async def _link(self, person: str) -> str:
        """The link that was mailed: people look at their mail every half second here."""
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            if link := _LINK.search(self.post.texts.get(person, "")):
                return link[0]
            await asyncio.sleep(0.5)
        raise Broken("no mail came")

    async def autosave(self, tally: Tally, chance: random.Random) -> Kept | None:
        """One of the open drafts is written on; what the server says it has kept."""
        draft = chance.choice(self.drafts)
        if draft.get("busy"):
            return None  # a page sends one save after the other
        draft["busy"] = True
        visitor = self._at(draft, tally)
        text = f"{ESSAY} {chance.getrandbits(40):x}"
        form = {
            "csrfmiddlewaretoken": draft["csrf"],
            "_version": str(draft["version"]),
            "_tab": draft["tab"],
            "_asked": "abstract",
            "_shown": "abstract",
            "abstract": text,
        }
        try:
            path = f"{CALL}application/section/all/autosave/"
            page = await visitor.send(_form(path, form), {}, kind="autosave", multipart=True)
            draft["version"] = int(json.loads(page.text)["fields"]["_version"])
            return Kept(draft["ref"], text)
        finally:
            draft["busy"] = False
            await visitor.leave()

    async def read(self, number: int, tally: Tally) -> None:
        """Somebody looks at the call."""
        visitor = Visitor(self.port, tally, address=address_of(number))
        try:
            await visitor.get(CALL, kind="call")
        finally:
            await visitor.leave()

    async def upload(self, draft: dict[str, Any], tally: Tally, rate: float) -> str:
        """A file for a draft, over a slow line; the reference of the draft."""
        visitor = self._at(draft, tally)
        form = {
            "csrfmiddlewaretoken": draft["csrf"],
            "_version": str(draft["version"]),
            "_tab": draft["tab"],
            "_then": "later",
        }
        try:
            path = f"{CALL}application/section/all/"
            files = {"sample": ("work.pdf", pdf())}
            await visitor.send(_form(path, form), {}, kind="upload", files=files, rate=rate)
            return str(draft["ref"])
        finally:
            await visitor.leave()

    def _at(self, draft: dict[str, Any], tally: Tally) -> Visitor:
        visitor = Visitor(self.port, tally, address=address_of(draft["number"]))
        visitor.cookies = {draft["cookie"]: draft["session"], "csrftoken": draft["csrf"]}
        return visitor

    def lost(self, applied: list[Applied], kept: dict[str, str], uploaded: set[str]) -> dict[str, int]:
        """What was acknowledged and is not there."""
        sent = {
            str(row[0])
            for row in self.site.rows(
                "SELECT u.email FROM applications_application a JOIN people_user u ON u.id = a.applicant_id "
                "JOIN applications_snapshot s ON s.application_id = a.id WHERE a.state = 'submitted'"
            )
        }
        stored = dict(
            self.site.rows("SELECT ref, answers FROM applications_application WHERE state = 'draft'")
        )
        filed = {
            str(row[0])
            for row in self.site.rows(
                "SELECT a.ref FROM applications_answerfile f JOIN applications_application a "
                "ON a.id = f.application_id"
            )
        }
        return {
            "applications": sum(one.person not in sent for one in applied),
            "autosaves": sum(text not in _text(stored.get(ref)) for ref, text in kept.items()),
            "files": len(uploaded - filed),
        }


def _text(answers: object) -> str:
    return answers if isinstance(answers, str) else json.dumps(answers)


def _form(path: str, fields: dict[str, str]) -> Any:
    from bench.visitor import Form

    return Form(path, {name: [value] for name, value in fields.items()})


def answers(number: int) -> dict[str, str]:
    """What a newcomer types into the form."""
    return {
        "full_name": f"Newcomer {number}",
        "title": f"A talk to machines, {number}",
        "abstract": ESSAY,
        "description": ESSAY * 2,
        "biography": ESSAY,
        "_then": "",
    }


@contextmanager
def served(folder: Path, post: Post, drafts: int, workers: int | None = None) -> Iterator[Ours]:
    """A fresh installation with so many open drafts, behind a proxy that says who comes."""
    site = Installation(
        folder,
        settings="tremplin.web.settings",
        TREMPLIN_TRUSTED_PROXIES="127.0.0.1",
        TREMPLIN_MAIL="smtp",
        TREMPLIN_SMTP_URL=f"smtp://127.0.0.1:{post.port}",
    )
    try:
        for words in (("migrate",), ("manage", "shell", "-c", _seed(drafts))):
            done = site.run(*words, timeout=600)
            if done.returncode:
                raise RuntimeError(done.stderr)
        process = site.start_server(*(("--workers", str(workers)) if workers else ()))
        try:
            yield Ours(site, process, json.loads((site.data / "drafts.json").read_text()), post)
        finally:
            stop(process)
    finally:
        site.close()


def _seed(drafts: int) -> str:
    plan = Path(__file__).with_name("programme.toml").read_text("utf-8")
    return f"PLAN = {plan!r}\nDRAFTS = {drafts}\n{_SEED}"


_SEED = """
import json
import os
from datetime import timedelta
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.middleware.csrf import _get_new_csrf_string
from tremplin.applications import services as applications
from tremplin.core import clock
from tremplin.people.models import Institution, User
from tremplin.programmes import services

now = clock.now()
opens = now - timedelta(days=27)
institution = Institution.objects.create(slug="bench", name="Bench", created_at=opens)
organiser = User.objects.create_user("organiser@example.org", name="Olive", language="en", now=opens)
version = services.apply_file(institution=institution, text=PLAN, now=opens)
cohort = services.open_cohort(
    version=version, slug="night", opens=opens, organiser=organiser, now=opens, title="", rehearsal=False
)
rows = []
with transaction.atomic():
    for number in range(DRAFTS):
        user = User.objects.create_user(f"draft-{number}@example.org", name="Ada", language="en", now=opens)
        draft = applications.start(cohort=cohort, applicant=user, eligibility={}, now=opens + timedelta(days=1))
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        rows.append({
            "ref": draft.ref, "number": 100000 + number, "version": draft.version, "tab": f"tab{number}",
            "session": session.session_key, "cookie": settings.SESSION_COOKIE_NAME,
            "csrf": _get_new_csrf_string(),
        })
with open(os.environ["TREMPLIN_DATA_DIR"] + "/drafts.json", "w") as file:
    json.dump(rows, file)
"""
