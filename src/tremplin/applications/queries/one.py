"""One application: whose it is, what was sent, what may be read of it; and those that are to be read."""

from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Concat

from tremplin.applications import hooks
from tremplin.applications.models import AnswerFile, Application, ApplicationState, Exclusion, Snapshot
from tremplin.applications.rules import form as rules
from tremplin.applications.rules.answers import readable
from tremplin.core.models import PartialUpload, StoredFile
from tremplin.core.prepared import Prepared
from tremplin.core.recall import recall
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.programmes.schema import Question

WRITTEN = ("answers", "touched", "aside", "eligibility", "carried")


def own_application(user: User, cohort: Cohort) -> Application | None:
    """The application of `user` to `cohort`, in one query a page, with the marks of floors above."""
    rows = recall(("own application", user.pk, cohort.pk), lambda: _OWN(user.pk, cohort.pk))
    if not rows:
        return None
    [found] = rows  # one application for each person and cohort, says a constraint
    found.cohort, found.applicant = cohort, user
    return found


def _arriving() -> Exists:
    """Whether a file is on its way: a mark, so that pages without one ask nothing more."""
    purpose = Concat(Value("applications:"), OuterRef("ref"), Value(":"))
    rows = PartialUpload.objects.filter(owner_ref=OuterRef("applicant__ref"), stored_ref="")
    return Exists(rows.filter(purpose__startswith=purpose))


_OWN = Prepared(
    lambda user, cohort: Application.objects.filter(cohort=cohort, applicant=user).annotate(
        arriving=_arriving(), **hooks.marks()
    ),
    int,
    int,
)


def last_snapshot(application: Application) -> Snapshot | None:
    """What was sent last, withdrawn or not."""
    if not application.sent:
        return None
    rows = _SNAPSHOT(application.pk, application.sent)
    if not rows:
        return None
    rows[0].application = application
    return rows[0]


_SNAPSHOT = Prepared(
    lambda application, number: (
        Snapshot.objects.select_related("version")
        .defer("version__text")
        .filter(application=application, number=number)
    ),
    int,
    int,
)


def history(application: Application) -> QuerySet[Snapshot]:
    """Every snapshot, the newest first, without the answers."""
    return Snapshot.objects.filter(application=application).defer("answers").order_by("-number")


def in_full(cohort: Cohort, actor: User) -> QuerySet[Application]:
    """The applications that `actor` may open one by one. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER)
    return Application.objects.filter(cohort=cohort).select_related("applicant")


def drafts(cohort: Cohort) -> QuerySet[Application]:
    """Begun and not sent, in a stable order, without what people wrote."""
    rows = Application.objects.filter(cohort=cohort, state=ApplicationState.DRAFT)
    return rows.select_related("applicant").defer(*WRITTEN).order_by("pk")


def submitted(cohort: Cohort) -> QuerySet[Application]:
    """The applications that are to be read, in a stable order, without the draft's words.

    Neither withdrawn nor excluded: whoever reads, selects or counts asks here or `snapshots_that_count`.
    """
    rows = Application.objects.filter(cohort=cohort, state=ApplicationState.SUBMITTED)
    return rows.select_related("applicant").defer(*WRITTEN).order_by("pk")


def snapshots_that_count(cohort: Cohort) -> QuerySet[Snapshot]:
    """What reviewers read: the last snapshot of every application that is sent, not withdrawn and not excluded."""
    rows = Snapshot.objects.filter(
        application__cohort=cohort,
        application__state=ApplicationState.SUBMITTED,
        number=F("application__sent"),
    )
    return rows.select_related("application", "version").order_by("application__pk")


def readable_snapshot(application: Application) -> Snapshot | None:
    """What organisers may read: what was sent and stands, or stood when they excluded it."""
    state = application.state
    if state == ApplicationState.EXCLUDED:
        excluded = exclusion_of(application)
        state = excluded.before if excluded else state
    return last_snapshot(application) if state == ApplicationState.SUBMITTED else None


def exclusion_of(application: Application) -> Exclusion | None:
    """Why this application is not read; None for one that is."""
    if application.state != ApplicationState.EXCLUDED:
        return None
    return Exclusion.objects.filter(application=application).select_related("deed").first()


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
    if Role.ORGANISER not in roles:
        return None
    sent = readable_snapshot(application)
    named = (
        {answer["file"] for answer in sent.answers.values() if isinstance(answer, dict)} if sent else set()
    )
    return row.file if ref in named else None


class Reading(NamedTuple):
    """One question with its answer in words. `opened`: a second pass of reading opened it."""

    question: Question
    answer: str
    opened: bool = False


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
