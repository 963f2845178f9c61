"""Who sees the equality survey: nobody a single answer."""

from django.utils.translation import gettext as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.sight import Sight, register


def _seen(_cohort: Cohort) -> list[Sight]:
    return [
        Sight(
            _("What one person answers in the equality survey"),
            note=_(
                "It is never stored as one person’s: only totals are counted, without a name and without a time."
            ),
        ),
        Sight(
            _("Totals of the equality survey, rounded, small numbers left out, after its end"),
            frozenset({Role.ORGANISER}),
            ("equality:results",),
        ),
    ]


register("equality", _seen, stage="equality")
