"""Template tags for pages of a cohort."""

from datetime import datetime, tzinfo
from typing import Any

from django import template

from tremplin.programmes.elsewhere import elsewhere
from tremplin.programmes.http import cohort_url as url_of
from tremplin.programmes.questions import limit

register = template.Library()
register.filter("limit", limit)


@register.simple_tag(takes_context=True)
def cohort_url(context: template.Context, name: str, **kwargs: Any) -> str:
    """The address of the page `name` of the cohort at hand (context `cohort`, else the request's)."""
    cohort = kwargs.pop("of", None) or context.get("cohort") or context["request"].cohort
    return url_of(cohort, name, **kwargs)


@register.inclusion_tag("programmes/parts/elsewhere.html")
def deadline_elsewhere(
    at: datetime, *, passed: bool = False, own: tzinfo | None = None, zone: tzinfo | None = None
) -> dict[str, Any]:
    """A deadline on the clock of this device (where script runs), anywhere on Earth, in UTC, and in many cities.

    `own` is the zone in which the page has said it already, `zone` that of the programme.
    """
    return {"elsewhere": elsewhere(at, passed=passed), "at": at, "own": own, "zone": zone}
