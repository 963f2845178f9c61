"""The consent to linked answers, in the one register: it is about a cohort; taking it back destroys them."""

from collections.abc import Collection, Mapping
from datetime import datetime

from tremplin.core.text import say
from tremplin.equality.linked import forget
from tremplin.equality.purposes import LINKED
from tremplin.people.consents import Subject, register
from tremplin.people.models import User
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort


def _describe(refs: Collection[str]) -> Mapping[str, Subject]:
    cohorts = Cohort.objects.filter(ref__in=refs).select_related("programme__institution", "version")
    return {
        cohort.ref: Subject(
            f"{say(cohort.plan.programme.name)} · {cohort.title or cohort.slug}",
            cohort_url(cohort, "equality:linked"),
        )
        for cohort in cohorts
    }


def _take_back(user: User, about: str, _now: datetime) -> None:
    forget(about, user)


register(LINKED, take_back=_take_back, describe=_describe)
