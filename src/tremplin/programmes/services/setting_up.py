"""From a file to a running cohort in one step."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Invalid
from tremplin.people.models import RESERVED_SLUGS, Institution, User
from tremplin.programmes import file
from tremplin.programmes.models import Cohort, Programme, ProgrammeVersion
from tremplin.programmes.schema import Plan, first_form
from tremplin.programmes.services.cohorts import Moved, adopt, apply_file, open_cohort
from tremplin.programmes.services.people import find_or_make

_SLUG = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


@dataclass
class SetUp:
    """What `set_up` did: `created` names what is new (institution, programme, version, person, cohort)."""

    institution: Institution
    version: ProgrammeVersion
    cohort: Cohort | None = None
    organiser: User | None = None
    created: list[str] = field(default_factory=list)
    moved: Moved = field(default_factory=dict)


@transaction.atomic
def set_up(
    *,
    text: str,
    institution: str,
    now: datetime,
    institution_name: str = "",
    cohort: str = "",
    opens: datetime | None = None,
    organiser: str = "",
    organiser_name: str = "",
    title: str = "",
) -> SetUp:
    """Make everything that a programme file needs to run; what exists is kept, and taken to the file.

    `opens` without a zone is an hour in the programme's zone; without it the file's own `cohort.opens` counts.
    Order: validate; the institution; the version; the cohort and its organiser, or the cohort's move to the
    version. A new programme whose file has no form gets a first one, to be built on pages. Raises file.BrokenFile;
    Invalid, by option, for what is missing; Conflict for what is frozen.
    """
    whole = first_form.begun(text)
    plan = file.read(whole)
    created: list[str] = []
    house = _institution(institution, institution_name, plan, now, created)
    if not Programme.objects.filter(institution=house, slug=plan.programme.code).exists():
        created.append("programme")
    elif whole != text:
        message = _("This file has no form, and the programme has one already.")
        raise Invalid(
            {"file": [message]}, message, _("Take the file with its form along: tremplin programme export.")
        )
    text = whole
    known = ProgrammeVersion.objects.filter(programme__institution=house).count()
    version = apply_file(institution=house, text=text, now=now)
    if ProgrammeVersion.objects.filter(programme__institution=house).count() > known:
        created.append("version")
    done = SetUp(institution=house, version=version, created=created)
    if cohort:
        _cohort(done, plan, _slug(cohort, "cohort"), opens, organiser, organiser_name, title, now)
    return done


def _institution(slug: str, name: str, plan: Plan, now: datetime, created: list[str]) -> Institution:
    found = Institution.objects.filter(slug=slug).first()
    if found is not None:
        return found
    if slug in RESERVED_SLUGS:
        raise Invalid({"institution": [_("“%(slug)s” is an address of Tremplin itself.") % {"slug": slug}]})
    if not name.strip():
        message = _("There is no institution “%(slug)s” yet.") % {"slug": slug}
        raise Invalid({"institution-name": [message]}, message, _("Give its name with --institution-name."))
    created.append("institution")
    return Institution.objects.create(
        slug=_slug(slug, "institution"),
        name=name.strip(),
        language=plan.programme.languages[0],
        time_zone=plan.cohort.time_zone,
        contact_email=plan.programme.contact,
        created_at=now,
    )


def _cohort(
    done: SetUp,
    plan: Plan,
    slug: str,
    opens: datetime | None,
    organiser: str,
    organiser_name: str,
    title: str,
    now: datetime,
) -> None:
    first_day = _in_zone(opens or plan.cohort.opens, plan)
    done.cohort = Cohort.objects.filter(programme=done.version.programme, slug=slug).first()
    if done.cohort is not None:
        done.moved = adopt(cohort=done.cohort, version=done.version, actor=None, now=now, first_day=first_day)
        return
    if first_day is None:
        message = _("A new cohort needs the day on which its call opens.")
        raise Invalid({"opens": [message]}, message, _("Give it with --opens 2027-01-11, or in the file."))
    if not organiser:
        message = _("A new cohort needs an organiser.")
        raise Invalid({"organiser": [message]}, message, _("Give an address with --organiser."))
    before = User.objects.count()
    done.organiser = find_or_make(
        organiser, name=organiser_name, language=plan.programme.languages[0], now=now, field="organiser"
    )
    if User.objects.count() > before:
        done.created.append("person")
    done.cohort = open_cohort(
        version=done.version, slug=slug, opens=first_day, organiser=done.organiser, now=now, title=title
    )
    done.created.append("cohort")


def _in_zone(opens: datetime | None, plan: Plan) -> datetime | None:
    """An hour on the programme's own clock, as a moment."""
    if opens is None or opens.tzinfo is not None:
        return opens
    return opens.replace(tzinfo=ZoneInfo(plan.cohort.time_zone)).astimezone(UTC)


def _slug(text: str, field: str) -> str:
    if not _SLUG.match(text) or len(text) > 50:
        message = _(
            "“%(text)s” cannot be part of an address: small letters, figures and single hyphens only."
        )
        raise Invalid({field: [message % {"text": text}]})
    return text
