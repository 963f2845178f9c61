"""What people can see of programmes."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, OuterRef, Prefetch, Q, QuerySet, Subquery

from tremplin.core.gathering import Items, Pairs, moment
from tremplin.core.outbox import queries as outbox
from tremplin.core.outbox.models import Batch, BatchState, MessageState, OutboxMessage
from tremplin.core.prepared import Prepared
from tremplin.core.text import fold
from tremplin.people.models import Institution, User
from tremplin.programmes.apart import cause, visible_mails, visible_roles
from tremplin.programmes.models import (
    Cohort,
    CohortDate,
    Membership,
    Programme,
    ProgrammeVersion,
    Recusal,
    in_order,
)
from tremplin.programmes.roles import GIVEN_BY_HAND, Role
from tremplin.programmes.rules import AUDIENCE

_PRIVATE = ("note-in-confidence", "answer-waiting", "question-waiting", "confidence-waiting")


def cohort_at(institution: str, programme: str, cohort: str) -> Cohort | None:
    """The cohort at an address, with all that its pages need, in one query."""
    return cohort_and_roles(None, institution, programme, cohort)[0]


def cohort_and_roles(
    user: User | None, institution: str, programme: str, cohort: str
) -> tuple[Cohort | None, frozenset[Role]]:
    """The cohort at an address with its dates, and the roles of `user` in it, in one query."""
    who = user.pk if user is not None and user.is_active else 0
    found: list[Any] = _AT_AN_ADDRESS(who, institution, programme, cohort)
    if not found:
        return None, frozenset()
    [row] = found
    row.dates = in_order({code: moment(text) for code, text in json.loads(row.said_dates or "{}").items()})
    return row, frozenset(map(Role, json.loads(row.said_roles or "[]")))


def _with_all(user: int, institution: str, programme: str, cohort: str) -> QuerySet[Cohort]:
    dates = CohortDate.objects.filter(cohort=OuterRef("pk")).order_by().values("cohort")
    held = Membership.objects.filter(cohort=OuterRef("pk"), user=user).order_by().values("cohort")
    return (
        Cohort.objects.select_related("programme__institution", "version")
        .defer("version__text")
        .filter(programme__institution__slug=institution, programme__slug=programme, slug=cohort)
        .annotate(
            said_dates=Subquery(dates.annotate(said=Pairs("code", "at")).values("said")),
            said_roles=Subquery(held.annotate(said=Items("role")).values("said")),
        )
    )


_AT_AN_ADDRESS = Prepared(_with_all, int, str, str, str)


def cohorts_of(user: User) -> QuerySet[Cohort]:
    """The cohorts in which `user` holds a role, newest first."""
    held = Membership.objects.filter(user=user).values("cohort")
    return _with_dates().filter(pk__in=held).order_by("-created_at")


def roles_by_cohort(user: User) -> dict[int, list[str]]:
    """The roles of `user` in each cohort, in the order in which they were given. One query."""
    held: dict[int, list[str]] = {}
    for cohort, role in Membership.objects.filter(user=user).order_by("pk").values_list("cohort", "role"):
        held.setdefault(cohort, []).append(role)
    return held


def open_calls(now: datetime) -> QuerySet[Cohort]:
    """Calls that anybody may answer now, soonest deadline first. Rehearsals stay among those who run them."""
    return (
        _with_dates()
        .filter(rehearsal=False, date_rows__code="call_closes", date_rows__at__gte=now)
        .exclude(
            pk__in=Cohort.objects.filter(date_rows__code="call_opens", date_rows__at__gt=now).values("pk")
        )
        .order_by("date_rows__at")
    )


def people_with(cohort: Cohort, role: Role) -> QuerySet[User]:
    """Those who hold `role` in `cohort`, by name."""
    held = Membership.objects.filter(cohort=cohort, role=role).values("user")
    return User.objects.filter(pk__in=held).order_by("name_folded", "pk")


def concerned_by(cohort: Cohort, code: str) -> QuerySet[User]:
    """Those whom the date `code` concerns, by their role."""
    held = Membership.objects.filter(cohort=cohort, role__in=AUDIENCE[code]).values("user")
    return User.objects.filter(pk__in=held, is_active=True).order_by("pk")


def latest_version(institution: str, programme: str) -> ProgrammeVersion | None:
    """The file in force of the programme at an address."""
    versions = ProgrammeVersion.objects.select_related("programme__institution")
    at = versions.filter(programme__institution__slug=institution, programme__slug=programme)
    return at.order_by("-number").first()


def all_programmes() -> QuerySet[Programme]:
    """Every programme with its cohorts and their dates, for an administrator."""
    cohorts = Cohort.objects.prefetch_related("date_rows").order_by("slug")
    return (
        Programme.objects.select_related("institution")
        .prefetch_related("versions", Prefetch("cohorts", cohorts))
        .order_by("institution__slug", "slug")
    )


def institution_at(slug: str) -> Institution | None:
    return Institution.objects.filter(slug=slug).first()


def public_programmes(institution: Institution) -> QuerySet[Programme]:
    """The programmes of an institution; their `cohorts.all()` are those that are no rehearsals, newest first."""
    cohorts = _with_dates().filter(rehearsal=False).order_by("-first_day", "-pk")
    return institution.programmes.prefetch_related(Prefetch("cohorts", cohorts)).order_by("slug")


def _with_dates() -> QuerySet[Cohort]:
    """Cohorts with all that their pages need, but without the forty kilobytes of text behind each plan."""
    cohorts = Cohort.objects.select_related("programme__institution", "version").defer("version__text")
    return cohorts.prefetch_related("date_rows")


def cohorts_in_progress(now: datetime) -> QuerySet[Cohort]:
    """Cohorts whose call has opened and whose follow-up has not ended. Rehearsals keep their own time."""
    ended = Cohort.objects.filter(date_rows__code="follow_up_ends", date_rows__at__lt=now).values("pk")
    opened = Cohort.objects.filter(date_rows__code="call_opens", date_rows__at__lte=now).values("pk")
    return _with_dates().filter(rehearsal=False, pk__in=opened).exclude(pk__in=ended).order_by("pk")


def people_counts(cohort: Cohort, viewer: User) -> list[tuple[Role, int]]:
    """How many people hold each role as far as `viewer` may know it, those without anybody included."""
    seen = Membership.objects.filter(visible_roles(cohort, viewer), cohort=cohort)
    rows = seen.order_by().values_list("role").annotate(Count("pk"))
    counts = dict(rows)
    return [(role, counts.get(role.value, 0)) for role in Role]


def memberships(cohort: Cohort, viewer: User, *, role: str = "", words: str = "") -> QuerySet[Membership]:
    """Roles held in `cohort`, by name. Without `role`: those that organisers give, not the thousand applicants."""
    wanted = [role] if role in Role.values else list(GIVEN_BY_HAND)
    seen = visible_roles(cohort, viewer)
    found = Membership.objects.filter(seen, cohort=cohort, role__in=wanted).select_related("user")
    for word in fold(words).split():
        found = found.filter(user__name_folded__contains=word)
    return found.order_by("user__name_folded", "user_id", "role")


def membership(cohort: Cohort, ref: str, viewer: User) -> Membership | None:
    """A role in this cohort that `viewer` may know of."""
    rows = Membership.objects.filter(visible_roles(cohort, viewer), cohort=cohort, ref=ref)
    return rows.select_related("user").first()


def membership_elsewhere(ref: str) -> bool:
    """Whether `ref` is a role in some cohort: one in another cohort is nobody's business here."""
    return Membership.objects.filter(ref=ref).exists()


def newest_version_number(cohort: Cohort) -> int:
    """The number of the newest file of the programme, which this cohort need not run on."""
    newest = ProgrammeVersion.objects.filter(programme=cohort.programme_id).aggregate(Max("number"))
    return int(newest["number__max"] or 0)


def versions_of(cohort: Cohort) -> QuerySet[ProgrammeVersion]:
    """All versions of the programme's file without their text, newest first."""
    return cohort.programme.versions.defer("text").order_by("-number")


def names_of(refs: Iterable[str]) -> dict[str, str]:
    """Names of people by their references, in one query."""
    wanted = {ref for ref in refs if ref}
    if not wanted:
        return {}
    people = User.objects.filter(ref__in=wanted)
    return {user.ref: user.get_full_name() for user in people}


def who_can_judge(cohort: Cohort) -> list[User]:
    """The organisers of a cohort who do not stand apart from its selection, by name. A few queries for each."""
    return [user for user in people_with(cohort, Role.ORGANISER) if not cause(cohort, user)]


def recusals(cohort: Cohort) -> QuerySet[Recusal]:
    """Who said that they stand apart, by name."""
    return Recusal.objects.filter(cohort=cohort).select_related("user").order_by("user__name_folded", "pk")


def batches(cohort: Cohort, viewer: User) -> QuerySet[Batch]:
    """Batches of mails of this cohort, the newest first, but those of a selection from which `viewer` stands apart."""
    return outbox.batches(cohort.scope).filter(visible_mails(cohort, viewer))


def batch_at(cohort: Cohort, ref: str, viewer: User) -> Batch | None:
    """A batch of mails of this cohort that `viewer` may see, none of another's."""
    return batches(cohort, viewer).filter(ref=ref).first()


def mails_at_hand(cohort: Cohort, viewer: User) -> tuple[int, int]:
    """How many mails wait for an organiser, and how many could not be sent, in one query."""
    rows = OutboxMessage.objects.filter(
        scope=cohort.scope, state__in=[MessageState.WAITING, MessageState.FAILED]
    )
    found = rows.filter(visible_mails(cohort, viewer)).aggregate(
        waiting=Count("pk", filter=Q(state=MessageState.WAITING, batch__state=BatchState.OPEN)),
        failed=Count("pk", filter=Q(state=MessageState.FAILED) & _readable_by(viewer)),
    )
    return found["waiting"], found["failed"]


def waiting_in(batch: Batch) -> int:
    """How many mails of a batch would go out."""
    return batch.messages.filter(state=MessageState.WAITING).count()


def mail_at(cohort: Cohort, ref: str, viewer: User) -> OutboxMessage | None:
    return mails(cohort, viewer).filter(ref=ref).first()


def mails(cohort: Cohort, viewer: User, *, state: str = "", words: str = "") -> QuerySet[OutboxMessage]:
    """Mails of this cohort, the newest first, in one state, to an address or about something.

    A note in confidence goes to those organisers who are not a side of it, so each sees their own alone. Whoever
    stands apart from the selection sees none of its mails.
    """
    found = outbox.messages(cohort.scope).filter(_readable_by(viewer) & visible_mails(cohort, viewer))
    if state in MessageState.values:
        found = found.filter(state=state)
    for word in words.split():
        found = found.filter(Q(to__icontains=word) | Q(subject__icontains=word) | Q(kind__icontains=word))
    return found


def _readable_by(viewer: User) -> Q:
    return ~Q(kind__in=_PRIVATE) | Q(to_ref=viewer.ref)
