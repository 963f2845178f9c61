"""What mentoring puts on a person's desk."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.core.text import say
from tremplin.core.ui.amounts import number
from tremplin.mentoring import queries
from tremplin.mentoring.glances import Line, this_week
from tremplin.mentoring.models import Concern, MatchWish, MentorProfile, Pairing, Side
from tremplin.mentoring.states import STATES
from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.tallies import on_desk, register
from tremplin.selection.models import ScholarState
from tremplin.selection.queries import TAKING_PART, everyone, own_scholar, taking_part

NAV = (
    NavItem(
        Phase.COHORT,
        gettext_lazy("Mentoring"),
        "mentoring:pairings",
        frozenset({Role.ORGANISER, Role.OBSERVER, Role.MENTOR, Role.SCHOLAR}),
    ),
    NavItem(Phase.COHORT, gettext_lazy("Your offer"), "mentoring:offer", frozenset({Role.MENTOR})),
)

_HANDS = register(
    "mentoring.hands",
    lambda cohort, _actor: Concern.objects.filter(pairing__scholar__cohort=cohort, closed_at__isnull=True),
)
_ALONE = register("mentoring.alone", lambda cohort, _actor: queries.unpaired(cohort))


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """What needs this person now in mentoring."""
    if not cohort.plan.runs("mentoring"):
        return []
    found: list[Card] = []
    if roles & {Role.MENTOR, Role.SCHOLAR}:
        pairings = list(queries.own_pairings(actor, cohort))
        weeks = _weeks(cohort, actor, pairings, now)
        found += [card for row in pairings for card in _pairing_cards(cohort, actor, row, weeks, now)]
        if Role.MENTOR in roles:
            found += _offer_card(cohort, actor, paired=bool(found))
        if Role.SCHOLAR in roles and not any(pairing.scholar.user_id == actor.pk for pairing in pairings):
            found += _wish_card(cohort, actor)
    if Role.ORGANISER in roles and everyone(cohort):
        found += _organiser_cards(cohort, actor)
    return found


def _offer_card(cohort: Cohort, actor: User, *, paired: bool) -> list[Card]:
    href = cohort_url(cohort, "mentoring:offer")
    if not MentorProfile.objects.filter(cohort=cohort, user=actor).exists():
        line = _("The organisers pair you by your topics, languages and hours.")
        return [Card(_("Say what you offer"), line, href, action=_("Fill it in"), urgency="now")]
    if paired:
        return []
    line = _("Nothing to do until then: you get a mail the moment you are paired.")
    return [Card(_("Your offer is in"), line, href)]


def _wish_card(cohort: Cohort, actor: User) -> list[Card]:
    """For a scholar without a mentor."""
    scholar = own_scholar(actor, cohort)
    if scholar is None or scholar.state not in TAKING_PART:
        return []
    href = cohort_url(cohort, "mentoring:wish")
    if MatchWish.objects.filter(scholar=scholar).exists():
        line = _("The organisers look for someone who fits. You get a mail the moment you are paired.")
        return [Card(_("Your mentor is on the way"), line, href)]
    line = _("It takes three minutes, and the matching tells you why.")
    return [Card(_("Say what you wish of a mentor"), line, href, action=_("Fill it in"), urgency="soon")]


def _weeks(cohort: Cohort, actor: User, pairings: list[Pairing], now: datetime) -> dict[int, list[Line]]:
    """The week of each scholar whom this person mentors."""
    mentored = [pairing.scholar for pairing in pairings if pairing.mentor.user_id == actor.pk]
    return this_week(actor, cohort, mentored, now=now)


def _pairing_cards(
    cohort: Cohort, actor: User, pairing: Pairing, weeks: Mapping[int, list[Line]], now: datetime
) -> list[Card]:
    """The check-ins that are open, or how things stand; a mentor reads the scholar's week on the first of them."""
    side = Side.SCHOLAR if pairing.scholar.user_id == actor.pk else Side.MENTOR
    name = pairing.mentor.user.name if side == Side.SCHOLAR else pairing.scholar.user.name
    lines = queries.check_ins(pairing, cohort, side, now=now)
    due = [line for line in lines if line.phase in {"open", "late"}]
    found = [_check_in_card(cohort, pairing, line, name) for line in due]
    found = found or [_calm_card(cohort, pairing, lines, name, side)]
    week = weeks.get(pairing.scholar_id, []) if side == Side.MENTOR else []
    return [replace(found[0], links=tuple(week)), *found[1:]]


def _check_in_card(cohort: Cohort, pairing: Pairing, line: queries.CheckInLine, name: str) -> Card:
    code = line.slot.checkin.code
    return Card(
        f"{say(line.slot.checkin.title)} · {name}",
        STATES[line.phase].next,
        cohort_url(cohort, "mentoring:check-in", ref=pairing.ref, code=code),
        action=_("Answer"),
        due=line.slot.due,
        urgency="now",
    )


def _calm_card(
    cohort: Cohort, pairing: Pairing, lines: list[queries.CheckInLine], name: str, side: Side
) -> Card:
    """Nothing is open: who the other one is, and when the next check-in comes."""
    title = _("Your mentor: %(name)s") if side == Side.SCHOLAR else _("Your scholar: %(name)s")
    coming = next((line for line in lines if line.phase == "later"), None)
    line = (
        _("No check-in is open. The next one opens four days before its date.")
        if coming
        else _("No check-in is left to answer.")
    )
    if pairing.scholar.state == ScholarState.PAUSED:
        coming = None
        line = str(STATES["waits"].next)
    return Card(
        title % {"name": name},
        line,
        cohort_url(cohort, "mentoring:pairing", ref=pairing.ref),
        due=coming.slot.due if coming else None,
    )


def _organiser_cards(cohort: Cohort, actor: User) -> list[Card]:
    found = []
    hands = on_desk(_HANDS, cohort, actor)
    if hands:
        text = ngettext("%(count)s hand is raised.", "%(count)s hands are raised.", hands)
        found.append(
            Card(
                _("Raised hands"),
                text % {"count": number(hands)},
                cohort_url(cohort, "mentoring:concerns"),
                action=_("Look at them"),
                urgency="now",
            )
        )
    alone = on_desk(_ALONE, cohort, actor) if taking_part(cohort) else 0
    if alone:
        text = ngettext("%(count)s scholar has no mentor.", "%(count)s scholars have no mentor.", alone)
        found.append(
            Card(
                _("Pair scholars and mentors"),
                text % {"count": number(alone)},
                cohort_url(cohort, "mentoring:propose"),
                action=_("Propose pairs"),
                urgency="now",
            )
        )
    return found
