"""Who sees projects before they are public."""

from django.utils.translation import gettext as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.sight import Sight, register


def _seen(_cohort: Cohort) -> list[Sight]:
    return [
        Sight(
            _("Projects, milestones and the answers to them"),
            frozenset({Role.ORGANISER, Role.OBSERVER, Role.MENTOR}),
            ("projects:projects", "projects:project", "projects:milestone"),
            note=_("Mentors see those of the scholars whom they accompany."),
        )
    ]


register("projects", _seen, stage="projects")
