"""Training's consent in the one register: it is about a cohort; taking it back shows the posts to the cohort alone."""

from datetime import datetime

from tremplin.people.consents import register
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.subjects import cohorts_at
from tremplin.training import services
from tremplin.training.purposes import PUBLIC_JOURNAL


def _take_back(user: User, about: str, now: datetime) -> None:
    for cohort in Cohort.objects.filter(ref=about).select_related("programme__institution"):
        services.hide_journal(cohort=cohort, actor=user, now=now)


register(PUBLIC_JOURNAL, take_back=_take_back, describe=cohorts_at("training:journal"))
