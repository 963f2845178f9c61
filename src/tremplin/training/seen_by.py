"""Who sees plans, labs and journals."""

from django.utils.translation import gettext as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.sight import Sight, register

_NEAR = frozenset({Role.ORGANISER, Role.OBSERVER, Role.MENTOR})


def _seen(_cohort: Cohort) -> list[Sight]:
    return [
        Sight(
            _("Plans with their versions, labs that were handed in, and journal posts that are shared"),
            _NEAR,
            (
                "training:scholar",
                "training:versions",
                "training:submission",
                "training:code",
                "training:entry",
            ),
            note=_(
                "Mentors see those of the scholars whom they accompany. A post is seen by whom its writer chose."
            ),
        ),
        Sight(
            _("Journal posts that their writer made public"),
            pages=(
                "training:public-entry",
                "training:public-journal",
                "training:feed",
                "training:writer-feed",
            ),
            public=True,
        ),
    ]


register("training", _seen, stage="training")
