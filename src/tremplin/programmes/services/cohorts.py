"""Applying a programme file, opening a cohort, taking a cohort to a newer file."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, Invalid, Stale
from tremplin.core.text import joined
from tremplin.people.models import Institution, User
from tremplin.programmes import file, jurisdiction
from tremplin.programmes.export import cohort_text
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort, CohortDate, Membership, Programme, ProgrammeVersion
from tremplin.programmes.relied import reads_begun
from tremplin.programmes.roles import Role, require
from tremplin.programmes.rules import (
    Used,
    check_order,
    frozen_changes,
    immovable,
    merged_dates,
    planned_dates,
    refusals,
    rubric_read_by,
)
from tremplin.programmes.schema import Plan

Moved = dict[str, tuple[datetime | None, datetime | None]]
"""Dates that moved, by code: before and after; None where the date is new or gone."""


@transaction.atomic
def apply_file(
    *, institution: Institution, text: str, now: datetime, actor: User | None = None, slug: str = ""
) -> ProgrammeVersion:
    """Make `text` the current version of its programme, which is created when it is new.

    Order: validate; find or create the programme; store a new version unless the text is the one in force.
    Cohorts keep the version they were opened with, until `adopt`. Raises file.BrokenFile.
    """
    plan = file.read(text)
    programme, _created = Programme.objects.get_or_create(
        institution=institution, slug=slug or plan.programme.code, defaults={"created_at": now}
    )
    latest = programme.versions.select_for_update().order_by("-number").first()
    digest = file.checksum(text)
    if latest and latest.checksum == digest:
        return latest
    return ProgrammeVersion.objects.create(
        programme=programme,
        number=latest.number + 1 if latest else 1,
        text=text,
        checksum=digest,
        applied_at=now,
        applied_by=actor.ref if actor else "",
    )


@transaction.atomic
def open_cohort(
    *,
    version: ProgrammeVersion,
    slug: str,
    opens: datetime,
    organiser: User,
    now: datetime,
    title: str = "",
    rehearsal: bool = False,
    invented: bool = False,
) -> Cohort:
    """Create an edition whose dates count from `opens`, with a first organiser and the newest law.

    Order: cohort, its dates, the organiser's role, the audit event. Raises Conflict when the slug is taken,
    Invalid when summer time puts two dates of one day in the wrong order.
    """
    if Cohort.objects.filter(programme=version.programme, slug=slug).exists():
        raise Conflict(
            _("This programme already has a cohort “%(slug)s”.") % {"slug": slug},
            _("Choose another name for it."),
        )
    dates = planned_dates(version.plan, opens)
    check_order(dates)
    profile = version.plan.jurisdiction.profile
    cohort = Cohort.objects.create(
        programme=version.programme,
        version=version,
        slug=slug,
        title=title,
        rehearsal=rehearsal,
        invented=invented or rehearsal,
        first_day=opens,
        jurisdiction=profile,
        jurisdiction_version=jurisdiction.latest(profile),
        created_at=now,
    )
    CohortDate.objects.bulk_create(CohortDate(cohort=cohort, code=code, at=at) for code, at in dates.items())
    Membership.objects.create(user=organiser, cohort=cohort, role=Role.ORGANISER, created_at=now)
    log(
        cohort=cohort,
        actor=organiser,
        verb="programmes.cohort-opened",
        subject=cohort,
        now=now,
        version=version.number,
        jurisdiction=f"{profile}.{cohort.jurisdiction_version}",
    )
    return cohort


@transaction.atomic
def adopt(
    *,
    cohort: Cohort,
    version: ProgrammeVersion,
    actor: User | None,
    now: datetime,
    first_day: datetime | None = None,
    used: Used | None = None,
) -> Moved:
    """Take `cohort` to `version` of its programme's file; the dates that moved, each with before and after.

    `actor` None: somebody with access to the machine did it by command. `used`: what people have answered, from
    whoever tells them of the change; with it the form may change while the call is open, as far as `refusals`
    lets it. Order: permission; what people already rely on is unchanged; dates (see `merged_dates`); the law,
    while the call is still to open; the audit event. Raises NotAllowed, Conflict for a part that is frozen,
    Invalid for dates that cannot be.
    """
    if actor is not None:
        require(actor, cohort, Role.ORGANISER)
    held = Cohort.objects.select_for_update().get(pk=cohort.pk)
    new_first_day = first_day or held.first_day
    if version == held.version and new_first_day == held.first_day:
        return {}
    _check_frozen(held, version, now, used)
    moved = _move_dates(held, version, new_first_day, now)
    held.version, held.first_day = version, new_first_day
    if cohort.dates["call_opens"] > now:
        held.jurisdiction = version.plan.jurisdiction.profile
        held.jurisdiction_version = jurisdiction.latest(held.jurisdiction)
    held.save(update_fields=["version", "first_day", "jurisdiction", "jurisdiction_version"])
    log(
        cohort=held,
        actor=actor,
        verb="programmes.file-adopted",
        subject=held,
        now=now,
        version=version.number,
        checksum=version.checksum,
        dates={code: [before, after] for code, (before, after) in moved.items()},
    )
    cohort.refresh_from_db()
    cohort.forget_dates()
    return moved


@transaction.atomic
def replace_file(
    *, cohort: Cohort, text: str, actor: User, now: datetime, seen: int, used: Used | None = None
) -> Moved:
    """Take `cohort` to a file that an organiser hands in; the dates that moved.

    `seen` is the number of the version that was in force on the page that asked; `used`: see `adopt`. Order:
    permission, validation, the file is of this programme, nobody was quicker, a new version, `adopt`.
    Raises NotAllowed, file.BrokenFile, Invalid, Stale, Conflict.
    """
    require(actor, cohort, Role.ORGANISER)
    plan = file.read(text)
    slug = cohort.programme.slug
    if plan.programme.code != slug:
        message = _("This file is of the programme “%(other)s”, and this is “%(this)s”.")
        raise Invalid({"file": [message % {"other": plan.programme.code, "this": slug}]})
    held = Cohort.objects.select_for_update().select_related("version").get(pk=cohort.pk)
    if held.version.number != seen:
        raise Stale(
            _("Somebody changed the file while you were looking at it."),
            _("Look at what it says now, then hand yours in again if you still want to."),
        )
    version = apply_file(institution=cohort.institution, text=text, now=now, actor=actor, slug=slug)
    return adopt(cohort=cohort, version=version, actor=actor, now=now, used=used)


def preview_file(*, cohort: Cohort, text: str, actor: User, now: datetime, seen: int) -> tuple[Moved, str]:
    """What `replace_file` would do, undone again: the dates that would move, and the file as it would then stand.

    That is not always `text`: dates that organisers moved stay. Raises what `replace_file` raises.
    """
    trial = Cohort.objects.select_related("programme__institution", "version").get(pk=cohort.pk)
    with transaction.atomic():
        moved = replace_file(cohort=trial, text=text, actor=actor, now=now, seen=seen)
        after = cohort_text(trial)
        transaction.set_rollback(True)
    return moved, after


def _check_frozen(cohort: Cohort, version: ProgrammeVersion, now: datetime, used: Used | None) -> None:
    if version.programme_id != cohort.programme_id:
        raise Conflict(_("This file belongs to another programme."))
    changed = frozen_changes(cohort.plan, version.plan, cohort.dates, now)
    if _other_rubric(cohort.plan, version.plan) and reads_begun(cohort):
        raise Conflict(
            _("Reading has begun, so the rubric stays word for word as it is read by: review.criteria."),
            _("Say what has to be made clearer in the guide for reviewers, review.guide."),
        )
    if used is not None and now < cohort.dates["call_closes"]:
        changed = [part for part in changed if part not in {"application", "eligibility"}]
        refused = refusals(cohort.plan, version.plan, used) if now >= cohort.dates["call_opens"] else []
        if refused:
            raise Conflict(joined(refused[0].code, refused[0].reason), refused[0].instead)
    if changed:
        raise Conflict(
            _("These parts are in use and can no longer change: %(parts)s.") % {"parts": ", ".join(changed)},
            _remedy(changed),
        )


def _other_rubric(old: Plan, new: Plan) -> bool:
    """Whether a reviewer would judge by something else, another order included."""
    return list(rubric_read_by(old).items()) != list(rubric_read_by(new).items())


def _remedy(changed: list[str]) -> str:
    """What to do instead: the form may change further where those whom it concerns are told."""
    if {"application", "eligibility"}.issuperset(changed):
        return _("Change it on the page “Form”, which says what may still change, and tells those concerned.")
    return _("Their texts may be mended; for anything else, begin a new cohort.")


def _move_dates(cohort: Cohort, version: ProgrammeVersion, first_day: datetime, now: datetime) -> Moved:
    """Store the dates of the new file. Raises Conflict for one that cannot move, Invalid for a wrong order."""
    stored = cohort.dates
    merged = merged_dates(
        old=cohort.plan,
        new=version.plan,
        first_day=cohort.first_day,
        new_first_day=first_day,
        stored=stored,
    )
    check_order(merged)
    moved = {
        code: (stored.get(code), merged.get(code))
        for code in stored.keys() | merged.keys()
        if stored.get(code) != merged.get(code)
    }
    for code, (before, after) in moved.items():
        if before and after and (reason := immovable(code, before, after, now)):
            raise Conflict(joined(code, reason))
        _store(cohort, code, after)
    return moved


def _store(cohort: Cohort, code: str, at: datetime | None) -> None:
    if at is None:
        CohortDate.objects.filter(cohort=cohort, code=code).delete()
    else:
        CohortDate.objects.update_or_create(cohort=cohort, code=code, defaults={"at": at})
