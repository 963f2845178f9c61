"""The deed of `tremplin rehearse`."""

import argparse
import contextlib
import io
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from tremplin import programme_templates
from tremplin.cli import rehearsed
from tremplin.cli.deeds import readiness, running
from tremplin.cli.progress import Bar
from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid
from tremplin.people.models import User
from tremplin.programmes import file
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.programmes.rules import planned_dates
from tremplin.programmes.schema import Plan
from tremplin.programmes.services import grant
from tremplin.programmes.services.people import find_or_make
from tremplin.rehearsal import scenarios, words
from tremplin.rehearsal.services import Wish
from tremplin.rehearsal.services import rehearse as play

INSTITUTION = "rehearsals"


def rehearse(args: argparse.Namespace) -> int:
    """Play, then print the report; exit status 0 even where the plan broke: that is what was asked for.

    The folder is made only once the wish is understood, and bears its mark before anybody is in it.
    """
    _check_place(args.json)
    name = args.programme[0]
    text = programme_text(name)
    plan = file.read(text, name=name)
    opens = _opening(args.opens, plan, args.until)
    dates = planned_dates(plan, opens)
    ends = scenarios.moment_of(args.until, dates)
    folder = readiness.home()
    _check_own(folder)
    rehearsed.mark(folder)
    with readiness.in_use():
        return _played(args, text, plan, opens, ends)


def _played(args: argparse.Namespace, text: str, plan: Plan, opens: datetime, ends: datetime) -> int:
    readiness.check_folder()
    with contextlib.redirect_stdout(
        io.StringIO()
    ):  # that its database is ready is nothing that anybody asked for
        running.migrate(argparse.Namespace(check=False))
    readiness.check_database()
    bar = Bar(f"{plan.programme.code}, {args.applicants} people", opens, ends)
    wish = Wish(
        text=text,
        institution=INSTITUTION,
        institution_name="Rehearsals",
        cohort=f"seed-{args.seed}",
        opens=opens,
        applicants=args.applicants,
        reviewers=args.reviewers,
        seed=args.seed,
    )
    done = play(
        wish,
        until=lambda cohort: scenarios.moment_of(args.until, cohort.dates),
        progress=_paced(bar, args.speed),
    )
    bar.done()
    print("\n".join(words.lines(done.report)))
    if ahead := words.ahead(done.until, now=clock.now()):
        print(f"\n{ahead}")
    print(f"\nTime: {done.seconds:.0f} s. Seed: {done.seed}.")
    if args.organiser:
        _open_to(args.organiser, done.cohort)
    folder = readiness.home()
    rehearsed.mark(
        folder,
        programme=plan.programme.code,
        applicants=args.applicants,
        people=User.objects.count(),
        until=args.until,
        made=f"{clock.now():%Y-%m-%d}",
        page=cohort_url(done.cohort, "rehearsal:report"),
    )
    print(f"Kept apart from everybody real, in {folder}.")
    print(f"Its pages: tremplin rehearse --serve {folder.name}")
    print(f"Remove it: tremplin rehearse --clean {folder.name}")
    if args.json:
        args.json.write_text(json.dumps(done.report, indent=1, ensure_ascii=False) + "\n", "utf-8")
        print(f"Figures: {args.json}")
    return 0


def serve(args: argparse.Namespace) -> int:
    """Serve one rehearsal, on this machine alone."""
    readiness.check_folder()
    readiness.check_database()
    cohort = Cohort.objects.select_related("programme__institution", "version").order_by("pk").first()
    organiser = people_with(cohort, Role.ORGANISER).first() if cohort else None
    if cohort is None or organiser is None:
        raise Conflict(
            "This rehearsal was broken off before anybody was there.", "Clean it, and rehearse again."
        )
    print(f"The rehearsal: {settings.BASE_URL}{cohort_url(cohort, 'rehearsal:report')}")
    print(
        f"Sign in as {organiser.email}; the mail with the link comes to {settings.BASE_URL}/mailbox/",
        flush=True,
    )
    return running.serve(
        argparse.Namespace(host=args.host, port=args.port, workers=1, threads=4, no_jobs=False)
    )


def _check_own(folder: Path) -> None:
    """Raises Conflict unless `folder` is still free and lies where rehearsals do."""
    if (
        folder.parent.name != rehearsed.FOLDER
        or (folder / "tremplin.db").exists()
        or settings.CONFIG.database_url
    ):
        raise Conflict(f"{folder} is no place for a rehearsal, so nothing was played.")


def _check_place(path: Path | None) -> None:
    """Raises Invalid, before anything is played, for a file of figures that could not be written at the end."""
    if path is not None and (path.is_dir() or not os.access(path.parent, os.W_OK)):
        raise Invalid(
            {"json": [f"The file {path} cannot be written."]}, remedy="Name another place with --json."
        )


def programme_text(given: str) -> str:
    """The text of a file, or of the template of that name. Raises Invalid when there is neither."""
    if given in programme_templates.names():
        return programme_templates.text(given)
    path = Path(given)
    if not path.exists():
        known = ", ".join(programme_templates.names())
        raise Invalid({"programme": [f"“{given}” is neither a file nor a template. Templates are: {known}."]})
    return file.load(path)


def _opening(given: str, plan: Plan, until: str) -> datetime:
    """The first day asked for, at nine in the programme's zone; else a Monday from which `until` is reached by today.

    So that pages which reckon with today show what was played, and not a call that is still to open.
    """
    if not given:
        return scenarios.monday_for(plan, until, clock.now()).astimezone(UTC)
    try:
        day = datetime.fromisoformat(given)
    except ValueError:
        raise Invalid({"opens": [f"“{given}” is no date: write it as 2027-01-11."]}) from None
    zone = ZoneInfo(plan.cohort.time_zone)
    return day.replace(hour=9, minute=0, second=0, microsecond=0, tzinfo=zone).astimezone(UTC)


def _paced(bar: Bar, days_a_second: float) -> Callable[[datetime], None]:
    """The bar, slowed down to so many simulated days a second, for those who want to watch."""
    if days_a_second <= 0:
        return bar
    began = time.monotonic()

    def step(at: datetime) -> None:
        ahead = (at - bar.starts).total_seconds() / 86400 / days_a_second - (time.monotonic() - began)
        if ahead > 0:
            time.sleep(min(ahead, 1.0))
        bar(at)

    return step


def _open_to(address: str, cohort: Cohort) -> None:
    now = clock.now()
    user = find_or_make(address, name="", language="en", now=now)
    grant(user=user, cohort=cohort, role=Role.ORGANISER, actor=None, now=now)
