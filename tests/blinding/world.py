"""Applications that were sent and blinded, and people who correct what is read."""

from datetime import datetime

from tests.cast import Cast
from tests.review.world import ANSWERS, apply
from tremplin.applications.models import Application
from tremplin.blinding import queries, services
from tremplin.blinding.models import Correction, RedactedCopy
from tremplin.people.models import User

ESSAY = "I won the Prix Poncelet in my village. I build weather stations. The Prix Poncelet is small."


def sent(cast: Cast, *, finished: bool = True, answers: dict[str, object] | None = None) -> Application:
    """The application of `cast.applicant`, who has sent it."""
    [application] = apply(
        cast.cohort,
        0,
        now=cast.at("call_opens", days=2),
        also=[cast.applicant],
        answers={**ANSWERS, "motivation": ESSAY, **(answers or {})},
        finished=finished,
    )
    return application


def copy_of(application: Application) -> RedactedCopy:
    """What is read of it now."""
    application.refresh_from_db(fields=["sent"])
    found = queries.current(application, application.cohort)
    assert found is not None
    return found


def hide(application: Application, actor: User, *phrases: str, now: datetime) -> Correction:
    """`actor` hides `phrases`; the correction that was made last."""
    copy = copy_of(application)
    services.correct(application=application, actor=actor, hide=phrases, expected=copy.ref, now=now)
    return queries.corrections_of(application)[-1]
