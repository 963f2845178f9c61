"""What people can do with programmes: apply a file, open a cohort, move a date, grant a role."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, Invalid
from tremplin.people.models import Institution, User
from tremplin.programmes import file
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort, CohortDate, Membership, Programme, ProgrammeVersion
from tremplin.programmes.roles import Role, require
from tremplin.programmes.rules import check_order, planned_dates


@transaction.atomic
def apply_file(
    *, institution: Institution, text: str, now: datetime, actor: User | None = None, slug: str = ""
) -> ProgrammeVersion:
    """Make `text` the current version of its programme, which is created when it is new.

    Order: validate; find or create the programme; store a new version unless the text is the one in force.
    Cohorts keep the version they were opened with. Raises file.BrokenFile.
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
) -> Cohort:
    """Create an edition whose call opens at `opens`, with all dates from the file and a first organiser.

    Order: cohort, its dates, the organiser's role, the audit event. Raises Conflict when the slug is taken.
    """
    if Cohort.objects.filter(programme=version.programme, slug=slug).exists():
        raise Conflict(
            _("This programme already has a cohort “%(slug)s”.") % {"slug": slug},
            _("Choose another name for it."),
        )
    cohort = Cohort.objects.create(
        programme=version.programme,
        version=version,
        slug=slug,
        title=title,
        rehearsal=rehearsal,
        created_at=now,
    )
    CohortDate.objects.bulk_create(
        CohortDate(cohort=cohort, code=code, at=at) for code, at in planned_dates(version.plan, opens).items()
    )
    Membership.objects.create(user=organiser, cohort=cohort, role=Role.ORGANISER, created_at=now)
    log(cohort=cohort, actor=organiser, verb="programmes.cohort-opened", subject=cohort, now=now)
    return cohort


@transaction.atomic
def move_date(
    *, cohort: Cohort, code: str, to: datetime, actor: User, now: datetime, reason: str
) -> CohortDate:
    """Move a named date. Order: permission, order of dates, the date, the audit event with the reason.

    Raises NotAllowed; Invalid when the order of dates would break, the date is unknown or no reason is given.
    """
    require(actor, cohort, Role.ORGANISER)
    if not reason.strip():
        raise Invalid({"reason": [_("Say why the date moves: people who planned on it will ask.")]})
    row = CohortDate.objects.select_for_update().filter(cohort=cohort, code=code).first()
    if row is None:
        raise Invalid({"code": [_("This programme has no such date.")]})
    check_order({**cohort.dates, code: to})
    before, row.at = row.at, to
    row.save(update_fields=["at"])
    cohort.__dict__.pop("dates", None)
    log(
        cohort=cohort,
        actor=actor,
        verb="programmes.date-moved",
        subject=cohort,
        now=now,
        code=code,
        before=before.isoformat(),
        after=to.isoformat(),
        reason=reason,
    )
    return row


@transaction.atomic
def grant(*, user: User, cohort: Cohort, role: Role, actor: User | None, now: datetime) -> Membership:
    """Give `user` a role; nothing happens when they hold it. Organisers grant roles by hand, stages by rule.

    `actor` None means that a stage's own rule grants the role (an applicant by applying, a scholar by accepting).
    Raises NotAllowed when a person who is not an organiser of the cohort grants it.
    """
    if actor is not None:
        require(actor, cohort, Role.ORGANISER)
    membership, created = Membership.objects.get_or_create(
        user=user, cohort=cohort, role=role, defaults={"created_at": now}
    )
    if created:
        log(cohort=cohort, actor=actor, verb="programmes.role-granted", subject=user, now=now, role=str(role))
    return membership


@transaction.atomic
def revoke(*, user: User, cohort: Cohort, role: Role, actor: User, now: datetime) -> None:
    """Take a role away. The last organiser of a cohort stays. Raises NotAllowed, Conflict."""
    require(actor, cohort, Role.ORGANISER)
    held = Membership.objects.select_for_update().filter(cohort=cohort, role=role)
    if role == Role.ORGANISER and not held.exclude(user=user).exists():
        raise Conflict(_("A cohort needs an organiser."), _("Name another organiser first."))
    if held.filter(user=user).delete()[0]:
        log(cohort=cohort, actor=actor, verb="programmes.role-revoked", subject=user, now=now, role=str(role))
