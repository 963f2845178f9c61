"""The consent to keep an application longer, in the one register: it is about a cohort."""

from collections.abc import Collection, Mapping
from datetime import datetime

from tremplin.core.text import say
from tremplin.people.consents import Subject, register
from tremplin.people.models import User
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.purposes import KEEP_APPLICATION


def _describe(refs: Collection[str]) -> Mapping[str, Subject]:
    cohorts = Cohort.objects.filter(ref__in=refs).select_related("programme__institution", "version")
    return {
        cohort.ref: Subject(
            f"{say(cohort.plan.programme.name)} · {cohort.title or cohort.slug}",
            cohort_url(cohort, "privacy:mine"),
        )
        for cohort in cohorts
    }


def _take_back(_user: User, _about: str, _now: datetime) -> None:
    """Nothing at once: the next round finds no consent, and lets go what is over."""


register(KEEP_APPLICATION, take_back=_take_back, describe=_describe)
