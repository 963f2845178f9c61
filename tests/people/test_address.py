"""Changing the address one signs in with: only to one whose mail one can read."""

import pytest
from django.test import Client

from tests.people.conftest import Post, person_in
from tremplin.core.models import AuditEvent
from tremplin.people.models import User

pytestmark = pytest.mark.django_db
ADDRESS, CODE = "/account/sign-in/address/", "/account/sign-in/address/code/"
NEW = "ada.new@example.org"


def test_the_address_changes_when_the_code_from_the_new_one_is_typed(
    inside: Client, ada: User, post: Post
) -> None:
    assert inside.post(ADDRESS, {"address": " Ada.New@Example.org"})["Location"] == CODE
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
    page = inside.post(CODE, {"code": post.newest(NEW).code}, follow=True)
    assert f"sign in with {NEW}" in page.content.decode()
    ada.refresh_from_db()
    assert ada.email == NEW
    assert NEW in ada.name_folded
    assert person_in(inside) == ada
    assert [mail.kind for mail in post.all("ada@example.org")] == ["address-changed"]
    assert AuditEvent.objects.filter(verb="people.address-changed").count() == 1
    assert NEW not in str(AuditEvent.objects.values_list())


def test_a_wrong_code_changes_nothing(inside: Client, ada: User, post: Post) -> None:
    inside.post(ADDRESS, {"address": NEW})
    right = post.newest(NEW).code
    page = inside.post(CODE, {"code": f"{(int(right) + 1) % 10**6:06d}"})
    assert "This is not the code" in page.content.decode()
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"


def test_the_page_never_tells_whether_an_address_has_an_account(inside: Client, post: Post) -> None:
    User.objects.create_user("bob@example.org")
    for address in ("bob@example.org", NEW):
        answer = inside.post(ADDRESS, {"address": address})
        assert answer["Location"] == CODE
        assert "own" not in inside.get(CODE).content.decode().split("<main")[1].split("</main")[0]


def test_the_owner_of_both_is_told_so(inside: Client, ada: User, post: Post) -> None:
    User.objects.create_user("bob@example.org")
    inside.post(ADDRESS, {"address": "bob@example.org"})
    page = inside.post(CODE, {"code": post.newest("bob@example.org").code})
    assert "has an account of its own" in page.content.decode()
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"


def test_the_present_address_is_no_new_one(inside: Client, post: Post) -> None:
    page = inside.post(ADDRESS, {"address": "ADA@example.org"})
    assert "the address you have now" in page.content.decode()
    assert not post.all()


def test_the_code_page_without_a_code_on_its_way_leads_back(inside: Client) -> None:
    assert inside.get(CODE)["Location"] == ADDRESS


def test_a_code_for_an_address_does_not_sign_anybody_in(inside: Client, client: Client, post: Post) -> None:
    inside.post(ADDRESS, {"address": NEW})
    client.post("/sign-in/", {"address": "other@example.org"})
    session = client.session
    session["mailed_keys"] = [*session["mailed_keys"], *inside.session["mailed_keys"]]
    session.save()
    client.post("/sign-in/sent/", {"code": post.newest(NEW).code})
    assert person_in(client) is None


def test_mail_to_a_new_address_is_limited(inside: Client, post: Post) -> None:
    for _ in range(6):
        page = inside.post(ADDRESS, {"address": NEW})
    assert "Try again in" in page.content.decode()
    assert len(post.all(NEW)) == 5
