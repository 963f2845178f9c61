"""What one person answered in the linked survey, for that person alone: keeping it, changing it, taking it back."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tremplin.core import personal_keys
from tremplin.core.errors import Conflict, NotAllowed
from tremplin.equality.models import LinkedAnswers
from tremplin.equality.purposes import LINKED
from tremplin.equality.rules import valid
from tremplin.people.models import Consent, User
from tremplin.people.services import consents
from tremplin.programmes import funnel, jurisdiction
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.programmes.schema.profile import Attribute

Answers = dict[str, list[str]]
APPLIED = "applied"
_LENGTH = 1024  # every sealed text is this long, or a multiple of it: its length says nothing


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody answered, and on which day they last did."""

    answers: Answers
    day: date


def asked(cohort: Cohort) -> list[Attribute]:
    """What is asked here to be kept with applications: nothing unless the programme's file and the law say so."""
    if not cohort.plan.runs("equality"):
        return []
    return jurisdiction.linked(cohort.profile, cohort.plan.jurisdiction.linked)


def may_answer(cohort: Cohort, user: User) -> bool:
    """Whether this person may answer, or answer otherwise: once they have applied, until decisions are made."""
    return bool(asked(cohort)) and not funnel.decided(cohort) and funnel.holds(APPLIED, cohort, user)


def kept(cohort: Cohort, user: User) -> Kept | None:
    """What is kept of this person's answers; None when there is nothing, or no key to it any more."""
    row = rows_of(cohort.ref, user).first()
    return opened(row) if row else None


@transaction.atomic
def keep(*, cohort: Cohort, actor: User, given: Mapping[str, Sequence[str]], now: datetime) -> bool:
    """Keep what `actor` answered in place of what they answered before; whether there is something to keep.

    Answers that were not offered are dropped; no answer at all takes back what was kept. No event of the cohort's
    log says who answered.

    Order: permission; nobody else writes for this person; decisions are not made; the consent; the key and the
    sealed row. Raises NotAllowed, Conflict.
    """
    require(actor, cohort, Role.APPLICANT)
    _one_at_a_time(actor)
    answers = valid(asked(cohort), given)
    if not answers:
        take_back(cohort=cohort, actor=actor, now=now)
        return False
    if funnel.decided(cohort):
        raise Conflict(
            _("Decisions are made, so answers can no longer be changed."), _("You can take them back.")
        )
    if not funnel.holds(APPLIED, cohort, actor):
        raise NotAllowed(_("These questions are for people whose application is sent."))
    consents.give(user=actor, purpose=LINKED, about=cohort.ref, now=now)
    _write(cohort, actor, answers, now)
    return True


@transaction.atomic
def take_back(*, cohort: Cohort, actor: User, now: datetime) -> bool:
    """Delete what `actor` answered and destroy its key, at any time; whether there was something.

    Order: the rows; the consent; the key, once it is certain.
    """
    gone = forget(cohort.ref, actor)
    if consents.holds(actor, LINKED, cohort.ref):
        consents.refuse(user=actor, purpose=LINKED, about=cohort.ref, now=now)
    return gone


def forget(cohort_ref: str, user: User) -> bool:
    """Delete the rows of a person in the caller's transaction; their key goes when it has held.

    A key whose destruction fails then opens nothing that is kept here, and is swept away.
    """
    _one_at_a_time(user)
    deleted, _rows = rows_of(cohort_ref, user).delete()
    transaction.on_commit(lambda: _destroy_unused(cohort_ref, user), robust=True)
    return bool(deleted)


@transaction.atomic
def _destroy_unused(cohort_ref: str, user: User) -> None:
    """Destroy the keys of a person, unless they have answered anew meanwhile: then the key is a new one already."""
    _one_at_a_time(user)
    if not rows_of(cohort_ref, user).exists():
        personal_keys.destroy(cohort_ref, _names(cohort_ref, user))


def _one_at_a_time(user: User) -> None:
    """Nobody else writes, or destroys a key, for this person until the transaction ends."""
    list(User.objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk"))


def rows_of(cohort_ref: str, user: User) -> QuerySet[LinkedAnswers]:
    return LinkedAnswers.objects.filter(cohort_ref=cohort_ref, handle__in=_names(cohort_ref, user))


def held(user: User) -> list[str]:
    """The cohorts that keep answers of a person, by reference: those to which they ever said yes."""
    refs = Consent.objects.filter(user=user, purpose=LINKED.code).values_list("about", flat=True)
    return sorted(kept_in(set(refs), user))


def kept_in(refs: Collection[str], user: User) -> set[str]:
    """Which of the cohorts `refs` keep answers of a person. One query; none for none."""
    names = [name for ref in refs for name in _names(ref, user)]
    rows = LinkedAnswers.objects.filter(cohort_ref__in=refs, handle__in=names)
    return set(rows.values_list("cohort_ref", flat=True)) if names else set()


def everybody(cohort: Cohort, people: Sequence[str]) -> Iterator[tuple[str, Answers]]:
    """The answers of those `people` (references) who gave any. For counting alone: see `counting`."""
    whose = {name: ref for ref in people for name in _handles(cohort.ref, ref)}
    for row in LinkedAnswers.objects.filter(cohort_ref=cohort.ref).iterator():
        if row.handle in whose and (found := opened(row)):
            yield whose[row.handle], found.answers


def opened(row: LinkedAnswers) -> Kept | None:
    text = personal_keys.unseal(bytes(row.sealed), shelf=row.cohort_ref, handle=row.handle)
    if text is None:
        return None
    found = json.loads(text)
    return Kept(found["answers"], date.fromisoformat(found["day"]))


def _write(cohort: Cohort, user: User, answers: Answers, now: datetime) -> None:
    row = rows_of(cohort.ref, user).select_for_update().first()
    if row is None:
        names = _names(cohort.ref, user)
        personal_keys.destroy(
            cohort.ref, names
        )  # one that is still there belongs to answers that were taken back
        row = LinkedAnswers(cohort_ref=cohort.ref, handle=names[0])
    text = json.dumps({"answers": answers, "day": now.astimezone(UTC).date().isoformat()})
    text = text.ljust(-(-len(text) // _LENGTH) * _LENGTH)
    row.sealed = personal_keys.seal(text, shelf=cohort.ref, handle=row.handle, now=now)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # a second window was faster: the last press counts
        LinkedAnswers.objects.filter(handle=row.handle).update(sealed=row.sealed)


def _names(cohort_ref: str, user: User) -> tuple[str, ...]:
    return _handles(cohort_ref, user.ref)


def _handles(cohort_ref: str, ref: str) -> tuple[str, ...]:
    return personal_keys.handles(ref, context=f"equality/{cohort_ref}")


def _keys_by_cohort() -> dict[str, set[str]]:
    """The names of all keys, on the shelf of each cohort, also of one of which nothing is kept any more."""
    found: dict[str, set[str]] = {ref: set() for ref in Cohort.objects.values_list("ref", flat=True)}
    for shelf, handle in LinkedAnswers.objects.values_list("cohort_ref", "handle"):
        found.setdefault(shelf, set()).add(handle)
    return found


personal_keys.register(_keys_by_cohort)
