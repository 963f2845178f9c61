"""Beginning an application and writing it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.queries.time import late_start
from tremplin.applications.rules.answers import LONGEST, Raw, Value, clean, is_empty
from tremplin.applications.rules.deadline import may_start
from tremplin.applications.rules.effort import active_seconds
from tremplin.applications.rules.eligibility import Verdict, conditions, judge
from tremplin.applications.rules.form import section_of
from tremplin.applications.rules.touches import aside_now, saved_now, set_aside, touch_of
from tremplin.applications.services.common import (
    Late,
    own_locked,
    refresh,
    require_not_withdrawn,
    require_open,
)
from tremplin.applications.services.earlier import take_over
from tremplin.applications.services.freeing import set_freed
from tremplin.applications.services.late_starts import RUNNING, use
from tremplin.applications.services.sending import mail_values
from tremplin.applications.services.unneeded import drop_reminders
from tremplin.applications.services.uploads import discard_all
from tremplin.applications.states import training_days
from tremplin.core import erasures
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.prepared import Prepared
from tremplin.core.recall import forget
from tremplin.core.saved import add_if_new
from tremplin.people.models import User
from tremplin.people.services.entry import learn_zone
from tremplin.programmes import mail
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort, Membership
from tremplin.programmes.roles import Role, roles_of

__all__ = [
    "Late",
    "Saved",
    "check_eligibility",
    "choose_language",
    "discard",
    "save_section",
    "settle",
    "start",
]

MOST_ASIDE = 4 * LONGEST  # characters that wait beside an answer; beyond it somebody has to choose first
DRAFT = "applications.draft"  # thrown away: a deed that a restored backup must not undo
Keep = Literal["saved", "mine", "both"]


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save came to. `aside`: questions whose text was set aside, because another window had changed them;
    `refused`: questions whose text could not be kept, and why. All others are stored.
    """

    application: Application
    aside: tuple[str, ...] = ()
    refused: Mapping[str, list[str]] = field(default_factory=dict)


def check_eligibility(*, cohort: Cohort, answers: Mapping[str, str]) -> Verdict:
    """Try every door of the cohort's call; changes nothing. A call without doors lets everybody pass."""
    return judge(conditions(cohort.plan), answers, training_days(cohort))


@transaction.atomic
def start(
    *,
    cohort: Cohort,
    applicant: User,
    eligibility: Mapping[str, str],
    now: datetime,
    language: str = "",
    earlier: str = "",
    time_zone: str = "",
) -> Application:
    """Begin an application, or return the one that this person already has.

    `earlier` is the reference of an application of theirs whose words they want to start from; `time_zone` where the
    clock of their device stands, kept if we know no better.

    Order: the call is open, or they were given time to begin; the person does not run this cohort; every door is
    open; the application, with what we know already filled in; the time that they were given; the role of
    applicant; the audit event, which tells of the role too; a mail with the way back and the deadline.
    Raises Late, Conflict, NotAllowed; Invalid when a door is closed or was not tried.
    """
    for existing in _BEGUN(cohort.pk, applicant.pk):
        existing.cohort = cohort
        return existing
    late = late_start(applicant, cohort)
    if not may_start(cohort.dates, now, late.until if late else None):
        require_open(cohort, now, reader=applicant)
        raise Late(_("The call has closed."), _("Applications can no longer be started."))
    if roles_of(applicant, cohort) & RUNNING:
        raise NotAllowed(
            _("You help to run this cohort, so you cannot apply to it."),
            _("If you want to apply, ask an organiser to take your role away first."),
        )
    verdict = check_eligibility(cohort=cohort, answers=eligibility)
    if not verdict.eligible:
        closed = {door.code: [_("This door is closed to you.")] for door in verdict.closed}
        raise Invalid({**verdict.problems, **closed})
    application = Application(
        cohort=cohort,
        applicant=applicant,
        language=_language(cohort, language or applicant.language),
        eligibility=verdict.answers,
        answers=_known_already(cohort, applicant),
        saved_at=now,
        created_at=now,
        own_deadline=late.until if late else None,
    )
    if earlier:
        take_over(application, earlier)
    refresh(application)
    set_freed(application, cohort)
    if not add_if_new(application):  # the same person pressed twice: the first press made it
        return Application.objects.select_related("applicant").get(cohort=cohort, applicant=applicant)
    if late:
        use(application, late)
    add_if_new(Membership(user=applicant, cohort=cohort, role=Role.APPLICANT, created_at=now))
    forget()
    learn_zone(user=applicant, time_zone=time_zone)
    log(cohort=cohort, actor=applicant, verb="applications.started", subject=application, now=now)
    mail.send(
        cohort=cohort,
        code="application-begun",
        to=applicant,
        values=mail_values(application),
        now=now,
        key=f"application-begun:{application.ref}",
    )
    return application


_BEGUN = Prepared(
    lambda cohort, applicant: Application.objects.filter(cohort=cohort, applicant=applicant), int, int
)


def _language(cohort: Cohort, wanted: str) -> str:
    offered = cohort.plan.programme.languages
    return next((language for language in offered if language == wanted), offered[0])


def _known_already(cohort: Cohort, applicant: User) -> dict[str, Value]:
    """Answers that the person gave us before: nobody types their name twice."""
    known = {"name": applicant.name, "email": applicant.email}
    return {
        question.code: known[question.autocomplete]
        for question in cohort.plan.application.questions()
        if known.get(question.autocomplete) and question.kind in {"short", "email"}
    }


@transaction.atomic
def save_section(
    *,
    application: Application,
    section: str,
    values: Mapping[str, Raw],
    expected_version: int,
    actor: User,
    now: datetime,
    tab: str = "",
) -> Saved:
    """Keep the answers of one section as they are, finished or not. Questions not named stay as they were.

    `expected_version` is the version that the page showed, `tab` names that page. An answer that another page
    has changed since is not overwritten: the text goes aside, and the person chooses (see `settle`).

    Order: permission, the call is open, clean, set aside or store, columns for lists. There is no audit event:
    until it is sent, a draft is nobody's business but the writer's.
    An answer that is too long to be kept is handed back as refused; the others beside it are stored all the same.
    Raises NotAllowed, Late, Conflict; Invalid when the section is unknown.
    """
    held = own_locked(application, actor)
    require_not_withdrawn(held)
    require_open(held.cohort, now, held.own_deadline, actor)
    changes, refused = _changes(held, section, values)
    aside = {code for code in changes if _clashes(held, code, expected_version, tab)}
    # An empty box in an old window was never filled in: it does not wipe what another window wrote.
    fresh = {code: value for code, value in changes.items() if code not in aside}
    for code in sorted(aside):
        if not is_empty(changes[code]):
            _set_aside(held, code, changes[code], tab, now)
    if fresh:
        held.version += 1
        held.answers.update(fresh)
        held.uncounted = [code for code in held.uncounted if code not in fresh]  # what is typed is counted
        for code in fresh:
            waits = touch_of(held.touched, code) if code in held.aside else None
            held.touched[code] = saved_now(held.version, tab, now, beside=waits)
    if changes:
        held.writing_seconds += active_seconds(held.saved_at, now)
        held.saved_at = now
        columns = ["answers", "touched", "aside", "uncounted", "version", "saved_at", "writing_seconds"]
        held.save(update_fields=[*columns, *refresh(held)])
    return Saved(held, tuple(code for code in sorted(aside) if not is_empty(changes[code])), refused)


def _changes(
    application: Application, section: str, values: Mapping[str, Raw]
) -> tuple[dict[str, Value], dict[str, list[str]]]:
    """The cleaned answers that differ from what is stored, and what cannot be kept. Files come by `attach_file`."""
    found = section_of(application.cohort.plan.application, section)
    if found is None:
        raise Invalid({"section": [_("The form has no such section.")]})
    changes: dict[str, Value] = {}
    refused: dict[str, list[str]] = {}
    for question in found.questions:
        if question.kind == "file" or question.code not in values:
            continue
        value = clean(question, values[question.code])
        if (len(value) if isinstance(value, str) else sum(map(len, value))) > LONGEST:
            refused[question.code] = [_("This text is too long to be kept. Shorten it and save again.")]
        elif value != application.answers.get(question.code, "") and not (
            is_empty(value) and is_empty(application.answers.get(question.code))
        ):
            changes[question.code] = value
    return changes, refused


def _clashes(application: Application, code: str, expected_version: int, tab: str) -> bool:
    """Whether another page has changed this answer since the page that saves was opened.

    While two versions wait for a choice, only the page whose text is stored may go on writing over it.
    """
    touch = touch_of(application.touched, code)
    if tab and touch.window == tab:
        return False
    return touch.version > expected_version or code in application.aside


def _set_aside(application: Application, code: str, value: Value, tab: str, now: datetime) -> None:
    """Put a text beside the one that is stored. What other windows had put there is not lost: it stands beside it."""
    touch, before = touch_of(application.touched, code), application.aside.get(code, "")
    parts: list[tuple[str, int]] = []
    if isinstance(before, str) and isinstance(value, str):
        value, parts = set_aside(before, touch, tab, value)
        if len(value) > MOST_ASIDE:
            raise Conflict(
                _("So much text of other windows waits beside this answer that no more can be put there."),
                _("Open the form again, choose between the versions, and put in what stands here."),
            )
    application.aside[code] = value
    application.touched[code] = aside_now(touch, tab, now, parts)


@transaction.atomic
def settle(*, application: Application, question: str, keep: Keep, actor: User, now: datetime) -> Application:
    """Choose between two versions of one answer: what is saved, what was set aside, or both to be merged by hand.

    Order: permission, the call is open, the choice. A question without two versions is left alone.
    Raises NotAllowed, Late, Conflict.
    """
    held = own_locked(application, actor)
    require_not_withdrawn(held)
    require_open(held.cohort, now, held.own_deadline, actor)
    if question not in held.aside:
        return held
    mine = held.aside.pop(question)
    if keep != "saved":
        saved = held.answers.get(question, "")
        both = keep == "both" and isinstance(mine, str) and isinstance(saved, str)
        held.version += 1
        held.answers[question] = f"{saved}\n\n{mine}" if both else mine
        held.uncounted = [code for code in held.uncounted if code != question]
        held.touched[question] = saved_now(held.version, "", now)
    held.saved_at = now
    columns = refresh(held)
    held.save(update_fields=["answers", "touched", "aside", "uncounted", "version", "saved_at", *columns])
    return held


@transaction.atomic
def discard(*, application: Application, actor: User, now: datetime) -> None:
    """Delete a draft that was never sent, with its files: it was nobody's business but the writer's.

    Order: permission, the files, the audit event, which holds the reference alone, the line for backups, the draft,
    the role of applicant. Raises NotAllowed; Conflict once anything was sent: then one can withdraw.
    """
    held = own_locked(application, actor)
    if held.sent or held.state != ApplicationState.DRAFT:
        raise Conflict(
            _("This application was sent, so it cannot be deleted."), _("You can withdraw it instead.")
        )
    discard_all(held)
    drop_reminders(held, now=now)
    log(cohort=held.cohort, actor=actor, verb="applications.discarded", subject=held, now=now)
    erasures.note(DRAFT, held.ref, now=now)
    held.delete()
    Membership.objects.filter(user=actor, cohort=held.cohort, role=Role.APPLICANT).delete()


@transaction.atomic
def choose_language(*, application: Application, language: str, actor: User, now: datetime) -> Application:
    """Say which language the answers are in, so that people who read it well read them.

    Order: permission, the call is open, the language. Raises NotAllowed, Late, Conflict, Invalid.
    """
    held = own_locked(application, actor)
    require_not_withdrawn(held)
    require_open(held.cohort, now, held.own_deadline, actor)
    if language not in held.cohort.plan.programme.languages:
        raise Invalid({"language": [_("Choose one of the languages of this programme.")]})
    if held.language != language:
        held.language, held.saved_at = language, now
        held.version += 1
        held.save(update_fields=["language", "saved_at", "version"])
    return held
