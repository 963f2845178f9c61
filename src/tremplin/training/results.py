"""Public journals among what an edition leaves for everybody."""

from datetime import datetime

from django.utils.translation import gettext as _

from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.results import Result, register
from tremplin.training import queries


@register
def journals(cohort: Cohort, now: datetime) -> list[Result]:
    """What scholars wrote about their weeks, once training has begun and a post is public."""
    starts = cohort.dates.get("training_starts")
    if (
        cohort.plan.training is None
        or starts is None
        or now < starts
        or not queries.public_entries(cohort).exists()
    ):
        return []
    return [Result(_("Journals of the scholars"), cohort_url(cohort, "training:public-journal"), "")]
