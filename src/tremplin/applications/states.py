"""The states of an application, in words that nobody misreads: no “pending”, no “processing”."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tremplin.applications.models import Application, ApplicationState, Exclusion
from tremplin.applications.rules.deadline import Phase, closes, phase
from tremplin.core.states import State
from tremplin.core.ui.moments import moment_text, zone_name
from tremplin.programmes.dates import date_words, own_zone
from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import goes_on
from tremplin.programmes.states import grace

STATES: dict[str, State] = {
    "draft": State(
        "draft",
        _("Draft"),
        _("Not sent yet"),
        _("Nobody but you can read it. Send it before %(closes)s."),
        "warn",
    ),
    "sent": State(
        "sent",
        pgettext_lazy("application", "Sent"),
        _("Sent: we have it"),
        _("You may change it and send it again until %(closes)s. Reading starts after that."),
        "ok",
    ),
    "changed": State(
        "changed",
        _("Sent, changed since"),
        _("Sent, but your latest changes are not"),
        _(
            "What counts is what you sent on %(sent)s. Send again before %(closes)s if the changes should count."
        ),
        "warn",
    ),
    "reading": State(
        "reading",
        _("To be read"),
        _("We have it, and people are reading"),
        _("You need not do anything. We write to you by %(decided)s, whatever the answer is."),
        "ok",
    ),
    "decided": State(
        "decided",
        pgettext_lazy("application", "Read"),
        _("Read: the decisions are out"),
        _("Our answer to you is on your desk and in your mail since %(decided)s."),
        "info",
    ),
    "not_sent": State(
        "not_sent",
        _("Never sent"),
        _("Not sent: the call has closed"),
        _(
            "The call closed on %(closes)s, and drafts are not read. Your text stays here for you to copy until "
            "%(goes)s."
        ),
        "stop",
    ),
    "withdrawn": State(
        "withdrawn",
        pgettext_lazy("application", "Withdrawn"),
        _("Withdrawn by you"),
        _("Nobody reads it. You may take it up again until %(closes)s."),
        "info",
    ),
    "excluded": State(
        "excluded",
        pgettext_lazy("application", "Excluded"),
        _("Set aside: nobody reads it"),
        _(
            "The organisers wrote to you why. If it is a mistake, answer their mail: they can take it back in."
        ),
        "stop",
    ),
    "excluded_condition": State(
        "excluded",
        pgettext_lazy("application", "Excluded"),
        _("Set aside: a condition is not met"),
        _(
            "Nobody reads it. The organisers wrote to you which condition. If it is a mistake, answer their mail: "
            "they can take it back in."
        ),
        "stop",
    ),
    "excluded_wish": State(
        "excluded",
        pgettext_lazy("application", "Excluded"),
        _("Set aside, as you asked"),
        _(
            "Nobody reads it. If you did not ask for it, or think otherwise now, write to the organisers: they can "
            "take it back in."
        ),
        "info",
    ),
    "gone": State(
        "gone",
        pgettext_lazy("application", "Withdrawn"),
        _("Withdrawn by you"),
        _("Nobody reads it, and nothing more happens with it."),
        "info",
    ),
}
_UNDATED = _("You need not do anything. We write to you when the decisions are out, whatever the answer is.")


def phase_of(cohort: Cohort, now: datetime, own: datetime | None = None) -> Phase:
    """Where the call stands for everybody, or for one person with a deadline of their `own`."""
    return phase(cohort.dates, grace(cohort), now, own)


def phase_for(application: Application, now: datetime) -> Phase:
    return phase_of(application.cohort, now, application.own_deadline)


def closes_for(application: Application) -> datetime:
    """When the call closes for the writer of `application`."""
    return closes(application.cohort.dates, application.own_deadline)


def code_of(application: Application, now: datetime) -> str:
    """The key of `STATES` that fits."""
    at = phase_for(application, now)
    if application.state == ApplicationState.WITHDRAWN:
        return "withdrawn" if at == "open" else "gone"
    if application.state == ApplicationState.EXCLUDED:
        return "excluded"
    if application.state == ApplicationState.DRAFT:
        return "draft" if at in {"before", "open"} else "not_sent"
    if at in {"before", "open"}:
        return "changed" if application.unsent_changes else "sent"
    return "decided" if at == "decided" else "reading"


def state_of(application: Application, now: datetime, zone: ZoneInfo | None = None) -> State:
    """The state with its dates filled in, in `zone`; by default in that of the writer."""
    cohort, state = application.cohort, STATES[_told(application, code_of(application, now))]
    own, at = zone or own_zone(application.applicant), closes_for(application)
    zone = own or zone_of(cohort)
    # Whose clock we do not know reads the day first that ends everywhere, not the hour of another place.
    dates = {"closes": _moment(at, own) if own else date_words(cohort, at)}
    dates["goes"] = _day(goes_on(cohort, "explain_days"), zone)
    if application.submitted_at:
        dates["sent"] = _moment(application.submitted_at, zone)
    if "decisions_out" in cohort.dates:
        dates["decided"] = _day(cohort.dates["decisions_out"], zone)
    following: str | Promise = state.next
    if state.code == "reading" and "decided" not in dates:
        following = _UNDATED
    return replace(state, next=str(following) % dates)


def _told(application: Application, code: str) -> str:
    """The key of the words that fit: whoever was set aside reads what the cause was."""
    if code != "excluded":
        return code
    exclusion = Exclusion.objects.filter(application=application).only("cause").first()
    found = f"excluded_{exclusion.cause}" if exclusion else code
    return found if found in STATES else code


def state_of_a_draft(cohort: Cohort) -> State:
    """As somebody reads it who begins today."""
    state = STATES["draft"]
    return replace(
        state, next=str(state.next) % {"closes": _moment(cohort.dates["call_closes"], zone_of(cohort))}
    )


def training_days(cohort: Cohort) -> tuple[date, date] | None:
    """First and last day of training, where this programme has them."""
    ends = [cohort.dates.get(code) for code in ("training_starts", "training_ends")]
    days = [at.astimezone(zone_of(cohort)).date() for at in ends if at]
    return (days[0], days[1]) if len(days) == 2 else None


def zone_of(cohort: Cohort) -> ZoneInfo:
    return ZoneInfo(cohort.plan.cohort.time_zone)


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    place = zone_name(zone)
    text = moment_text(moment, "long", zone)
    return f"{text} UTC" if place == "UTC" else f"{text} ({place})"


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return moment_text(moment, "date", zone)
