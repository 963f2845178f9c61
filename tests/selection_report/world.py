"""A selection that is decided, told, and can be reported on."""

from datetime import datetime

from tests.cast import Cast
from tests.selection.world import decide, read_cohort
from tremplin.core.outbox import queries as outbox
from tremplin.core.outbox.services import release
from tremplin.selection_report import services
from tremplin.selection_report.models import SelectionReport

TEXTS = {
    "preparation": {"en": "Two evenings with *three* samples.", "fr": "Deux soirées avec trois exemples."},
    "machines": {"en": "None.", "fr": "Aucune."},
    "wrong": {"en": "The mails came a day late.", "fr": "Les courriels sont partis un jour trop tard."},
}


def told(cast: Cast, count: int = 30, score: object = None) -> None:
    """Everybody read twice, decided by two people, and the mails released."""
    read_cohort(cast, count, score) if score else read_cohort(cast, count)
    decide(cast)
    for batch in outbox.open_batches(cast.cohort.scope):
        release(batch=batch, actor=cast.organiser.ref, now=cast.at("decisions_out", days=2))


def written(cast: Cast, now: datetime | None = None) -> int:
    """All that is needed is written; the version of it."""
    row = services.save_words(
        cohort=cast.cohort,
        sections=TEXTS,
        expected_version=0,
        actor=cast.organiser,
        now=now or cast.at("decisions_out", days=3),
    )
    return row.version


def published(cast: Cast, count: int = 30) -> SelectionReport:
    told(cast, count)
    return services.publish(
        cohort=cast.cohort,
        version=written(cast),
        actor=cast.organiser,
        now=cast.at("decisions_out", days=3),
    )
