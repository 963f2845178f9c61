"""One's account: name, language, roles, consents."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast, cohort_of
from tests.people.conftest import person_in
from tremplin.core.models import AuditEvent
from tremplin.people import consents
from tremplin.people.models import Consent, User
from tremplin.people.services import consents as words
from tremplin.programmes import services
from tremplin.programmes.http import cohort_url
from tremplin.programmes.roles import Role

pytestmark = pytest.mark.django_db


def change(client: Client, **values: str) -> Any:
    form = {"name": "Ada", "language": "en", "time_zone": "UTC", **values}
    return client.post("/account/details/", form)


def test_name_language_and_time_zone_are_kept(stale: Client, ada: User) -> None:
    assert change(stale, name="  Ada   Lovelace ", language="fr", time_zone="Africa/Dakar").status_code == 302
    ada.refresh_from_db()
    assert (ada.name, ada.language, ada.time_zone) == ("Ada Lovelace", "fr", "Africa/Dakar")
    assert ada.name_folded.startswith("ada lovelace")


def test_the_language_of_the_account_wins_over_what_the_browser_had_chosen(stale: Client) -> None:
    stale.get("/?lang=en")
    change(stale, language="fr")
    assert 'lang="fr"' in stale.get("/account/").content.decode()


def test_the_language_switch_of_any_page_is_kept_in_the_account(stale: Client, ada: User) -> None:
    stale.post("/language/", {"language": "fr", "next": "/account/"})
    ada.refresh_from_db()
    assert ada.language == "fr"


@pytest.mark.parametrize(
    ("field", "value"), [("language", "xx"), ("time_zone", "Mars/Base"), ("name", "x" * 201)]
)
def test_what_cannot_be_kept_is_said_at_its_field(stale: Client, ada: User, field: str, value: str) -> None:
    page = change(stale, **{field: value})
    assert page.status_code == 200
    assert f'id="id_{field}_error"' in page.content.decode()
    ada.refresh_from_db()
    assert ada.name == "Ada Applicant"


def test_time_zones_are_cities_in_the_language_of_the_page(stale: Client, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(language="fr", time_zone="Asia/Saigon")
    page = stale.get("/account/details/").content.decode()
    assert '<option value="Africa/Algiers">Alger</option>' in page
    assert '<optgroup label="Afrique">' in page
    assert '<option value="Asia/Saigon" selected>' in page


def test_the_page_shows_every_role_and_leads_to_its_cohort(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.reviewer)
    page = client.get("/account/").content.decode()
    assert "Small Scholars · 2027" in page
    assert "reviewer" in page
    assert f'href="{cohort_url(cast.cohort, "desk")}"' in page


def test_someone_without_a_role_is_shown_the_way(stale: Client) -> None:
    assert "You are in no cohort yet" in stale.get("/account/").content.decode()


def test_many_roles_cost_no_more_queries(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.reviewer)
    client.get("/account/")
    with CaptureQueriesContext(connection) as few:
        client.get("/account/")
    for number in range(6):
        cohort = cohort_of(f"lab-{number}", cast.organiser)
        services.grant(
            user=cast.reviewer, cohort=cohort, role=Role.MENTOR, actor=None, now=cast.at("call_opens")
        )
    with CaptureQueriesContext(connection) as many:
        assert client.get("/account/").content.decode().count("/desk/") == 7
    assert len(many) == len(few) <= 8


@pytest.fixture
def purpose(monkeypatch: pytest.MonkeyPatch) -> consents.Purpose:
    monkeypatch.setattr(consents, "_purposes", {})
    return consents.register(consents.Purpose("tests.show", "Your name on the page", "I agree to be named."))


def test_a_consent_is_kept_with_its_text_and_taken_back_as_easily(
    stale: Client, ada: User, purpose: consents.Purpose, cast: Cast
) -> None:
    assert not words.holds(ada, purpose)
    words.give(user=ada, purpose=purpose, now=cast.at("call_opens"))
    assert words.holds(ada, purpose)
    page = stale.get("/account/").content.decode()
    assert "I agree to be named." in page
    stale.post("/account/consents/tests.show/", {"word": "no"})
    assert not words.holds(ada, purpose)
    stale.post("/account/consents/tests.show/", {"word": "yes"})
    assert words.holds(ada, purpose)
    rows = list(Consent.objects.order_by("pk"))
    assert [row.given for row in rows] == [True, False, True]
    assert {row.digest for row in rows} == {words.digest("I agree to be named.")}
    assert AuditEvent.objects.filter(verb__startswith="people.consent").count() == 3


def test_what_was_not_given_cannot_be_taken_back(stale: Client, purpose: consents.Purpose) -> None:
    assert stale.post("/account/consents/tests.show/", {"word": "no"}).status_code == 409
    assert stale.post("/account/consents/no.such/", {"word": "yes"}).status_code == 409
    assert not Consent.objects.exists()


def test_a_consent_is_never_changed_or_deleted_by_itself(
    ada: User, purpose: consents.Purpose, cast: Cast
) -> None:
    row = words.give(user=ada, purpose=purpose, now=cast.at("call_opens"))
    row.given = False
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.delete()


def test_a_purpose_means_one_thing(purpose: consents.Purpose) -> None:
    assert consents.register(purpose) == purpose
    with pytest.raises(ValueError, match="declared twice"):
        consents.register(consents.Purpose("tests.show", "Other", "Other"))


def test_pages_about_oneself_are_kept_by_no_cache(inside: Client) -> None:
    for path in ("/account/", "/account/details/", "/account/sign-in/", "/account/data/", "/account/erase/"):
        assert "no-store" in inside.get(path)["Cache-Control"]
    assert person_in(inside) is not None
