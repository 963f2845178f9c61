"""Publishing: the working copy becomes the file in force, and those whom it concerns are told."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.builder import queries, tasks
from tremplin.builder.edits import Refused, plan_of
from tremplin.builder.models import WorkingCopy
from tremplin.builder.rules.comparing import Change, changes
from tremplin.builder.rules.effects import Tally
from tremplin.builder.rules.rubric import rubric_refusals
from tremplin.builder.services.editing import check_seen, require_base
from tremplin.core.errors import Invalid
from tremplin.core.once import first
from tremplin.core.text import Text, say
from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort, ProgrammeVersion
from tremplin.programmes.relied import reads_begun
from tremplin.programmes.roles import Role, require
from tremplin.programmes.schema import Plan
from tremplin.programmes.services import replace_file


@transaction.atomic
def publish(
    *,
    cohort: Cohort,
    seen: int,
    actor: User,
    now: datetime,
    reason: Text | str = "",
    tell_of_words: bool = False,
    accepted: bool = False,
    once: str = "",
) -> ProgrammeVersion:
    """Take the cohort to the form of the working copy, as a new version of its file.

    While the call is open, drafts go on under the new form and what was sent stays as it was sent. Whoever has to
    look again, or has answered what is asked no more, gets a mail that waits in a batch; with `tell_of_words` also
    whoever answered a question that now stands in other words. Where answers that were right no longer fit, it takes
    somebody who has `accepted` that.

    Order: permission; nobody was quicker; nothing is unfinished; the rubric that was read by; the file (see
    `replace_file`), the law of what may change (`refusals`); the working copy goes; the audit event, which holds
    codes and no texts; the job that prepares the mails. Raises NotAllowed, Stale, Conflict, Refused; Invalid when
    no reason is given for a mail, or nobody has accepted that answers no longer fit.
    """
    require(actor, cohort, Role.ORGANISER)
    held = Cohort.objects.select_for_update().select_related("version").get(pk=cohort.pk)
    copy = WorkingCopy.objects.select_for_update().filter(cohort=cohort).first()
    if not first(f"builder-publish:{cohort.ref}:{once}" if once else "", now=now) or copy is None:
        return held.version
    check_seen(copy, seen)
    require_base(copy, held)
    _check_finished(copy)
    before, open_ = held.version, queries.is_open(cohort, now)
    plan = plan_of(copy.text)
    found = changes(before.plan, plan)
    if not found:
        raise Refused(_("The working copy changes nothing."), _("Change something first, or discard it."))
    _check_rubric(before.plan, plan, reads_begun(cohort))
    counted = queries.effects_on_all(cohort, plan) if open_ else None
    told = bool(counted and (counted.touched or (tell_of_words and counted.reworded)))
    _check_said(counted, told=told, reason=reason, accepted=accepted)
    replace_file(
        cohort=cohort,
        text=copy.text,
        actor=actor,
        now=now,
        seen=before.number,
        used=queries.answered(cohort, now).used if now >= cohort.date("call_opens") else None,
    )
    copy.delete()
    event = log(
        cohort=cohort,
        actor=actor,
        verb="builder.published",
        subject=cohort,
        now=now,
        version=cohort.version.number,
        drafts=counted.drafts_touched if counted else 0,
        sent=counted.sent_touched if counted else 0,
        no_longer_fit=counted.drafts_unfit + counted.sent_unfit if counted else 0,
        **_codes(found),
    )
    if open_:
        key = f"form-changed:{event.scope}:{event.position}"
        tasks.follow_change.using(key=key).enqueue(
            cohort.pk,
            before.pk,
            cohort.version.pk,
            reason if told else "",
            tell_of_words,
            actor.ref,
            event.position,
        )
    return cohort.version


def _check_said(counted: Tally | None, *, told: bool, reason: Text | str, accepted: bool) -> None:
    faults: dict[str, list[str]] = {}
    if told and not say(reason).strip():
        faults["reason"] = [_("Say why the form changes: it stands in the mail to those concerned.")]
    if counted and counted.harsh and not accepted:
        faults["harsh"] = [_("Tick this if you want it nonetheless, or take the tighter rule back.")]
    if faults:
        raise Invalid(faults)


def _check_finished(copy: WorkingCopy) -> None:
    if copy.unfinished.exists():
        raise Refused(
            _("Something in the working copy is unfinished."),
            _("Finish it, or throw it away: the form lists what it is."),
        )


def _check_rubric(old: Plan, new: Plan, reads: int) -> None:
    for refusal in rubric_refusals(old, new, reads):
        raise Refused(refusal.reason, refusal.instead)


def _codes(found: Sequence[Change]) -> dict[str, list[str]]:
    """What changed, by codes alone."""
    named: dict[str, list[str]] = {}
    for change in found:
        named.setdefault(change.what, []).append(f"{change.kind}:{change.code}")
    return named
