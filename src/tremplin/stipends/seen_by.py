"""Who sees payments, and where money goes."""

from django.utils.translation import gettext as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.sight import Sight, register


def _seen(_cohort: Cohort) -> list[Sight]:
    return [
        Sight(
            _("Payments: amounts, days, states"),
            frozenset({Role.FINANCE, Role.ORGANISER, Role.OBSERVER}),
            ("stipends:board", "stipends:instalment", "stipends:ledger"),
        ),
        Sight(
            _("Bank details"),
            frozenset({Role.FINANCE}),
            ("stipends:details",),
            note=_(
                "Asked only once somebody holds a place, kept sealed, and opened only in order to pay. Who approves or "
                "orders a payment sees the holder, the country and the end of the account."
            ),
        ),
    ]


register("stipends", _seen, stage="stipends")
