"""What happens with first reads because time passes."""

from datetime import datetime

from tremplin.first_reads import services
from tremplin.programmes.models import Cohort
from tremplin.programmes.rounds import every_round


@every_round
def carry_over(*, cohort: Cohort, now: datetime) -> int:
    """Reads of the first texts count where the same application was given to the same reviewer, too."""
    return services.carry_over(cohort=cohort, now=now) if cohort.plan.runs("review") else 0
