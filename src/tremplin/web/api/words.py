"""What each endpoint tells, in a few words: for the page in the reader's language, for the schema in English."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from tremplin.core.errors import Message

SUMMARIES: Mapping[str, Message] = {
    "me": _("Whose token this is"),
    "cohorts": _("Your cohorts, and your roles in each"),
    "cohort": _("A cohort: its dates and its plan"),
    "counts": _("How many applications stand where"),
    "arrivals": _("When applications came"),
    "applications": _("The applications"),
    "application": _("One application"),
    "reading": _("Your queue"),
    "read": _("One read"),
    "decisions": _("The decisions"),
    "scholars": _("The scholars"),
    "pairings": _("Scholars and their mentors"),
    "labs": _("Your labs"),
    "submissions": _("What you handed in"),
    "submission": _("One submission with its verdict"),
    "submit": _("Hand in a lab"),
    "stipends": _("Payments"),
    "stipend": _("One payment with its ledger"),
    "calls": _("Open calls"),
    "projects": _("Published projects"),
    "reports": _("Published impact reports"),
    "report": _("One impact report"),
}


def in_english(name: str) -> str:
    with override("en"):
        return str(SUMMARIES[name])
