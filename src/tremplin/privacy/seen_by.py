"""Who sees that somebody asked to be erased."""

from django.utils.translation import gettext as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.sight import Sight, register


def _seen(_cohort: Cohort) -> list[Sight]:
    return [
        Sight(
            _("Requests to be erased"),
            frozenset({Role.ORGANISER}),
            ("privacy:requests", "privacy:request"),
            note=_("Administrators of this site see them too: somebody has to answer."),
        )
    ]


register("privacy", _seen)
