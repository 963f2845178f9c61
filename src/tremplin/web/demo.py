"""The people of a demonstration: one account for each role, shown on the home page of a demo only."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tremplin.core.errors import Message
from tremplin.people.models import User
from tremplin.programmes.roles import Role
from tremplin.rehearsal.demo import DOMAIN


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An address to sign in with, and what there is to see."""

    email: str
    role: Message
    tour: Message


ACCOUNTS: dict[Role, DemoAccount] = {
    Role.ORGANISER: DemoAccount(
        f"organiser@{DOMAIN}", _("Organiser"), _("Watch arrivals, assign reading, decide, release mail.")
    ),
    Role.REVIEWER: DemoAccount(
        f"reviewer@{DOMAIN}", _("Reviewer"), _("Read the next application without knowing whose it is.")
    ),
    Role.APPLICANT: DemoAccount(
        f"applicant@{DOMAIN}", _("Applicant"), _("Finish a draft, check it, send it, get a receipt.")
    ),
    Role.MENTOR: DemoAccount(f"mentor@{DOMAIN}", _("Mentor"), _("Answer a check-in in two minutes.")),
    Role.SCHOLAR: DemoAccount(
        f"scholar@{DOMAIN}", _("Scholar"), _("Re-plan the week, hand in a lab, write the journal.")
    ),
    Role.FINANCE: DemoAccount(
        f"finance@{DOMAIN}", _("Finance"), _("Prepare what is due, so that another can approve it.")
    ),
    Role.OBSERVER: DemoAccount(
        f"observer@{DOMAIN}", _("Observer"), _("See figures and reports, change nothing.")
    ),
    Role.OFFICER: DemoAccount(
        f"officer@{DOMAIN}", _("Accommodation officer"), _("Answer what applicants ask in confidence.")
    ),
}


SECONDS: dict[Role, DemoAccount] = {
    Role.ORGANISER: DemoAccount(
        f"organiser-2@{DOMAIN}", _("Second organiser"), _("Confirm the decisions that the first one signed.")
    ),
    Role.FINANCE: DemoAccount(
        f"finance-2@{DOMAIN}", _("Second finance officer"), _("Approve what the first one prepared.")
    ),
}


def demo_accounts() -> list[DemoAccount]:
    """The accounts of this demonstration that exist, in the order of the journey."""
    there = set(User.objects.filter(email__endswith=f"@{DOMAIN}").values_list("email", flat=True))
    rows = [row for role, first in ACCOUNTS.items() for row in (first, SECONDS.get(role))]
    return [row for row in rows if row is not None and row.email in there]
