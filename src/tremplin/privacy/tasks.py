"""Data as time passes: those who must answer a request are reminded, and what had to stay goes after its day."""

from datetime import datetime, timedelta

from tremplin.core import clock, personal_keys
from tremplin.core.jobs.task import periodic, task
from tremplin.people.models import ErasurePart, ErasureRequest, User
from tremplin.people.services import erasure
from tremplin.privacy import mails, queries, rules, services
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import cohorts_in_progress, people_with
from tremplin.programmes.roles import Role


@periodic(every=timedelta(hours=1))
@task(attempts=3)
def look_after_requests() -> None:
    """Remind, finish what is answered, erase what is due, forget empty shells. Again, it changes nothing."""
    now = clock.now()
    for part in queries.waiting(queries.all_parts()):
        remind(part, now=now)
    for request in ErasureRequest.objects.filter(answered_at=None).order_by("pk"):
        erasure.settle(request=request, now=now)
    erasure.erase_what_is_due(now=now)
    erasure.forget_shells(now=now)


@periodic(every=timedelta(days=1))
@task(attempts=3)
def let_go_in_ended_cohorts() -> None:
    """Cohorts in progress let go in their rounds; for those that have ended, one job each."""
    now = clock.now()
    going_on = set(cohorts_in_progress(now).values_list("pk", flat=True))
    for pk in Cohort.objects.filter(invented=False).order_by("pk").values_list("pk", flat=True):
        if pk not in going_on:
            let_go.using(key=f"let-go:{pk}").enqueue(pk)


@periodic(every=timedelta(days=1))
@task(attempts=3)
def tidy_keys() -> None:
    """Destroy keys of people that a deed left behind which was broken off. Again, it changes nothing."""
    personal_keys.tidy(now=clock.now())


@task(attempts=3)
def let_go(pk: int) -> None:
    """What is over in one cohort."""
    services.purge(cohort=Cohort.objects.get(pk=pk), now=clock.now())


def remind(part: ErasurePart, *, now: datetime) -> None:
    """Mail those who have to answer, once on each occasion."""
    cohort = queries.cohort_of(part)
    if cohort is None or cohort.rehearsal:
        return
    occasion = rules.occasion(answer_by=part.answer_by, now=now)
    for person in _responsible(part, cohort, occasion):
        mails.remind(part, cohort, to=person, occasion=occasion, now=now)


def _responsible(part: ErasurePart, cohort: Cohort, occasion: rules.Occasion) -> list[User]:
    """The organisers; near the last day, and where there is none, the administrators as well."""
    organisers = people_with(cohort, Role.ORGANISER).filter(is_active=True).exclude(pk=part.request.user_id)
    found = list(organisers)
    if not found or occasion in {"last", "late"}:
        administrators = User.objects.filter(is_staff=True, is_active=True).exclude(pk=part.request.user_id)
        found += [user for user in administrators.order_by("pk") if user not in found]
    return found
