"""The showcase: nothing is public without consent, and only what was consented to."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from tests.cast import Cast, person
from tests.mentoring.world import crowd, offer
from tests.training.world import project_of, public_page, scholar_of
from tests.visiting import Clock, page, rival_page, signed_in
from tremplin.core.errors import Conflict, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.mentoring import services as mentoring
from tremplin.mentoring.models import Pairing
from tremplin.people.services import consents
from tremplin.programmes import services as programmes
from tremplin.programmes.roles import Role
from tremplin.showcase import services
from tremplin.showcase.models import DemoSlot, PageState
from tremplin.showcase.purposes import MENTOR, PAGE

NAME, BEFORE = "Namemarker-17", "Beforemarker-18"
Counter = Callable[[Client, str], int]


def public(cast: Cast, row: services.ShowcasePage) -> tuple[int, str]:
    answer = Client().get(page(cast, "showcase:page", ref=row.ref))
    return answer.status_code, answer.text


@pytest.mark.parametrize("upto", ["draft", "asked"])
def test_nothing_is_public_before_it_is_published(cast: Cast, clock: Clock, upto: str) -> None:
    row = public_page(cast, upto)
    assert public(cast, row)[0] == 404
    assert "A small translator" not in Client().get(page(cast, "showcase:gallery")).text
    assert signed_in(cast.reviewer).get(page(cast, "showcase:page", ref=row.ref)).status_code == 404
    preview = signed_in(cast.organiser).get(page(cast, "showcase:page", ref=row.ref))
    assert "This is a preview" in preview.text


def test_the_call_leads_to_what_the_scholars_made_once_it_is_public(cast: Cast, clock: Clock) -> None:
    call, gallery = page(cast, "programmes:call"), page(cast, "showcase:gallery")
    clock.at = cast.at("call_opens", days=1)
    assert gallery not in Client().get(call).text
    public_page(cast, "published")
    clock.at = cast.at("demo_day", days=1)
    text = Client().get(call).text
    assert f'href="{gallery}"' in text
    assert "answer these first" not in text  # the call has closed: there is nothing to answer first


def test_a_demo_day_that_comes_is_announced_on_the_call(cast: Cast, clock: Clock) -> None:
    clock.at = cast.at("training_starts", days=1)
    text = Client().get(page(cast, "programmes:call")).text
    assert "Demo day:" in text
    assert page(cast, "showcase:gallery") in text


def test_without_consent_an_organiser_cannot_publish(cast: Cast) -> None:
    with pytest.raises(Conflict):
        services.publish(page=public_page(cast, "draft"), actor=cast.organiser, now=cast.at("training_ends"))


def test_without_the_checklist_a_scholar_cannot_ask(cast: Cast) -> None:
    now = cast.at("training_ends")
    row = services.save_page(
        project=project_of(cast), values={}, expected_version=0, actor=cast.scholar, now=now
    )
    with pytest.raises(Conflict):
        services.ask_to_publish(page=row, expected_version=row.version, actor=cast.scholar, now=now)


def test_a_change_takes_the_consent_back(cast: Cast) -> None:
    row = public_page(cast, "asked")
    changed = services.save_page(
        project=row.project, values={}, expected_version=1, actor=cast.scholar, now=cast.at("training_ends")
    )
    assert (changed.state, changed.consent) == (PageState.DRAFT, None)
    assert not consents.holds(cast.scholar, PAGE, row.ref)
    with pytest.raises(Stale):
        services.ask_to_publish(
            page=row, expected_version=1, actor=cast.scholar, now=cast.at("training_ends")
        )


def test_only_organisers_publish_and_only_the_scholar_writes(cast: Cast) -> None:
    row, now = public_page(cast, "asked"), cast.at("training_ends")
    with pytest.raises(NotAllowed):
        services.publish(page=row, actor=cast.mentor, now=now)
    with pytest.raises(NotAllowed):
        services.save_page(project=row.project, values={}, expected_version=1, actor=cast.organiser, now=now)


def test_the_public_reads_only_what_was_agreed_to(cast: Cast, clock: Clock) -> None:
    row = public_page(cast, shown_name=NAME, before=BEFORE, show_mentor=True)
    status, text = public(cast, row)
    assert status == 200
    assert BEFORE in text
    for secret in (NAME, "Sami Scholar", "Mona Mentor", cast.scholar.email):
        assert secret not in text
        assert secret not in Client().get(page(cast, "showcase:gallery")).text
    services.agree_as_mentor(page=row, agree=True, actor=cast.mentor, now=cast.at("training_ends"))
    assert "Mona Mentor" in public(cast, row)[1]


def test_a_mentors_consent_names_no_other_mentor(cast: Cast, clock: Clock) -> None:
    row, now = public_page(cast, show_mentor=True), cast.at("training_ends")
    services.agree_as_mentor(page=row, agree=True, actor=cast.mentor, now=now)
    second = person("Nadia Next")
    programmes.grant(user=second, cohort=cast.cohort, role=Role.MENTOR, actor=cast.organiser, now=now)
    profile = offer(cast, second)
    Pairing.objects.update(ended_at=now)
    later = cast.at("training_ends", days=1)
    mentoring.pair(scholar=scholar_of(cast), mentor=profile, actor=cast.organiser, now=later)
    text = public(cast, row)[1]
    assert "Nadia Next" not in text
    assert "Mona Mentor" not in text
    with pytest.raises(NotAllowed):
        services.agree_as_mentor(page=row, agree=True, actor=cast.mentor, now=later)
    services.agree_as_mentor(page=row, agree=True, actor=second, now=later)
    assert "Nadia Next" in public(cast, row)[1]


@pytest.mark.parametrize(("who", "holds"), [("scholar", False), ("organiser", True)])
def test_taken_back_it_is_gone_at_once_and_only_the_scholar_takes_the_consent_back(
    cast: Cast, clock: Clock, who: str, holds: bool
) -> None:
    row = public_page(cast)
    act = page(cast, "showcase:act", ref=row.ref)
    assert signed_in(getattr(cast, who)).post(act, {"deed": "take-back"}).status_code == 302
    assert public(cast, row)[0] == 404
    assert consents.holds(cast.scholar, PAGE, row.ref) is holds
    with pytest.raises(Conflict):
        services.publish(page=row, actor=cast.organiser, now=clock.at)


def test_taken_back_at_the_account_the_page_is_gone_for_everybody(cast: Cast, clock: Clock) -> None:
    row = public_page(cast)
    client = signed_in(cast.scholar)
    assert "A small translator" in client.get("/account/").text
    assert client.post("/account/consents/showcase.page/", {"about": row.ref}).status_code == 302
    assert public(cast, row)[0] == 404
    assert "A small translator" not in Client().get(page(cast, "showcase:gallery")).text
    assert AuditEvent.objects.filter(verb="showcase.taken-back", actor=cast.scholar.ref).exists()


def test_a_page_that_waits_is_not_published_after_its_scholar_said_no(cast: Cast, clock: Clock) -> None:
    row = public_page(cast, "asked")
    consents.withdraw(user=cast.scholar, code=PAGE.code, about=row.ref, now=clock.at)
    with pytest.raises(Conflict):
        services.publish(page=row, actor=cast.organiser, now=clock.at)


def test_a_mentor_takes_their_name_back_at_their_account_also_after_the_pairing(
    cast: Cast, clock: Clock
) -> None:
    row = public_page(cast, show_mentor=True)
    services.agree_as_mentor(page=row, agree=True, actor=cast.mentor, now=clock.at)
    Pairing.objects.update(ended_at=clock.at)
    client = signed_in(cast.mentor)
    assert "Being named as the mentor" in client.get("/account/").text
    assert "Mona Mentor" in public(cast, row)[1]
    client.post("/account/consents/showcase.mentor/", {"about": row.ref})
    assert "Mona Mentor" not in public(cast, row)[1]


def test_the_mentor_reads_what_they_would_agree_to(cast: Cast, clock: Clock) -> None:
    row = public_page(cast, show_mentor=True)
    client, organise = signed_in(cast.mentor), page(cast, "showcase:organise")
    assert str(MENTOR.text) in client.get(organise).text
    client.post(page(cast, "showcase:act", ref=row.ref), {"deed": "agree"})
    assert "Do not name me any more" in client.get(organise).text


def test_nobody_takes_back_somebody_elses_word(cast: Cast, clock: Clock) -> None:
    row = public_page(cast)
    answer = signed_in(cast.mentor).post("/account/consents/showcase.page/", {"about": row.ref})
    assert answer.status_code == 409
    assert public(cast, row)[0] == 200


def test_the_database_itself_publishes_nothing_without_a_consent(cast: Cast) -> None:
    row = public_page(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        services.ShowcasePage.objects.filter(pk=row.pk).update(consent=None)


def test_the_scholar_writes_asks_and_an_organiser_publishes(cast: Cast, clock: Clock) -> None:
    project_of(cast, ready=True)
    mine = page(cast, "showcase:mine")
    form = {"shown_name": NAME, "show_name": "on", "version": "0", "ask": "1"}
    assert signed_in(cast.scholar).post(mine, form).status_code == 302
    row = services.ShowcasePage.objects.get()
    organiser = signed_in(cast.organiser)
    assert "Publish" in organiser.get(page(cast, "showcase:organise")).text
    organiser.post(page(cast, "showcase:act", ref=row.ref), {"deed": "publish"})
    assert NAME in public(cast, row)[1]
    assert row.consent is not None
    with translation.override(cast.scholar.language):
        assert row.consent.text == str(PAGE.text)
    stale = signed_in(cast.scholar).post(mine, {**form, "version": "0"})
    assert stale.status_code == 422


def test_without_a_project_one_is_led_to_where_it_begins(cast: Cast, clock: Clock) -> None:
    scholar_of(cast)
    answer = signed_in(cast.scholar).get(page(cast, "showcase:mine"))
    assert answer.headers["Location"] == page(cast, "projects:mine")


def test_strangers_and_wrong_roles(cast: Cast, clock: Clock) -> None:
    row = public_page(cast, "asked")
    organise, act = page(cast, "showcase:organise"), page(cast, "showcase:act", ref=row.ref)
    assert signed_in(cast.reviewer).get(organise).status_code == 403
    assert signed_in(cast.stranger).get(organise).status_code == 404
    stranger = signed_in(cast.stranger)
    assert stranger.post(act, {"deed": "publish"}).status_code == 404
    assert stranger.post(rival_page(cast, "showcase:act", ref=row.ref)).status_code == 404


def test_the_running_order_is_what_the_numbers_say(cast: Cast, clock: Clock) -> None:
    row = public_page(cast)
    client, organise = signed_in(cast.organiser), page(cast, "showcase:organise")
    client.post(organise, {f"place-{row.ref}": "2", "minutes": "8"})
    assert [(slot.position, slot.minutes) for slot in DemoSlot.objects.all()] == [(1, 8)]
    client.post(organise, {f"place-{row.ref}": "1", "minutes": "0"})
    assert DemoSlot.objects.get().minutes == 8


def test_empty_pages_say_so(cast: Cast, clock: Clock) -> None:
    assert "Nothing is published yet" in Client().get(page(cast, "showcase:gallery")).text
    assert "No page yet" in signed_in(cast.organiser).get(page(cast, "showcase:organise")).text


def test_the_list_needs_as_many_queries_for_thirty_pages_as_for_one(
    cast: Cast, clock: Clock, queries_of: Counter
) -> None:
    def filled(count: int, prefix: str) -> None:
        for row in crowd(cast, count, prefix=prefix):
            row.cohort = cast.cohort
            services.page_of(project_of(cast, row), now=cast.at("training_ends"))

    client, address = signed_in(cast.organiser), page(cast, "showcase:organise")
    filled(1, "one")
    client.get(address)
    first = queries_of(client, address)
    filled(29, "many")
    assert queries_of(client, address) == first
    assert first <= 15


def test_what_changes_after_the_consent_is_not_public(cast: Cast) -> None:
    row = public_page(cast, "published")
    project = row.project
    project.description = "Later-marker-19: a paragraph that nobody agreed to show."
    project.save()
    status, text = public(cast, row)
    assert status == 200
    assert "Later-marker-19" not in text
