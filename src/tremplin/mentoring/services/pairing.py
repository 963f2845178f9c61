"""Making pairs and parting them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, Invalid
from tremplin.core.once import first
from tremplin.mentoring import queries
from tremplin.mentoring.models import Concern, MentorProfile, Pairing
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require, roles_of
from tremplin.selection.models import Scholar, ScholarState


@transaction.atomic
def pair(
    *,
    scholar: Scholar,
    mentor: MentorProfile,
    actor: User,
    now: datetime,
    explanation: Mapping[str, Any] | None = None,
) -> Pairing:
    """Give a scholar a mentor. Order: permission, both still there, capacity, the pairing, its event, two mails.

    Raises NotAllowed; Conflict when the scholar has a mentor, the mentor is full or either left.
    """
    cohort = scholar.cohort
    require(actor, cohort, Role.ORGANISER)
    held = Scholar.objects.select_for_update(of=("self",)).select_related("user").get(pk=scholar.pk)
    held.cohort = cohort
    host = _host(mentor, cohort)
    _check_pair(held, host)
    pairing = Pairing.objects.create(
        scholar=held, mentor=host, explanation=dict(explanation or {}), created_at=now
    )
    log(cohort=cohort, actor=actor, verb="mentoring.paired", subject=pairing, now=now, scholar=held.ref)
    _tell_both(pairing, "pairing-scholar", "pairing-mentor", now=now)
    return pairing


def _host(mentor: MentorProfile, cohort: Cohort) -> MentorProfile:
    """The mentor, held fast. Raises Conflict for one who no longer mentors in this cohort."""
    profiles = MentorProfile.objects.select_for_update(of=("self",)).select_related("user")
    host = profiles.filter(pk=mentor.pk, cohort=cohort).first()
    if host is None or Role.MENTOR not in roles_of(host.user, cohort):
        raise Conflict(_("This mentor is not in the cohort any more."), _("Choose another mentor."))
    return host


def _check_pair(scholar: Scholar, mentor: MentorProfile) -> None:
    names = {"scholar": scholar.user.name, "mentor": mentor.user.name}
    if scholar.user_id == mentor.user_id:
        raise Conflict(_("Nobody is their own mentor."))
    if scholar.state not in {ScholarState.ENROLLED, ScholarState.PAUSED}:
        raise Conflict(_("%(scholar)s is not taking part any more.") % names)
    if Pairing.objects.filter(scholar=scholar, ended_at__isnull=True).exists():
        raise Conflict(_("%(scholar)s has a mentor already.") % names, _("End that pairing first."))
    if queries.taken(mentor) >= mentor.capacity:
        raise Conflict(
            _("%(mentor)s has no place left for %(scholar)s.") % names, _("Choose another mentor.")
        )


@dataclass(slots=True)
class PairsMade:
    """What became of the pairs that an organiser chose."""

    made: int = 0
    refused: list[str] = field(default_factory=list)
    again: bool = False


@transaction.atomic
def make_pairs(
    *, cohort: Cohort, chosen: Mapping[str, str], actor: User, now: datetime, once: str = ""
) -> PairsMade:
    """Make the pairs of `chosen` (scholar to mentor, by reference). One that is refused stops no other.

    A second press of the same button changes nothing. Raises NotAllowed.
    """
    require(actor, cohort, Role.ORGANISER)
    done = PairsMade()
    if not first(f"mentoring-pairs:{once}" if once else "", now=now):
        done.again = True
        return done
    proposal = queries.proposal(cohort, now=now)
    for scholar_ref, mentor_ref in chosen.items():
        option = proposal.option(scholar_ref, mentor_ref)
        if option is None:
            done.refused.append(_("A pair was no longer possible: someone was paired in the meantime."))
            continue
        try:
            pair(
                scholar=option.scholar,
                mentor=option.mentor,
                actor=actor,
                explanation=queries.explanation(option.fit),
                now=now,
            )
            done.made += 1
        except Conflict as conflict:
            done.refused.append(str(conflict))
    return done


@transaction.atomic
def end_pairing(*, pairing: Pairing, actor: User, reason: str, now: datetime) -> Pairing:
    """Part a scholar and a mentor; what they answered stays. Both are told, without the reason.

    Order: permission, the reason, the pairing, its raised hands, the event, two mails.
    Raises NotAllowed, Invalid, Conflict.
    """
    cohort = pairing.scholar.cohort
    require(actor, cohort, Role.ORGANISER)
    if not reason.strip():
        raise Invalid({"reason": [_("Say why the pairing ends. Organisers alone read it.")]})
    row = (
        Pairing.objects.select_for_update(of=("self",))
        .select_related("scholar__user", "mentor__user")
        .get(pk=pairing.pk)
    )
    row.scholar.cohort = cohort
    if row.ended_at is not None:
        raise Conflict(_("This pairing has ended already."))
    row.ended_at, row.end_reason = now, reason.strip()
    row.save(update_fields=["ended_at", "end_reason"])
    Concern.objects.filter(pairing=row, closed_at__isnull=True).update(
        closed_at=now, closing_note=reason.strip()
    )
    log(cohort=cohort, actor=actor, verb="mentoring.pairing-ended", subject=row, now=now)
    _tell_both(row, "pairing-ended", "pairing-ended", now=now)
    return row


def _tell_both(pairing: Pairing, to_scholar: str, to_mentor: str, *, now: datetime) -> None:
    cohort = pairing.scholar.cohort
    values = {"link": cohort_url(cohort, "mentoring:pairing", ref=pairing.ref)}
    for code, person, side in (
        (to_scholar, pairing.scholar.user, "scholar"),
        (to_mentor, pairing.mentor.user, "mentor"),
    ):
        key = f"{code}:{pairing.ref}:{side}"
        mail.send(cohort=cohort, code=code, to=person, values=values, now=now, key=key)
