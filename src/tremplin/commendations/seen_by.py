"""Who sees a note that somebody came very near."""

from django.utils.translation import gettext as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.sight import Sight, register


def _seen(_cohort: Cohort) -> list[Sight]:
    return [
        Sight(
            _("A note that somebody came very near, if they made one"),
            pages=("commendations:note",),
            public=True,
            note=_("With the name that they chose, for whoever has its address. It goes when they say so."),
        )
    ]


register("commendations", _seen, stage="selection")
