"""Who sees what is asked in confidence: the accommodation officer alone."""

from django.utils.translation import gettext as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.sight import Sight, register


def _seen(_cohort: Cohort) -> list[Sight]:
    return [
        Sight(
            _("What somebody asks in confidence: more time, another format, and why"),
            frozenset({Role.OFFICER}),
            (
                "accommodations:list",
                "accommodations:request",
                "accommodations:answer",
                "accommodations:file",
                "accommodations:transcript",
            ),
            note=_(
                "Kept sealed. Neither organisers nor reviewers see it, and the officer reviews nothing. Organisers "
                "see only how many have waited too long for an answer."
            ),
        )
    ]


register("accommodations", _seen)
