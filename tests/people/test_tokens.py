"""Tokens for programs: made after proof, shown once, revoked at once, gone with the account."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import Cast, person
from tests.people.conftest import Post
from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.models import AuditEvent
from tremplin.people import export
from tremplin.people.models import ApiToken, User
from tremplin.people.rules import MOST_TOKENS, TOKEN_KEPT
from tremplin.people.services import erasure, tokens
from tremplin.people.tasks import tidy

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"tremplin_[\w-]{43}")
FORM = {"name": "Figures", "scope": "", "days": "90", "once": "k1"}


def make(user: User, name: str = "Figures", *, scope: str = "", days: int = 90) -> tuple[ApiToken, str]:
    made = tokens.make_token(user=user, name=name, scope=scope, days=days, now=clock.now())
    assert made is not None
    return made


def test_fresh_proof_is_needed_to_make_one(stale: Client) -> None:
    assert "/proof/" in stale.get("/account/tokens/new/")["Location"]
    assert "/proof/" in stale.post("/account/tokens/new/", FORM)["Location"]
    assert not ApiToken.objects.exists()


def test_the_secret_is_shown_once_and_works(inside: Client, ada: User, post: Post) -> None:
    assert inside.get("/account/tokens/").status_code == 200
    assert inside.get("/account/tokens/new/").status_code == 200
    page = inside.post("/account/tokens/new/", FORM)
    [secret] = set(SECRET.findall(page.content.decode()))
    assert "no-store" in page["Cache-Control"]
    answer = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json()["ref"] == ada.ref
    assert answer.json()["token"]["name"] == "Figures"
    assert secret not in inside.get("/account/tokens/").content.decode()
    assert AuditEvent.objects.filter(verb="people.token-made", actor=ada.ref).count() == 1
    assert "token" in post.newest(ada.email).subject
    assert secret not in post.newest(ada.email).body


def test_a_page_that_is_loaded_anew_makes_no_second_one(inside: Client) -> None:
    inside.post("/account/tokens/new/", FORM)
    again = inside.post("/account/tokens/new/", FORM, follow=True)
    assert ApiToken.objects.count() == 1
    assert not SECRET.search(again.content.decode())


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("name", "x" * 81), ("days", "9999"), ("scope", "a/b/c")]
)
def test_what_cannot_be_is_said_at_its_field(inside: Client, field: str, value: str) -> None:
    page = inside.post("/account/tokens/new/", {**FORM, field: value})
    assert page.status_code == 422
    assert f'id="id_{field}_error"' in page.content.decode()
    assert not ApiToken.objects.exists()


def test_the_service_checks_what_the_form_offers(cast: Cast) -> None:
    with pytest.raises(Invalid):
        make(cast.organiser, scope=cast.rival_cohort.scope)
    with pytest.raises(Invalid):
        make(cast.organiser, days=366)
    with pytest.raises(Invalid):
        make(cast.organiser, "  ")
    with pytest.raises(Invalid):
        make(cast.organiser, "x" * 81)
    assert make(cast.organiser, scope=cast.cohort.scope)[0].scope == cast.cohort.scope


def test_nobody_has_more_than_a_few(inside: Client, ada: User) -> None:
    for number in range(MOST_TOKENS):
        make(ada, str(number))
    with pytest.raises(Conflict):
        make(ada, "one more")
    assert "/account/tokens/new/" not in inside.get("/account/tokens/").content.decode()
    page = inside.post("/account/tokens/new/", FORM)
    assert page.status_code == 422
    ApiToken.objects.filter(name="0").update(
        expires_at=clock.now(), created_at=clock.now() - timedelta(days=30)
    )
    assert make(ada, "one more")


def test_a_revoked_token_opens_nothing(stale: Client, ada: User) -> None:
    token, secret = make(ada)
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    assert stale.post(f"/account/tokens/{token.ref}/").status_code == 302
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert AuditEvent.objects.filter(verb="people.token-revoked").count() == 1
    assert not tokens.revoke_token(user=ada, ref=token.ref, now=clock.now())


def test_nobody_revokes_somebody_elses(stale: Client) -> None:
    token, _secret = make(person("Bea Bystander"))
    assert stale.post(f"/account/tokens/{token.ref}/").status_code == 404
    assert ApiToken.objects.count() == 1


def test_the_list_says_how_far_each_reaches_and_when_it_ended(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.organiser)
    make(cast.organiser, "One", scope=cast.cohort.scope)
    over, _secret = make(cast.organiser, "Two")
    ApiToken.objects.filter(pk=over.pk).update(
        created_at=clock.now() - timedelta(days=40), expires_at=clock.now() - timedelta(days=1)
    )
    page = client.get("/account/tokens/").content.decode()
    assert str(cast.cohort.plan.programme.name["en"]) in page
    assert "over" in page
    assert "Take off the list" in page


def test_ended_tokens_are_forgotten_after_a_month(ada: User) -> None:
    token, _secret = make(ada)
    long_ago = clock.now() - TOKEN_KEPT - timedelta(days=2)
    ApiToken.objects.filter(pk=token.pk).update(created_at=long_ago, expires_at=long_ago + timedelta(days=1))
    make(ada, "still")
    tidy.call()
    assert [row.name for row in ApiToken.objects.all()] == ["still"]


def test_the_export_names_them_and_an_erasure_ends_them(ada: User) -> None:
    _token, secret = make(ada)
    [told] = export.document(ada, now=clock.now())["api_tokens"]
    assert told["name"] == "Figures"
    assert "secret_hash" not in told
    erasure.erase(user=ada, now=clock.now())
    assert not ApiToken.objects.exists()
    assert tokens.bearer(secret, now=clock.now()) is None
