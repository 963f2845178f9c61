"""Changes by hand: one organiser proposes, another one agrees or refuses. Nothing is signed while one waits."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.applications.models import Application
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.people.models import User
from tremplin.programmes.apart import cause, require_judge
from tremplin.programmes.log import log
from tremplin.programmes.roles import Role
from tremplin.selection import rationales
from tremplin.selection.models import Decision, Outcome, Override, OverrideState, Proposal, Wanted
from tremplin.selection.services.common import hold, open_proposal
from tremplin.selection.services.settling import changed, settle_again

_OUTCOMES = (Wanted.OFFER, Wanted.WAITLIST, Wanted.DECLINE, Wanted.RULE)


@transaction.atomic
def propose_override(
    *, decision: Decision, wanted: str, code: str, reason: str, actor: User, version: int, now: datetime
) -> Override:
    """Ask that one application be decided by hand, or by the rule again. Any signature is taken away.

    The list changes when another organiser agrees, and not before.

    Order: permission; not one's own; the list is the one that was read; what was filled in; nothing waits for this
    application; a place for it; the change; the version of the list; the audit event, without the words.
    Raises NotAllowed, Conflict, Stale; Invalid for what was filled in, or with more offers than places.
    """
    cohort = decision.proposal.cohort
    require_judge(actor, cohort, Role.ORGANISER)
    hold(cohort)
    not_their_own(decision.application_id, actor)
    proposal = open_proposal(cohort, version)
    _check(decision, wanted, code, reason)
    if proposal.overrides.filter(application=decision.application_id, state=OverrideState.WAITS).exists():
        raise Conflict(
            _("A change of this decision waits for a second person already."),
            _("Have it agreed to or refused first."),
        )
    if wanted == Wanted.OFFER:
        _require_room(proposal, decision)
    made = Override.objects.create(
        proposal=proposal,
        application_id=decision.application_id,
        wanted=wanted,
        code=code,
        reason=reason.strip(),
        proposed_by=actor,
        created_at=now,
    )
    changed(proposal)
    _log(made, "selection.override-proposed", actor, now, version=proposal.version)
    return made


def _check(decision: Decision, wanted: str, code: str, reason: str) -> None:
    faults: dict[str, list[str]] = {}
    if wanted not in _OUTCOMES or (wanted == Wanted.RULE and not decision.overridden):
        faults["wanted"] = [_("Choose one of the outcomes.")]
    elif wanted == decision.overridden:
        faults["wanted"] = [_("This is decided so by hand already.")]
    elif not rationales.fits(decision.proposal.cohort.profile, code, wanted):
        faults["code"] = [_("Choose a reason that goes with this outcome.")]
    if not reason.strip():
        faults["reason"] = [_("Say why: the second person will ask, and so may the applicant.")]
    if faults:
        raise Invalid(faults)


def _require_room(proposal: Proposal, decision: Decision) -> None:
    """Raises Invalid when there are as many offers by hand as places, those that wait to be agreed to among them."""
    agreed = proposal.decisions.filter(overridden=Outcome.OFFER).exclude(pk=decision.pk).count()
    waiting = proposal.overrides.filter(state=OverrideState.WAITS, wanted=Wanted.OFFER).count()
    if agreed + waiting >= proposal.places:
        text = _("These are more offers than there are places (%(places)s).") % {"places": proposal.places}
        raise Invalid({"wanted": [text]}, remedy=_("Take another offer back first."))


def not_their_own(application: int, actor: User) -> None:
    """Raises NotAllowed for one's own application."""
    if Application.objects.filter(pk=application, applicant=actor).exists():
        raise NotAllowed(_("Nobody decides about their own application."))


@transaction.atomic
def agree_override(*, override: Override, actor: User, version: int, now: datetime) -> Proposal:
    """Stand by a change of a decision that somebody else proposed: the list changes now.

    Whatever is gained or lost goes on in the order in which places are given.
    Order: permission; not one's own, application or proposal; it waits; the list is the one that was read; the
    decision, all outcomes; the version of the list; the audit event.
    Raises NotAllowed, Conflict, Stale; Invalid with more offers than places. Agreed to again, it changes nothing.
    """
    held = waiting(override, actor, OverrideState.AGREED)
    if held.state == OverrideState.AGREED:
        return held.proposal
    require_founded(held)
    proposal = open_proposal(held.proposal.cohort, version)
    decision = proposal.decisions.get(application=held.application_id)
    back = held.wanted == Wanted.RULE
    decision.overridden, decision.override = ("", None) if back else (held.wanted, held)
    decision.save(update_fields=["overridden", "override"])
    settle_again(proposal)
    answered(held, OverrideState.AGREED, actor, now)
    changed(proposal)
    _log(held, "selection.overridden", actor, now, version=proposal.version)
    return proposal


@transaction.atomic
def refuse_override(*, override: Override, actor: User, answer: str, now: datetime) -> Override:
    """Not stand by a change that somebody else proposed: it is kept with the reason, and the list stays as it is.

    Order: permission; not one's own, application or proposal; it waits; a reason; the change; the audit event.
    Raises NotAllowed, Conflict; Invalid without a reason. Refused again, it changes nothing.
    """
    held = waiting(override, actor, OverrideState.REFUSED)
    if held.state == OverrideState.REFUSED:
        return held
    if not answer.strip():
        raise Invalid({"answer": [_("Say why not: it is kept with the change that was proposed.")]})
    held.answer = answer.strip()
    answered(held, OverrideState.REFUSED, actor, now)
    _log(held, "selection.override-refused", actor, now)
    return held


@transaction.atomic
def drop_override(*, override: Override, actor: User, now: datetime) -> Override:
    """Take back a change that one proposed oneself and nobody has answered.

    Order: permission; one's own; it waits; the change; the audit event. Raises NotAllowed, Conflict.
    """
    held = _held(override, actor)
    if held.proposed_by_id != actor.pk:
        raise NotAllowed(_("Only who proposed a change takes it back."), _("Agree to it, or refuse it."))
    if held.state == OverrideState.DROPPED:
        return held
    _require_waiting(held)
    answered(held, OverrideState.DROPPED, actor, now)
    _log(held, "selection.override-dropped", actor, now)
    return held


def require_none_waits(proposal: Proposal) -> None:
    """Raises Conflict while a change by hand waits for a second person."""
    count = proposal.overrides.filter(state=OverrideState.WAITS).count()
    if count:
        text = ngettext(
            "%(count)s change by hand waits for a second person.",
            "%(count)s changes by hand wait for a second person.",
            count,
        )
        raise Conflict(text % {"count": count}, _("Another organiser agrees or refuses first."))


def drop_unfounded(proposal: Proposal, now: datetime) -> None:
    """Changes that wait for an application which is no longer in the running fall away."""
    gone = proposal.overrides.filter(state=OverrideState.WAITS).exclude(
        application__in=proposal.decisions.values("application")
    )
    gone.update(state=OverrideState.DROPPED, answered_at=now)


def waiting(override: Override, actor: User, answer: OverrideState) -> Override:
    """The change held fast, if `actor` is the second person for it and it waits, or has this `answer` from them.

    Raises NotAllowed for who proposed it, and for whose application it is; Conflict when it has another answer.
    """
    held = _held(override, actor)
    not_their_own(held.application_id, actor)
    if held.proposed_by_id == actor.pk:
        raise NotAllowed(
            _("You proposed this change, so somebody else has to agree to it."),
            _("Ask another organiser to read it."),
        )
    if (held.answered_by_id, held.state) != (actor.pk, answer):
        _require_waiting(held)
    return held


def require_founded(held: Override) -> None:
    """Raises Conflict when who proposed a change stands apart from the selection by now."""
    if cause(held.proposal.cohort, held.proposed_by):
        raise Conflict(
            _("Who proposed this stands apart from the selection since."),
            _("Refuse it. If it is right, propose it yourself, and another organiser agrees."),
        )


def _held(override: Override, actor: User) -> Override:
    cohort = override.proposal.cohort
    require_judge(actor, cohort, Role.ORGANISER)
    hold(cohort)
    held = Override.objects.select_for_update(of=("self",)).select_related("proposal").get(pk=override.pk)
    held.proposal.cohort = cohort
    return held


def _require_waiting(held: Override) -> None:
    if held.state != OverrideState.WAITS:
        raise Conflict(
            _("This change has an answer already."), _("Load the page again to see where it stands.")
        )


def answered(held: Override, state: OverrideState, actor: User, now: datetime) -> None:
    """Write down how a change ended. Words for a mail that is sent, or will not be, go."""
    held.state, held.answered_by, held.answered_at = state, actor, now
    held.terms = {name: value for name, value in held.terms.items() if name != "words"}
    held.save(update_fields=["state", "answered_by", "answered_at", "answer", "terms"])


def _log(held: Override, verb: str, actor: User, now: datetime, **more: int) -> None:
    log(
        cohort=held.proposal.cohort,
        actor=actor,
        verb=verb,
        subject=held.application,
        now=now,
        wanted=held.wanted,
        why=rationales.kind_of(held.code),
        **more,
    )
