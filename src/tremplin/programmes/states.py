"""Where a call stands, and how far a date is, in words."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from babel.dates import format_timedelta
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tremplin.core.states import State, Tone
from tremplin.core.ui.amounts import locale
from tremplin.people.models import User
from tremplin.programmes.dates import date_words
from tremplin.programmes.models import Cohort
from tremplin.programmes.rules import call_is_open

Phase = Literal["coming", "open", "closed", "decided", "running", "over"]
_AFTER: tuple[tuple[Phase, str], ...] = (
    ("over", "training_ends"),
    ("running", "training_starts"),
    ("decided", "decisions_out"),
)


def grace(cohort: Cohort) -> timedelta:
    """The silent time after a deadline, the same for all."""
    return timedelta(minutes=cohort.plan.cohort.grace_minutes)


def phase_of(cohort: Cohort, now: datetime) -> Phase:
    """Where the public sees the call stand."""
    dates: Mapping[str, datetime] = cohort.dates
    if now < dates["call_opens"]:
        return "coming"
    if call_is_open(dates=dates, grace=grace(cohort), now=now):
        return "open"
    return next((phase for phase, code in _AFTER if code in dates and now >= dates[code]), "closed")


def call_state(cohort: Cohort, now: datetime, reader: User | None = None) -> State:
    """The call in the words of somebody who thinks of applying, its moments on the clock of the `reader`."""
    phase, dates = phase_of(cohort, now), cohort.dates
    words: dict[Phase, tuple[str, str, Tone]] = {
        "coming": (_("Opens %(when)s") % {"when": distance(dates["call_opens"], now)}, "", "info"),
        "open": (pgettext("call", "Open"), "", "ok"),
        "closed": (pgettext("call", "Closed"), "", "info"),
        "decided": (
            pgettext("call", "Closed"),
            _("The decisions are out. Everyone who applied has heard from us."),
            "info",
        ),
        "running": (_("Training is under way"), "", "info"),
        "over": (pgettext("call", "Finished"), _("This edition is over."), "info"),
    }
    title, following, tone = words[phase]
    return State(phase, title, title, following or _following(cohort, phase, reader), tone)


def _following(cohort: Cohort, phase: Phase, reader: User | None) -> str:
    """What comes next, with its date."""
    dates = cohort.dates
    if phase == "coming":
        return _("The call opens on %(date)s. You can already read what is asked.") % {
            "date": date_words(cohort, dates["call_opens"], reader=reader)
        }
    if phase == "open":
        return _("Apply until %(date)s.") % {"date": date_words(cohort, dates["call_closes"], reader=reader)}
    if phase == "closed" and "decisions_out" in dates:
        return _("Applications are being read. Decisions go out on %(date)s.") % {
            "date": date_words(cohort, dates["decisions_out"], reader=reader)
        }
    if phase == "running":
        return _("It ends on %(date)s.") % {"date": date_words(cohort, dates["training_ends"], reader=reader)}
    return _("Applications are being read.")


def distance(at: datetime, now: datetime) -> str:
    """ "in 3 days", « il y a 2 heures »."""
    return str(format_timedelta(at - now, add_direction=True, threshold=1.2, locale=locale()))
