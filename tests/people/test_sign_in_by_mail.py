"""Signing in by a mailed link or its code: for anyone, once, for half an hour, on any device."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.people.conftest import Post
from tremplin.core import clock
from tremplin.core.models import TokenBucket
from tremplin.core.outbox.models import OutboxMessage
from tremplin.people import keys
from tremplin.people.models import MailedKey, SignIn, User

pytestmark = pytest.mark.django_db
NEW = "new.person@example.org"


def ask(client: Client, address: str = NEW, next_url: str = "", **extra: str) -> None:
    answer = client.post("/sign-in/", {"address": address, "next": next_url}, **extra)
    assert answer.status_code == 302, answer.content
    assert answer["Location"] == "/sign-in/sent/"


def signed_in_as(client: Client) -> str | None:
    user_id = client.session.get("_auth_user_id")
    return User.objects.get(pk=user_id).email if user_id else None


def age_keys(**by: int) -> None:
    for key in MailedKey.objects.all():
        MailedKey.objects.filter(pk=key.pk).update(created_at=key.created_at - timedelta(**by))


def test_a_new_address_gets_in_and_only_then_is_there_a_person(client: Client, post: Post) -> None:
    ask(client)
    assert not User.objects.exists()
    page = client.get(post.newest().link)
    assert NEW in page.content.decode()
    assert not User.objects.exists()
    answer = client.post(post.newest().link, {"time_zone": "Africa/Tunis"})
    assert answer["Location"] == "/"
    person = User.objects.get()
    assert (person.email, person.time_zone, person.has_usable_password()) == (NEW, "Africa/Tunis", False)
    assert signed_in_as(client) == NEW


def test_a_mail_scanner_that_opens_the_link_uses_nothing_up(client: Client, post: Post) -> None:
    ask(client)
    link = post.newest().link
    scanner = Client()
    for _ in range(3):
        assert scanner.get(link).status_code == 200
        assert scanner.head(link).status_code == 200
    client.post(link)
    assert signed_in_as(client) == NEW


def test_the_link_works_on_another_device_and_keeps_the_way(
    client: Client, other_device: Client, post: Post
) -> None:
    ask(client, next_url="/account/details/?from=mail")
    answer = other_device.post(post.newest().link)
    assert answer["Location"] == "/account/details/?from=mail"
    assert signed_in_as(other_device) == NEW
    assert signed_in_as(client) is None
    assert SignIn.objects.get().device == "Chrome on Android"


def test_a_link_works_once(client: Client, other_device: Client, post: Post) -> None:
    ask(client)
    link = post.newest().link
    client.post(link)
    for answer in (other_device.get(link), other_device.post(link)):
        assert answer.status_code == 410
        assert "no longer works" in answer.content.decode()
    assert signed_in_as(other_device) is None


def test_a_used_link_opened_again_in_the_same_browser_just_leads_on(client: Client, post: Post) -> None:
    ask(client, next_url="/account/")
    link = post.newest().link
    client.post(link)
    assert client.post(link)["Location"] == "/account/"
    assert client.get(link)["Location"] == "/account/"


def test_a_link_is_dead_after_half_an_hour(client: Client, post: Post) -> None:
    ask(client)
    age_keys(minutes=31)
    assert client.get(post.newest().link).status_code == 410
    assert client.post(post.newest().link).status_code == 410
    assert not User.objects.exists()


def test_an_invented_link_tells_nothing(client: Client) -> None:
    answer = client.get("/sign-in/link/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/")
    assert answer.status_code == 410
    assert "@" not in answer.content.decode()


def test_using_one_link_ends_the_others_and_empties_the_mails(client: Client, post: Post) -> None:
    ask(client)
    ask(client)
    first, second = post.all()
    client.post(second.link)
    assert Client().post(first.link).status_code == 410
    assert {mail.body for mail in post.all()} == {"—\n"}
    assert not OutboxMessage.objects.filter(subject__regex=r"\d").exists()


def test_only_hashes_are_kept(client: Client, post: Post) -> None:
    ask(client)
    row, mail = MailedKey.objects.get(), post.newest()
    secret = mail.link.split("/")[-2]
    assert row.link_hash == keys.link_hash(secret)
    kept = " ".join(str(value) for value in MailedKey.objects.values_list().get())
    assert secret not in kept
    assert mail.code not in kept


def test_the_code_works_in_the_browser_that_asked(client: Client, post: Post) -> None:
    ask(client, next_url="/account/")
    code = post.newest().code
    answer = client.post("/sign-in/sent/", {"code": f" {code[:3]}-{code[3:]} "})
    assert answer["Location"] == "/account/"
    assert signed_in_as(client) == NEW


def test_the_code_of_an_earlier_mail_works_too_because_mails_cross(client: Client, post: Post) -> None:
    ask(client)
    earlier = post.newest().code
    ask(client)
    client.post("/sign-in/sent/", {"code": earlier})
    assert signed_in_as(client) == NEW


def test_the_code_is_worth_nothing_elsewhere(client: Client, other_device: Client, post: Post) -> None:
    ask(client)
    assert other_device.post("/sign-in/sent/", {"code": post.newest().code})["Location"] == "/sign-in/"
    ask(other_device, "somebody.else@example.org")
    answer = other_device.post("/sign-in/sent/", {"code": post.all(NEW)[-1].code})
    assert "This is not the code" in answer.content.decode()
    assert signed_in_as(other_device) is None


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_five_wrong_codes_end_the_code_but_not_the_link(client: Client, post: Post) -> None:
    ask(client)
    mail = post.newest()
    for _ in range(5):
        assert client.post("/sign-in/sent/", {"code": wrong(mail.code)}).status_code == 422
    answer = client.post("/sign-in/sent/", {"code": mail.code})
    assert "No code can be used here any more" in answer.content.decode()
    assert signed_in_as(client) is None
    client.post(mail.link)
    assert signed_in_as(client) == NEW


def test_ten_wrong_codes_a_day_are_all_that_an_address_allows(client: Client, post: Post) -> None:
    for _ in range(2):
        ask(client)
        code = post.newest().code
        for _ in range(5):
            client.post("/sign-in/sent/", {"code": wrong(code)})
    ask(client)
    answer = client.post("/sign-in/sent/", {"code": post.newest().code})
    assert answer.status_code == 429
    assert "Use the link in the mail instead" in answer.content.decode()
    assert signed_in_as(client) is None


def test_a_code_is_dead_after_half_an_hour(client: Client, post: Post) -> None:
    ask(client)
    age_keys(minutes=31)
    client.post("/sign-in/sent/", {"code": post.newest().code})
    assert signed_in_as(client) is None


def answers_for(client: Client, address: str) -> list[str]:
    asked = client.post("/sign-in/", {"address": address})
    page = client.get(asked["Location"])
    return [str(asked.status_code), asked["Location"], page.content.decode().replace(address, "ADDRESS")]


def without_tokens(pages: list[str]) -> list[str]:
    return [page.split("csrfmiddlewaretoken")[0] + str(len(page)) for page in pages]


def test_known_and_unknown_addresses_get_the_same_answer_and_cost_the_same(
    django_assert_num_queries: DjangoAssertNumQueries, post: Post
) -> None:
    User.objects.create_user("aaa@example.org", language="en")
    known = without_tokens(answers_for(Client(), "aaa@example.org"))
    unknown = without_tokens(answers_for(Client(), "bbb@example.org"))
    assert known == unknown
    assert len(post.all("aaa@example.org")) == len(post.all("bbb@example.org")) == 1


def test_a_closed_account_is_told_only_to_its_owner(client: Client, post: Post) -> None:
    User.objects.create_user(NEW)
    User.objects.update(is_active=False)
    ask(client)
    answer = client.post(post.newest().link)
    assert answer.status_code == 403
    assert "This account is closed" in answer.content.decode()
    assert signed_in_as(client) is None


def test_the_sixth_mail_to_an_address_must_wait(client: Client, post: Post) -> None:
    for _ in range(5):
        ask(client)
    answer = client.post("/sign-in/", {"address": NEW})
    assert answer.status_code == 429
    assert "Try again in 6 minutes" in answer.content.decode()
    assert f'value="{NEW}"' in answer.content.decode()
    assert len(post.all()) == 5
    ask(client, "other@example.org")


def test_one_network_address_cannot_mail_the_whole_world(
    client: Client, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = clock.now()
    monkeypatch.setattr(
        clock, "now", lambda: at
    )  # two hundred posts take a while, and the limit fills up again
    for number in range(200):
        client.post("/sign-in/", {"address": f"victim{number}@example.org"}, REMOTE_ADDR="192.0.2.7")
    assert client.post("/sign-in/", {"address": NEW}, REMOTE_ADDR="192.0.2.7").status_code == 429
    ask(client, NEW, REMOTE_ADDR="192.0.2.8")
    assert len(post.all(NEW)) == 1


def test_limits_and_keys_are_forgotten_when_they_no_longer_matter(client: Client) -> None:
    from tremplin.people.tasks import tidy

    ask(client)
    tidy.call()
    assert MailedKey.objects.count() == 1
    age_keys(days=2)
    TokenBucket.objects.update(full_at=timezone.now() - timedelta(minutes=1))
    tidy.call()
    assert MailedKey.objects.count() == TokenBucket.objects.count() == 0
    assert OutboxMessage.objects.get().body == "—\n"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example.org/",
        "//evil.example.org/",
        "/\\evil.example.org/",
        "\\\\evil.example.org",
        "javascript:alert(1)",
        "http:///evil.example.org",
        " //evil.example.org",
        "/\t/evil.example.org",
        "/sign-out/",
        "/sign-in/",
        "x" * 600,
    ],
)
def test_next_leads_nowhere_but_here(client: Client, post: Post, elsewhere: str) -> None:
    ask(client, next_url=elsewhere)
    assert client.post(post.newest().link)["Location"] == "/"
    assert client.get("/sign-in/", {"next": elsewhere})["Location"] == "/"
    page = Client().get("/sign-in/", {"next": elsewhere}).content.decode()
    kept = re.findall(r'name="next"[^>]*', page)
    assert kept
    assert not any("evil" in field for field in kept)


def test_whoever_is_in_already_goes_on(client: Client) -> None:
    client.force_login(User.objects.create_user(NEW))
    assert client.get("/sign-in/?next=/account/")["Location"] == "/account/"
    assert client.get("/sign-in/password/?next=/account/")["Location"] == "/account/"


def test_a_person_is_written_to_in_their_own_language(client: Client, post: Post) -> None:
    User.objects.create_user(NEW, language="fr")
    ask(client)
    assert post.newest().language == "fr"
    assert "votre code" in post.newest().subject
    assert 'lang="fr"' in Client().get(post.newest().link).content.decode()


def test_a_newcomer_is_written_to_in_the_language_of_the_page_and_keeps_it(
    client: Client, post: Post
) -> None:
    ask(client, headers={"accept-language": "fr"})
    assert post.newest().language == "fr"
    client.post(post.newest().link)
    assert User.objects.get().language == "fr"


def test_a_browser_that_chose_its_language_keeps_it_on_the_page_of_the_link(
    client: Client, post: Post
) -> None:
    ask(client, headers={"accept-language": "fr"})
    client.get("/?lang=en")
    assert 'lang="en"' in client.get(post.newest().link).content.decode()


def test_a_wrong_address_is_said_at_the_field_and_kept(client: Client) -> None:
    page = client.post("/sign-in/", {"address": "ada@"}).content.decode()
    assert "This is not a whole e-mail address" in page
    assert 'value="ada@"' in page
    assert "<title>Error:" in page


def test_the_character_that_no_address_can_hold_is_named(client: Client) -> None:
    page = client.post("/sign-in/", {"address": "zoé@example.org"}).content.decode()
    assert "“é” cannot stand before the @" in page
    assert "Is it “e”?" in page
    assert 'value="zoé@example.org"' in page
    french = client.post("/sign-in/?lang=fr", {"address": "zoé@example.org"}).content.decode()
    assert "«\u00a0é\u00a0» ne peut pas figurer avant le @" in french


def test_addresses_are_one_whatever_their_capitals(client: Client, post: Post) -> None:
    person = User.objects.create_user("ada@example.org")
    ask(client, " Ada@Example.ORG ")
    client.post(post.newest("ada@example.org").link)
    assert User.objects.get() == person
    assert signed_in_as(client) == "ada@example.org"


def test_another_persons_link_signs_the_present_one_out_first(client: Client, post: Post) -> None:
    client.force_login(User.objects.create_user("first@example.org"))
    before = client.session.session_key
    ask(Client(), "second@example.org")
    link = post.newest().link
    assert "first@example.org" in client.get(link).content.decode()
    client.post(link)
    assert signed_in_as(client) == "second@example.org"
    assert client.session.session_key != before


def test_the_session_gets_a_new_key_on_the_way_in(client: Client, post: Post) -> None:
    ask(client)
    before = client.session.session_key
    client.post(post.newest().link)
    assert before
    assert client.session.session_key != before


def test_pages_with_secrets_are_kept_by_no_cache(client: Client, post: Post) -> None:
    ask(client)
    for path in (post.newest().link, "/sign-in/sent/"):
        assert "no-store" in client.get(path)["Cache-Control"]


def test_signing_out_asks_first_and_ends_the_session(client: Client) -> None:
    client.force_login(User.objects.create_user(NEW))
    assert "data-forget" in client.get("/sign-out/").content.decode()
    assert signed_in_as(client) == NEW
    gone = client.post("/sign-out/")
    assert gone["Location"] == "/"
    assert gone["Clear-Site-Data"] == '"cache"'  # nobody goes back to pages that the browser had stored
    assert signed_in_as(client) is None
    assert not SignIn.objects.exists()
