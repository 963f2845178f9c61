"""Signing in by password, for those who have one; setting and removing it."""

import pytest
from django.test import Client

from tests.people.conftest import PASSWORD, Post, by_password, person_in
from tremplin.core.models import AuditEvent
from tremplin.people.models import User

pytestmark = pytest.mark.django_db


def attempt(client: Client, address: str, password: str, **extra: object) -> tuple[int, str]:
    answer = client.post("/sign-in/password/", {"address": address, "password": password}, **extra)
    return answer.status_code, answer.content.decode()


def test_address_and_password_lead_in_and_on(client: Client, ada: User) -> None:
    form = {"address": "ADA@example.org", "password": PASSWORD, "next": "/account/details/"}
    assert client.post("/sign-in/password/", form)["Location"] == "/account/details/"
    assert person_in(client) == ada


def test_the_first_page_leads_to_the_password_and_takes_the_address_along(client: Client) -> None:
    page = client.post("/sign-in/", {"address": "ada@example.org", "next": "/account/", "way": "password"})
    text = page.content.decode()
    assert 'value="ada@example.org"' in text
    assert 'name="next" value="/account/"' in text


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client: Client, ada: User) -> None:
    wrong = attempt(client, ada.email, "no such horse")
    unknown = attempt(client, "eda@example.org", "no such horse")
    assert wrong[0] == unknown[0] == 422
    assert "do not go together" in wrong[1]
    assert len(wrong[1]) == len(unknown[1])
    assert "no such horse" not in wrong[1]


def test_a_person_without_password_cannot_be_entered_by_an_empty_one(client: Client) -> None:
    User.objects.create_user("bob@example.org")
    assert "Type the password" in attempt(client, "bob@example.org", "")[1]
    assert attempt(client, "bob@example.org", "!")[0] == 422
    assert person_in(client) is None


def test_ten_wrong_passwords_shut_the_door_but_the_link_goes_on_working(
    client: Client, ada: User, post: Post
) -> None:
    for number in range(10):
        assert attempt(client, ada.email, "wrong", REMOTE_ADDR=f"192.0.2.{number}")[0] == 422
    status, text = attempt(client, ada.email, PASSWORD)
    assert status == 429
    assert "Ask for a link instead" in text
    client.post("/sign-in/", {"address": ada.email})
    client.post(post.newest().link)
    assert person_in(client) == ada


def test_a_refusal_is_logged_without_what_was_typed(
    client: Client, ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    attempt(client, ada.email, "no such horse")
    by_password(client, ada)
    said = [record.getMessage() for record in caplog.records if record.name.startswith("tremplin.people")]
    assert said == ["A password was refused.", f"{ada.ref} signed in by password"]
    assert ada.email not in caplog.text
    assert "no such horse" not in caplog.text


def test_right_passwords_are_never_too_many(ada: User) -> None:
    for _ in range(12):
        by_password(Client(), ada)


def test_the_password_field_is_never_filled_in_again(client: Client, ada: User) -> None:
    assert PASSWORD not in attempt(client, "ada@", PASSWORD)[1]


def test_setting_a_password_asks_for_no_old_one_and_ends_other_sessions(
    inside: Client, ada: User, post: Post
) -> None:
    elsewhere = Client()
    by_password(elsewhere, ada)
    answer = inside.post("/account/sign-in/password/", {"password": "four words come to mind"})
    assert answer["Location"] == "/account/sign-in/"
    assert person_in(inside) == ada
    assert person_in(elsewhere) is None
    ada.refresh_from_db()
    assert ada.check_password("four words come to mind")
    assert post.newest(ada.email).kind == "password-set"
    assert AuditEvent.objects.filter(verb="people.password-set", actor=ada.ref).count() == 1


@pytest.mark.parametrize("weak", ["short", "password123", "ada@example.org"])
def test_a_weak_password_is_refused_with_the_reason(inside: Client, ada: User, weak: str) -> None:
    page = inside.post("/account/sign-in/password/", {"password": weak})
    assert page.status_code == 200
    assert "There is a problem" in page.content.decode()
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_a_password_can_be_removed(inside: Client, ada: User, post: Post) -> None:
    inside.post("/account/sign-in/password/", {"remove": "1"})
    ada.refresh_from_db()
    assert not ada.has_usable_password()
    assert person_in(inside) == ada
    assert post.newest(ada.email).kind == "password-removed"
    inside.post("/account/sign-in/password/", {"remove": "1"})
    assert len(post.all(ada.email)) == 1
