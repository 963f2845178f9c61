"""What mentoring puts on a person's desk."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.core.text import say
from tremplin.mentoring import queries
from tremplin.mentoring.models import Concern, MatchWish, MentorProfile, Pairing, Side
from tremplin.mentoring.states import STATES
from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.selection.models import Scholar

NAV = (
    NavItem(
        gettext_lazy("Mentoring"),
        "mentoring:pairings",
        frozenset({Role.ORGANISER, Role.OBSERVER, Role.MENTOR, Role.SCHOLAR}),
    ),
    NavItem(gettext_lazy("Your offer"), "mentoring:offer", frozenset({Role.MENTOR})),
)


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """What needs this person now in mentoring."""
    if not cohort.plan.runs("mentoring"):
        return []
    found: list[Card] = []
    if Role.MENTOR in roles:
        found += _offer_card(cohort, actor)
    if Role.SCHOLAR in roles:
        found += _wish_card(cohort, actor)
    if roles & {Role.MENTOR, Role.SCHOLAR}:
        found += _check_in_cards(cohort, actor, now)
    if Role.ORGANISER in roles:
        found += _organiser_cards(cohort)
    return found


def _offer_card(cohort: Cohort, actor: User) -> list[Card]:
    if MentorProfile.objects.filter(cohort=cohort, user=actor).exists():
        return []
    line = _("The organisers pair you by your topics, languages and hours.")
    href = cohort_url(cohort, "mentoring:offer")
    return [Card(_("Say what you offer"), line, href, action=_("Fill it in"), urgency="now")]


def _wish_card(cohort: Cohort, actor: User) -> list[Card]:
    scholar = Scholar.objects.filter(cohort=cohort, user=actor).first()
    if scholar is None or MatchWish.objects.filter(scholar=scholar).exists():
        return []
    if Pairing.objects.filter(scholar=scholar).exists():
        return []
    line = _("It takes three minutes, and the matching tells you why.")
    href = cohort_url(cohort, "mentoring:wish")
    return [Card(_("Say what you wish of a mentor"), line, href, action=_("Fill it in"), urgency="soon")]


def _check_in_cards(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    found = []
    own = Q(scholar__user=actor) | Q(mentor__user=actor)
    for pairing in queries.visible_pairings(actor, cohort).filter(own, ended_at__isnull=True):
        side = Side.SCHOLAR if pairing.scholar.user_id == actor.pk else Side.MENTOR
        other = pairing.mentor.user.name if side == Side.SCHOLAR else pairing.scholar.user.name
        due = [line for line in queries.check_ins(pairing, side, now=now) if line.phase in {"open", "late"}]
        for line in due:
            title = f"{say(line.checkin.title)} · {other}"
            href = cohort_url(cohort, "mentoring:check-in", ref=pairing.ref, code=line.checkin.code)
            text = str(STATES[line.phase].next)
            found.append(Card(title, text, href, action=_("Answer"), due=line.due, urgency="now"))
        if not due:
            href = cohort_url(cohort, "mentoring:pairing", ref=pairing.ref)
            line_text = _("No check-in is open. The next one opens four days before its date.")
            title = (_("Your mentor: %(name)s") if side == Side.SCHOLAR else _("Your scholar: %(name)s")) % {
                "name": other
            }
            found.append(Card(title, line_text, href))
    return found


def _organiser_cards(cohort: Cohort) -> list[Card]:
    found = []
    hands = Concern.objects.filter(pairing__scholar__cohort=cohort, closed_at__isnull=True).count()
    if hands:
        text = ngettext("%(count)s hand is raised.", "%(count)s hands are raised.", hands) % {"count": hands}
        href = cohort_url(cohort, "mentoring:concerns")
        found.append(Card(_("Raised hands"), text, href, action=_("Look at them"), urgency="now"))
    alone = queries.unpaired(cohort).count()
    if alone:
        text = ngettext("%(count)s scholar has no mentor.", "%(count)s scholars have no mentor.", alone) % {
            "count": alone
        }
        href = cohort_url(cohort, "mentoring:propose")
        found.append(
            Card(_("Pair scholars and mentors"), text, href, action=_("Propose pairs"), urgency="now")
        )
    return found
