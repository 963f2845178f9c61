"""One's account: name, language, roles, consents."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

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


def asked(
    code: str = "tests.show", *, text: str = "I agree to be named.", version: int = 1
) -> consents.Purpose:
    return consents.Purpose(
        code, version, "Your name on the page", text, "Everybody reads it.", "Your name goes from the page."
    )


class Effects:
    """What was undone."""

    def __init__(self) -> None:
        self.undone: list[tuple[str, str]] = []

    def take_back(self, user: User, about: str, _now: datetime) -> None:
        self.undone.append((user.ref, about))

    def describe(self, abouts: Collection[str]) -> dict[str, consents.Subject]:
        return {about: consents.Subject(f"Page {about}", "/there/") for about in abouts}


@pytest.fixture
def effects() -> Effects:
    return Effects()


@pytest.fixture
def purpose(monkeypatch: pytest.MonkeyPatch, effects: Effects) -> consents.Purpose:
    monkeypatch.setattr(consents, "_registered", {})
    return consents.register(asked(), take_back=effects.take_back, describe=effects.describe)


def test_a_consent_is_kept_with_its_text_and_taken_back_with_its_effect(
    stale: Client, ada: User, purpose: consents.Purpose, effects: Effects, cast: Cast
) -> None:
    assert "Nothing so far" in stale.get("/account/").content.decode()
    assert not words.holds(ada, purpose, "p1")
    words.give(user=ada, purpose=purpose, about="p1", now=cast.at("call_opens"))
    assert words.holds(ada, purpose, "p1")
    assert not words.holds(ada, purpose)
    page = stale.get("/account/").content.decode()
    for told in ("I agree to be named.", "Everybody reads it.", "Your name goes from the page.", "Page p1"):
        assert told in page
    answer = stale.post("/account/consents/tests.show/", {"about": "p1"})
    assert answer["Location"].startswith("/account/")
    assert effects.undone == [(ada.ref, "p1")]
    assert not words.holds(ada, purpose, "p1")
    assert "Take it back" not in stale.get("/account/").content.decode()
    rows = list(Consent.objects.order_by("pk"))
    assert [(row.given, row.about, row.version) for row in rows] == [(True, "p1", 1), (False, "p1", 1)]
    assert {row.digest for row in rows} == {words.digest("I agree to be named.")}
    assert [
        event.data["about"] for event in AuditEvent.objects.filter(verb__startswith="people.consent")
    ] == [
        "p1",
        "p1",
    ]


def test_the_same_word_again_says_nothing_and_a_new_version_does(
    ada: User, purpose: consents.Purpose, cast: Cast
) -> None:
    now = cast.at("call_opens")
    first = words.give(user=ada, purpose=purpose, now=now)
    assert words.give(user=ada, purpose=purpose, now=now) == first
    second = words.give(user=ada, purpose=asked(text="I agree to more.", version=2), now=now)
    assert (second.version, second.text) == (2, "I agree to more.")
    no = words.refuse(user=ada, purpose=purpose, now=now)
    assert words.refuse(user=ada, purpose=purpose, now=now) == no
    assert Consent.objects.count() == 3


def test_who_agrees_now_is_known_for_many_things_in_one_query(
    ada: User, purpose: consents.Purpose, cast: Cast
) -> None:
    now = cast.at("call_opens")
    for user, about, deed in (
        (ada, "p1", words.give),
        (ada, "p2", words.give),
        (ada, "p2", words.refuse),
        (cast.mentor, "p1", words.refuse),
        (cast.mentor, "p2", words.give),
    ):
        deed(user=user, purpose=purpose, about=about, now=now)
    with CaptureQueriesContext(connection) as captured:
        assert words.standing(purpose, ["p1", "p2"]) == {(ada.pk, "p1"), (cast.mentor.pk, "p2")}
    assert len(captured) == 1


def test_the_text_is_kept_in_the_language_in_which_it_was_read(ada: User, cast: Cast) -> None:
    real = consents.known()["impact.follow-up"].purpose
    with translation.override("fr"):
        row = words.give(user=ada, purpose=real, now=cast.at("call_opens"))
    assert row.language == "fr"
    assert row.text.startswith("J’accepte")


def test_what_was_not_given_cannot_be_taken_back(
    stale: Client, purpose: consents.Purpose, effects: Effects
) -> None:
    assert stale.post("/account/consents/tests.show/").status_code == 409
    assert stale.post("/account/consents/no.such/").status_code == 409
    assert not Consent.objects.exists()
    assert effects.undone == []


def test_a_consent_that_no_release_asks_any_more_is_shown_and_taken_back(
    stale: Client, ada: User, purpose: consents.Purpose, cast: Cast
) -> None:
    words.give(user=ada, purpose=asked("tests.gone", text="I agreed once."), now=cast.at("call_opens"))
    assert "I agreed once." in stale.get("/account/").content.decode()
    assert stale.post("/account/consents/tests.gone/").status_code == 302
    assert not Consent.objects.order_by("-pk")[0].given


def test_a_consent_is_never_changed_or_deleted_by_itself(
    ada: User, purpose: consents.Purpose, cast: Cast
) -> None:
    row = words.give(user=ada, purpose=purpose, now=cast.at("call_opens"))
    row.given = False
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.delete()


def test_a_purpose_means_one_thing(purpose: consents.Purpose, effects: Effects) -> None:
    more: dict[str, Any] = {"take_back": effects.take_back, "describe": effects.describe}
    assert consents.register(purpose, **more) == purpose
    with pytest.raises(ValueError, match="declared twice"):
        consents.register(asked(text="Other"), **more)


def test_the_account_costs_the_same_with_ten_consents(
    stale: Client, ada: User, purpose: consents.Purpose, cast: Cast
) -> None:
    def queries(count: int) -> int:
        for number in range(count):
            words.give(user=ada, purpose=purpose, about=f"p{number}", now=cast.at("call_opens"))
        with CaptureQueriesContext(connection) as captured:
            assert stale.get("/account/").status_code == 200
        return len(captured)

    assert queries(1) == queries(10)


def test_pages_about_oneself_are_kept_by_no_cache(inside: Client) -> None:
    for path in ("/account/", "/account/sign-in/", "/account/data/", "/account/erase/"):
        assert "no-store" in inside.get(path)["Cache-Control"]
    assert person_in(inside) is not None
