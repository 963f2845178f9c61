"""What organisers and observers see of the working copy, and what a change would mean."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, OuterRef, Subquery, When

from tremplin.applications.models import Application, ApplicationState, Snapshot
from tremplin.applications.rules.answers import Value
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


@dataclass(frozen=True, slots=True)
class Answered:
    """How many people have answered each question, and chosen each answer of a closed one: drafts and withdrawn
    applications included, and what was sent even if the draft beside it says something else by now.
    """

    people: Mapping[str, int]
    chosen: Mapping[str, Mapping[str, int]]

    @property
    def used(self) -> dict[str, set[str]]:
        """Question → the answers that somebody gave; of texts only that there are any."""
        return {code: set(self.chosen.get(code, ())) for code in self.people}


def answered(cohort: Cohort, now: datetime) -> Answered:
    """That, counted in one pass; nobody has answered before the call opens."""
    people: Counter[str] = Counter()
    chosen: dict[str, Counter[str]] = {}
    if now < cohort.date("call_opens"):
        return Answered(people, chosen)
    closed = [
        question.code
        for question in cohort.plan.application.questions()
        if question.kind in {"yes_no", "choice", "choices"}
    ]
    for draft, sent in _answers(cohort):
        people.update({code for answers in (draft, sent) for code, value in answers.items() if value})
        for code in closed:
            given = {answer for answers in (draft, sent) for answer in _given(answers.get(code))}
            if given:
                chosen.setdefault(code, Counter()).update(given)
    return Answered(people, chosen)


def _given(value: Value | None) -> Iterable[str]:
    return [value] if isinstance(value, str) and value else value or ()


def _answers(cohort: Cohort) -> Iterator[tuple[Answers, Answers]]:
    """Each draft, beside what was sent of it where the two differ."""
    sent = Snapshot.objects.filter(application=OuterRef("pk"), number=OuterRef("sent")).values("answers")[:1]
    differs = Case(When(sent__gt=0, version__gt=F("sent_version"), then=Subquery(sent)), default=None)
    rows = Application.objects.filter(cohort=cohort).order_by().annotate(was=differs)
    for draft, was in rows.values_list("answers", "was").iterator(chunk_size=500):
        yield draft, was or {}


def effects_on_all(cohort: Cohort, new: Plan) -> Tally:
    """What taking the cohort to `new` would mean for those who write and who have sent."""
    rows = Application.objects.filter(
        cohort=cohort, state__in=[ApplicationState.DRAFT, ApplicationState.SUBMITTED]
    )
    found = rows.order_by().values_list("state", "answers", "uncounted").iterator(chunk_size=500)
    return tally(Effects(cohort.plan.application, new.application), found)
