"""Two months more to answer, once, with a reason that the person reads (GDPR, article 12(3))."""

from datetime import datetime, timedelta

import pytest

from tests.cast import Cast
from tests.visiting import Clock, page, signed_in
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.core.months import later
from tremplin.core.outbox.models import OutboxMessage
from tremplin.people.models import ErasurePart
from tremplin.privacy import desk, services, tasks
from tremplin.programmes.roles import roles_of

pytestmark = pytest.mark.django_db
REASON = "Three hundred people asked at once. Secretwords-14."


@pytest.fixture
def stands_at(cast: Cast) -> datetime:
    """A day after the observer asked."""
    return cast.at("call_opens", days=2)


def again(part: ErasurePart) -> ErasurePart:
    return ErasurePart.objects.select_related("request__user").get(pk=part.pk)


def test_the_person_is_told_why_and_until_when(cast: Cast, clock: Clock, part: ErasurePart) -> None:
    assert part.answer_by == later(part.request.created_at, 1)
    for _ in range(2):
        services.take_longer(part=part, reason=REASON, actor=cast.organiser, now=clock.at)
    assert again(part).answer_by == later(part.request.created_at, 3)
    mail = OutboxMessage.objects.get(kind="erasure-longer")
    assert mail.to == cast.observer.email
    assert REASON in mail.body
    assert "12 April 2027" in mail.body
    assert "data protection authority" in mail.body
    event = AuditEvent.objects.get(verb="privacy.erasure-extended")
    assert event.actor == cast.organiser.ref
    assert "Secretwords" not in str(list(AuditEvent.objects.values_list("data", flat=True)))


def test_it_has_to_be_said_within_the_first_month(cast: Cast, clock: Clock, part: ErasurePart) -> None:
    over = part.request.answer_by + timedelta(seconds=1)
    with pytest.raises(Conflict, match="month is over"):
        services.take_longer(part=part, reason=REASON, actor=cast.organiser, now=over)
    services.take_longer(part=part, reason=REASON, actor=cast.organiser, now=part.request.answer_by)


def test_it_wants_a_reason_and_an_open_request(cast: Cast, clock: Clock, part: ErasurePart) -> None:
    for reason in ("  ", "x" * 2001):
        with pytest.raises(Invalid):
            services.take_longer(part=part, reason=reason, actor=cast.organiser, now=clock.at)
    for role in ("reviewer", "observer", "stranger"):
        with pytest.raises(NotAllowed):
            services.take_longer(part=part, reason=REASON, actor=getattr(cast, role), now=clock.at)
    services.carry_out(part=part, actor=cast.organiser, now=clock.at)
    with pytest.raises(Conflict, match="answered before"):
        services.take_longer(part=part, reason=REASON, actor=cast.organiser, now=clock.at)


def test_reminders_and_the_desk_count_from_the_new_day(cast: Cast, clock: Clock, part: ErasurePart) -> None:
    tasks.remind(again(part), now=part.request.answer_by - timedelta(days=1))
    before = OutboxMessage.objects.filter(kind="erasure-asked").count()
    services.take_longer(part=part, reason=REASON, actor=cast.organiser, now=clock.at)
    longer = again(part)
    clock.at = longer.request.answer_by + timedelta(days=5)
    roles = roles_of(cast.colleague, cast.cohort)
    (card, *_rest) = desk.cards(cohort=cast.cohort, actor=cast.colleague, roles=roles, now=clock.at)
    assert card.due == longer.answer_by
    assert card.urgency == "soon"
    tasks.remind(longer, now=longer.answer_by - timedelta(days=1))
    assert OutboxMessage.objects.filter(kind="erasure-asked").count() > before


def test_taking_longer_on_the_page(cast: Cast, clock: Clock, part: ErasurePart) -> None:
    client = signed_in(cast.organiser)
    address = page(cast, "privacy:request", ref=part.ref)
    assert "Take two months more" in client.get(address).text
    refused = client.post(address, {"longer": "1", "reason": ""})
    assert refused.status_code == 422
    assert "Give the reason" in refused.text
    told = client.post(address, {"longer": "1", "reason": REASON}, follow=True).text
    assert "two months more" in told
    shown = client.get(address).text
    assert "Take two months more" not in shown
    assert REASON in shown
    assert "12 April 2027" in shown
    own = signed_in(cast.observer).get("/account/erase/", follow=True)
    assert own.status_code == 200


def test_when_the_month_is_over_the_button_is_gone(cast: Cast, clock: Clock, part: ErasurePart) -> None:
    clock.at = part.request.answer_by + timedelta(days=1)
    address = page(cast, "privacy:request", ref=part.ref)
    client = signed_in(cast.organiser)
    assert "Take two months more" not in client.get(address).text
    assert client.post(address, {"longer": "1", "reason": REASON}).status_code == 422
