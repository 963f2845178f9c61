"""A cohort's scope, “institution/programme/cohort”: whose log, whose mail, whose records something is."""

from collections.abc import Collection

from django.db.models import Q

from tremplin.core.recall import recall
from tremplin.core.text import say
from tremplin.programmes.models import Cohort


def within(scope: str, path: str = "cohort") -> Q:
    """The rows of one scope, where `path` leads from a row to its cohort; none for a scope of another form."""
    words = scope.split("/")
    if len(words) != 3:
        return Q(pk__in=[])
    start = f"{path}__" if path else ""
    institution, programme, cohort = words
    return Q(
        **{
            f"{start}programme__institution__slug": institution,
            f"{start}programme__slug": programme,
            f"{start}slug": cohort,
        }
    )


def cohorts_of(scopes: Collection[str]) -> dict[str, Cohort]:
    """The cohorts of `scopes` with their plans and dates, by scope: two queries, once a page; none for none."""
    return recall(("cohorts of scopes", frozenset(scopes)), lambda: _cohorts_of(scopes)) if scopes else {}


def _cohorts_of(scopes: Collection[str]) -> dict[str, Cohort]:
    wanted = Q(pk__in=[])
    for scope in scopes:
        wanted |= within(scope, "")
    found = Cohort.objects.filter(wanted).select_related("programme__institution", "version")
    return {cohort.scope: cohort for cohort in found.prefetch_related("date_rows")}


def titles(scopes: Collection[str]) -> dict[str, str]:
    """What cohorts are called: programme, edition, institution."""
    return {
        scope: f"{say(cohort.plan.programme.name)} · {cohort.title or cohort.slug} ({cohort.institution.name})"
        for scope, cohort in cohorts_of(scopes).items()
    }
