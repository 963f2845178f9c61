"""What organisers and observers see of the working copy, and what a change would mean."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F

from tremplin.applications.models import Application, ApplicationState, Snapshot
from tremplin.builder.models import Step, Unfinished, WorkingCopy
from tremplin.builder.rules.effects import Answers, Effects, Tally, tally
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.programmes.schema import Plan


def working_copy(cohort: Cohort, actor: User) -> WorkingCopy | None:
    """The working copy, for those who may see it. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    found = WorkingCopy.objects.select_related("base").defer("base__text").filter(cohort=cohort).first()
    if found:
        found.cohort = cohort
    return found


def unfinished(copy: WorkingCopy | None) -> list[Unfinished]:
    """What was typed and is not taken over yet, the oldest first."""
    return list(copy.unfinished.order_by("saved_at", "pk")) if copy else []


def last_steps(copy: WorkingCopy | None, many: int = 10) -> list[Step]:
    """The latest changes that can be taken back, without their texts."""
    return list(copy.steps.order_by("-number").defer("text")[:many]) if copy else []


def name_of(ref: str) -> str:
    """What the organiser with this reference is called; empty for one who is gone."""
    return User.objects.filter(ref=ref).values_list("name", flat=True).first() or ""


def is_open(cohort: Cohort, now: datetime) -> bool:
    """Whether people fill in the form just now."""
    return cohort.date("call_opens") <= now < cohort.date("call_closes")


def used(cohort: Cohort) -> dict[str, set[str]]:
    """Question → the answers that somebody gave, drafts and withdrawn ones included; of texts only that there are."""
    found: dict[str, set[str]] = {}
    closed = {
        question.code
        for question in cohort.plan.application.questions()
        if question.kind in {"yes_no", "choice", "choices"}
    }
    for answers in _all_answers(cohort):
        for code, value in answers.items():
            if not value:
                continue
            given = found.setdefault(code, set())
            if code in closed:
                given.update([value] if isinstance(value, str) else value)
    return found


def _all_answers(cohort: Cohort) -> Iterator[Answers]:
    drafts = Application.objects.filter(cohort=cohort).order_by()
    yield from drafts.values_list("answers", flat=True).iterator(chunk_size=500)
    sent = Snapshot.objects.filter(application__cohort=cohort, number=F("application__sent")).order_by()
    yield from sent.values_list("answers", flat=True).iterator(chunk_size=500)


def answered(cohort: Cohort, code: str) -> int:
    """How many people have answered the question, drafts included."""
    rows = Application.objects.filter(cohort=cohort).order_by().values_list("answers", flat=True)
    return sum(1 for answers in rows.iterator(chunk_size=500) if answers.get(code))


def effects_on_all(cohort: Cohort, new: Plan) -> Tally:
    """What taking the cohort to `new` would mean for those who write and who have sent."""
    rows = Application.objects.filter(
        cohort=cohort, state__in=[ApplicationState.DRAFT, ApplicationState.SUBMITTED]
    )
    found = rows.order_by().values_list("state", "answers").iterator(chunk_size=500)
    return tally(Effects(cohort.plan.application, new.application), found)
