"""Impact's consent in the one register: it is about a cohort; taking it back deletes the answers."""

from collections.abc import Collection, Mapping
from datetime import datetime

from tremplin.core.text import say
from tremplin.impact import services
from tremplin.impact.purposes import FOLLOW_UP
from tremplin.people.consents import Subject, register
from tremplin.people.models import User
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort


def _describe(refs: Collection[str]) -> Mapping[str, Subject]:
    cohorts = Cohort.objects.filter(ref__in=refs).select_related("programme__institution", "version")
    return {
        cohort.ref: Subject(
            f"{say(cohort.plan.programme.name)} · {cohort.title or cohort.slug}",
            cohort_url(cohort, "impact:surveys"),
        )
        for cohort in cohorts
    }


def _take_back(user: User, about: str, now: datetime) -> None:
    for cohort in Cohort.objects.filter(ref=about).select_related("programme__institution"):
        services.set_consent(cohort=cohort, actor=user, given=False, now=now)


register(FOLLOW_UP, take_back=_take_back, describe=_describe)
