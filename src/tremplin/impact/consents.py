"""Impact's consent in the one register: it is about a cohort; taking it back deletes the answers."""

from datetime import datetime

from tremplin.impact import services
from tremplin.impact.purposes import FOLLOW_UP
from tremplin.people.consents import register
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.subjects import cohorts_at


def _take_back(user: User, about: str, now: datetime) -> None:
    for cohort in Cohort.objects.filter(ref=about).select_related("programme__institution"):
        services.set_consent(cohort=cohort, actor=user, given=False, now=now)


register(FOLLOW_UP, take_back=_take_back, describe=cohorts_at("impact:surveys"))
