"""People who came very near, and one of them whom the tests know."""

from tests.cast import Cast
from tests.selection.world import all_alike, decide, read_cohort
from tremplin.applications.models import Application
from tremplin.core.outbox import queries as outbox
from tremplin.core.outbox.services import release
from tremplin.people.models import User
from tremplin.selection.models import Decision


def tell(cast: Cast) -> None:
    for batch in outbox.open_batches(cast.cohort.scope):
        release(batch=batch, actor=cast.organiser.ref, now=cast.at("decisions_out"))


def drawn(cast: Cast, count: int = 12) -> None:
    """Nobody could be told apart, so some were drawn and others were not; everybody has been told."""
    read_cohort(cast, count, all_alike)
    decide(cast)
    tell(cast)


def near(cast: Cast) -> User:
    """Somebody who was in the draw and got no place."""
    rows = (
        Decision.objects.filter(band="lottery")
        .exclude(outcome="offer")
        .select_related("application__applicant")
    )
    return rows.order_by("pk")[0].application.applicant


def placed(cast: Cast) -> User:
    rows = Decision.objects.filter(outcome="offer").select_related("application__applicant")
    return rows.order_by("pk")[0].application.applicant


def known_and_near(cast: Cast) -> None:
    """`cast.applicant` was among those who could not be told apart, and was never offered a place."""
    drawn(cast)
    theirs = Decision.objects.filter(application__applicant=near(cast)).values("application")
    Application.objects.filter(pk__in=theirs).update(applicant=cast.applicant)
