"""Who sees public pages."""

from django.utils.translation import gettext as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.sight import Sight, register


def _seen(_cohort: Cohort) -> list[Sight]:
    return [
        Sight(
            _("The page of a project, once its scholar agreed to publish it"),
            pages=("showcase:gallery", "showcase:page"),
            public=True,
            note=_("With the name that the scholar chose, or with none. It is taken down when they say so."),
        )
    ]


register("showcase", _seen, stage="showcase")
