"""What matters wants a fresh proof: a session left open is not enough."""

import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.people.conftest import PASSWORD, Post, app_code, person_in, switch_on
from tremplin.people.models import User

pytestmark = pytest.mark.django_db
GUARDED = [
    "/account/sign-in/password/",
    "/account/sign-in/address/",
    "/account/sign-in/address/code/",
    "/account/sign-in/second-step/",
    "/account/sign-in/second-step/off/",
    "/account/sign-in/codes/",
    "/account/sign-in/codes/new/",
    "/account/sign-in/codes/text/",
    "/account/sign-in/passkeys/new/",
    "/account/sign-in/passkeys/1/",
    "/account/sign-in/passkeys/1/remove/",
    "/account/data/",
    "/account/erase/",
]


def proof_page(path: str) -> str:
    return f"/account/sign-in/proof/?next={path.replace('/', '%2F')}"


@pytest.mark.parametrize("path", GUARDED)
def test_an_old_session_must_prove_itself_first(stale: Client, path: str) -> None:
    assert stale.get(path)["Location"] == proof_page(path)


def test_what_was_posted_is_not_kept_meanwhile(stale: Client) -> None:
    stale.post("/account/sign-in/password/", {"password": "a secret to be kept by nobody"})
    for session in Session.objects.all():
        assert "secret" not in str(session.get_decoded())


def test_signing_in_is_a_proof(inside: Client) -> None:
    assert inside.get("/account/sign-in/password/").status_code == 200


def test_a_proof_lasts_a_quarter_of_an_hour(inside: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    later = time.time() + 15 * 60 + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert inside.get("/account/sign-in/password/").status_code == 302


def test_the_password_proves(stale: Client) -> None:
    page = proof_page("/account/sign-in/password/")
    wrong = stale.post(page, {"way": "password", "password": "wrong"})
    assert "do not go together" in wrong.content.decode()
    assert stale.get("/account/sign-in/password/").status_code == 302
    right = stale.post(page, {"way": "password", "password": PASSWORD})
    assert right["Location"] == "/account/sign-in/password/"
    assert stale.get("/account/sign-in/password/").status_code == 200


def test_a_mailed_code_proves(stale: Client, post: Post) -> None:
    page = proof_page("/account/data/")
    assert "Code from the mail" not in stale.get(page).content.decode()
    assert stale.post(page, {"way": "mail"})["Location"] == page
    assert "Code from the mail" in stale.get(page).content.decode()
    assert "/sign-in/link/" not in post.newest().body
    assert stale.post(page, {"way": "code", "code": "12"}).status_code == 200
    assert stale.post(page, {"way": "code", "code": post.newest().code})["Location"] == "/account/data/"
    assert stale.get("/account/data/").status_code == 200


def test_a_code_proves_once_and_only_whom_it_was_sent_to(stale: Client, post: Post) -> None:
    page = proof_page("/account/data/")
    stale.post(page, {"way": "mail"})
    code = post.newest().code
    other = Client()
    other.force_login(User.objects.create_user("bob@example.org"))
    session = other.session
    session["mailed_keys"] = stale.session["mailed_keys"]
    session.save()
    assert other.post(page, {"way": "code", "code": code}).status_code == 200
    assert other.get("/account/data/").status_code == 302
    stale.post(page, {"way": "code", "code": code})
    again = Client()
    again.force_login(User.objects.get(email="ada@example.org"))
    session = again.session
    session["mailed_keys"] = stale.session["mailed_keys"]
    session.save()
    assert again.post(page, {"way": "code", "code": code}).status_code == 200


def test_too_many_codes_are_refused_in_words(stale: Client) -> None:
    page = proof_page("/account/data/")
    for _ in range(5):
        stale.post(page, {"way": "mail"})
    stale.post(page, {"way": "mail"})
    assert "Try again in" in stale.get(page).content.decode()


def test_whoever_has_a_second_step_must_show_it(inside: Client, ada: User, post: Post) -> None:
    secret = switch_on(inside)
    stale = Client()
    stale.force_login(ada)
    page = proof_page("/account/data/")
    sent = len(post.all())
    for way in (
        {"way": "password", "password": PASSWORD},
        {"way": "mail"},
        {"way": "code", "code": "123456"},
    ):
        assert stale.post(page, way).status_code == 200
    assert len(post.all()) == sent
    assert stale.get("/account/data/").status_code == 302
    assert stale.post(page, {"way": "app", "code": app_code(secret)})["Location"] == "/account/data/"


def test_the_way_on_stays_in_the_house(stale: Client) -> None:
    answer = stale.post(
        "/account/sign-in/proof/?next=//evil.example.org/", {"way": "password", "password": PASSWORD}
    )
    assert answer["Location"] == "/account/sign-in/"


def test_a_proof_does_not_outlive_the_session(inside: Client, ada: User) -> None:
    inside.post("/sign-out/")
    inside.force_login(ada)
    assert person_in(inside) == ada
    assert inside.get("/account/sign-in/password/").status_code == 302
