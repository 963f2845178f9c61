"""The second step: a code from an app after the link or the password, and codes for when the phone is lost."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.people.conftest import PASSWORD, Post, app_code, by_password, person_in, switch_on
from tremplin.people.models import SignIn, User

pytestmark = pytest.mark.django_db
STEP = "/account/enter/second-step/"


@pytest.fixture
def secret(inside: Client) -> str:
    return switch_on(inside)


def test_switching_it_on_shows_the_recovery_codes_and_tells_the_owner(
    inside: Client, ada: User, secret: str, post: Post
) -> None:
    page = inside.get("/account/sign-in/codes/")
    assert len(page.context["unused_codes"]) == 10
    assert post.newest(ada.email).kind == "second-step-on"
    assert "10 codes left" in inside.get("/account/sign-in/").content.decode()


def test_the_secrets_are_sealed_in_the_database(secret: str, inside: Client) -> None:
    kept = " ".join(str(row.data) for row in Authenticator.objects.all())
    assert secret not in kept
    assert len(kept) > 100


def test_a_wrong_code_switches_nothing_on(inside: Client, ada: User) -> None:
    inside.get("/account/sign-in/second-step/")
    page = inside.post("/account/sign-in/second-step/", {"code": "000000"})
    assert "This code is wrong or too old" in page.content.decode()
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("way", ["password", "link", "code"])
def test_every_first_step_leads_to_the_second(
    client: Client, ada: User, secret: str, post: Post, way: str
) -> None:
    if way == "password":
        form = {"address": ada.email, "password": PASSWORD, "next": "/account/details/"}
        answer = client.post("/sign-in/password/", form)
    else:
        client.post("/sign-in/", {"address": ada.email, "next": "/account/details/"})
        mail = post.newest(ada.email)
        link = way == "link"
        answer = client.post(mail.link) if link else client.post("/sign-in/sent/", {"code": mail.code})
    assert answer["Location"] == STEP
    assert person_in(client) is None
    assert not SignIn.objects.filter(session_key=client.session.session_key).exists()
    wrong = client.post(STEP, {"code": "000000"})
    assert wrong.status_code == 200
    assert person_in(client) is None
    assert client.post(STEP, {"code": app_code(secret)})["Location"] == "/account/details/"
    assert person_in(client) == ada
    assert SignIn.objects.get(session_key=client.session.session_key).way == way


def test_a_code_of_the_app_works_once(ada: User, secret: str) -> None:
    code = app_code(secret)
    for expected in (302, 200):
        client = Client()
        by_password(client, ada)
        assert client.post(STEP, {"code": code}).status_code == expected


def test_a_code_works_once_for_as_long_as_it_would_be_taken(
    ada: User, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = app_code(secret)
    client = Client()
    by_password(client, ada)
    assert client.post(STEP, {"code": code}).status_code == 302
    present = time.time()
    monkeypatch.setattr(
        time, "time", lambda: present + 40
    )  # what allauth remembers is forgotten, the code holds
    again = Client()
    by_password(again, ada)
    assert again.post(STEP, {"code": code}).status_code == 200
    assert person_in(again) is None


def test_the_code_that_switched_it_on_opens_nothing_afterwards(inside: Client, ada: User) -> None:
    secret = str(inside.get("/account/sign-in/second-step/").context["form"].secret)
    code = app_code(secret)
    assert inside.post("/account/sign-in/second-step/", {"code": code}).status_code == 302
    thief = Client()
    by_password(thief, ada)
    assert thief.post(STEP, {"code": code}).status_code == 200
    assert person_in(thief) is None


def test_a_dash_makes_no_new_code_of_an_old_one(
    ada: User, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = app_code(secret)
    client = Client()
    by_password(client, ada)
    assert client.post(STEP, {"code": code}).status_code == 302
    present = time.time()
    monkeypatch.setattr(time, "time", lambda: present + 30)
    for typed in (f"{code[:3]}-{code[3:]}", f"{code[:3]} {code[3:]}"):
        again = Client()
        by_password(again, ada)
        assert again.post(STEP, {"code": typed}).status_code == 200
        assert person_in(again) is None


def test_a_recovery_code_works_once(inside: Client, ada: User, secret: str) -> None:
    code = inside.get("/account/sign-in/codes/").context["unused_codes"][0]
    for expected in (302, 200):
        client = Client()
        by_password(client, ada)
        assert client.post(STEP, {"code": code}).status_code == expected
    assert "9 codes left" in inside.get("/account/sign-in/").content.decode()


def test_guessing_codes_comes_to_an_end(client: Client, ada: User, secret: str) -> None:
    by_password(client, ada)
    for _ in range(5):
        client.post(STEP, {"code": "000000"})
    page = client.post(STEP, {"code": app_code(secret)})
    assert "Too many wrong attempts" in page.content.decode()
    assert person_in(client) is None


def test_nobody_comes_to_the_second_step_without_the_first(client: Client, secret: str) -> None:
    for answer in (client.get(STEP, follow=True), client.post(STEP, {"code": app_code(secret)}, follow=True)):
        assert answer.redirect_chain[-1][0] == "/sign-in/"
    assert person_in(client) is None


def test_new_recovery_codes_replace_the_old(inside: Client, ada: User, secret: str, post: Post) -> None:
    old = inside.get("/account/sign-in/codes/").context["unused_codes"]
    inside.post("/account/sign-in/codes/new/")
    new = inside.get("/account/sign-in/codes/").context["unused_codes"]
    assert len(new) == 10
    assert not set(old) & set(new)
    client = Client()
    by_password(client, ada)
    assert client.post(STEP, {"code": old[0]}).status_code == 200


def test_recovery_codes_can_be_taken_along_as_text(inside: Client, secret: str) -> None:
    answer = inside.get("/account/sign-in/codes/text/")
    assert answer["Content-Type"].startswith("text/plain")
    assert "no-store" in answer["Cache-Control"]
    for code in inside.get("/account/sign-in/codes/").context["unused_codes"]:
        assert code in answer.content.decode()


def test_it_can_be_switched_off_again(inside: Client, ada: User, secret: str, post: Post) -> None:
    inside.post("/account/sign-in/second-step/off/")
    assert not Authenticator.objects.exists()
    assert post.newest(ada.email).kind == "second-step-off"
    client = Client()
    by_password(client, ada)
    assert person_in(client) == ada


def test_the_picture_for_the_app_lies_on_white(inside: Client) -> None:
    page = inside.get("/account/sign-in/second-step/")
    assert 'fill="#fff"' in page.context["totp_svg"]
    assert "<script>" not in page.content.decode()
