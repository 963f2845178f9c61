"""The deed of `tremplin rehearse`."""

import argparse
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from tremplin import programme_templates
from tremplin.cli.deeds import readiness, running
from tremplin.cli.progress import Bar
from tremplin.core import clock
from tremplin.core.errors import Invalid
from tremplin.people.models import Institution
from tremplin.programmes import file
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
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
    """Play, then print the report; exit status 0 even where the plan broke: that is what was asked for."""
    _check_place(args.json)
    readiness.check_folder()
    readiness.check_access()
    if readiness.untouched():  # a plan is rehearsed before anything else is there
        running.migrate(argparse.Namespace(check=False))
    readiness.check_database()
    text = programme_text(args.programme)
    plan = file.read(text, name=args.programme)
    opens = _opening(args.opens, plan)
    dates = planned_dates(plan, opens)
    ends = scenarios.moment_of(args.until, dates)
    bar = Bar(f"{plan.programme.code}, {args.applicants} people", opens, ends)
    wish = Wish(
        text=text,
        institution=INSTITUTION,
        institution_name="Rehearsals",
        cohort=_free_slug(plan.programme.code, args.seed),
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
    print(f"\nTime: {done.seconds:.0f} s. Seed: {done.seed}.")
    if args.organiser:
        _open_to(args.organiser, done.cohort)
    print(f"As a page: {settings.BASE_URL}{cohort_url(done.cohort, 'rehearsal:report')}")
    if args.json:
        args.json.write_text(json.dumps(done.report, indent=1, ensure_ascii=False) + "\n", "utf-8")
        print(f"Figures: {args.json}")
    return 0


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


def _opening(given: str, plan: Plan) -> datetime:
    """The first day asked for, else next Monday, at nine in the programme's zone."""
    zone = ZoneInfo(plan.cohort.time_zone)
    if given:
        try:
            day = datetime.fromisoformat(given)
        except ValueError:
            raise Invalid({"opens": [f"“{given}” is no date: write it as 2027-01-11."]}) from None
    else:
        today = clock.now().astimezone(zone)
        day = today + timedelta(days=7 - today.weekday())
    return day.replace(hour=9, minute=0, second=0, microsecond=0, tzinfo=zone).astimezone(UTC)


def _free_slug(programme: str, seed: int) -> str:
    """A name that no earlier rehearsal has."""
    house = Institution.objects.filter(slug=INSTITUTION).first()
    taken = set(
        Cohort.objects.filter(programme__institution=house, programme__slug=programme).values_list(
            "slug", flat=True
        )
    )
    number, slug = 1, f"seed-{seed}"
    while slug in taken:
        number += 1
        slug = f"seed-{seed}-{number}"
    return slug


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
