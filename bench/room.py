"""The decision room with 3,308 applications and some 10,000 reads: its pages, the list with chances, the draw.

As many applied to Outreachy in 2021, and a quarter of them stayed unread. Applications and reads are written in bulk,
which no service does, into a database of its own (SQLite, or the server of TREMPLIN_DATABASE_URL). Everything after
that is what organisers do: pages through every middleware, deeds through the services. Wall times, one after the other.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.installation import Installation
from bench.load import percentile

HELP = (
    "the decision room of 3,308 applications: milliseconds, queries, bytes; what proposing and drawing cost"
)
TEMPLATE = "openai-scholars-2019"
MANY, READERS, READS, TIMES = 3308, 40, 3, 20
BAR_MS, BAR_QUERIES = 1000, 15
PAGES = ("room", "draw", "sign", "progress", "evidence")


def filled(many: int) -> tuple[Any, Any, Any]:
    """A cohort that was read as often as planned, and two organisers. Needs Django set up."""
    from tremplin import programme_templates
    from tremplin.people.models import Institution, User
    from tremplin.programmes import services
    from tremplin.programmes.roles import Role

    now = datetime.now(UTC)
    opens = now - timedelta(days=80)
    institution = Institution.objects.create(slug="bench", name="Bench", created_at=opens)
    first, second = (
        User.objects.create_user(f"{name}@example.org", name=name.title(), language="en", now=opens)
        for name in ("olive", "oscar")
    )
    version = services.apply_file(institution=institution, text=programme_templates.text(TEMPLATE), now=opens)
    cohort = services.open_cohort(
        version=version, slug="2030", opens=opens, organiser=first, now=opens, title="", rehearsal=False
    )
    services.grant(user=second, cohort=cohort, role=Role.ORGANISER, actor=first, now=opens)
    write(cohort, many, first, opens, now)
    return cohort, first, second


def write(cohort: Any, many: int, organiser: Any, opens: datetime, now: datetime) -> None:
    """People, applications with a frozen copy each, reviewers, and reads by people who differ in severity."""
    from tremplin.applications.models import Application, Snapshot
    from tremplin.people.models import User
    from tremplin.programmes import services
    from tremplin.programmes.roles import Role
    from tremplin.review.models import Assignment, Review

    chance = random.Random(1)
    User.objects.bulk_create(
        [
            User(email=f"person-{number}@example.org", name=f"Person {number}", created_at=opens)
            for number in range(many)
        ],
        batch_size=500,
    )
    readers = [
        User.objects.create_user(f"reader-{number}@example.org", name=f"Reader {number}", now=opens)
        for number in range(READERS)
    ]
    for reader in readers:
        services.grant(user=reader, cohort=cohort, role=Role.REVIEWER, actor=organiser, now=opens)
    answers = {f"question-{number}": "A text as long as people write them. " * 20 for number in range(4)}
    people = User.objects.filter(email__startswith="person-").order_by("pk")
    Application.objects.bulk_create(
        [
            Application(
                cohort=cohort, applicant=user, state="submitted", language="en", name=user.name, answers=answers,
                progress=100, sent=1, sent_version=1, submitted_at=opens, created_at=opens, saved_at=opens,
            )
            for user in people
        ],
        batch_size=250,
    )  # fmt: skip
    rows = list(Application.objects.filter(cohort=cohort).only("pk", "ref").order_by("pk"))
    Snapshot.objects.bulk_create(
        [
            Snapshot(
                application=row, version=cohort.version, number=1, language="en", answers=answers,
                checksum=row.ref.ljust(64, "0"), created_at=opens,
            )
            for row in rows
        ],
        batch_size=250,
    )  # fmt: skip
    copies = dict(Snapshot.objects.values_list("application_id", "pk"))
    severity = {reader.pk: chance.gauss(0, 0.7) for reader in readers}
    reads = []
    for row in rows:
        merit = chance.gauss(0, 1)
        for reader in chance.sample(readers, READS):
            reads.append((row.pk, reader.pk, merit + severity[reader.pk]))
    Assignment.objects.bulk_create(
        [
            Assignment(
                cohort=cohort, application_id=paper, reviewer_id=reader, state="submitted", closed_at=now,
                created_at=opens,
            )
            for paper, reader, _seen in reads
        ],
        batch_size=500,
    )  # fmt: skip
    given = {
        (paper, reader): pk
        for pk, paper, reader in Assignment.objects.values_list("pk", "application_id", "reviewer_id")
    }
    criteria = cohort.plan.review.criteria
    Review.objects.bulk_create(
        [
            Review(
                assignment_id=given[paper, reader], snapshot_id=copies[paper], comment="Say more of why. " * 10,
                scores={row.code: _level(row, seen + chance.gauss(0, 1.5)) for row in criteria},
                seconds=chance.randrange(200, 900), saved_at=now, submitted_at=now, created_at=opens,
            )
            for paper, reader, seen in reads
        ],
        batch_size=250,
    )  # fmt: skip


def _level(criterion: Any, seen: float) -> int:
    scores = [level.score for level in criterion.levels]
    at = round((len(scores) - 1) / 2 + 0.55 * seen)
    return int(scores[min(max(at, 0), len(scores) - 1)])


def measured(many: int, times: int) -> dict[str, Any]:
    """The deeds, each once; the pages before the draw, and the room once more when all is confirmed."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from tremplin.selection import services
    from tremplin.selection.models import Proposal

    call_command("createcachetable")
    cohort, first, second = filled(many)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(first)
    now = datetime.now(UTC)
    deeds: dict[str, float] = {}

    def deed(name: str, work: Callable[[], Any]) -> None:
        began = time.perf_counter()
        work()
        deeds[name] = round(time.perf_counter() - began, 2)

    def version() -> int:
        return Proposal.objects.get(cohort=cohort).version

    deed("propose", lambda: services.propose(cohort=cohort, actor=first, now=now))
    pages = {name: _page(client, cohort, name, times) for name in PAGES if name != "sign"}
    deed("draw", lambda: services.draw_places(cohort=cohort, actor=first, version=version(), now=now))
    pages["sign"] = _page(client, cohort, "sign", times)
    deed("sign", lambda: services.sign(cohort=cohort, actor=first, version=version(), now=now))
    deed("confirm", lambda: services.confirm(cohort=cohort, actor=second, version=version(), now=now))
    pages["room, confirmed"] = _page(client, cohort, "room", times)
    return {"deeds": deeds, "pages": pages}


def _page(client: Any, cohort: Any, name: str, times: int) -> dict[str, Any]:
    """First time, then the others: a page that keeps what it worked out is slower once."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tremplin.programmes.http import cohort_url

    path = cohort_url(cohort, f"{'review' if name == 'progress' else 'selection'}:{name}")
    walls, queries, answer = [], 0, None
    for turn in range(times + 1):
        with CaptureQueriesContext(connection) as asked:
            began = time.perf_counter()
            answer = client.get(path)
            walls.append(1000 * (time.perf_counter() - began))
        queries = len(asked)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
        if turn == 0:
            first = walls.pop()
    return {
        "queries": queries,
        "bytes": len(answer.content) if answer else 0,
        "first_ms": round(first),
        "p50_ms": round(median(walls)),
        "p95_ms": round(percentile(walls, 0.95)),
    }


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--applications", type=int, help=f"default: {MANY}; quick: 550")
    parser.add_argument("--times", type=int, help=f"requests a page (default: {TIMES}; quick: 5)")


def run(args: argparse.Namespace) -> dict[str, Any]:
    many = args.applications or (550 if args.quick else MANY)
    times = args.times or (5 if args.quick else TIMES)
    with tempfile.TemporaryDirectory() as name:
        site = Installation(Path(name), settings="tremplin.web.settings")
        try:
            site.run("migrate")
            found: dict[str, Any] = site.inside("bench.room", str(many), str(times))
        finally:
            site.close()
    print(f"{many} applications, {READS} reads each, {times} requests a page after the first\n")
    print(f"{'page':<20}{'queries':>9}{'KB':>8}{'first ms':>10}{'p50 ms':>8}{'p95 ms':>8}")
    for page_, row in found["pages"].items():
        print(
            f"{page_:<20}{row['queries']:>9}{row['bytes'] / 1000:>8.1f}{row['first_ms']:>10}{row['p50_ms']:>8}"
            f"{row['p95_ms']:>8}"
        )
    for deed, seconds in found["deeds"].items():
        print(f"{deed:<20}{seconds:>9.2f} s")
    met = all(row["p95_ms"] < BAR_MS and row["queries"] <= BAR_QUERIES for row in found["pages"].values())
    print(
        f"\nbar (p95 < {BAR_MS} ms, {BAR_QUERIES} queries a page): {'met' if met else 'missed'}; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    return {"applications": many, "reads": READS, "times": times, **found, "met": met}


def page(figures: dict[str, Any]) -> str:
    """The results as a page."""
    rows = [
        f"| {name} | {row['queries']} | {row['bytes'] / 1000:.1f} | {row['first_ms']} | {row['p50_ms']} "
        f"| {row['p95_ms']} |"
        for name, row in figures["pages"].items()
    ]
    deeds = [f"| {name} | {seconds} |" for name, seconds in figures["deeds"].items()]
    return "\n".join(
        [
            f"The decision room of {figures['applications']:,} applications with {figures['reads']} reads each, "
            f"{figures['times']} requests a page, one after the other, after a first one. Bar: p95 under {BAR_MS} ms "
            f"and at most {BAR_QUERIES} queries: {'met' if figures['met'] else 'missed'}.",
            "",
            "| page | queries | KB | first ms | p50 ms | p95 ms |",
            "|---|--:|--:|--:|--:|--:|",
            *rows,
            "",
            "| deed | seconds |",
            "|---|--:|",
            *deeds,
        ]
    )


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]), int(sys.argv[2]))))
