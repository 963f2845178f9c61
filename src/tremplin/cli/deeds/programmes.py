"""What `tremplin programme` does."""

import argparse
import sys
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from django.conf import settings
from django.db import transaction

from tremplin import programme_templates
from tremplin.core import clock
from tremplin.core.errors import Invalid, UserError
from tremplin.core.text import say
from tremplin.core.ui.amounts import money
from tremplin.programmes import export as exporting
from tremplin.programmes import file, queries
from tremplin.programmes.dates import date_words, day_meant
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.rules import LABELS
from tremplin.programmes.schema import Plan, first_form, reference
from tremplin.programmes.services import SetUp, set_up


class DryRun(Exception):
    """Rolls back what a dry run has done."""


def templates(_args: argparse.Namespace) -> int:
    """One line a template."""
    for name in programme_templates.names():
        plan = file.read(programme_templates.text(name), name=name)
        print(f"{name}\t{say(plan.programme.name, 'en')}: {say(plan.programme.summary, 'en')}")
    return 0


def new(args: argparse.Namespace) -> int:
    """Write a template to a file or to the screen."""
    known = programme_templates.names()
    if args.template not in known:
        near = get_close_matches(args.template, known, n=1)
        meant = f"Did you mean “{near[0]}”? " if near else ""
        raise UserError(
            f"There is no template “{args.template}”.", f"{meant}The templates are: {', '.join(known)}."
        )
    _write(programme_templates.text(args.template), args.output, force=args.force)
    if args.output:
        print(f"Next: change what is yours, then “tremplin programme check {args.output}”.", file=sys.stderr)
    return 0


def check(args: argparse.Namespace) -> int:
    """Say what each file is, or all that is wrong with it. No database is read."""
    broken = 0
    for path in args.files:
        try:
            text = first_form.begun(file.load(path))
            plan = file.read(text, name=str(path))
        except file.BrokenFile as fault:
            broken += 1
            print(fault.message, file=sys.stderr)
        else:
            print(f"{path} is sound. {_summary(plan)}")
            _advise(text)
    return 1 if broken else 0


def _advise(text: str) -> None:
    """What to look at in a sound file; it may be used as it is."""
    for hint in file.advice(text):
        print(f"  look at {hint}")


def _summary(plan: Plan) -> str:
    parts = [
        say(plan.programme.name, plan.programme.languages[0]),
        " + ".join(plan.programme.languages),
        f"{len(plan.stages)} stages",
        f"{len(plan.application.questions())} questions",
        f"{plan.cohort.places_min} to {plan.cohort.places_max} places",
        f"law: {plan.jurisdiction.profile}",
    ]
    if plan.stipend and plan.runs("stipends"):
        parts.append(f"{money(plan.stipend.total(), plan.stipend.currency)} a scholar")
    return ", ".join(parts) + "."


def apply_file(args: argparse.Namespace) -> int:
    """Make what the file describes; what is there is kept and taken to the file."""
    text = file.load(args.file)
    file.read(first_form.begun(text), name=str(args.file))
    try:
        with transaction.atomic():
            done = set_up(
                text=text,
                institution=args.institution,
                institution_name=args.institution_name,
                cohort=args.cohort,
                opens=_opens(args.opens),
                organiser=args.organiser,
                organiser_name=args.organiser_name,
                title=args.title,
                now=clock.now(),
            )
            _require_asked(args, done)
            _tell(done, dry=args.dry_run)
            _tell_unheeded(args, done)
            _advise(done.version.text)
            if args.dry_run:
                raise DryRun
    except DryRun:
        print("Nothing was changed: this was a dry run.")
    return 0


def _require_asked(args: argparse.Namespace, done: SetUp) -> None:
    """Raises UserError where --opens would move the dates of a cohort that is there."""
    if args.opens and done.moved and done.cohort and "cohort" not in done.created and not args.move_dates:
        raise UserError(
            f"The cohort {done.cohort.scope} is there already, and --opens would move {len(done.moved)} of its dates:\n"
            + "\n".join(_moves(done, done.cohort)),
            "Add --move-dates if you mean that, or leave --opens out. Nothing was changed.",
        )


def _tell_unheeded(args: argparse.Namespace, done: SetUp) -> None:
    """What was asked for and had no effect, because the thing was there already."""
    if args.institution_name and "institution" not in done.created:
        print(f"Not changed: the institution is called “{done.institution.name}” already.")
    if done.cohort is None or "cohort" in done.created:
        return
    if args.organiser:
        print(
            "Not changed: --organiser is for a new cohort. For this one: "
            f"tremplin user role {args.organiser} {done.cohort.scope} organiser"
        )
    if args.title and args.title != done.cohort.title:
        print("Not changed: --title is for a new cohort.")


def _opens(text: str | None) -> datetime | None:
    """A day, at nine in the morning, or a day and an hour; on the programme's own clock."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or not 2000 <= moment.year <= 2200:
        message = f"“{text}” is not a day."
        raise Invalid({"opens": [message]}, message, "Write it as 2027-01-11, or 2027-01-11T09:00.")
    return moment if "T" in text or " " in text else moment.replace(hour=9)


def _tell(done: SetUp, *, dry: bool) -> None:
    programme = done.version.programme
    made = "Would make" if dry else "Made"
    print(f"Programme {done.institution.slug}/{programme.slug}, version {done.version.number} of its file.")
    if done.created:
        print(f"{made}: {', '.join(done.created)}.")
    cohort = done.cohort
    if cohort is None:
        print("No cohort: name one with --cohort, --opens and --organiser to run it.")
        return
    print("\n".join(_moves(done, cohort)), end="\n" if done.moved else "")
    if "cohort" in done.created:
        for code, at in cohort.dates.items():
            print(f"  {LABELS[code]}: {date_words(cohort, at)}")
        if cohort.date("call_closes") < clock.now():
            print("Look at the dates: this call has closed already.")
    print(f"Call page: {settings.BASE_URL}{cohort_url(cohort, 'programmes:call')}")
    if done.organiser:
        print(f"{done.organiser.email} signs in by a mailed link: {settings.BASE_URL}/sign-in/")


def _moves(done: SetUp, cohort: Cohort) -> list[str]:
    """The dates that moved, in order of time."""
    lines = []
    for code, (before, after) in sorted(
        done.moved.items(), key=lambda item: item[1][1] or item[1][0] or clock.now()
    ):
        was = date_words(cohort, before) if before else "not there"
        now = date_words(cohort, after) if after else "gone"
        lines.append(f"  {LABELS[code]}: {was} → {now}")
    return lines


def export(args: argparse.Namespace) -> int:
    """Write the file of a programme, or of a cohort with the dates that were moved."""
    words = args.address.strip("/").split("/")
    if len(words) == 3:
        text = exporting.cohort_text(_cohort(words))
    elif len(words) == 2:
        version = queries.latest_version(words[0], words[1])
        if version is None:
            raise UserError(f"There is no programme “{args.address}”.", "See “tremplin programme list”.")
        text = version.text
    else:
        raise UserError(
            f"“{args.address}” is not the address of a programme.",
            "Write INSTITUTION/PROGRAMME or INSTITUTION/PROGRAMME/COHORT.",
        )
    _write(text, args.output, force=args.force)
    return 0


def _cohort(words: list[str]) -> Cohort:
    cohort = queries.cohort_at(words[0], words[1], words[2])
    if cohort is None:
        raise UserError(f"There is no cohort “{'/'.join(words)}”.", "See “tremplin programme list”.")
    return cohort


def everything(_args: argparse.Namespace) -> int:
    """One line a programme, one below it a cohort."""
    count = 0
    for programme in queries.all_programmes():
        count += 1
        versions = list(programme.versions.all())
        print(
            f"{programme.institution.slug}/{programme.slug}\tversion {versions[-1].number if versions else 0}"
        )
        for cohort in programme.cohorts.all():
            opens, closes = (day_meant(cohort, cohort.date(code)) for code in ("call_opens", "call_closes"))
            kind = " (rehearsal)" if cohort.rehearsal else ""
            print(
                f"  {programme.institution.slug}/{programme.slug}/{cohort.slug}\tcall {opens} to {closes}{kind}"
            )
    if not count:
        print("No programme yet. Begin with “tremplin programme templates”.", file=sys.stderr)
    return 0


def keys(_args: argparse.Namespace) -> int:
    """The reference of the programme file, as Markdown."""
    sys.stdout.write(f"{reference.reference()}\n{reference.mails()}")
    return 0


def _write(text: str, output: Path | None, *, force: bool) -> None:
    """To the screen, or to a file that is not there yet. Line ends stay as they are."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        with output.open("w" if force else "x", encoding="utf-8", newline="") as target:
            target.write(text)
    except FileExistsError:
        raise UserError(
            f"{output} is there already.", "Choose another name, or replace it with --force."
        ) from None
    except (IsADirectoryError, NotADirectoryError):
        raise UserError(f"{output} is a folder.", "Name a file in it.") from None
    print(f"Wrote {output}.", file=sys.stderr)
