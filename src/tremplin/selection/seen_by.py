"""Who sees decisions, the draw, places."""

from django.utils.translation import gettext as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.sight import Sight, register

_STAFF = frozenset({Role.ORGANISER, Role.OBSERVER})


def _seen(_cohort: Cohort) -> list[Sight]:
    return [
        Sight(
            _("Scores, ranks and decisions, under a number"),
            _STAFF,
            ("selection:room", "selection:decision", "selection:change"),
            note=_(
                "Organisers see the name beside it once the decisions are final. Whoever applied or is tied to an "
                "applicant sees none of it."
            ),
        ),
        Sight(
            _("The entries and the result of the draw: numbers without names"),
            pages=("selection:draw", "selection:draw-file"),
            public=True,
        ),
        Sight(
            _("How far reviewers agree, in each criterion and together"),
            _STAFF,
            ("selection:evidence",),
            note=_(
                "How one reviewer reads, organisers alone see, and the reviewer once everybody has heard."
            ),
        ),
        Sight(_("Who was offered a place, and who waits for one"), _STAFF, ("selection:places",)),
        Sight(_("Who holds a place, paused or left"), _STAFF, ("selection:scholars",)),
    ]


register("selection", _seen, stage="selection")
