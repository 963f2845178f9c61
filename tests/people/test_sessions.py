"""Where a person is signed in, and how they end it from anywhere."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.people.conftest import by_password, person_in
from tremplin.people.models import SignIn, User
from tremplin.people.sessions import SessionStore
from tremplin.people.tasks import tidy

pytestmark = pytest.mark.django_db
SECURITY = "/account/sign-in/"


def rows_of(client: Client) -> list[SignIn]:
    return list(client.get(SECURITY).context["signed_in"])


def test_the_page_shows_each_browser_and_which_one_this_is(
    inside: Client, other_device: Client, ada: User
) -> None:
    by_password(other_device, ada)
    page = inside.get(SECURITY).content.decode()
    assert "Chrome on Android" in page
    assert "A browser that we do not know" in page
    assert page.count("this one") == 1
    assert [row.way for row in rows_of(inside)] == ["password", "password"]


def test_no_network_address_is_kept(inside: Client) -> None:
    assert "127.0.0.1" not in str(SignIn.objects.values_list().get())


def test_one_browser_is_signed_out_from_another(inside: Client, other_device: Client, ada: User) -> None:
    by_password(other_device, ada)
    ref = SignIn.objects.get(device="Chrome on Android").ref
    page = inside.post(f"/account/sign-in/browsers/{ref}/", follow=True)
    assert "That browser was signed out" in page.content.decode()
    assert person_in(other_device) is None
    assert person_in(inside) == ada
    page = inside.post(f"/account/sign-in/browsers/{ref}/", follow=True)
    assert "was signed out before" in page.content.decode()


def test_nobody_signs_out_another_person(inside: Client, client: Client, ada: User) -> None:
    client.force_login(User.objects.create_user("bob@example.org"))
    ref = SignIn.objects.get(user=ada).ref
    client.post(f"/account/sign-in/browsers/{ref}/")
    assert person_in(inside) == ada


def test_everywhere_else_ends_also_what_no_row_tells_of(
    inside: Client, other_device: Client, ada: User
) -> None:
    by_password(other_device, ada)
    untold = Client()
    by_password(untold, ada)
    SignIn.objects.filter(session_key=untold.session.session_key).delete()
    page = inside.post("/account/sign-in/browsers/", follow=True)
    assert "1 other browser was signed out" in page.content.decode()
    assert person_in(other_device) is None
    assert person_in(untold) is None
    assert person_in(inside) == ada
    assert len(rows_of(inside)) == 1
    page = inside.post("/account/sign-in/browsers/", follow=True)
    assert "signed in nowhere else" in page.content.decode()


def test_this_browser_stays_known_when_its_session_gets_a_new_key(inside: Client, ada: User) -> None:
    inside.post("/account/sign-in/password/", {"password": "four words come to mind"})
    rows = rows_of(inside)
    assert [row.session_key for row in rows] == [inside.session.session_key]


def test_sessions_that_are_over_are_neither_shown_nor_kept(
    inside: Client, other_device: Client, ada: User
) -> None:
    by_password(other_device, ada)
    Session.objects.filter(session_key=other_device.session.session_key).update(
        expire_date=timezone.now() - timedelta(days=1)
    )
    assert len(rows_of(inside)) == 1
    tidy.call()
    assert SignIn.objects.count() == Session.objects.count() == 1


def test_a_closed_account_is_signed_out_at_once(inside: Client, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert person_in(inside) is None


def test_many_browsers_cost_no_more_queries(
    inside: Client, ada: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        inside.get(SECURITY)
    for _ in range(10):
        by_password(Client(), ada)
    with CaptureQueriesContext(connection) as many:
        inside.get(SECURITY)
    assert len(many) == len(few) <= 8


def test_a_session_that_was_ended_meanwhile_is_not_brought_back(db: None) -> None:
    one = SessionStore()
    one["a"] = 1
    one.create()
    other = SessionStore(one.session_key)
    assert other["a"] == 1
    other["a"] = 2
    one.delete()
    with pytest.raises(UpdateError):
        other.save()
    assert not Session.objects.exists()


def test_a_key_that_is_taken_is_nobody_elses(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    first = SessionStore()
    first.create()
    keys = iter([first.session_key, "another-key"])
    monkeypatch.setattr(SessionStore, "_get_new_session_key", lambda _self: next(keys))
    second = SessionStore()
    second["a"] = 2
    second.create()
    assert second.session_key == "another-key"
    assert SessionStore(first.session_key).load() == {}


def test_ending_nothing_ends_nothing(db: None) -> None:
    kept = SessionStore()
    kept.create()
    kept.delete("")
    SessionStore().delete()
    assert Session.objects.count() == 1
