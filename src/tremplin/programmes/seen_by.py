"""Who sees roles, mails and the log."""

from django.utils.translation import gettext as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.sight import Sight, register


def _seen(_cohort: Cohort) -> list[Sight]:
    return [
        Sight(_("Who holds which role"), frozenset({Role.ORGANISER}), ("programmes:people",)),
        Sight(
            _("Mails that the programme sent"),
            frozenset({Role.ORGANISER}),
            ("programmes:outbox", "programmes:mail"),
            note=_("Notes in confidence are read by those alone to whom they went."),
        ),
        Sight(
            _("What was done, when and by whom: never what somebody wrote"),
            frozenset({Role.ORGANISER, Role.OBSERVER}),
            ("programmes:log",),
            note=_("Observers read the names of those alone whom organisers gave a role."),
        ),
    ]


register("programmes", _seen)
