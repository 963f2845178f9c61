"""What people can see of applications: one function for each question, whoever asks it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate

from tremplin.applications.models import AnswerFile, Application, ApplicationState, Snapshot
from tremplin.applications.rules import form as rules
from tremplin.applications.rules.answers import readable
from tremplin.core.ids import normal_ref
from tremplin.core.models import StoredFile
from tremplin.core.recall import recall
from tremplin.core.text import fold
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.programmes.schema import Question

_WRITTEN = ("answers", "touched", "aside", "eligibility")
SORTS: dict[str, tuple[Any, ...]] = {
    "new": ("-created_at", "-pk"),
    "sent": (F("submitted_at").desc(nulls_last=True), "-pk"),
    "name": ("search", "pk"),
    "progress": ("-progress", "-pk"),
}


def own_application(user: User, cohort: Cohort) -> Application | None:
    """The application of `user` to `cohort`, in one query a page."""
    rows = Application.objects.filter(cohort=cohort, applicant=user)
    found = recall(("own application", user.pk, cohort.pk), rows.first)
    if found:
        found.cohort, found.applicant = cohort, user
    return found


def last_snapshot(application: Application) -> Snapshot | None:
    """What was sent last, withdrawn or not."""
    if not application.sent:
        return None
    rows = Snapshot.objects.select_related("version")
    found = rows.filter(application=application, number=application.sent).first()
    if found:
        found.application = application
    return found


def history(application: Application) -> QuerySet[Snapshot]:
    """Every snapshot, the newest first, without the answers."""
    return Snapshot.objects.filter(application=application).defer("answers").order_by("-number")


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """What an organiser looks for on the board. An empty value means all."""

    state: str = ""
    text: str = ""
    language: str = ""
    sort: str = "new"


def board(cohort: Cohort, actor: User, filters: BoardFilters | None = None) -> QuerySet[Application]:
    """The applications of a cohort as a list, without what people wrote. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    filters = filters or BoardFilters()
    rows = Application.objects.filter(cohort=cohort).select_related("applicant").defer(*_WRITTEN)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.language:
        rows = rows.filter(language=filters.language)
    for word in fold(filters.text).split()[:6]:
        rows = rows.filter(Q(search__contains=word) | Q(ref=normal_ref(word)))
    return rows.order_by(*SORTS.get(filters.sort, SORTS["new"]))


def in_full(cohort: Cohort, actor: User) -> QuerySet[Application]:
    """The applications that `actor` may open one by one. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER)
    return Application.objects.filter(cohort=cohort).select_related("applicant")


def drafts(cohort: Cohort) -> QuerySet[Application]:
    """Begun and not sent, in a stable order, without what people wrote."""
    rows = Application.objects.filter(cohort=cohort, state=ApplicationState.DRAFT)
    return rows.select_related("applicant").defer(*_WRITTEN).order_by("pk")


def submitted(cohort: Cohort) -> QuerySet[Application]:
    """The applications that are to be read, in a stable order, without the draft's words."""
    rows = Application.objects.filter(cohort=cohort, state=ApplicationState.SUBMITTED)
    return rows.select_related("applicant").defer(*_WRITTEN).order_by("pk")


def snapshots_that_count(cohort: Cohort) -> QuerySet[Snapshot]:
    """What reviewers read: the last snapshot of every application that is sent and not withdrawn."""
    rows = Snapshot.objects.filter(
        application__cohort=cohort,
        application__state=ApplicationState.SUBMITTED,
        number=F("application__sent"),
    )
    return rows.select_related("application", "version").order_by("application__pk")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many applications of a cohort stand where."""

    started: int = 0
    draft: int = 0
    submitted: int = 0
    withdrawn: int = 0


def counts(cohort: Cohort) -> Counts:
    """All counts in one query, which reads an index alone."""
    rows = Application.objects.filter(cohort=cohort).order_by().values_list("state")
    found = dict(rows.annotate(many=Count("pk")))
    return Counts(started=sum(found.values()), **{str(state): many for state, many in found.items()})


def at_risk(cohort: Cohort) -> int:
    """Drafts that are at least half done: people who would be lost for want of a push."""
    return Application.objects.filter(cohort=cohort, state=ApplicationState.DRAFT, progress__gte=50).count()


class Arrivals(NamedTuple):
    day: date
    started: int
    sent: int


def arrivals(cohort: Cohort, zone: tzinfo) -> list[Arrivals]:
    """How many began and how many first sent on each day of the call, in the cohort's zone. Two queries."""
    started = _by_day(Application.objects.filter(cohort=cohort), zone)
    sent = _by_day(Snapshot.objects.filter(application__cohort=cohort, number=1), zone)
    days = sorted({*started, *sent})
    span = (days[-1] - days[0]).days + 1 if days else 0
    every = [days[0] + timedelta(days=number) for number in range(span)]  # a day without any is a fact too
    return [Arrivals(day, started.get(day, 0), sent.get(day, 0)) for day in every]


def _by_day(rows: "QuerySet[Application] | QuerySet[Snapshot]", zone: tzinfo) -> dict[date, int]:
    days = rows.annotate(day=TruncDate("created_at", tzinfo=zone)).order_by().values_list("day")
    return dict(days.annotate(many=Count("pk")))


def visible_file(user: User, cohort: Cohort, roles: frozenset[Role], ref: str) -> StoredFile | None:
    """The file `ref` if this person may download it: their own, or for organisers one that was sent and counts."""
    row = (
        AnswerFile.objects.select_related("file", "application")
        .filter(application__cohort=cohort, file__ref=ref)
        .first()
    )
    if row is None:
        return None
    application = row.application
    if application.applicant_id == user.pk:
        return row.file
    if Role.ORGANISER not in roles or application.state != ApplicationState.SUBMITTED:
        return None
    sent = last_snapshot(application)
    named = (
        {answer["file"] for answer in sent.answers.values() if isinstance(answer, dict)} if sent else set()
    )
    return row.file if ref in named else None


class Reading(NamedTuple):
    """One question with its answer in words."""

    question: Question
    answer: str


def readable_for_review(snapshot: Snapshot) -> list[Reading]:
    """What someone may read who must not know who wrote it: no question that names a person, none that is for
    organisers alone, no address, no file. Links and words inside the answers are the reader's stage's business.
    """
    form = snapshot.version.plan.application
    return [
        Reading(question, readable(question, snapshot.answers.get(question.code)))
        for question in form.questions()
        if rules.may_be_reviewed(question) and question.code in snapshot.answers
    ]


def pseudonym(application: Application, round_code: str) -> str:
    """What reviewers of the round `round_code` call this application."""
    return rules.pseudonym(application.blind_key, round_code)


def pages_for_export(
    rows: QuerySet[Application], *, answers: bool
) -> Iterable[tuple[Application, Snapshot | None]]:
    """The rows of the board one by one, each with what was sent if that is wanted; memory stays small."""
    for start in range(0, rows.count(), 500):
        batch = list(rows[start : start + 500])
        sent = _sent_of(batch) if answers else {}
        for application in batch:
            yield application, sent.get(application.pk)


def _sent_of(batch: list[Application]) -> dict[int, Snapshot]:
    readable_ = [row.pk for row in batch if row.state == ApplicationState.SUBMITTED]
    found = Snapshot.objects.filter(application__in=readable_, number=F("application__sent"))
    return {snapshot.application_id: snapshot for snapshot in found.select_related("version")}
