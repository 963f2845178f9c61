"""Whether the mails of the decisions have gone."""

from tremplin.core.outbox import queries as outbox
from tremplin.programmes.models import Cohort


def mails_wait(cohort: Cohort) -> bool:
    """Whether an organiser has still to look at mails of decisions and release them."""
    return outbox.open_batches(cohort.scope).filter(kind__startswith="decision-").exists()
