"""What of a person's applications may be erased, and when: the words go, the number stays."""

from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.applications import hooks
from tremplin.applications.models import (
    AnswerFile,
    Application,
    ApplicationState,
    DeedRow,
    Exclusion,
    Labelled,
    LateStart,
    Snapshot,
)
from tremplin.applications.rules.deadline import may_withdraw
from tremplin.applications.services.sending import withdraw
from tremplin.applications.services.uploads import discard_all
from tremplin.core.text import say
from tremplin.people.models import User
from tremplin.people.personal_data import Holding, Running, Trace, Traces
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import explained_until, must_explain
from tremplin.programmes.scopes import cohorts_of, within


def words_may_go(application: Application, now: datetime) -> bool:
    """Whether nothing rests on what was written any more: it is not read, or nobody can ask for reasons now."""
    explained = {ApplicationState.SUBMITTED, ApplicationState.EXCLUDED}
    return application.state not in explained or not must_explain(application.cohort, now)


def _of(user: User) -> QuerySet[Application]:
    rows = Application.objects.filter(applicant=user).order_by("pk").prefetch_related("snapshots", "files")
    return rows.select_related("cohort__programme__institution", "cohort__version")


def traces(user: User) -> dict[str, Trace]:
    """Applications, each with whether it still says something, and where somebody may begin later."""
    empty = Q(answers={}, aside={}, carried={}, eligibility={})
    files = AnswerFile.objects.filter(application=OuterRef("pk"))
    versions = Snapshot.objects.filter(application=OuterRef("pk")).exclude(answers={})
    written = ExpressionWrapper(~empty | Exists(files) | Exists(versions), BooleanField())
    rows = Application.objects.filter(applicant=user).annotate(written=written)
    facts = {name: name for name in ("ref", "name", "state", "sent", "written")}
    return {
        "begun": Trace(rows, "cohort", facts),
        "late": Trace(LateStart.objects.filter(user=user), "cohort"),
    }


def _has_words(row: Application) -> bool:
    return bool(
        row.answers
        or row.aside
        or row.carried
        or row.eligibility
        or row.name != row.nameless
        or row.files.all()
        or any(snapshot.answers for snapshot in row.snapshots.all())
    )


def holdings(_user: User, now: datetime, told: Traces) -> list[Holding]:
    """Each application: its words, with until when they stay, and afterwards the bare number; time to begin one."""
    cohorts = cohorts_of({row["scope"] for row in told["begun"]})
    begun = []
    for row in told["begun"]:
        held = traced(cohorts[row["scope"]], row["state"], ref=row["ref"], name=row["name"], sent=row["sent"])
        begun.append(_words(held, now) if row["written"] or held.name != held.nameless else _number(held))
    what = _("That you may begin an application later than others")
    return [*begun, *(Holding(row["scope"], what) for row in told["late"])]


def traced(cohort: Cohort, state: str, **known: Any) -> Application:
    """As much of an application as a trace tells: enough to see what may go, and not to be saved."""
    return Application(cohort=cohort, state=state, **known)


def late_starts_of(user: User) -> QuerySet[LateStart]:
    """Where a person was given time to begin, and has not."""
    rows = LateStart.objects.filter(user=user).order_by("pk")
    return rows.select_related("cohort__programme__institution", "cohort__version")


def _words(row: Application, now: datetime) -> Holding:
    what = ngettext(
        "An application: the draft and %(count)s sent version, with its files",
        "An application: the draft and %(count)s sent versions, with their files",
        row.sent,
    ) % {"count": row.sent}
    if words_may_go(row, now):
        means = _("The application is withdrawn by this.") if _in_the_running(row, now) else ""
        return Holding(row.cohort.scope, what, means=means)
    kept = _("The decision may have to be explained, and contested decisions proven.")
    return Holding(row.cohort.scope, what, kept=kept, until=explained_until(row.cohort))


def _in_the_running(row: Application, now: datetime) -> bool:
    return row.state == ApplicationState.SUBMITTED and may_withdraw(row.cohort.dates, now)


def running(user: User, now: datetime) -> list[Running]:
    """Applications that are sent and may still be read."""
    return [
        Running(
            row.cohort.scope,
            _("Your application to %(programme)s is sent, and may be read.")
            % {"programme": say(row.cohort.plan.programme.name)},
        )
        for row in _of(user)
        if _in_the_running(row, now)
    ]


def step_back(user: User, now: datetime) -> None:
    """Withdraw every application that is in the running, each as its own page would."""
    for row in _of(user):
        if _in_the_running(row, now):
            withdraw(application=row, actor=user, now=now)


def _number(row: Application) -> Holding:
    return Holding(
        row.cohort.scope,
        _("That there was an application, under a number"),
        kept=_("The figures of the call count it. It names nobody."),
    )


def erase(user: User, scope: str, now: datetime) -> None:
    """Withdraw what is in the running, then blank what may go. A draft that was never sent goes whole."""
    late_starts_of(user).filter(within(scope)).delete()
    for row in _of(user).filter(within(scope)):
        if _in_the_running(row, now):
            row.state, row.withdrawn_at = ApplicationState.WITHDRAWN, now
            row.save(update_fields=["state", "withdrawn_at"])
            log(cohort=row.cohort, actor=None, verb="applications.withdrawn", subject=row, now=now)
        if words_may_go(row, now) and _has_words(row):
            let_go(row, now)


def let_go(row: Application, now: datetime) -> bool:
    """Blank everything that was written; what was never sent goes whole. Whether nothing of it is left."""
    hooks.let_go(row)
    discard_all(row)
    if row.state == ApplicationState.DRAFT and not row.sent:
        row.delete()
        return True
    AnswerFile.objects.filter(application=row).delete()
    Snapshot.objects.filter(application=row).update(answers={})
    row.answers, row.aside, row.eligibility, row.touched, row.carried = {}, {}, {}, {}, {}
    row.picked, row.freed, row.freed_by = {}, {}, ""
    row.writing_seconds = 0
    row.name, row.search, row.progress, row.gone_at = row.nameless, "", 0, now
    row.lacking, row.lacks, row.uncounted = 0, [], []
    row.extensions.update(reason="")
    Labelled.objects.filter(application=row).delete()
    Exclusion.objects.filter(application=row).update(reason={})
    DeedRow.objects.filter(application=row).update(before={})
    row.save()
    return False
