"""Who sees what became of people."""

from django.utils.translation import gettext as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.sight import Sight, register


def _seen(_cohort: Cohort) -> list[Sight]:
    return [
        Sight(
            _("What one person answers later on"),
            note=_("A program counts it. No page shows a single answer."),
        ),
        Sight(
            _("Totals of such answers, small numbers left out"),
            pages=("impact:reports", "impact:report"),
            public=True,
        ),
    ]


register("impact", _seen, stage="impact")
