"""What mentoring may erase: words of and about a person; that two were paired stays, without the name."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.mentoring.models import CheckInAnswer, Concern, MatchWish, MentorProfile, Pairing, Side
from tremplin.people.models import User
from tremplin.people.personal_data import Holding
from tremplin.programmes.scopes import within
from tremplin.selection.models import ScholarState

_HERE = (ScholarState.ENROLLED, ScholarState.PAUSED)


def _pairings(user: User) -> QuerySet[Pairing]:
    rows = Pairing.objects.filter(Q(scholar__user=user) | Q(mentor__user=user)).order_by("pk")
    return rows.select_related("scholar__cohort__programme__institution", "mentor")


def holdings(user: User, _now: datetime) -> list[Holding]:
    found = [holding for row in _pairings(user) for holding in _pairing(row, user)]
    wishes = MatchWish.objects.filter(scholar__user=user)
    for wish in wishes.select_related("scholar__cohort__programme__institution").order_by("pk"):
        found.append(Holding(wish.scholar.cohort.scope, _("Wishes for a mentor")))
    profiles = MentorProfile.objects.filter(user=user).select_related("cohort__programme__institution")
    for profile in profiles.order_by("pk"):
        if profile.about or profile.topics or profile.languages:
            found.append(Holding(profile.cohort.scope, _("The offer as a mentor")))
    return found


def _pairing(row: Pairing, user: User) -> list[Holding]:
    scope = row.scholar.cohort.scope
    as_mentor = row.scholar.user_id != user.pk
    if as_mentor and row.ended_at is None and row.scholar.state in _HERE:
        first = _("Pair the scholar with another mentor.")
        return [Holding(scope, _("A scholar who is mentored now"), first=first)]
    kept = _("The other side’s records belong with it. The name is not kept.")
    found = [Holding(scope, _("That there was a pair"), kept=kept)]
    count = _words(row, user).count()
    if count:
        text = ngettext("%(count)s answered check-in", "%(count)s answered check-ins", count)
        found.append(Holding(scope, text % {"count": count}))
    return found


def _words(row: Pairing, user: User) -> QuerySet[CheckInAnswer]:
    """What this person answered; for a scholar also what their mentor said of them."""
    answers = CheckInAnswer.objects.filter(pairing=row).exclude(answers={})
    return answers if row.scholar.user_id == user.pk else answers.filter(side=Side.MENTOR)


def erase(user: User, scope: str, _now: datetime) -> None:
    """Blank the words. That an answer came, and when, stays: payments rested on it."""
    for row in _pairings(user).filter(within(scope, "scholar__cohort")):
        _words(row, user).update(answers={})
        if row.scholar.user_id == user.pk:
            Concern.objects.filter(pairing=row).update(detail={}, closing_note="")
            Pairing.objects.filter(pk=row.pk).update(explanation={}, end_reason="")
    MatchWish.objects.filter(within(scope, "scholar__cohort"), scholar__user=user).delete()
    profiles = MentorProfile.objects.filter(within(scope), user=user)
    profiles.filter(pairings=None).delete()
    profiles.update(about="", topics=[], languages=[])
