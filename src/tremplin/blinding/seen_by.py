"""Who sees what of blinded copies."""

from django.utils.translation import gettext as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.sight import Sight, register


def _seen(_cohort: Cohort) -> list[Sight]:
    return [
        Sight(
            _("What is hidden from reviewers, and what somebody corrected in it"),
            frozenset({Role.ORGANISER}),
            ("blinding:list", "blinding:one"),
            note=_("The person sees it, too, and may hide more until somebody begins to read."),
        )
    ]


register("blinding", _seen, stage="review")
