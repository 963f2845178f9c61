"""Who sees the account of a selection: everybody, and no person stands in it."""

from django.utils.translation import gettext as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.sight import Sight, register


def _seen(_cohort: Cohort) -> list[Sight]:
    return [
        Sight(
            _("Totals and means of scores, of groups of people, small numbers left out"),
            pages=("selection_report:newest", "selection_report:numbered"),
            public=True,
        )
    ]


register("selection_report", _seen, stage="selection")
