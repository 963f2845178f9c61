"""What a consent that is about a cohort is about, in words and with the page on which it was given."""

from collections.abc import Collection, Mapping

from tremplin.core.text import say
from tremplin.people.consents import Describe, Subject
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort


def cohorts_at(page: str) -> Describe:
    """How the register of consents describes cohorts by their references, each with its `page` (“stage:page”)."""

    def describe(refs: Collection[str]) -> Mapping[str, Subject]:
        cohorts = Cohort.objects.filter(ref__in=refs).select_related("programme__institution", "version")
        return {
            cohort.ref: Subject(
                f"{say(cohort.plan.programme.name)} · {cohort.title or cohort.slug}", cohort_url(cohort, page)
            )
            for cohort in cohorts
        }

    return describe
