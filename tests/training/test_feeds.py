"""Public posts are followed from outside: a list, a feed of the cohort, a feed of each writer; and nothing else is."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client

from tests.cast import Cast
from tests.training.world import post, scholar_of
from tests.visiting import Clock, page, signed_in
from tremplin.training import rules, services
from tremplin.training.models import Audience

ATOM = "{http://www.w3.org/2005/Atom}"
MARKER = "xylophone-4711"


def read(path: str) -> ElementTree.Element:
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(answer.content)


def titles(feed: ElementTree.Element) -> list[str | None]:
    return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


def test_a_feed_holds_public_posts_in_full_and_no_other(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    post(scholar, 1, Audience.DRAFT, title=MARKER)
    post(scholar, 2, Audience.COHORT, title=MARKER)
    public = post(scholar, 3, Audience.PUBLIC, title="Public", body="Two *models* & <b>one</b> café.")
    for path in (page(cast, "training:feed"), page(cast, "training:writer-feed", ref=scholar.ref)):
        feed = read(path)
        assert titles(feed) == ["Public"]
        assert MARKER not in Client().get(path).text
        entry = next(feed.iter(f"{ATOM}entry"))
        text = entry.findtext(f"{ATOM}summary") or ""
        assert "<em>models</em>" in text
        assert "<b>" not in text, "what somebody typed is shown, not run"
        assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Sami Scholar"
        assert str(entry.find(f"{ATOM}link").get("href")).endswith(
            page(cast, "training:public-entry", ref=public.ref)
        )  # type: ignore[union-attr]


def test_a_post_that_was_changed_keeps_its_id(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    entry = post(scholar, 1, Audience.PUBLIC)
    path = page(cast, "training:feed")
    before = next(read(path).iter(f"{ATOM}entry"))
    services.save_entry(
        scholar=scholar,
        week=1,
        title="New title",
        body="New",
        language="en",
        expected_version=entry.version,
        actor=cast.scholar,
        now=cast.at("training_starts") + timedelta(days=3),
    )
    after = next(read(path).iter(f"{ATOM}entry"))
    assert after.findtext(f"{ATOM}id") == before.findtext(f"{ATOM}id")
    assert after.findtext(f"{ATOM}updated") != before.findtext(f"{ATOM}updated")
    assert after.findtext(f"{ATOM}title") == "New title"


def test_without_a_public_post_a_scholar_has_no_feed_and_the_cohort_an_empty_one(
    cast: Cast, clock: Clock
) -> None:
    scholar = scholar_of(cast)
    post(scholar, 1, Audience.COHORT)
    assert Client().get(page(cast, "training:writer-feed", ref=scholar.ref)).status_code == 404
    assert titles(read(page(cast, "training:feed"))) == []
    assert "Sami" not in Client().get(page(cast, "training:public-journal")).text


def test_a_post_taken_back_leaves_list_and_feeds(cast: Cast, clock: Clock) -> None:
    entry = post(scholar_of(cast), 1, Audience.PUBLIC, title=MARKER)
    paths = [page(cast, "training:feed"), page(cast, "training:public-journal")]
    assert all(MARKER in Client().get(path).text for path in paths)
    services.share_entry(
        entry=entry, audience=Audience.COHORT, actor=cast.scholar, now=cast.at("training_starts")
    )
    assert not any(MARKER in Client().get(path).text for path in paths)


def test_the_page_of_the_call_leads_to_the_journals_once_there_are_some(cast: Cast, clock: Clock) -> None:
    clock.at = cast.at("training_starts", days=3)
    call, path = page(cast, "programmes:call"), page(cast, "training:public-journal")
    assert path not in Client().get(call).text
    post(scholar_of(cast), 1, Audience.PUBLIC)
    assert path in Client().get(call).text
    clock.at = cast.at("call_opens", days=3)
    assert path not in Client().get(call).text


@pytest.mark.parametrize(
    ("cadence", "week", "written", "due"),
    [
        ("weekly", 3, [2], True),
        ("weekly", 3, [3], False),
        ("fortnightly", 3, [2], False),
        ("fortnightly", 3, [1], True),
        ("free", 3, [], False),
        ("weekly", 0, [], False),
    ],
)
def test_a_post_is_asked_for_in_the_step_of_the_programme(
    cadence: str, week: int, written: list[int], due: bool
) -> None:
    assert rules.post_due(cadence, week=week, written=written) is due


def test_readers_of_the_cohort_find_the_way_to_a_post_signed_in_too(cast: Cast, clock: Clock) -> None:
    entry = post(scholar_of(cast), 1, Audience.PUBLIC)
    path = page(cast, "training:public-entry", ref=entry.ref)
    assert page(cast, "training:writer-feed", ref=entry.scholar.ref) in signed_in(cast.mentor).get(path).text
