"""A rehearsal's figures in words, for the terminal and for the page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core.ui.amounts import money
from tremplin.core.ui.moments import day_text
from tremplin.rehearsal import foretelling

Figures = Mapping[str, Any]


def lines(report: Figures) -> list[str]:
    """The whole report as lines of plain text."""
    out = ["", _("What the rehearsal found")]
    for title, rows in sections(report):
        out += ["", title, *(f"  {label:<44} {value}" for label, value in rows)]
    out += ["", _("Where the plan broke")]
    out += [f"  {when:%Y-%m-%d}  {text}" for when, text in mishaps(report)]
    if standing(report):
        out.append(f"  {standing(report)}")
    return out


def is_whole(report: Figures) -> bool:
    """Whether it was played to the end."""
    return bool(report.get("whole", True))


def standing(report: Figures) -> str:
    """What is to be said besides the mishaps: that there are none, or that the play goes on."""
    if not is_whole(report):
        until = day_text(datetime.fromisoformat(report["until"]))
        return _("Played until %(until)s: what comes after is not known yet.") % {"until": until}
    return "" if report["mishaps"] else _("Nowhere. That is rare: try fewer reviewers.")


def ahead(until: datetime, *, now: datetime) -> str:
    """A word about a play that went beyond today: pages reckon with today, so they contradict it. "" otherwise."""
    if until <= now:
        return ""
    text = _(
        "It was played until %(until)s, a day that is still to come. Pages count from today: of what was played "
        "they may say that it has not begun. Rehearse without an opening date, and they will agree."
    )
    return text % {"until": day_text(until)}


def sections(report: Figures) -> list[tuple[str, list[tuple[str, str]]]]:
    """Titles with labelled figures, in the order of the journey."""
    found = [(_("The call"), _call(report["call"]))]
    if report["reading"]:
        found.append((_("Reading"), _reading(report["reading"])))
    if report.get("foretold"):
        found.append((_("Reading as it was foretold"), foretelling.rows(report)))
    found.append((_("Selection"), _selection(report["selection"])))
    found.append((_("Training"), _training(report["training"])))
    if report["money"]:
        found.append((_("Money"), _money(report["money"])))
    mails = report["mails"]
    found.append((_("Mail"), [(_("Mails that would have left"), str(sum(mails.values())))]))
    return found


def _call(call: Figures) -> list[tuple[str, str]]:
    sent = call["submitted"] or 1
    return [
        (_("People who tried the doors"), str(call["arrivals"])),
        (_("Turned away at the doors"), str(call["turned_away"])),
        (_("Drafts begun"), str(call["drafts"])),
        (_("Applications sent"), str(call["submitted"])),
        (_("of them in the last week"), f"{call['last_week']} ({call['last_week'] / sent:.0%})"),
        (_("of them in the last hour"), f"{call['last_hour']} ({call['last_hour'] / sent:.0%})"),
        (_("Withdrawn"), str(call["withdrawn"])),
    ]


def _reading(reading: Figures) -> list[tuple[str, str]]:
    loads = reading["loads"]
    return [
        (_("Reads needed"), str(reading["needed"])),
        (_("Reads done"), str(reading["done"])),
        *_second_pass(reading),
        (_("Applications that nobody read"), str(reading["unread"])),
        (_("Applications with too few reads"), str(reading["too_few"])),
        (_("Reads after the deadline"), str(reading["late"])),
        (_("Reviewers’ hours"), str(reading["hours"])),
        (_("Minutes a read"), str(reading["minutes_each"])),
        (_("Reads of one reviewer, most and least"), f"{loads[0]}, {loads[-1]}" if loads else "–"),
    ]


def _second_pass(reading: Figures) -> list[tuple[str, str]]:
    """Nothing where the programme file plans none."""
    people = reading.get("second_pass")
    return [(_("People read in the second pass"), str(people))] if people else []


def _selection(selection: Figures) -> list[tuple[str, str]]:
    return [
        (_("Decisions"), str(selection["decisions"])),
        (_("Offers declined"), str(selection["declined_offers"])),
        (
            _("Scholars, of places"),
            f"{selection['scholars']} ({selection['places_min']}–{selection['places_max']})",
        ),
        (_("Scholars who completed"), str(selection["completed"])),
    ]


def _training(training: Figures) -> list[tuple[str, str]]:
    return [
        (_("Pairs of scholar and mentor"), str(training["pairs"])),
        (_("Check-ins answered"), str(training["check_ins"])),
        (_("Raised hands looked at"), str(training["raised_hands"])),
        (_("Journal posts"), str(training["posts"])),
        (_("Plans made lighter"), str(training["replans"])),
        (_("Labs handed in, passed"), f"{training['lab_submissions']}, {training['labs_passed']}"),
        (_("Projects published"), str(training["published"])),
        (_("Survey answers"), str(training["survey_answers"])),
    ]


def _money(sums: Figures) -> list[tuple[str, str]]:
    currency = sums["currency"]
    return [
        (_("At most, if every place is taken"), money(sums["most"], currency)),
        (_("Promised"), money(sums["promised"], currency)),
        (_("Paid"), money(sums["paid"], currency)),
        (_("Payments in time"), f"{sums['in_time']}/{sums['payments']}"),
        (_("Payments opened without their check-in"), str(sums.get("opened", 0))),
        (_("Payments cancelled"), str(sums.get("cancelled", 0))),
    ]


def mishaps(report: Figures) -> list[tuple[datetime, str]]:
    """When and how the plan broke, in sentences."""
    return [(datetime.fromisoformat(row["at"]), _sentence(row)) for row in report["mishaps"]]


def _sentence(row: Figures) -> str:
    facts = row["facts"]
    count = int(facts.get("count", 0))
    known = {
        "reads_without_reader": ngettext(
            "%(count)s read finds no reader: look for more people who read that language.",
            "%(count)s reads find no reader: look for more people who read that language.",
            count,
        )
        % {"count": count},
        "decisions_late": _("Decisions were not ready on their day: somebody was still unread."),
        "scholars_without_mentor": ngettext(
            "%(count)s scholar finds no mentor who shares a language and hours.",
            "%(count)s scholars find no mentor who shares a language and hours.",
            count,
        )
        % {"count": count},
        "mentor_silent": _("A mentor fell silent. Another one took over.")
        if facts.get("replaced")
        else _("A mentor fell silent, and nobody had room to take over."),
        "one_finance_person": _("Money needs two people, and there is only one."),
        "payment_late": _("A payment was late: it waited for %(reason)s.")
        % {
            "reason": {"payee-form": _("payment details"), "gate": _("a check-in")}.get(
                str(facts.get("waits_for")), "–"
            )
        },
        "payment_opened": _(
            "A check-in stayed away after two reminders. An organiser opened its payment and wrote why."
        ),
        "scholar_ill": ngettext(
            "A scholar fell ill and got %(weeks)s more week, with every payment.",
            "A scholar fell ill and got %(weeks)s more weeks, with every payment.",
            int(facts.get("weeks", 0)),
        )
        % {"weeks": facts.get("weeks", 0)},
        "gate_shut": _("A project was not ready for its public page."),
        "refused": f"{row['where']}: {facts.get('reason', '')}",
    }
    return str(known.get(row["what"]) or row["what"])
