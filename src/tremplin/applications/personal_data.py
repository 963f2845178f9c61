"""What applications keep about a person: for their export, and why it keeps an account."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tremplin.applications import erasing
from tremplin.applications.models import (
    Application,
    ApplicationState,
    Deed,
    DeedRow,
    Exclusion,
    Extension,
    Label,
    LateStart,
    Letter,
    Snapshot,
)
from tremplin.applications.queries.uploads import uploads_to
from tremplin.applications.rules.touches import touch_of
from tremplin.core import archived
from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.people.models import User
from tremplin.people.personal_data import Keeping, register


def _of(user: User) -> QuerySet[Application]:
    rows = Application.objects.filter(applicant=user).order_by("pk")
    return rows.select_related("cohort__programme__institution", "cohort__version")


def _export(user: User) -> list[dict[str, Any]]:
    begun = [_one(application) for application in _of(user).prefetch_related("snapshots", "labelled__label")]
    return [*begun, *(_late_start(row) for row in erasing.late_starts_of(user))]


def _late_start(row: LateStart) -> dict[str, Any]:
    return {
        "cohort": row.cohort.scope,
        "may_begin_until": row.until,
        "given_at": row.created_at,
        "cause": row.cause,
        "reason": row.reason,
    }


def _one(application: Application) -> dict[str, Any]:
    questions = application.cohort.plan.application.questions()
    return {
        "cohort": application.cohort.scope,
        "reference": application.ref.upper(),
        "state": application.state,
        "language": application.language,
        "begun_at": application.created_at,
        "saved_at": application.saved_at,
        "sent_at": application.submitted_at,
        "withdrawn_at": application.withdrawn_at,
        "excluded": _excluded(application),
        "labels": [held.label.name for held in application.labelled.all()],
        "minutes_of_writing": application.writing_seconds // 60,
        "eligibility": application.eligibility,
        "questions": {question.code: say(question.label, application.language) for question in questions},
        "draft": application.answers,
        "second_versions": application.aside,
        "answers_changed_at": {
            code: touch.at
            for code in application.answers
            if (touch := touch_of(application.touched, code)).at is not None
        },
        "taken_over": application.carried,
        "uploads_on_their_way": [
            {"name": part.given_name, "size": part.size, "arrived": part.arrived, "at": part.touched_at}
            for part in uploads_to(application)
        ],
        "sent": [
            {
                "number": snapshot.number,
                "at": snapshot.created_at,
                "language": snapshot.language,
                "checksum": snapshot.checksum,
                "answers": snapshot.answers,
            }
            for snapshot in application.snapshots.all()
        ],
    }


def _excluded(application: Application) -> dict[str, Any] | None:
    """Why the organisers set it aside, if they did."""
    found = Exclusion.objects.filter(application=application).first()
    if found is None:
        return None
    return {"at": found.at, "cause": found.cause, "condition": found.condition, "reason": found.reason}


def _reasons(user: User) -> Sequence[Message]:
    reasons = []
    for application in _of(user):
        programme = {"programme": say(application.cohort.plan.programme.name)}
        if application.state == ApplicationState.DRAFT and not application.sent:
            reasons.append(_("You have a draft for %(programme)s. Delete it first, on its page.") % programme)
        else:
            reasons.append(_("You have applied to %(programme)s.") % programme)
    return reasons


register(
    Keeping(
        app="applications",
        export=_export,
        reasons=_reasons,
        traces=erasing.traces,
        holdings=erasing.holdings,
        erase=erasing.erase,
        running=erasing.running,
        step_back=erasing.step_back,
    )
)
archived.declare(
    Application, "search", "picked", "eligibility", "answers", "aside", "carried", name="({ROW})"
)
archived.declare(Snapshot, "answers")
archived.declare(Exclusion, "reason")
archived.declare(Extension, "reason")
archived.declare(LateStart, "reason")
archived.declare(Deed, "word", "reason")
archived.declare(DeedRow, "before")
archived.declare(Label, "name", "folded")
archived.declare(Letter, "texts", "filters")
