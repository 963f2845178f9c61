"""Changing the working copy."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.builder import edits
from tremplin.builder.edits import Form, Kind, Refused
from tremplin.builder.models import Step, Unfinished, WorkingCopy
from tremplin.core.errors import Conflict, Stale
from tremplin.core.once import first
from tremplin.people.models import User
from tremplin.programmes import file
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require

STEPS = 50
Typed = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a save came to. Where it could not be taken over, what was typed is kept beside the working copy."""

    copy: WorkingCopy
    code: str = ""
    faults: list[file.Fault] = field(default_factory=list)
    refused: Refused | None = None
    clash: bool = False

    @property
    def taken(self) -> bool:
        return not (self.faults or self.refused or self.clash)


def digest(value: Any) -> str:
    """A short name for what an item says, by which a page knows whether it has changed since."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


@transaction.atomic
def begin(*, cohort: Cohort, actor: User, now: datetime) -> WorkingCopy:
    """The working copy of the cohort, locked for this transaction; made from the file in force where there is none.

    Raises NotAllowed.
    """
    require(actor, cohort, Role.ORGANISER)
    Cohort.objects.select_for_update().get(pk=cohort.pk)  # so that two who begin at once begin one
    rows = WorkingCopy.objects.select_for_update().select_related("base")
    found = rows.filter(cohort=cohort).first()
    if found is None:
        version = cohort.version
        found = WorkingCopy.objects.create(
            cohort=cohort,
            base=version,
            text=version.text,
            changed_at=now,
            changed_by=actor.ref,
            created_at=now,
        )
    found.cohort = cohort
    return found


@transaction.atomic
def save(
    *,
    cohort: Cohort,
    kind: Kind,
    code: str,
    wanted: Mapping[str, Any],
    typed: Typed,
    base: str,
    actor: User,
    now: datetime,
) -> Outcome:
    """Write an item anew. `base` is the digest of the item as the page showed it, `typed` the fields of that page.

    Pressed twice, it says the same.

    Order: permission; the item has not changed since, or says already what is wanted; the new text reads; the
    step; the text. What cannot be taken over, because somebody else was quicker or because it does not fit, is
    kept as it was typed. Raises NotAllowed; Refused for an item that is gone.
    """
    copy = begin(cohort=cohort, actor=actor, now=now)
    item = f"{kind}:{code}"
    current = Form(copy.text).raw(kind, code)
    if digest(current) != base and edits.differences(kind, current, wanted):
        _keep(copy, item, typed, actor, now)
        return Outcome(copy, code, clash=True)
    try:
        text = edits.save(copy.text, kind, code, wanted)
    except (Refused, file.BrokenFile) as fault:
        _keep(copy, item, typed, actor, now)
        return _not_taken(copy, code, fault)
    _forget(copy, item, actor)
    _step(copy, text, "saved", item, actor, now)
    return Outcome(copy, code)


@transaction.atomic
def add(
    *,
    cohort: Cohort,
    kind: Kind,
    wanted: Mapping[str, Any],
    typed: Typed,
    label: str,
    actor: User,
    now: datetime,
    section: str = "",
    began: str = "",
    once: str = "",
) -> Outcome:
    """Add an item at the end of its list, its code made from `label`. Pressed twice, it adds one.

    Order: permission; the new text reads; the step; the text. What does not fit is kept as it was typed, under the
    name that its page `began` with. Raises NotAllowed.
    """
    copy = begin(cohort=cohort, actor=actor, now=now)
    item = new_item(kind, section, began)
    code = edits.next_code(copy.text, kind, label)
    try:
        text, code = edits.add(copy.text, kind, wanted, section=section, label=label)
    except (Refused, file.BrokenFile) as fault:
        _keep(copy, item, typed, actor, now)
        return _not_taken(copy, code, fault)
    # The key holds what was typed: somebody who goes back and types something else means another item.
    if not first(f"builder:{copy.ref}:{once}:{digest(wanted)}" if once else "", now=now):
        return Outcome(copy)
    _forget(copy, item, actor)
    _step(copy, text, "added", f"{kind}:{code}", actor, now)
    return Outcome(copy, code)


def new_item(kind: str, section: str, began: str) -> str:
    """Under which name something is kept that is still to be added: each page that begins one has its own."""
    return f"new-{kind}:{section}:{began}"


def _not_taken(copy: WorkingCopy, code: str, fault: Refused | file.BrokenFile) -> Outcome:
    if isinstance(fault, Refused):
        return Outcome(copy, code, refused=fault)
    return Outcome(copy, code, faults=fault.faults)


@transaction.atomic
def move(
    *,
    cohort: Cohort,
    kind: Kind,
    code: str,
    step: Literal[-1, 1],
    seen: int,
    actor: User,
    now: datetime,
    once: str = "",
) -> WorkingCopy:
    """Move an item one place. `seen` is the number of the working copy on the page that asked.

    Order: permission; nobody was quicker; the text; the step. Raises NotAllowed, Stale, Refused.
    """
    copy = begin(cohort=cohort, actor=actor, now=now)
    if _pressed_before(copy, once, now):
        return copy
    check_seen(copy, seen)
    text = edits.move(copy.text, kind, code, step)
    return _step(copy, text, "moved", f"{kind}:{code}", actor, now)


@transaction.atomic
def put(
    *,
    cohort: Cohort,
    kind: Kind,
    code: str,
    after: str,
    section: str,
    seen: int,
    actor: User,
    now: datetime,
    once: str = "",
) -> WorkingCopy:
    """Put an item right after another one, or first, a question in any section. Order and faults as for `move`."""
    copy = begin(cohort=cohort, actor=actor, now=now)
    if _pressed_before(copy, once, now):
        return copy
    check_seen(copy, seen)
    text = edits.put(copy.text, kind, code, after=after, section=section)
    return _step(copy, text, "moved", f"{kind}:{code}", actor, now)


@transaction.atomic
def duplicate(
    *, cohort: Cohort, kind: Kind, code: str, seen: int, actor: User, now: datetime, once: str = ""
) -> tuple[WorkingCopy, str]:
    """Copy an item; the code of the copy, empty on a second press. Order and faults as for `move`."""
    copy = begin(cohort=cohort, actor=actor, now=now)
    if _pressed_before(copy, once, now):
        return copy, ""
    check_seen(copy, seen)
    text, new = edits.duplicate(copy.text, kind, code)
    return _step(copy, text, "duplicated", f"{kind}:{new}", actor, now), new


@transaction.atomic
def remove(
    *, cohort: Cohort, kind: Kind, code: str, seen: int, actor: User, now: datetime, once: str = ""
) -> WorkingCopy:
    """Delete an item. Order and faults as for `move`; what was unfinished in it goes with it."""
    copy = begin(cohort=cohort, actor=actor, now=now)
    if _pressed_before(copy, once, now):
        return copy
    check_seen(copy, seen)
    text = edits.remove(copy.text, kind, code)
    return _step(copy, text, "removed", f"{kind}:{code}", actor, now)


@transaction.atomic
def undo(*, cohort: Cohort, seen: int, actor: User, now: datetime, once: str = "") -> Step | None:
    """Take the last change back, whoever made it; the step that was taken back, None when there is none left.

    Order: permission; nobody was quicker; the text as it was. Raises NotAllowed, Stale.
    """
    copy = begin(cohort=cohort, actor=actor, now=now)
    if _pressed_before(copy, once, now):
        return None
    check_seen(copy, seen)
    last = copy.steps.order_by("-number").first()
    if last is None:
        return None
    last.delete()
    _write(copy, last.text, actor, now)
    return last


@transaction.atomic
def discard(*, cohort: Cohort, actor: User, now: datetime, seen: int) -> None:
    """Throw the working copy away with all that is unfinished; the file in force stays as it is.

    Order: permission; nobody was quicker; the audit event, which holds no text; the copy. Raises NotAllowed, Stale.
    """
    require(actor, cohort, Role.ORGANISER)
    copy = WorkingCopy.objects.select_for_update().filter(cohort=cohort).first()
    if copy is None:
        return
    check_seen(copy, seen)
    log(cohort=cohort, actor=actor, verb="builder.discarded", subject=copy, now=now, changes=copy.number)
    copy.delete()


@transaction.atomic
def lay_upon(*, cohort: Cohort, actor: User, now: datetime, seen: int) -> WorkingCopy:
    """Lay the form of the working copy upon the file in force, after somebody has replaced the file meanwhile.

    Order: permission; nobody was quicker; the text; the step. Raises NotAllowed, Stale, Refused.
    """
    copy = begin(cohort=cohort, actor=actor, now=now)
    check_seen(copy, seen)
    if copy.base_id == cohort.version_id:
        return copy
    try:
        text = edits.laid_upon(cohort.version.text, copy.text, copy.base.text)
    except file.BrokenFile as fault:
        raise Refused(
            _("This form does not fit the new file: %(fault)s") % {"fault": fault.faults[0]},
            _("Discard the working copy and begin from the new file."),
        ) from fault
    copy.base = cohort.version
    copy.save(update_fields=["base"])
    copy.steps.all().delete()  # they belong to the other file
    _write(copy, text, actor, now)
    return copy


@transaction.atomic
def keep_unfinished(*, cohort: Cohort, item: str, typed: Typed, actor: User, now: datetime) -> None:
    """Keep what somebody typed although it is not sound by itself; nothing typed: what they kept goes.

    Raises NotAllowed.
    """
    copy = begin(cohort=cohort, actor=actor, now=now)
    if typed:
        _keep(copy, item, typed, actor, now)
    else:
        _forget(copy, item, actor)


@transaction.atomic
def drop_unfinished(*, cohort: Cohort, ref: str, actor: User, now: datetime) -> None:
    """Throw away what somebody typed and never finished. Raises NotAllowed."""
    copy = begin(cohort=cohort, actor=actor, now=now)
    copy.unfinished.filter(ref=ref).delete()


def _keep(copy: WorkingCopy, item: str, typed: Typed, actor: User, now: datetime) -> None:
    values = {name: list(texts) for name, texts in typed.items()}
    Unfinished.objects.update_or_create(
        copy=copy,
        item=item[:90],
        by=actor.ref,
        defaults={"values": values, "saved_at": now, "by_name": actor.name},
        create_defaults={"values": values, "saved_at": now, "by_name": actor.name, "created_at": now},
    )


def _forget(copy: WorkingCopy, item: str, actor: User) -> None:
    copy.unfinished.filter(item=item, by=actor.ref).delete()


def _pressed_before(copy: WorkingCopy, once: str, now: datetime) -> bool:
    return not first(f"builder:{copy.ref}:{once}" if once else "", now=now)


def check_seen(copy: WorkingCopy, seen: int) -> None:
    if copy.number != seen:
        raise Stale(
            _("Somebody changed the form while you were looking at it, so nothing was done."),
            _("Look at how it stands now, then do it again if you still want to."),
            current=copy.number,
        )


def _step(copy: WorkingCopy, text: str, deed: str, item: str, actor: User, now: datetime) -> WorkingCopy:
    """Write the new text and keep the old one; a text that says the same is no step."""
    if text == copy.text:
        return copy
    number = copy.number + 1
    Step.objects.create(copy=copy, number=number, deed=deed, item=item, text=copy.text, at=now, by=actor.ref)
    old = copy.steps.order_by("-number").values_list("pk", flat=True)[STEPS:]
    copy.steps.filter(pk__in=list(old)).delete()
    return _write(copy, text, actor, now)


def _write(copy: WorkingCopy, text: str, actor: User, now: datetime) -> WorkingCopy:
    copy.text, copy.number = text, copy.number + 1
    copy.changed_at, copy.changed_by = now, actor.ref
    copy.save(update_fields=["text", "number", "changed_at", "changed_by"])
    return copy


def require_base(copy: WorkingCopy, cohort: Cohort) -> None:
    """Raises Conflict when the file in force is not the one that the working copy rests on."""
    if copy.base_id != cohort.version_id:
        raise Conflict(
            _("Somebody replaced the programme file after this working copy was begun."),
            _("Lay the working copy upon the new file, or discard it."),
        )
