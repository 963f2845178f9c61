"""Who sees what readers write."""

from django.utils.translation import gettext as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.sight import Sight, register


def _seen(_cohort: Cohort) -> list[Sight]:
    return [
        Sight(
            _("Scores and comments of each read, with the reader’s name"),
            frozenset({Role.ORGANISER, Role.REVIEWER}),
            ("review:reads", "review:read"),
            note=_("Reviewers see the other reads of what they have read, without names, once theirs is in."),
        ),
        Sight(
            _("How many reads are done, and of how many applications"),
            frozenset({Role.ORGANISER, Role.OBSERVER}),
            ("review:progress", "review:applications"),
        ),
    ]


register("review", _seen, stage="review")
