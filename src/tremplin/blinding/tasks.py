"""Copies are finished by themselves, within a minute of an application's being sent."""

from datetime import timedelta

from tremplin.blinding import services
from tremplin.blinding.queries.reading import waiting_cohorts
from tremplin.core import clock
from tremplin.core.jobs.task import periodic, task
from tremplin.programmes.models import Cohort

AT_ONCE = 500


@periodic(every=timedelta(minutes=1))
@task(attempts=1, lease=timedelta(minutes=5))
def finish_copies() -> int:
    """Finish what waits in every cohort; what is more than AT_ONCE, in the rounds that follow."""
    done = 0
    keys = list(waiting_cohorts())
    for cohort in Cohort.objects.select_related("programme__institution", "version").filter(pk__in=keys):
        if done < AT_ONCE:
            done += services.finish_all(cohort=cohort, now=clock.now(), limit=AT_ONCE - done)
    return done
