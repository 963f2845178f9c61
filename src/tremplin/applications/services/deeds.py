"""Deeds on many applications: planned so that they can be looked at, carried out, taken back."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications import queries
from tremplin.applications.models import (
    Application,
    ApplicationState,
    Deed,
    DeedKind,
    DeedRow,
    DeedState,
    Exclusion,
    Label,
    Labelled,
)
from tremplin.applications.queries.done import undoable
from tremplin.applications.rules.deadline import may_withdraw
from tremplin.applications.rules.deeds import outcome_of
from tremplin.applications.services.telling import tell_excluded, tell_restored
from tremplin.applications.services.why import why_excluded
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.text import fold
from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require

CHUNK = 500
_FORGOTTEN = timedelta(days=1)  # after which a plan that nobody carried out is swept away
_VERBS = {
    DeedKind.LABEL: "applications.labelled",
    DeedKind.UNLABEL: "applications.unlabelled",
    DeedKind.EXCLUDE: "applications.excluded",
    DeedKind.RESTORE: "applications.restored",
}


@transaction.atomic
def plan(*, cohort: Cohort, actor: User, kind: str, choice: queries.Choice, now: datetime) -> Deed:
    """Keep which applications are meant, each as it is now, so that what is looked at is what is done.

    Order: permission, plans that nobody carried out go, the deed, its rows. Changes no application.
    Raises NotAllowed; Conflict when nothing was chosen.
    """
    require(actor, cohort, Role.ORGANISER)
    if kind not in DeedKind.values:
        raise Conflict(_("There is no such deed."))
    stale = Deed.objects.filter(cohort=cohort, state=DeedState.PLANNED, created_at__lt=now - _FORGOTTEN)
    stale.delete()
    found = queries.chosen(cohort, actor, choice, now=now).order_by("pk").values_list("pk", "state")
    deed = Deed.objects.create(
        cohort=cohort, kind=kind, actor=actor.ref, filters=_kept(cohort, choice), created_at=now
    )
    rows = [DeedRow(deed=deed, application_id=pk, seen=state) for pk, state in found]
    if not rows:
        raise Conflict(_("No application was chosen."), _("Go back, tick some rows, and try again."))
    DeedRow.objects.bulk_create(rows, batch_size=CHUNK)
    if kind == DeedKind.RESTORE:
        _foresee(deed)
    return deed


def _kept(cohort: Cohort, choice: queries.Choice) -> dict[str, str]:
    """The filter as it may be kept: what somebody typed to find a person is not."""
    return {"chosen": str(len(choice.refs))} if choice.refs else choice.filters.noted(cohort)


@transaction.atomic
def describe(
    *,
    deed: Deed,
    actor: User,
    now: datetime,
    word: str = "",
    cause: str = "",
    condition: str = "",
    reason: Mapping[str, str] | None = None,
) -> Deed:
    """Say the label, or why these are excluded; then what would become of each is known. Changes no application.

    `condition`: the code of the door that is not met, where that is the cause.

    Order: permission, it is still a plan, what was said is checked, what would happen to each row.
    Raises NotAllowed, Conflict; Invalid for a word or a reason that is missing or too long.
    """
    held = _locked(deed, actor)
    if held.state != DeedState.PLANNED:
        return held
    if held.kind in {DeedKind.LABEL, DeedKind.UNLABEL}:
        held.word = _word(word)
    elif held.kind == DeedKind.EXCLUDE:
        _may_exclude(held.cohort, now)
        why = why_excluded(held.cohort, cause, condition, reason or {})
        held.cause, held.condition, held.reason = why.cause, why.condition, why.reason
    held.save(update_fields=["word", "cause", "condition", "reason"])
    _foresee(held)
    return held


def _word(word: str) -> str:
    given = " ".join(word.split())
    if not given:
        raise Invalid({"word": [_("Write the label.")]})
    if len(given) > 60:
        raise Invalid({"word": [_("A label has at most 60 characters.")]})
    return given


def _may_exclude(cohort: Cohort, now: datetime) -> None:
    if not may_withdraw(cohort.dates, now):
        raise Conflict(_("The decisions are out, so no application can be excluded any more."))


def _foresee(deed: Deed) -> None:
    """Write to each row what would become of it: a few statements, however many rows there are."""
    held = _holders(deed)
    codes: dict[str, list[int]] = {}
    for pk, application, seen in deed.rows.values_list("pk", "application_id", "seen"):
        codes.setdefault(outcome_of(deed.kind, seen, labelled=application in held), []).append(pk)
    for code, keys in codes.items():
        for part in _parts(keys):
            DeedRow.objects.filter(pk__in=part).update(outcome=code)


def _holders(deed: Deed) -> set[int]:
    """The applications that have the label in question."""
    if not deed.word:
        return set()
    held = Labelled.objects.filter(label__cohort=deed.cohort_id, label__folded=_folded(deed.word))
    return set(held.values_list("application_id", flat=True))


def _folded(word: str) -> str:
    return fold(word)[:80]


def _parts(keys: list[int]) -> Iterator[list[int]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


@transaction.atomic
def carry_out(*, deed: Deed, actor: User, now: datetime) -> Deed:
    """Do what was looked at, to those applications that are still as they were then. A second press does nothing.

    Order: permission, the deed is held, chunk by chunk the applications that are unchanged and what is done to
    them, the mails that wait in the outbox, the audit event. Raises NotAllowed, Conflict.
    """
    held = _locked(deed, actor)
    if held.state != DeedState.PLANNED:
        return held
    if held.kind == DeedKind.EXCLUDE:
        _may_exclude(held.cohort, now)
    if not held.rows.exclude(outcome="").exists():
        raise Conflict(_("Say first what is to be done."))
    rows = list(held.rows.filter(outcome="do").order_by("application_id"))
    label = _label(held, now) if held.kind == DeedKind.LABEL and rows else None
    done = 0
    for start in range(0, len(rows), CHUNK):
        done += _do(held, rows[start : start + CHUNK], label, now)
    touched = held.rows.filter(outcome="done")
    held.state, held.done_at, held.actor = DeedState.DONE, now, actor.ref
    if held.kind == DeedKind.EXCLUDE:
        held.batch = tell_excluded(held, touched, actor=actor, now=now)
    elif held.kind == DeedKind.RESTORE:
        held.batch = tell_restored(held, touched, actor=actor, now=now)
    held.save(update_fields=["state", "done_at", "actor", "batch"])
    if held.kind == DeedKind.UNLABEL:
        Label.objects.filter(cohort=held.cohort, labelled__isnull=True).delete()
    _log(held, _VERBS[DeedKind(held.kind)], actor, now, done=done, passed_by=held.rows.count() - done)
    return held


def _label(deed: Deed, now: datetime) -> Label:
    """The label of this word, made when it is new. Two who write it at once mean one label."""
    label, _made = Label.objects.get_or_create(
        cohort=deed.cohort,
        folded=_folded(deed.word),
        defaults={"name": deed.word, "created_at": now},
    )
    return label


def _do(deed: Deed, rows: list[DeedRow], label: Label | None, now: datetime) -> int:
    """One chunk; to how many applications it was done."""
    held = Application.objects.select_for_update().filter(pk__in=[row.application_id for row in rows])
    states = dict(held.order_by("pk").values_list("pk", "state"))
    going = [row for row in rows if states.get(row.application_id) == row.seen]
    keys = [row.application_id for row in going]
    if deed.kind == DeedKind.LABEL and label:
        Labelled.objects.bulk_create(
            [Labelled(label=label, application_id=key, deed=deed) for key in keys], ignore_conflicts=True
        )
    elif deed.kind == DeedKind.UNLABEL:
        named = Labelled.objects.filter(label__cohort=deed.cohort, label__folded=_folded(deed.word))
        named.filter(application__in=keys).delete()
    elif deed.kind == DeedKind.EXCLUDE:
        _exclude(deed, going, now)
    else:
        _restore(going)
    DeedRow.objects.filter(pk__in=[row.pk for row in going]).update(outcome="done")
    left = {row.pk for row in rows} - {row.pk for row in going}
    DeedRow.objects.filter(pk__in=left).update(outcome="changed")
    return len(keys)


def _exclude(deed: Deed, rows: list[DeedRow], now: datetime) -> None:
    keys = [row.application_id for row in rows]
    # One that was excluded, withdrawn and taken up again may have an old reason still.
    Exclusion.objects.filter(application__in=keys).delete()
    Exclusion.objects.bulk_create(
        Exclusion(
            application_id=row.application_id,
            deed=deed,
            cause=deed.cause,
            condition=deed.condition,
            reason=deed.reason,
            before=row.seen,
            at=now,
        )
        for row in rows
    )
    Application.objects.filter(pk__in=keys).update(state=ApplicationState.EXCLUDED)


def _restore(rows: list[DeedRow]) -> None:
    """Bring each back to what it was, and keep in its row why it had been excluded: the same words for many."""
    keys = {row.application_id: row.pk for row in rows}
    alike: dict[tuple[str, str, str, int | None], list[Exclusion]] = {}
    found = Exclusion.objects.filter(application__in=keys)
    for one in found:
        alike.setdefault((one.before, one.cause, one.condition, one.deed_id), []).append(one)
    for (state, cause, condition, deed), group in alike.items():
        why = {"cause": cause, "condition": condition, "reason": group[0].reason}
        before = {**why, "state": state, "deed": deed}
        DeedRow.objects.filter(pk__in=[keys[one.application_id] for one in group]).update(before=before)
        Application.objects.filter(pk__in=[one.application_id for one in group]).update(state=state)
    found.delete()


@transaction.atomic
def undo(*, deed: Deed, actor: User, now: datetime) -> Deed:
    """Take a deed back within a day: every application that is still as the deed left it. A second press does nothing.

    Order: permission, the deed is held, chunk by chunk what it did, mails that have not left stay here and
    those who read theirs are told, the audit event. Raises NotAllowed; Conflict when it is too late.
    """
    held = _locked(deed, actor)
    if held.state == DeedState.UNDONE:
        return held
    if not undoable(held, now):
        raise Conflict(
            _("This was done more than a day ago, so one press no longer takes it back."),
            _("You can still choose the same applications and do the opposite."),
        )
    rows = list(held.rows.filter(outcome="done").order_by("application_id"))
    count = 0
    for start in range(0, len(rows), CHUNK):
        count += _take_back(held, rows[start : start + CHUNK], now)
    held.state, held.undone_at, held.undone_by = DeedState.UNDONE, now, actor.ref
    touched = held.rows.filter(outcome="undone")
    if held.kind == DeedKind.EXCLUDE:
        held.batch = tell_restored(held, touched, actor=actor, now=now)
    elif held.kind == DeedKind.RESTORE:
        held.batch = tell_excluded(held, touched, actor=actor, now=now)
    held.save(update_fields=["state", "undone_at", "undone_by", "batch"])
    if held.kind == DeedKind.LABEL:
        Label.objects.filter(cohort=held.cohort, labelled__isnull=True).delete()
    _log(held, "applications.deed-undone", actor, now, undone=count, moved_on=len(rows) - count)
    return held


def _take_back(deed: Deed, rows: list[DeedRow], now: datetime) -> int:
    """Undo one chunk; to how many applications."""
    keys = [row.application_id for row in rows]
    held = Application.objects.select_for_update().filter(pk__in=keys)
    states = dict(held.order_by("pk").values_list("pk", "state"))
    still = _still(deed, states)
    back = [row for row in rows if row.application_id in still]
    if deed.kind == DeedKind.LABEL:
        Labelled.objects.filter(deed=deed, application__in=keys).delete()
    elif deed.kind == DeedKind.UNLABEL:
        label = _label(deed, now)
        Labelled.objects.bulk_create(
            [Labelled(label=label, application_id=row.application_id, deed=deed) for row in back],
            ignore_conflicts=True,
        )
    elif deed.kind == DeedKind.EXCLUDE:
        _restore(back)
    else:
        _exclude_again(back, now)
    DeedRow.objects.filter(pk__in=[row.pk for row in back]).update(outcome="undone")
    left = {row.pk for row in rows} - {row.pk for row in back}
    DeedRow.objects.filter(pk__in=left).update(outcome="moved-on")
    return len(back)


def _still(deed: Deed, states: Mapping[int, str]) -> set[int]:
    """Those that are as the deed left them."""
    if deed.kind == DeedKind.EXCLUDE:
        own = Exclusion.objects.filter(deed=deed, application__in=states)
        return {
            key
            for key in own.values_list("application_id", flat=True)
            if states[key] == ApplicationState.EXCLUDED
        }
    if deed.kind == DeedKind.LABEL:
        return set(
            Labelled.objects.filter(deed=deed, application__in=states).values_list(
                "application_id", flat=True
            )
        )
    if deed.kind == DeedKind.RESTORE:
        rows = deed.rows.filter(application__in=states).values_list("application_id", "before")
        return {key for key, before in rows if before and states[key] == before["state"]}
    return set(states)


def _exclude_again(rows: list[DeedRow], now: datetime) -> None:
    Exclusion.objects.bulk_create(
        Exclusion(
            application_id=row.application_id,
            deed_id=row.before["deed"],
            cause=row.before["cause"],
            condition=row.before["condition"],
            reason=row.before["reason"],
            before=row.before["state"],
            at=now,
        )
        for row in rows
    )
    keys = [row.application_id for row in rows]
    Application.objects.filter(pk__in=keys).update(state=ApplicationState.EXCLUDED)


def _locked(deed: Deed, actor: User) -> Deed:
    """The deed as it is stored, held for this transaction. Raises NotAllowed."""
    require(actor, deed.cohort, Role.ORGANISER)
    held = Deed.objects.select_for_update().get(pk=deed.pk)
    held.cohort = deed.cohort
    return held


def _log(deed: Deed, verb: str, actor: User, now: datetime, **counts: int) -> None:
    """One event for the deed; the digest binds the list of applications that it was done to."""
    refs = deed.rows.filter(outcome__in=["done", "undone"]).order_by("application__ref")
    listed = "\n".join(refs.values_list("application__ref", flat=True))
    log(
        cohort=deed.cohort,
        actor=actor,
        verb=verb,
        subject=deed,
        now=now,
        cause=deed.cause,
        condition=deed.condition,
        applications=hashlib.sha256(listed.encode()).hexdigest(),
        **counts,
    )
