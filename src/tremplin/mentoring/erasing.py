"""What mentoring may erase: words of and about a person; that two were paired stays, without the name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.mentoring.models import CheckInAnswer, Concern, MatchWish, MentorProfile, Pairing, Side
from tremplin.people.models import User
from tremplin.people.personal_data import Holding, Trace, Traces
from tremplin.programmes.scopes import within
from tremplin.selection.models import ScholarState

_HERE = (ScholarState.ENROLLED, ScholarState.PAUSED)


def _pairings(user: User) -> QuerySet[Pairing]:
    rows = Pairing.objects.filter(Q(scholar__user=user) | Q(mentor__user=user)).order_by("pk")
    return rows.select_related("scholar__cohort__programme__institution", "mentor")


def traces(user: User) -> dict[str, Trace]:
    """Pairs with how much this person answered in each; for a scholar what their mentor said of them counts too."""
    answers = CheckInAnswer.objects.filter(pairing=OuterRef("pk")).exclude(answers={})
    many = answers.order_by().values("pairing").annotate(many=Count("pk")).values("many")
    pairs = _pairings(user).annotate(
        of_both=Coalesce(Subquery(many), 0),
        of_the_mentor=Coalesce(Subquery(many.filter(side=Side.MENTOR)), 0),
    )
    facts = {"scholar": "scholar__user", "state": "scholar__state", "ended": "ended_at"}
    facts |= {"of_both": "of_both", "of_the_mentor": "of_the_mentor"}
    said = MentorProfile.objects.filter(user=user).exclude(about="", topics=[], languages=[])
    return {
        "pairs": Trace(pairs, "scholar__cohort", facts),
        "wishes": Trace(MatchWish.objects.filter(scholar__user=user), "scholar__cohort"),
        "offers": Trace(said, "cohort"),
    }


def holdings(user: User, _now: datetime, told: Traces) -> list[Holding]:
    return [
        *(holding for row in told["pairs"] for holding in _pairing(row, user)),
        *(Holding(row["scope"], _("Wishes for a mentor")) for row in told["wishes"]),
        *(Holding(row["scope"], _("The offer as a mentor")) for row in told["offers"]),
    ]


def _pairing(row: Mapping[str, Any], user: User) -> list[Holding]:
    scope, as_mentor = row["scope"], row["scholar"] != user.pk
    if as_mentor and row["ended"] is None and row["state"] in _HERE:
        first = _("Pair the scholar with another mentor.")
        return [Holding(scope, _("A scholar who is mentored now"), first=first)]
    kept = _("The other side’s records belong with it. The name is not kept.")
    found = [Holding(scope, _("That there was a pair"), kept=kept)]
    count = row["of_the_mentor"] if as_mentor else row["of_both"]
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
