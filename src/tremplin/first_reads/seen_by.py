"""Who sees what is found in first reads."""

from django.utils.translation import gettext as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.sight import Sight, register


def _seen(_cohort: Cohort) -> list[Sight]:
    return [
        Sight(
            _("Scores and comments on the texts that all reviewers read first, and what is said about them"),
            frozenset({Role.ORGANISER, Role.REVIEWER}),
            ("first_reads:discussion",),
            note=_("Reviewers see them once they have read all of these texts themselves."),
        )
    ]


register("first_reads", _seen, stage="review")
