"""Who answers an erasure request, once, within a month, and who reminds them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import Cast, enrol, person, speaks
from tests.mentoring.world import crowd
from tests.privacy.world import ask
from tests.review.world import apply
from tests.visiting import Clock, page, rival_page, signed_in
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.people.models import ErasurePart, ErasureRequest, User
from tremplin.people.services import erasure
from tremplin.privacy import desk, rules, services, tasks
from tremplin.programmes.models import Membership
from tremplin.programmes.roles import Role, roles_of

pytestmark = pytest.mark.django_db
REASON = "A court asked us to keep it. Secretwords-12."


@pytest.fixture
def stands_at(cast: Cast) -> datetime:
    """A day after the observer asked."""
    return cast.at("call_opens", days=2)


def mails(kind: str = "erasure-asked") -> list[str]:
    return list(OutboxMessage.objects.filter(kind=kind).order_by("pk").values_list("to", flat=True))


def test_the_law_counts_calendar_months() -> None:
    asked = ErasureRequest(created_at=datetime(2027, 1, 31, 23, 30, tzinfo=UTC))
    assert asked.answer_by == datetime(2027, 2, 28, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "occasion"),
    [(-20, "asked"), (-14, "soon"), (-4, "soon"), (-3, "last"), (0, "last"), (1, "late")],
)
def test_reminders_come_closer(days: int, occasion: str) -> None:
    last_day = datetime(2027, 3, 1, tzinfo=UTC)
    assert rules.occasion(answer_by=last_day, now=last_day + timedelta(days=days)) == occasion


def test_refusing_wants_a_reason_tells_the_person_and_keeps_it_out_of_the_log(
    cast: Cast, clock: Clock, part: ErasurePart
) -> None:
    for reason in ("  ", "x" * 2001):
        with pytest.raises(Invalid):
            services.refuse(part=part, reason=reason, actor=cast.organiser, now=clock.at)
    services.refuse(part=part, reason=REASON, actor=cast.organiser, now=clock.at)
    mail = OutboxMessage.objects.get(kind="erasure-refused")
    assert mail.to == cast.observer.email
    assert REASON in mail.body
    assert "data protection authority" in mail.body
    assert "Secretwords" not in str(list(AuditEvent.objects.values_list("data", flat=True)))
    assert AuditEvent.objects.get(verb="privacy.erasure-refused").actor == cast.organiser.ref
    cast.observer.refresh_from_db()
    assert cast.observer.is_active
    assert ErasureRequest.objects.get().answered_at == clock.at
    assert ask(cast.observer, clock.at)[0] != part


def test_answered_once_whatever_a_second_tab_wants(cast: Cast, clock: Clock, part: ErasurePart) -> None:
    services.refuse(part=part, reason=REASON, actor=cast.organiser, now=clock.at)
    again = services.refuse(part=part, reason="Other", actor=cast.colleague, now=clock.at)
    assert (again.reason, again.answered_by) == (REASON, cast.organiser.ref)
    with pytest.raises(Conflict, match="answered before"):
        services.carry_out(part=part, actor=cast.colleague, now=clock.at)
    assert roles_of(cast.observer, cast.cohort) == {Role.OBSERVER}
    assert len(mails("erasure-refused")) == 1


def test_carried_out_twice_is_once(cast: Cast, clock: Clock, part: ErasurePart) -> None:
    for actor in (cast.organiser, cast.colleague):
        services.carry_out(part=part, actor=actor, now=clock.at)
    assert AuditEvent.objects.filter(verb="privacy.erasure-carried-out").count() == 1
    assert AuditEvent.objects.get(verb="privacy.erasure-carried-out").data == {"went": 1, "kept": 0}
    assert len(mails("erasure-done")) == 1
    with pytest.raises(Conflict):
        services.refuse(part=part, reason=REASON, actor=cast.colleague, now=clock.at)


def test_who_has_taken_it_back_is_not_erased(cast: Cast, clock: Clock, part: ErasurePart) -> None:
    for _ in range(2):
        erasure.keep_account(user=cast.observer, now=clock.at)
    with pytest.raises(Conflict, match="taken the request back"):
        services.carry_out(part=part, actor=cast.organiser, now=clock.at)
    assert roles_of(cast.observer, cast.cohort)
    assert cast.observer.name not in signed_in(cast.organiser).get(page(cast, "privacy:requests")).text
    assert AuditEvent.objects.filter(verb="people.erasure-taken-back").count() == 1


@pytest.mark.parametrize("role", ["reviewer", "mentor", "finance", "observer", "applicant", "stranger"])
def test_only_organisers_and_administrators_answer(
    cast: Cast, clock: Clock, part: ErasurePart, role: str
) -> None:
    actor = getattr(cast, role)
    for deed in (services.carry_out, services.refuse):
        more: dict[str, Any] = {"reason": REASON} if deed is services.refuse else {}
        with pytest.raises(NotAllowed):
            deed(part=part, actor=actor, now=clock.at, **more)


def test_nobody_answers_their_own_request_and_the_last_organiser_stays(cast: Cast, clock: Clock) -> None:
    (part,) = ask(cast.organiser, clock.at)
    with pytest.raises(NotAllowed, match="own request"):
        services.carry_out(part=part, actor=cast.organiser, now=clock.at)
    client = signed_in(cast.organiser)
    told = client.get(page(cast, "privacy:request", ref=part.ref)).text
    assert "your own request" in told
    assert "Erase what goes" not in told
    assert "Somebody asks" not in [card.title for card in cards(cast, "organiser", clock)]
    assert "Somebody asks to be erased" in [card.title for card in cards(cast, "colleague", clock)]
    Membership.objects.filter(user=cast.colleague).delete()
    administrator = admin()
    with pytest.raises(Conflict, match="name another one"):
        services.carry_out(part=part, actor=administrator, now=clock.at)


def admin() -> User:
    found = person("Adam Administrator")
    found.is_staff = True
    found.save()
    return found


def cards(cast: Cast, who: str, clock: Clock) -> list[Any]:
    actor = getattr(cast, who)
    return desk.cards(cohort=cast.cohort, actor=actor, roles=roles_of(actor, cast.cohort), now=clock.at)


def test_the_only_administrator_cannot_even_ask(cast: Cast, clock: Clock) -> None:
    cast.organiser.is_staff = True
    cast.organiser.save()
    with pytest.raises(Conflict, match="only administrator"):
        ask(cast.organiser, clock.at)
    assert not ErasureRequest.objects.exists()


def test_who_is_in_no_cohort_has_nobody_to_ask(db: None, cast: Cast, clock: Clock) -> None:
    with pytest.raises(Conflict, match="No programme keeps"):
        ask(person("Nobody Here"), clock.at)
    assert not ErasureRequest.objects.exists()


def test_the_desk_says_so_until_it_is_answered(cast: Cast, clock: Clock, part: ErasurePart) -> None:
    (card,) = cards(cast, "organiser", clock)
    assert (card.due, card.urgency) == (part.request.answer_by, "soon")
    assert card.href == page(cast, "privacy:request", ref=part.ref)
    clock.at = part.request.answer_by - timedelta(days=10)
    assert cards(cast, "organiser", clock)[0].urgency == "now"
    assert cards(cast, "observer", clock) == []
    services.carry_out(part=part, actor=cast.organiser, now=clock.at)
    assert cards(cast, "organiser", clock) == []


def test_organisers_are_reminded_and_in_the_end_administrators_too(
    cast: Cast, clock: Clock, part: ErasurePart
) -> None:
    organisers, administrator = {cast.organiser.email, cast.colleague.email}, admin()
    for _ in range(2):
        tasks.look_after_requests.func()
    assert set(mails()) == organisers
    assert len(mails()) == 2
    assert cast.observer.name not in str(list(OutboxMessage.objects.values_list("subject", "body")))
    clock.at = part.request.answer_by - timedelta(days=13)
    tasks.look_after_requests.func()
    assert len(mails()) == 4
    clock.at = part.request.answer_by - timedelta(days=2)
    tasks.look_after_requests.func()
    assert mails()[4:] == [cast.organiser.email, cast.colleague.email, administrator.email] or set(
        mails()[4:]
    ) == organisers | {administrator.email}
    clock.at = part.request.answer_by + timedelta(days=1)
    tasks.look_after_requests.func()
    assert OutboxMessage.objects.filter(subject__startswith="Late").count() == 3
    services.carry_out(part=part, actor=cast.organiser, now=clock.at)
    before = len(mails())
    tasks.look_after_requests.func()
    assert len(mails()) == before


def test_a_cohort_without_an_organiser_is_the_administrators(cast: Cast, clock: Clock) -> None:
    administrator = admin()
    Membership.objects.filter(role=Role.ORGANISER, cohort=cast.cohort).delete()
    (part,) = ask(cast.observer, clock.at)
    tasks.look_after_requests.func()
    assert mails() == [administrator.email]
    client = signed_in(administrator)
    listed = client.get("/erasures/").text
    assert cast.observer.name in listed
    assert "Home-Lab" in listed
    path = f"/erasures/{part.ref}/"
    assert "What goes" in client.get(path).text
    assert client.post(path, {"carry-out": "1", "sure": "on"}).headers["Location"] == "/erasures/"
    part.refresh_from_db()
    assert part.answer == "done"
    assert "Adam Administrator" in client.get("/erasures/").text


def test_from_the_account_to_the_answer(cast: Cast, clock: Clock) -> None:
    enrol(cast)
    speaks(cast.scholar, "en")
    (part,) = ask(cast.scholar, clock.at)
    client, path = signed_in(cast.organiser), page(cast, "privacy:request", ref=part.ref)
    assert cast.scholar.name in client.get(page(cast, "privacy:requests")).text
    shown = client.get(path).text
    assert "Before anything can be erased" in shown
    assert "The place is given back" in shown
    assert "Erase what goes" not in shown
    answer = client.post(path, {"carry-out": "1", "sure": "on"})
    assert answer.status_code == 422
    assert "The place is given back" in answer.text
    refused = client.post(path, {"refuse": "1", "reason": " "})
    assert refused.status_code == 422
    assert 'href="#id_reason"' in refused.text
    assert client.post(path, {"refuse": "1", "reason": "<b>A claim</b> is open."}).status_code == 302
    shown = client.get(path).text
    assert "&lt;b&gt;A claim&lt;/b&gt;" in shown
    assert "Refuse, and tell them why" not in shown
    assert client.post(path, {"carry-out": "1", "sure": "on"}).status_code == 409


def test_nothing_is_erased_without_a_tick(cast: Cast, clock: Clock, part: ErasurePart) -> None:
    client, path = signed_in(cast.organiser), page(cast, "privacy:request", ref=part.ref)
    assert "Roles: observer" in client.get(path).text
    answer = client.post(path, {"carry-out": "1"})
    assert answer.status_code == 422
    assert 'href="#id_sure"' in answer.text
    assert roles_of(cast.observer, cast.cohort)
    assert client.post(path, {"carry-out": "1", "sure": "on"}).status_code == 302
    listed = client.get(page(cast, "privacy:requests")).text
    assert f"({cast.observer.ref.upper()})" in listed
    assert cast.observer.name not in listed
    assert client.get(path).status_code == 200


def test_the_person_sees_the_answer_and_asks_again(cast: Cast, clock: Clock, part: ErasurePart) -> None:
    services.refuse(part=part, reason=REASON, actor=cast.organiser, now=clock.at)
    client = proved(cast.observer)
    told = client.get("/account/erase/").text
    assert REASON in told
    assert "refused" in told
    assert "Ask again" in told
    client.post("/account/erase/")
    assert ErasureRequest.objects.filter(answered_at=None).count() == 1
    client.post("/account/erase/", {"keep": "1"})
    assert not ErasureRequest.objects.filter(answered_at=None).exists()


def proved(user: User) -> Client:
    """Signed in a moment ago, by a password."""
    user.set_password("correct horse battery")
    speaks(user, "en")
    client = Client()
    client.post("/sign-in/password/", {"address": user.email, "password": "correct horse battery"})
    return client


def test_another_institution_knows_of_nothing(cast: Cast, clock: Clock, part: ErasurePart) -> None:
    stranger = signed_in(cast.stranger)
    assert stranger.get(rival_page(cast, "privacy:request", ref=part.ref)).status_code == 404
    assert cast.observer.name not in stranger.get(rival_page(cast, "privacy:requests")).text
    assert stranger.get("/erasures/").status_code == 404


def test_the_list_costs_the_same_with_thirty_and_has_an_empty_state(
    cast: Cast, clock: Clock, queries_of: Callable[[Client, str], int]
) -> None:
    client, path = signed_in(cast.organiser), page(cast, "privacy:requests")
    assert "Nobody waits for an answer" in client.get(path).text

    def asked(prefix: str, count: int, answer: str) -> None:
        for scholar in crowd(cast, count, prefix=prefix):
            request = ErasureRequest.objects.create(user=scholar.user, created_at=clock.at)
            done = {"answered_at": clock.at, "answered_by": cast.organiser.ref} if answer == "done" else {}
            ErasurePart.objects.create(
                request=request,
                scope=cast.cohort.scope,
                title="x",
                answer=answer,
                created_at=clock.at,
                **done,
            )

    asked("one", 2, "open")
    asked("two", 2, "done")
    few = queries_of(client, path)
    asked("many", 30, "open")
    asked("more", 30, "done")
    assert queries_of(client, path) == few <= 15


def test_the_database_itself_wants_an_answer_to_be_somebodys_and_a_refusal_to_have_a_reason(
    cast: Cast, part: ErasurePart
) -> None:
    rows = ErasurePart.objects.filter(pk=part.pk)
    now = cast.at("call_opens", days=2)
    for broken in (
        {"answer": "done"},
        {"answer": "done", "answered_at": now},
        {"answer": "refused", "answered_at": now, "answered_by": "abc"},
        {"answered_at": now},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**broken)


def test_an_applicant_whose_rival_cohort_refuses_keeps_the_account(cast: Cast, clock: Clock) -> None:
    apply(cast.cohort, 0, now=cast.at("call_opens", days=1), also=[cast.applicant])
    apply(cast.rival_cohort, 0, now=cast.at("call_opens", days=1), also=[cast.applicant])
    parts = {part.scope: part for part in ask(cast.applicant, clock.at)}
    services.carry_out(part=parts[cast.cohort.scope], actor=cast.organiser, now=clock.at)
    services.refuse(part=parts[cast.rival_cohort.scope], reason=REASON, actor=cast.stranger, now=clock.at)
    cast.applicant.refresh_from_db()
    assert cast.applicant.is_active
    assert ErasureRequest.objects.get().answered_at is not None
