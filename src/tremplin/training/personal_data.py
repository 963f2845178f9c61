"""What training keeps about a person: their plan, their journal, what they handed in."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core import archived
from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.people.models import User
from tremplin.people.personal_data import Holding, Keeping, Trace, Traces, register
from tremplin.people.services import consents
from tremplin.programmes.scopes import within
from tremplin.selection.models import Scholar
from tremplin.training.models import JournalEntry, LabDraft, LabSubmission, Remark, Syllabus, SyllabusVersion
from tremplin.training.purposes import PUBLIC_JOURNAL

_KINDS = ("plans", "posts", "tries", "drafts", "remarks")


def _places(user: User) -> QuerySet[Scholar]:
    rows = Scholar.objects.filter(user=user).order_by("pk")
    return rows.select_related("cohort__programme__institution", "cohort__version", "syllabus")


def _export(user: User) -> list[dict[str, Any]]:
    return [_one(row) for row in _places(user)] + _said(user)


def _said(user: User) -> list[dict[str, Any]]:
    """What somebody said of the code of others, cohort by cohort, without the code."""
    rows = Remark.objects.filter(author=user).exclude(submission__scholar__user=user)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows.select_related("submission__scholar__cohort__programme__institution").order_by(
        "created_at", "pk"
    ):
        said = {"at": row.created_at, "lab": row.submission.lab, "line": row.line, "text": row.text}
        found.setdefault(row.submission.scholar.cohort.scope, []).append(said)
    return [{"cohort": scope, "remarks": said} for scope, said in found.items()]


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
        "labs_begun": list(row.lab_drafts.order_by("pk").values("created_at", "saved_at", "lab", "code")),
        "labs": list(submissions.values("created_at", "lab", "state", "score", "code", "report")),
        "remarks": list(
            Remark.objects.filter(submission__scholar=row)
            .order_by("created_at", "pk")
            .values("created_at", "submission__lab", "line", "text", "author__name")
        ),
    }


def _traces(user: User) -> dict[str, Trace]:
    return {
        "plans": Trace(Syllabus.objects.filter(scholar__user=user), "scholar__cohort"),
        "posts": Trace(JournalEntry.objects.filter(scholar__user=user), "scholar__cohort"),
        "tries": Trace(LabSubmission.objects.filter(scholar__user=user), "scholar__cohort"),
        "drafts": Trace(LabDraft.objects.filter(scholar__user=user), "scholar__cohort"),
        "remarks": Trace(Remark.objects.filter(author=user), "submission__scholar__cohort"),
    }


def _counts(told: Traces) -> Iterator[Holding]:
    """What there is in each cohort, line by line."""
    many = {kind: Counter(row["scope"] for row in rows) for kind, rows in told.items()}
    for scope in sorted({scope for counts in many.values() for scope in counts}):
        yield from (Holding(scope, line) for line in _lines(*(many[kind][scope] for kind in _KINDS)))


def _lines(plans: int, posts: int, tries: int, drafts: int, remarks: int) -> list[str]:
    lines = [_("The plan with its earlier versions")] if plans else []
    if posts:
        lines.append(ngettext("%(count)s journal post", "%(count)s journal posts", posts) % {"count": posts})
    if tries:
        text = ngettext("%(count)s lab handed in", "%(count)s labs handed in", tries)
        lines.append(text % {"count": tries})
    if drafts:
        text = ngettext("%(count)s lab begun", "%(count)s labs begun", drafts)
        lines.append(text % {"count": drafts})
    if remarks:
        text = ngettext("%(count)s remark on code", "%(count)s remarks on code", remarks)
        lines.append(text % {"count": remarks})
    return lines


def _reasons(user: User) -> Sequence[Message]:
    return [
        _("You planned and wrote in %(programme)s.") % {"programme": say(row.cohort.plan.programme.name)}
        for row in _places(user).filter(_wrote())
    ]


def _wrote() -> Q:
    """Whether a scholar has begun to plan or to write."""
    models = (Syllabus, JournalEntry, LabSubmission, LabDraft)
    rows = [Exists(model._default_manager.filter(scholar=OuterRef("pk"))) for model in models]
    return Q(rows[0]) | Q(rows[1]) | Q(rows[2]) | Q(rows[3])


def _holdings(_user: User, _now: datetime, told: Traces) -> list[Holding]:
    return list(_counts(told))


def _erase(user: User, scope: str, now: datetime) -> None:
    """Everything, and with the public posts the consent to them; also what they said of others' code."""
    remarks = Remark.objects.filter(
        author=user, submission__scholar__in=Scholar.objects.filter(within(scope))
    )
    remarks.delete()
    for row in _places(user).filter(within(scope)):
        if consents.holds(user, PUBLIC_JOURNAL, row.cohort.ref):
            consents.refuse(user=user, purpose=PUBLIC_JOURNAL, about=row.cohort.ref, now=now)
        for model in (LabSubmission, LabDraft, JournalEntry, Syllabus):
            model._default_manager.filter(scholar=row).delete()


register(
    Keeping(
        app="training", export=_export, reasons=_reasons, traces=_traces, holdings=_holdings, erase=_erase
    )
)
archived.declare(Syllabus, "weeks")
archived.declare(SyllabusVersion, "reason", weeks="[]")
archived.declare(JournalEntry, "title", "body")
archived.declare(LabDraft, "code")
archived.declare(LabSubmission, "code", "report", "note")
archived.declare(Remark, "text")
