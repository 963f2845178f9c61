"""Passkeys: made after a fresh proof, good for signing in alone, never a locked door."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.people.conftest import Post, by_password, person_in, switch_on
from tests.people.device import Device
from tremplin.people.models import SignIn, User

pytestmark = pytest.mark.django_db
NEW = "/account/sign-in/passkeys/new/"
ENTER = "/account/enter/passkey/"


def make(client: Client, device: Device, name: str = "My phone") -> Any:
    page = client.get(NEW, secure=True)
    credential = device.create(page.context["js_data"]["creation_options"])
    return client.post(NEW, {"name": name, "credential": credential, "passwordless": "on"}, secure=True)


def options(client: Client) -> dict[str, Any]:
    answer = client.get(ENTER, headers={"accept": "application/json"}, secure=True)
    asked: dict[str, Any] = json.loads(answer.content)["request_options"]
    return asked


def enter(client: Client, device: Device, next_url: str = "") -> Any:
    form = {"credential": device.get(options(client)), "next": next_url}
    return client.post(ENTER, form, secure=True)


@pytest.fixture
def phone(inside: Client) -> Device:
    device = Device()
    assert make(inside, device).status_code == 302
    return device


def test_the_site_asks_for_a_passkey_that_can_sign_in_by_itself(inside: Client) -> None:
    asked = inside.get(NEW, secure=True).context["js_data"]["creation_options"]["publicKey"]
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["user"]["name"] == "ada@example.org"
    assert asked["user"]["displayName"] == "Ada Applicant"
    assert asked["rp"]["id"] == "testserver"


def test_making_one_tells_the_owner_and_makes_no_recovery_codes(phone: Device, ada: User, post: Post) -> None:
    assert [row.type for row in Authenticator.objects.all()] == ["webauthn"]
    assert post.newest(ada.email).kind == "passkey-added"


def test_a_passkey_signs_in_and_leads_on(client: Client, phone: Device, ada: User) -> None:
    assert enter(client, phone, "/account/details/")["Location"] == "/account/details/"
    assert person_in(client) == ada
    assert SignIn.objects.get(session_key=client.session.session_key).way == "passkey"


def test_a_passkey_leads_nowhere_but_here(client: Client, phone: Device) -> None:
    assert enter(client, phone, "//evil.example.org/")["Location"] == "/"


def test_a_signature_works_once(client: Client, phone: Device) -> None:
    credential = phone.get(options(client))
    other = Client()
    options(other)
    other.post(ENTER, {"credential": credential}, secure=True)
    assert person_in(other) is None
    client.post(ENTER, {"credential": credential}, secure=True)
    assert person_in(client) is not None
    client.post("/sign-out/")
    client.post(ENTER, {"credential": credential}, secure=True)
    assert person_in(client) is None


def test_a_false_page_gets_nothing(client: Client, inside: Client, ada: User) -> None:
    phished = Device()
    make(inside, phished)
    phished.origin = "https://testserver.evil.example.org"
    enter(client, phished)
    assert person_in(client) is None


def test_a_device_that_asks_its_owner_nothing_is_refused(client: Client, inside: Client) -> None:
    make(inside, Device(verified=False))
    assert not Authenticator.objects.exists()


def test_a_stolen_handle_without_the_key_is_worth_nothing(client: Client, phone: Device) -> None:
    thief = Device()
    thief.credential_id, thief.person = phone.credential_id, phone.person
    answer = enter(client, thief)
    assert person_in(client) is None
    page = client.get(answer["Location"], follow=True)
    assert "wrong or too old" in page.content.decode()


@pytest.mark.parametrize("junk", ["", "{}", "[]", '"x"', '{"response": {}}', "not json"])
def test_junk_is_refused_in_peace(client: Client, junk: str) -> None:
    options(client)
    assert client.post(ENTER, {"credential": junk}, secure=True).status_code == 302
    assert person_in(client) is None


def test_a_passkey_alone_is_no_second_step_so_a_lost_phone_locks_nobody_out(
    client: Client, phone: Device, ada: User
) -> None:
    by_password(client, ada)
    assert person_in(client) == ada


def test_with_a_second_step_a_passkey_is_enough_and_serves_as_it(
    inside: Client, phone: Device, ada: User
) -> None:
    switch_on(inside)
    alone = Client()
    assert enter(alone, phone)["Location"] == "/"
    assert person_in(alone) == ada
    second = Client()
    second.post(
        "/sign-in/password/", {"address": ada.email, "password": "correct horse battery"}, secure=True
    )
    assert person_in(second) is None
    page = second.get("/account/enter/second-step/", secure=True)
    credential = phone.get(page.context["js_data"]["request_options"])
    second.post("/account/enter/second-step/", {"credential": credential}, secure=True)
    assert person_in(second) == ada


def test_a_passkey_proves_who_sits_there(stale: Client, inside: Client, phone: Device) -> None:
    page = stale.get("/account/sign-in/proof/?next=/account/data/", secure=True)
    credential = phone.get(page.context["options"]["request_options"])
    answer = stale.post(
        "/account/sign-in/proof/?next=/account/data/",
        {"way": "passkey", "credential": credential},
        secure=True,
    )
    assert answer["Location"] == "/account/data/"
    assert stale.get("/account/data/").status_code == 200


def test_a_passkey_is_renamed_and_removed(inside: Client, client: Client, phone: Device, post: Post) -> None:
    kept = Authenticator.objects.get()
    inside.post(f"/account/sign-in/passkeys/{kept.pk}/", {"name": "Old phone"})
    assert "Old phone" in inside.get("/account/sign-in/").content.decode()
    assert "Old phone" in inside.get(f"/account/sign-in/passkeys/{kept.pk}/remove/").content.decode()
    inside.post(f"/account/sign-in/passkeys/{kept.pk}/remove/")
    assert post.newest("ada@example.org").kind == "passkey-removed"
    enter(client, phone)
    assert person_in(client) is None


def test_nobody_touches_the_passkey_of_another(client: Client, phone: Device) -> None:
    kept = Authenticator.objects.get()
    bob = User.objects.create_user("bob@example.org", "correct horse battery")
    by_password(client, bob)
    for path in (f"/account/sign-in/passkeys/{kept.pk}/", f"/account/sign-in/passkeys/{kept.pk}/remove/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.get().data["name"] == "My phone"


def test_its_name_is_that_of_the_device_at_hand(inside: Client) -> None:
    page = inside.get(NEW, secure=True, headers={"user-agent": "Mozilla/5.0 (iPhone) Version/18 Safari/605"})
    assert page.context["form"].initial["name"] == "Safari on iPhone"
    assert make(inside, Device(), name="").status_code == 302


def test_the_pages_run_no_script_of_their_own(inside: Client, client: Client) -> None:
    for browser, path in ((inside, NEW), (client, "/sign-in/")):
        page = browser.get(path, secure=True)
        assert "script-src 'self'" in page["Content-Security-Policy"]
        text = page.content.decode()
        assert text.count("<script") == text.count(" src=") + text.count('type="application/json"')
