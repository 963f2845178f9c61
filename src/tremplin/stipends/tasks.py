"""Payment details whose time is over go, also those of cohorts that are long past and have no rounds any more."""

from datetime import timedelta

from tremplin.core import clock
from tremplin.core.jobs.task import periodic, task
from tremplin.programmes.models import Cohort
from tremplin.stipends import services
from tremplin.stipends.models import PayeeForm


@periodic(every=timedelta(hours=12))
@task(attempts=3)
def forget_details() -> None:
    """Every cohort that still keeps details. Rehearsals keep their own time."""
    keeping = PayeeForm.objects.values("scholar__cohort")
    for cohort in Cohort.objects.filter(rehearsal=False, pk__in=keeping).order_by("pk"):
        services.forget_details(cohort=cohort, now=clock.now())
