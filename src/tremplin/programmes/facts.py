"""What a call offers and asks, derived from the programme file in sentences that cannot contradict it."""

from dataclasses import dataclass
from datetime import datetime

from babel import Locale
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.core.errors import Message
from tremplin.core.text import fold, say
from tremplin.core.ui.amounts import locale, money, number, percent
from tremplin.core.ui.moments import day_text
from tremplin.core.ui.parts import TimelineDate
from tremplin.programmes.dates import EXPLANATIONS, LABELS, date_words
from tremplin.programmes.effort import effort_text
from tremplin.programmes.icalendar import PUBLIC
from tremplin.programmes.models import Cohort
from tremplin.programmes.questions import opens
from tremplin.programmes.rules import ends_a_day_anywhere
from tremplin.programmes.schema import Plan, SecondPassPlan, StipendPlan

_METHOD: dict[str, Message] = {
    "draw": gettext_lazy(
        "The clearly strongest get a place; among those whom scores cannot tell apart, places are drawn by lot. "
        "Anyone can check the draw."
    ),
    "funding-line": gettext_lazy(
        "Places are drawn by lot among all whose score cannot be told apart from the line; whoever lies clearly above "
        "it gets one. Anyone can check the draw."
    ),
    "merit": gettext_lazy(
        "How sure the scores are decides each person’s chance of a place, by a published rule; then places are drawn "
        "with these chances. Anyone can check the draw."
    ),
    "top": gettext_lazy("Places go to the highest scores, corrected for strict and generous readers."),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the facts of a call."""

    label: Message
    text: str


@dataclass(frozen=True, slots=True)
class Door:
    """One condition for applying: the question, and which answers open it."""

    question: str
    opens: str


def call_facts(cohort: Cohort) -> list[Fact]:
    """What one gets, what one gives, how one is chosen."""
    plan = cohort.plan
    found = [Fact(_("Places"), _places(plan)), Fact(_("Where"), _where(plan))]
    if plan.training and plan.runs("training"):
        weeks = plan.training.weeks
        found.append(
            Fact(
                _("How long"), ngettext("%(count)s week", "%(count)s weeks", weeks) % {"count": number(weeks)}
            )
        )
    if plan.stipend and plan.runs("stipends"):
        found.append(Fact(_("It pays"), _pay(plan.stipend)))
    if plan.mentoring and plan.runs("mentoring"):
        hours = plan.mentoring.hours_a_week
        text = ngettext(
            "A mentor for you, %(count)s hour a week", "A mentor for you, %(count)s hours a week", hours
        )
        found.append(Fact(_("Mentor"), text % {"count": number(hours)}))
    found.append(Fact(_("Applying takes"), effort_text(cohort)))
    return found


def _places(plan: Plan) -> str:
    least, most = plan.cohort.places_min, plan.cohort.places_max
    if least == most:
        return number(most)
    return _("%(least)s to %(most)s") % {"least": number(least), "most": number(most)}


def _where(plan: Plan) -> str:
    return _("From anywhere") if plan.cohort.remote else _("On site")


def _pay(stipend: StipendPlan) -> str:
    count = len(stipend.instalments)
    text = ngettext("%(amount)s in one payment", "%(amount)s in %(count)s payments", count)
    return text % {"amount": money(stipend.total(), stipend.currency), "count": number(count)}


def choosing(cohort: Cohort) -> list[str]:
    """How people are chosen, step by step, as the file has it."""
    plan = cohort.plan
    lines: list[str] = []
    if plan.runs("eligibility") and plan.eligibility:
        lines.append(_("Whether you may apply is said at once, by rules that stand above, not by a person."))
    if plan.review and plan.runs("review"):
        text = ngettext(
            "%(count)s person reads your application, without your name, against the criteria above.",
            "%(count)s people read your application, each alone and without your name, against the criteria above.",
            plan.review.reads,
        )
        lines.append(text % {"count": number(plan.review.reads)})
        if plan.opened:
            lines.append(_second_pass(plan))
        lines.append(_("Nobody is left unread. No program reads or judges in place of people."))
    if plan.selection and plan.runs("selection"):
        lines.append(str(_METHOD[plan.selection.method]))
        if plan.selection.waitlist:
            lines.append(_("There is a waitlist: when somebody declines, the next person gets the place."))
        lines.append(
            _("Two people confirm the decisions. Everyone hears on the same day, with a word on why.")
        )
    return lines


def _second_pass(plan: Plan) -> str:
    """Who is read a second time and what is opened then, for somebody who thinks of applying."""
    second = plan.review.second_pass if plan.review else None
    opened = [say(one.label) for one in plan.application.questions() if one.code in plan.opened]
    text = _(
        "Some applications are read a second time. %(rule)s Only then these answers are read too: %(opened)s"
    )
    return text % {"rule": second_rule_of(second) if second else "", "opened": " · ".join(opened)}


def second_rule_of(plan: SecondPassPlan) -> str:
    """Who is read in a second pass, and how often, in two sentences."""
    return second_rule(who=plan.who, share=plan.share, per_place=plan.per_place, reads=plan.reads)


def second_rule(*, who: str, share: float | None, per_place: float | None, reads: int) -> str:
    """That, of what the file says."""
    best = who == "best"
    if share is not None:
        text = (
            _("Read again are the %(share)s with the highest merit.")
            if best
            else _("Read again are the %(share)s nearest to the line.")
        )
        whom = text % {"share": percent(share)}
    else:
        many = per_place or 0.0
        text = (
            _("Read again are those with the highest merit, %(many)s for each place.")
            if best
            else _("Read again are those nearest to the line, %(many)s for each place.")
        )
        whom = text % {"many": number(many, 0 if float(many).is_integer() else 1)}
    often = ngettext("Each is read %(count)s more time.", "Each is read %(count)s more times.", reads)
    return f"{whom} {often % {'count': reads}}"


@dataclass(frozen=True, slots=True)
class DateRow:
    """A date with its words; `whole_day` is the day that it ends everywhere on earth, if it does."""

    code: str
    label: Message
    at: datetime
    whole_day: str
    note: Message = ""


def date_row(cohort: Cohort, code: str, *, note: Message = "") -> DateRow:
    at = cohort.dates[code]
    day = ends_a_day_anywhere(at) if cohort.plan.cohort.anywhere_on_earth else None
    return DateRow(code, LABELS[code], at, day_text(day) if day else "", note)


def public_dates(cohort: Cohort) -> list[DateRow]:
    """The dates that concern somebody who thinks of applying."""
    return [date_row(cohort, code, note=EXPLANATIONS[code]) for code in PUBLIC if code in cohort.dates]


def payments(cohort: Cohort) -> list[Fact]:
    """Each payment with the moment it is due, before anybody asks."""
    stipend = cohort.plan.stipend
    if stipend is None or not cohort.plan.runs("stipends"):
        return []
    return [
        Fact(
            date_words(cohort, instalment.due.after(cohort.dates), day_only=True),
            money(stipend.minor(instalment), stipend.currency),
        )
        for instalment in stipend.instalments
    ]


def unpaid_countries(plan: Plan) -> list[str]:
    """The names of the countries to which nothing can be paid, in the order of the alphabet."""
    names = Locale.parse(str(locale())).territories
    codes = plan.stipend.unpayable if plan.stipend else []
    return sorted((str(names.get(code, code)) for code in codes), key=fold)


def all_dates(cohort: Cohort) -> list[TimelineDate]:
    """Every named date, for desks and timelines."""
    return [TimelineDate(LABELS[code], at) for code, at in cohort.dates.items()]


def doors(plan: Plan) -> list[Door]:
    """Who may apply, if the programme asks before the form."""
    if not plan.runs("eligibility"):
        return []
    return [Door(say(question.label), opens(question)) for question in plan.eligibility]
