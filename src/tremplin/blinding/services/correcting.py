"""What people correct: the writer before anybody reads, organisers by hand, each looked at before it is done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications.hooks import reading_begun
from tremplin.applications.models import Application, ApplicationState, Snapshot
from tremplin.blinding import making, queries
from tremplin.blinding.models import Correction, Maker, RedactedCopy
from tremplin.blinding.rules import Change, changes, phrase_fault
from tremplin.blinding.rules.found import folded_words
from tremplin.blinding.services.finishing import make
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.log import log
from tremplin.programmes.roles import Role, require

MOST = 200


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a correction would change, by question. `fingerprint` names the copy that would come of it."""

    changes: dict[str, list[Change]]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class _Case:
    """An application that is held, its copy, that of a second pass, what was corrected, by what right somebody does."""

    application: Application
    snapshot: Snapshot
    copy: RedactedCopy
    opened: RedactedCopy | None
    corrections: list[Correction]
    maker: Maker


def propose(
    *, application: Application, actor: User, hide: Sequence[str] = (), show: Sequence[str] = ()
) -> Proposal:
    """What `correct` would make of the texts; keeps nothing. Raises as `correct`."""
    case = _case(application, actor)
    new = _new(case, actor, hide, show, now=None)
    differs: dict[str, Iterable[Change]] = {}
    after: dict[str, str] = {}
    for copy in (case.copy, case.opened):
        if copy is None:
            continue
        texts = making.redaction_of(case.snapshot, [*case.corrections, *new], copy.pass_number).texts
        # What both passes show changes alike: it is told once, as the first shows it.
        differs |= {
            code: changes(text, texts.get(code, ""))
            for code, text in copy.texts.items()
            if code not in differs and texts.get(code) != text
        }
        after |= {f"{copy.pass_number}:{code}": text for code, text in texts.items()}
    return Proposal(
        {code: list(found) for code, found in differs.items()},
        making.checksum_of(case.snapshot, case.copy.number + 1, after),
    )


@transaction.atomic
def correct(
    *,
    application: Application,
    actor: User,
    hide: Sequence[str] = (),
    show: Sequence[str] = (),
    expected: str,
    now: datetime,
) -> RedactedCopy:
    """Hide these words in every answer, too; show those although the rules would hide them. What was read stays read.

    `expected` is the reference of the copy that was on screen. The writer may do it until somebody has begun to
    read, organisers at any time; a name is shown by nobody.

    Order: permission; the application is held; the copy is that which was looked at; the corrections; the next
    copy; the audit event, which has no word of them. Raises NotAllowed, Conflict, Stale, and Invalid for words
    that stand nowhere or may not be shown.
    """
    case = _case(application, actor, hold=True)
    _same(case, expected)
    new = _new(case, actor, hide, show, now=now)
    for row in new:
        row.save()
    return _next(case, [*case.corrections, *new], actor, now, hidden=len(hide), shown=len(show))


@transaction.atomic
def take_back(
    *, application: Application, correction: str, actor: User, expected: str, now: datetime
) -> RedactedCopy:
    """End a correction: the rules alone decide again. The writer may take back their own, organisers each.

    Order: permission; the application is held; the copy is that which was looked at; the correction; the next copy;
    the audit event. Raises NotAllowed, Conflict, Stale.
    """
    case = _case(application, actor, hold=True)
    _same(case, expected)
    found = next((row for row in case.corrections if row.ref == correction), None)
    if found is None:
        raise Conflict(_("This was taken back already."))
    if case.maker == Maker.APPLICANT and found.maker != Maker.APPLICANT:
        raise NotAllowed(_("The organisers hid this. Write to them if it should be read."))
    found.ended_at = now
    found.save(update_fields=["ended_at"])
    left = [row for row in case.corrections if row is not found]
    return _next(case, left, actor, now, taken_back=1)


def _next(
    case: _Case, corrections: Sequence[Correction], actor: User, now: datetime, **counts: int
) -> RedactedCopy:
    copy = make(case.snapshot, corrections, maker=case.maker, actor=actor.ref, now=now)
    log(
        cohort=case.application.cohort,
        actor=actor,
        verb="blinding.corrected",
        subject=case.application,
        now=now,
        version=case.snapshot.number,
        copy=copy.number,
        by=case.maker.value,
        **counts,
    )
    return copy


def _case(application: Application, actor: User, *, hold: bool = False) -> _Case:
    """The application as it is stored, if `actor` may correct its copy now. Raises NotAllowed, Conflict."""
    cohort = application.cohort
    if hold:
        Application.objects.select_for_update(of=("self",)).only("pk").get(pk=application.pk)
    held = Application.objects.select_related("applicant").get(pk=application.pk)
    held.cohort = cohort
    maker = _maker(held, actor)
    if held.state != ApplicationState.SUBMITTED:
        raise Conflict(_("This application is not to be read, so there is nothing to correct."))
    copy = queries.current(held, cohort)
    if copy is None:
        raise Conflict(
            _("What reviewers will read is being prepared."), _("Wait a minute, then open this page again.")
        )
    if maker == Maker.APPLICANT and reading_begun(held):
        raise Conflict(
            _("Somebody has begun to read your application, so you can no longer change what they see."),
            _("If something in it gives you away, write to the organisers: they still can."),
        )
    snapshot = copy.snapshot
    snapshot.application = held
    return _Case(held, snapshot, copy, queries.second_of(copy), queries.corrections_of(held), maker)


def _maker(application: Application, actor: User) -> Maker:
    """By what right: an organiser who applied themselves has that of a writer alone."""
    if application.applicant_id == actor.pk:
        require(actor, application.cohort, Role.APPLICANT)
        return Maker.APPLICANT
    require_judge(actor, application.cohort, Role.ORGANISER)
    return Maker.ORGANISER


def _same(case: _Case, expected: str) -> None:
    if case.copy.ref != expected:
        raise Stale(
            _("The text has changed since you opened this page, so nothing was saved."),
            _("Look at what stands there now, then correct it again."),
            current=case.copy,
        )


def _new(
    case: _Case, actor: User, hide: Sequence[str], show: Sequence[str], *, now: datetime | None
) -> list[Correction]:
    """The corrections that are asked for, unsaved. Raises Invalid."""
    hide = list(dict.fromkeys(phrase.strip() for phrase in hide if phrase.strip()))
    show = list(dict.fromkeys(phrase.strip() for phrase in show if phrase.strip()))
    if not hide and not show:
        raise Invalid({"hide": [_("Say which words are to be hidden, or tick what is to be shown.")]})
    if len(case.corrections) + len(hide) + len(show) > MOST:
        raise Invalid({"hide": [_("These are too many corrections: take some back first.")]})
    plan = case.snapshot.version.plan
    written = making.free_texts(plan.application, case.snapshot.answers, plan.opened).values()
    faults = [fault for phrase in hide if (fault := phrase_fault(phrase, written))]
    if faults:
        raise Invalid({"hide": faults})
    _check_shown(case, show)
    kept = {"application": case.application, "maker": case.maker, "actor": actor.ref, "created_at": now}
    return [
        *(Correction(phrase=phrase, hide=True, **kept) for phrase in hide),
        *(Correction(phrase=phrase, hide=False, **kept) for phrase in show),
    ]


def _check_shown(case: _Case, show: Sequence[str]) -> None:
    organiser = case.maker == Maker.ORGANISER
    hidden = queries.hidden_in_all(case.copy, case.opened, case.snapshot, organiser=organiser)
    may = {folded_words(piece.words) for piece in hidden if piece.may_show}
    for phrase in show:
        if folded_words(phrase) not in may:
            raise Invalid({"show": [_("“%(words)s” cannot be shown.") % {"words": phrase[:60]}]})
