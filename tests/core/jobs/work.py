"""Tasks for the tests of the queue; `ran` says what they did."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django_tasks import TaskContext
from django_tasks import task as plain_task

from tremplin.core.jobs.effects import GiveUp, Retry, current, exactly_once
from tremplin.core.jobs.task import periodic, task
from tremplin.core.models import OnceKey

ran: list[Any] = []


@task()
def add(left: int, right: int) -> int:
    ran.append((left, right))
    return left + right


@task(attempts=3)
def fails(address: str) -> None:
    raise ValueError(f"cannot write to {address}")


@task(attempts=1)
def asks_what_is_not_there(address: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM planted_table WHERE email = %s", [address])


@task(attempts=2, first_pause=timedelta(seconds=100))
def comes_later() -> None:
    raise Retry("the other side is away", after=timedelta(minutes=3))


@task(attempts=1)
def not_yet() -> None:
    raise Retry("it is not time", after=timedelta(minutes=3), free=True)


@task()
def hopeless() -> None:
    raise GiveUp("the address does not exist")


@task()
def leaves() -> None:
    raise SystemExit(3)


@task()
def writes_once(key: str, *, then_fail: bool = False, fail_inside: bool = False) -> None:
    with exactly_once():
        OnceKey.objects.create(key=key, at="2027-01-01T00:00Z")
        if fail_inside:
            raise RuntimeError("inside")
    if then_fail:
        raise RuntimeError("after")


@task()
def looks_around() -> str:
    attempt = current()
    assert attempt is not None
    return attempt.job.ref


@task(queue_name="mail", priority=5)
def urgent() -> None:
    ran.append("urgent")


@plain_task()
def plain(word: str) -> str:
    return word.upper()


@plain_task(takes_context=True)
def with_context(context: TaskContext) -> int:
    return context.attempt


@periodic(every=timedelta(hours=1))
@task()
def comes_round() -> None:
    ran.append("round")


def hook() -> None:
    """What `hooked` does; a test puts its own in this place."""


@task()
def hooked() -> None:
    hook()
