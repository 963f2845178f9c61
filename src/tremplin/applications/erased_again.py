"""A draft that its writer threw away, and that a backup brings back: thrown away again."""

from datetime import datetime

from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.services.drafts import DRAFT
from tremplin.applications.services.uploads import discard_all
from tremplin.core import erasures
from tremplin.programmes.models import Membership
from tremplin.programmes.roles import Role


def _drafts() -> list[str]:
    rows = Application.objects.filter(state=ApplicationState.DRAFT, sent=0)
    return list(rows.values_list("ref", flat=True))


def _again(ref: str, _scope: str, _at: datetime) -> bool:
    held = Application.objects.select_for_update().filter(ref=ref).first()
    if held is None:
        return False
    discard_all(held)
    Membership.objects.filter(user=held.applicant_id, cohort=held.cohort_id, role=Role.APPLICANT).delete()
    held.delete()
    return True


erasures.register(DRAFT, erasures.Repeater(_drafts, _again))
