"""The reading screen while 60 reviewers read 10,000 applications at once: each action as its reviewer waits for it.

The applications, their copies and half of the reads are written in bulk, which no service does, into a database of
its own (SQLite, or the server of TREMPLIN_DATABASE_URL). Then 60 browsers do what reviewers do, through `tremplin
serve`: open an application, let the page save itself five times, submit, get the next; now and then the list. A pause
of some seconds lies between two actions, so that an evening passes about twenty times as fast as a real one. Times
are wall times from the last byte sent to the last byte received, on the same machine; then those of one reviewer who
has the server to themselves.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.deadline.night import cpu_of
from bench.installation import Installation, database_family, family, stop
from bench.load import Tally, spread
from bench.visitor import Broken, Visitor

HELP = "the reading screen of 60 reviewers at once, 10,000 applications: milliseconds an action"
TEMPLATE = "openai-scholars-2019"
MANY, READERS, READS = 10_000, 60, 2
PAUSE, SAVES, SECONDS = 3.0, 5, 90
BAR_MS = 50
ACTIONS = {
    "open GET": "open an application",
    "autosave POST": "autosave",
    "submit POST": "submit",
    "submit GET": "the next one, after submitting",
    "queue GET": "the list of all one’s reads",
}


def seed(many: int, readers: int, language: str = "en") -> list[dict[str, str]]:
    """A cohort that is being read, half of the reads done; a signed-in session for each reviewer. Sets Django up."""
    import django

    django.setup()
    from django.test import Client

    from tremplin import programme_templates
    from tremplin.people.models import Institution, User
    from tremplin.programmes import services
    from tremplin.programmes.http import cohort_url
    from tremplin.programmes.roles import Role

    now = datetime.now(UTC)
    opens = now - timedelta(days=45)
    institution = Institution.objects.create(slug="bench", name="Bench", created_at=opens)
    organiser = User.objects.create_user("olive@example.org", name="Olive", language="en", now=opens)
    version = services.apply_file(institution=institution, text=programme_templates.text(TEMPLATE), now=opens)
    cohort = services.open_cohort(
        version=version, slug="2030", opens=opens, organiser=organiser, now=opens, title="", rehearsal=False
    )
    people = [
        User.objects.create_user(
            f"reader-{number}@example.org", name=f"Reader {number}", language=language, now=opens
        )
        for number in range(readers)
    ]
    for person in people:
        services.grant(user=person, cohort=cohort, role=Role.REVIEWER, actor=organiser, now=opens)
    write(cohort, many, people, opens, now)
    sessions = []
    for person in people:
        client = Client()
        client.force_login(person)
        [(cookie, held)] = [
            (name, value.value) for name, value in client.cookies.items() if "session" in name
        ]
        sessions.append({"cookie": cookie, "session": held, "queue": cohort_url(cohort, "review:queue")})
    return sessions


def write(cohort: Any, many: int, readers: list[Any], opens: datetime, now: datetime) -> None:
    """Applications as they come in, blinded as by the rules, and their reads: every other one done."""
    from tremplin.applications.models import Application, Snapshot
    from tremplin.blinding.making import FREE, checksum_of, redaction_of
    from tremplin.blinding.models import RedactedCopy
    from tremplin.people.models import User
    from tremplin.review.models import Assignment, Review

    form = cohort.plan.application
    text = (
        "I grew up near a weather station and built one of my own, from parts that others threw away. " * 25
    )
    answers = {question.code: text for question in form.questions() if question.kind in FREE}
    User.objects.bulk_create(
        [
            User(email=f"person-{number}@example.org", name=f"Person {number}", created_at=opens)
            for number in range(many)
        ],
        batch_size=500,
    )  # fmt: skip
    Application.objects.bulk_create(
        [
            Application(
                cohort=cohort, applicant=user, state="submitted", language="en", name=user.name, answers=answers,
                progress=100, sent=1, sent_version=1, submitted_at=opens, created_at=opens, saved_at=opens,
            )
            for user in User.objects.filter(email__startswith="person-").order_by("pk")
        ],
        batch_size=250,
    )  # fmt: skip
    Snapshot.objects.bulk_create(
        [
            Snapshot(
                application=row, version=cohort.version, number=1, language="en", answers=answers,
                checksum=row.ref.ljust(64, "0"), created_at=opens,
            )
            for row in Application.objects.filter(cohort=cohort).only("pk", "ref").order_by("pk")
        ],
        batch_size=250,
    )  # fmt: skip
    snapshots = list(Snapshot.objects.select_related("application__applicant", "version").order_by("pk"))
    made = redaction_of(snapshots[0], [])
    RedactedCopy.objects.bulk_create(
        [
            RedactedCopy(
                snapshot=row, number=1, maker="rules", texts=made.texts, marks=made.marks,
                checksum=checksum_of(row, 1, made.texts), created_at=opens,
            )
            for row in snapshots
        ],
        batch_size=250,
    )  # fmt: skip
    copies = dict(RedactedCopy.objects.values_list("snapshot_id", "pk"))
    turn, rows = 0, []
    for snapshot in snapshots:
        for _read in range(READS):
            done = turn // len(readers) % 2 == 0
            rows.append(
                Assignment(
                    cohort=cohort, application_id=snapshot.application_id, reviewer=readers[turn % len(readers)],
                    state="submitted" if done else "assigned", closed_at=now if done else None, created_at=opens,
                )
            )  # fmt: skip
            turn += 1
    Assignment.objects.bulk_create(rows, batch_size=500)
    of_application = {row.application_id: row.pk for row in snapshots}
    scores = {criterion.code: criterion.levels[1].score for criterion in cohort.plan.review.criteria}
    Review.objects.bulk_create(
        [
            Review(
                assignment_id=pk, snapshot_id=of_application[application], copy_id=copies[of_application[application]],
                scores=scores, comment="Say more of why. " * 10, seconds=420, saved_at=now, submitted_at=now,
                created_at=opens,
            )
            for pk, application in Assignment.objects.filter(state="submitted").values_list("pk", "application_id")
        ],
        batch_size=250,
    )  # fmt: skip


class Reviewer:
    """One reviewer at work until the time is over."""

    def __init__(self, site: Installation, session: dict[str, str], tally: Tally, number: int) -> None:
        self.visitor = Visitor(site.port, tally)
        self.visitor.cookies = {session["cookie"]: session["session"]}
        self.queue = session["queue"]
        self.chance = random.Random(number)
        self.submitted = 0

    async def work(self, until: float, pause: float) -> None:
        await asyncio.sleep(self.chance.uniform(0, 8 * pause))  # nobody sits down at the same second
        with suppress(Broken):  # counted in the tally, where the bench fails for it
            await self.visitor.get(self.queue, kind="queue")
            page = await self.visitor.get(f"{self.queue}next/", kind="open")
            while time.perf_counter() < until:
                page = await self._read(page, pause)
                if self.submitted % 5 == 0:
                    await self.visitor.get(self.queue, kind="queue")
        await self.visitor.leave()

    async def _read(self, page: Any, pause: float) -> Any:
        """What is on screen: a level a save, a comment that grows, then submit; the next one."""
        form = page.form("shown")
        levels = [name for name in sorted(form.names) if name.startswith("score_")]
        typed: dict[str, str] = {}
        for number in range(SAVES):
            await asyncio.sleep(self.chance.expovariate(1) * pause)
            typed |= dict.fromkeys(levels[: number + 1], "cannot_judge")
            typed["comment"] = "What would make it stronger: say who uses the station. " * (number + 1)
            saved = await self.visitor.send(form, typed, kind="autosave", path=f"{page.path}autosave/")
            typed |= json.loads(saved.text)["fields"]
        await asyncio.sleep(self.chance.expovariate(1) * pause)
        typed |= dict.fromkeys(levels, "cannot_judge")
        following = await self.visitor.send(form, {**typed, "do": "submit"}, kind="submit", path=page.path)
        self.submitted += 1
        return following


async def evening(
    site: Installation, sessions: list[dict[str, str]], tally: Tally, seconds: float, pause: float
) -> int:
    """All reviewers at once; how many reads they submitted."""
    until = time.perf_counter() + seconds
    people = [Reviewer(site, session, tally, number) for number, session in enumerate(sessions)]
    await asyncio.gather(*(person.work(until, pause) for person in people))
    return sum(person.submitted for person in people)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--applications", type=int, help=f"(default: {MANY}; quick: 2000)")
    parser.add_argument("--reviewers", type=int, default=READERS)
    parser.add_argument("--seconds", type=float, help=f"(default: {SECONDS}; quick: 20)")
    parser.add_argument(
        "--pause", type=float, default=PAUSE, help="seconds between two actions of a reviewer"
    )


def run(args: argparse.Namespace) -> dict[str, Any]:
    many = args.applications or (2000 if args.quick else MANY)
    seconds = args.seconds or (20 if args.quick else SECONDS)
    tally, alone = Tally(), Tally()
    with tempfile.TemporaryDirectory() as name:
        site = Installation(Path(name), settings="tremplin.web.settings")
        try:
            site.run("migrate")
            sessions = site.inside("bench.reading", str(many), str(args.reviewers))
            server = site.start_server()
            try:
                asyncio.run(evening(site, sessions, Tally(), 6, args.pause))  # so that nothing is cold
                before = cpu_of([*family(server.pid), *database_family()])
                done = asyncio.run(evening(site, sessions, tally, seconds, args.pause))
                cpu = cpu_of([*family(server.pid), *database_family()]) - before
                asyncio.run(evening(site, sessions[:1], alone, min(10.0, seconds), 0.0))
            finally:
                stop(server)
        finally:
            site.close()
    return told(tally, alone, many, args.reviewers, seconds, done, cpu)


def told(
    tally: Tally, alone: Tally, many: int, readers: int, seconds: float, done: int, cpu: float
) -> dict[str, Any]:
    rows = {
        kind: {
            "times": len(tally.seconds.get(kind, [])),
            **spread(tally.seconds.get(kind, [])),
            "alone": spread(alone.seconds.get(kind, [])).get("p50"),
        }
        for kind in ACTIONS
    }
    requests = len(tally.all())
    figures = {
        "applications": many,
        "reviewers": readers,
        "seconds": seconds,
        "submitted": done,
        "requests_a_second": round(requests / seconds, 1),
        "cpu_ms_a_request": round(1000 * cpu / max(1, requests), 1),
        "errors": tally.failures | alone.failures,
        "actions": rows,
    }
    figures["met"] = not figures["errors"] and all(row.get("p95", BAR_MS) < BAR_MS for row in rows.values())
    print(f"{many} applications, {readers} reviewers at once, {seconds:g} s: {done} reads submitted")
    print(f"{figures['requests_a_second']} requests a second, {figures['cpu_ms_a_request']} ms of CPU each\n")
    print(f"{'':<34}{'times':>7}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>8}{'alone':>8}")
    for kind, row in rows.items():
        times = "".join(f"{row.get(key) or 0:>8.1f}" for key in ("p50", "p95", "p99", "max", "alone"))
        print(f"{ACTIONS[kind]:<34}{row['times']:>7}{times}")
    print(f"\nbar (p95 < {BAR_MS} ms, no error): {'met' if figures['met'] else 'missed'}")
    print(f"errors: {figures['errors'] or 'none'}; load {os.getloadavg()[0]:.1f}")
    return figures


def page(figures: dict[str, Any]) -> str:
    """The results as a page."""
    rows = [
        f"| {ACTIONS[kind]} | {row['times']} | {row['p50']} | {row['p95']} | {row['p99']} | {row['max']} "
        f"| {row['alone']} |"
        for kind, row in figures["actions"].items()
    ]
    return "\n".join(
        [
            f"{figures['reviewers']} reviewers read {figures['applications']:,} applications at once for "
            f"{figures['seconds']:g} s: {figures['requests_a_second']} requests a second, "
            f"{figures['cpu_ms_a_request']} ms of the server's CPU each, {figures['submitted']} reads submitted. "
            "Wall times in milliseconds; *alone*: the median of a reviewer who has the server to themselves. "
            f"Bar: p95 under {BAR_MS} ms without an error: {'met' if figures['met'] else 'missed'}.",
            "",
            "| action | times | p50 | p95 | p99 | max | alone |",
            "|---|--:|--:|--:|--:|--:|--:|",
            *rows,
        ]
    )


if __name__ == "__main__":
    print(json.dumps(seed(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])))
