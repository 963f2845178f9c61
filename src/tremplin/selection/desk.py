"""What the selection stage puts on a person's desk."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.core.ui.amounts import number
from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.tallies import on_desk, register
from tremplin.review import queries as reviews
from tremplin.review.rules import reading_deadline
from tremplin.selection import queries, rules
from tremplin.selection.models import ExtraHeldUp, Proposal, ProposalState, ScholarState

_STAFF = frozenset({Role.ORGANISER, Role.OBSERVER})
NAV: tuple[NavItem, ...] = (
    NavItem(Phase.SELECTION, gettext_lazy("Agreement"), "selection:evidence", _STAFF),
    NavItem(Phase.SELECTION, gettext_lazy("How I read"), "selection:own-reading", frozenset({Role.REVIEWER})),
    NavItem(Phase.SELECTION, gettext_lazy("Decisions"), "selection:room", _STAFF),
    NavItem(Phase.SELECTION, gettext_lazy("Places"), "selection:places", _STAFF),
    NavItem(Phase.COHORT, gettext_lazy("Scholars"), "selection:scholars", _STAFF),
)


_HELD_UP = register(
    "selection.extra.held-up", lambda cohort, _actor: ExtraHeldUp.objects.filter(cohort=cohort)
)
_PROPOSED = register("selection.proposed", lambda cohort, _actor: Proposal.objects.filter(cohort=cohort))


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """The outcome for an applicant; what the decisions wait for, for an organiser."""
    if not cohort.plan.runs("selection"):
        return []
    found: list[Card] = []
    if Role.APPLICANT in roles and not (Role.SCHOLAR in roles and _has_place(cohort, actor)):
        found += _applicant(cohort, actor)
    if Role.ORGANISER in roles:
        found += _organiser(cohort, actor, now)
        found += _at_the_end(cohort, now)
        found += _held_up(cohort, actor, now)
    if Role.SCHOLAR in roles:
        found += _paused(cohort, actor)
    return found


def _held_up(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    """Extra reads that would help, while nobody has room for them and there is still time to read."""
    due = reading_deadline(cohort.dates)
    if now >= due or not on_desk(_HELD_UP, cohort, actor) or on_desk(_PROPOSED, cohort, actor):
        return []
    return [
        Card(
            title=_("No reviewer has room for an extra read"),
            line=_(
                "One more read where it is close would help. Ask reviewers whether they can read a few more."
            ),
            href=cohort_url(cohort, "review:progress"),
            action=_("See who reads how much"),
            due=due,
            urgency="soon",
        )
    ]


def _has_place(cohort: Cohort, actor: User) -> bool:
    scholar = queries.own_scholar(actor, cohort)
    return scholar is not None and scholar.state != ScholarState.LEFT


def _paused(cohort: Cohort, actor: User) -> list[Card]:
    scholar = queries.own_scholar(actor, cohort)
    if scholar is None or scholar.state != ScholarState.PAUSED:
        return []
    state = rules.SCHOLAR_STATES["paused"]
    href = f"mailto:{cohort.plan.programme.contact}"
    return [Card(title=state.public, line=state.next, href=href, action=_("Write to the organisers"))]


def _at_the_end(cohort: Cohort, now: datetime) -> list[Card]:
    count = len(queries.at_the_end(cohort, now=now))
    if not count:
        return []
    line = ngettext(
        "The time of %(count)s scholar is over. Mark it as completed, or give more.",
        "The time of %(count)s scholars is over. Mark them as completed, or give more.",
        count,
    )
    return [
        Card(
            title=_("Scholars at the end"),
            line=line % {"count": number(count)},
            href=cohort_url(cohort, "selection:scholars"),
            action=_("See the scholars"),
            urgency="soon",
        )
    ]


def _applicant(cohort: Cohort, actor: User) -> list[Card]:
    view = queries.own_outcome(actor, cohort)
    if view is None or not view.decided or view.code == "accepted":
        return []
    open_offer = view.offer if view.code == "offer" else None
    return [
        Card(
            title=view.state.public,
            line=view.state.next,
            href=cohort_url(cohort, "selection:outcome"),
            action=_("Accept or decline") if open_offer else _("See your outcome"),
            due=open_offer.answer_by if open_offer else None,
            urgency="now" if open_offer else "calm",
        )
    ]


def _organiser(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    if _has_begun(cohort, now) and queries.everyone(cohort):
        return []
    proposal = queries.proposal(cohort)
    if proposal is None:
        return _to_propose(cohort, now)
    if proposal.state == ProposalState.CONFIRMED:
        return [*_to_answer(cohort, actor), *_places(cohort, now)]
    return [*_to_answer(cohort, actor), _to_sign(cohort, actor, proposal)]


def _to_propose(cohort: Cohort, now: datetime) -> list[Card]:
    if now <= cohort.dates["call_closes"]:
        return []
    reading = reviews.reads(cohort)
    if not reading.applications or reading.unread:
        return []
    return [
        Card(
            title=_("Everybody has been read"),
            line=_("Decisions can be proposed. Nothing is final before two organisers have signed."),
            href=cohort_url(cohort, "selection:room"),
            action=_("To the decision room"),
            due=cohort.dates.get("decisions_out"),
            urgency="soon" if reading.short else "now",
        )
    ]


def _to_answer(cohort: Cohort, actor: User) -> list[Card]:
    """Changes by hand that somebody else proposed."""
    waiting = queries.waiting_changes(cohort, actor).exclude(proposed_by=actor)
    count = waiting.count()
    oldest = waiting.first() if count else None
    if oldest is None:
        return []
    line = ngettext(
        "%(count)s change by hand waits for a second person. Read it, then agree or refuse.",
        "%(count)s changes by hand wait for a second person. Read them, then agree or refuse.",
        count,
    )
    return [
        Card(
            title=_("Somebody wants to decide by hand"),
            line=line % {"count": number(count)},
            href=cohort_url(cohort, "selection:change", ref=oldest.ref),
            action=_("Agree or refuse"),
            urgency="now",
        )
    ]


def _to_sign(cohort: Cohort, actor: User, proposal: Proposal) -> Card:
    signed = queries.stands_signed(proposal)
    mine = signed and proposal.signed_by_id == actor.pk
    title, line, page = _("Decisions wait for a signature"), _("Read the list and sign it."), "selection:sign"
    if mine:
        title, line = _("You signed the decisions"), _("Another organiser has to read and confirm them.")
        page = "selection:room"
    elif signed:
        title, line = (
            _("Decisions wait for your confirmation"),
            _("Somebody else has signed them. Read and confirm."),
        )
        page = "selection:confirm"
    return Card(
        title=title,
        line=line,
        href=cohort_url(cohort, page),
        action=_("Read the list"),
        due=cohort.dates.get("decisions_out"),
        urgency="calm" if mine else "now",
    )


def _has_begun(cohort: Cohort, now: datetime) -> bool:
    starts = cohort.dates.get("training_starts")
    return starts is not None and now > starts


def _places(cohort: Cohort, now: datetime) -> list[Card]:
    view = None if _has_begun(cohort, now) else queries.places(cohort)
    if view is None or view.accepted == view.places:
        return []
    line = _("%(accepted)s of %(places)s places accepted, %(open)s offers open, %(waiting)s people waiting.")
    return [
        Card(
            title=_("Offers are out"),
            line=line
            % {"accepted": view.accepted, "places": view.places, "open": view.open, "waiting": view.waiting},
            href=cohort_url(cohort, "selection:places"),
            action=_("See the places"),
            due=cohort.dates.get("offers_answered"),
            urgency="soon" if view.free else "calm",
        )
    ]
