"""Who sees pairs and check-ins."""

from django.utils.translation import gettext as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.sight import Sight, register


def _seen(_cohort: Cohort) -> list[Sight]:
    return [
        Sight(
            _("Who is paired with whom, and which check-ins came"),
            frozenset({Role.ORGANISER, Role.OBSERVER, Role.MENTOR}),
            ("mentoring:pairings", "mentoring:pairing"),
            note=_("Mentors see their own pairs."),
        ),
        Sight(
            _("Check-ins with their private answers, and raised hands"),
            frozenset({Role.ORGANISER}),
            ("mentoring:answers", "mentoring:concerns"),
            note=_(
                "Each look is written to the log. No organiser reads what was said about themselves in confidence."
            ),
        ),
    ]


register("mentoring", _seen, stage="mentoring")
