"""A cohort with mails that wait."""

from tests.cast import OPENS, Cast
from tremplin.core.outbox.models import Batch
from tremplin.programmes import mail


def batch_of(cast: Cast, count: int, *, title: str = "Reminders") -> Batch:
    """An open batch with a mail to `count` people."""
    batch = mail.open_batch(
        cohort=cast.cohort, code="draft-reminder", title={"en": title}, actor=cast.organiser, now=OPENS
    )
    for number in range(count):
        to = type(cast.organiser).objects.create_user(
            f"{title.replace(' ', '.')}{number}@example.org".lower(), name=f"N{number}", now=OPENS
        )
        values = {"link": "/x/", "date": cast.cohort.date("call_closes")}
        key = f"{title}:{number}"
        mail.send(
            cohort=cast.cohort, code="draft-reminder", to=to, values=values, now=OPENS, key=key, batch=batch
        )
    return batch
