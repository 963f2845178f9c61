"""What training keeps about a person: their plan, their journal, what they handed in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.people.models import User
from tremplin.people.personal_data import Holding, Keeping, register
from tremplin.people.services import consents
from tremplin.programmes.scopes import within
from tremplin.selection.models import Scholar
from tremplin.training.models import JournalEntry, LabSubmission, Syllabus
from tremplin.training.purposes import PUBLIC_JOURNAL


def _places(user: User) -> QuerySet[Scholar]:
    rows = Scholar.objects.filter(user=user).order_by("pk")
    return rows.select_related("cohort__programme__institution", "cohort__version", "syllabus")


def _export(user: User) -> list[dict[str, Any]]:
    return [_one(row) for row in _places(user)]


def _one(row: Scholar) -> dict[str, Any]:
    journal = JournalEntry.objects.filter(scholar=row).order_by("week", "pk")
    submissions = LabSubmission.objects.filter(scholar=row).order_by("created_at", "pk")
    plan: Syllabus | None = getattr(row, "syllabus", None)
    versions = plan.versions.order_by("number").values("number", "at", "reason", "weeks") if plan else ()
    return {
        "cohort": row.cohort.scope,
        "plan": plan.weeks if plan else [],
        "earlier_plans": list(versions),
        "journal": list(
            journal.values("week", "title", "body", "language", "audience", "saved_at", "published_at")
        ),
        "labs": list(submissions.values("created_at", "lab", "state", "score", "code", "report")),
    }


def _counts(row: Scholar) -> list[str]:
    posts = JournalEntry.objects.filter(scholar=row).count()
    tries = LabSubmission.objects.filter(scholar=row).count()
    lines = [_("The plan with its earlier versions")] if getattr(row, "syllabus", None) else []
    if posts:
        lines.append(ngettext("%(count)s journal post", "%(count)s journal posts", posts) % {"count": posts})
    if tries:
        text = ngettext("%(count)s lab handed in", "%(count)s labs handed in", tries)
        lines.append(text % {"count": tries})
    return lines


def _reasons(user: User) -> Sequence[Message]:
    return [
        _("You planned and wrote in %(programme)s.") % {"programme": say(row.cohort.plan.programme.name)}
        for row in _places(user)
        if _counts(row)
    ]


def _holdings(user: User, _now: datetime) -> list[Holding]:
    return [Holding(row.cohort.scope, line) for row in _places(user) for line in _counts(row)]


def _erase(user: User, scope: str, now: datetime) -> None:
    """Everything, and with the public posts the consent to them."""
    for row in _places(user).filter(within(scope)):
        if consents.holds(user, PUBLIC_JOURNAL, row.cohort.ref):
            consents.refuse(user=user, purpose=PUBLIC_JOURNAL, about=row.cohort.ref, now=now)
        for model in (LabSubmission, JournalEntry, Syllabus):
            model._default_manager.filter(scholar=row).delete()


register(Keeping(app="training", export=_export, reasons=_reasons, holdings=_holdings, erase=_erase))
