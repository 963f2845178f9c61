"""What several deeds begin with."""

from tremplin.programmes.models import Cohort


def hold(cohort: Cohort) -> None:
    """Make deeds that give out what a cohort has only once (reads, places) wait for one another.

    Take it before any other lock, and read only afterwards: what was read before may be old.
    """
    Cohort.objects.select_for_update().only("pk").get(pk=cohort.pk)
