"""The showcase at its edges: programmes without one, pages that changed meanwhile, what stands on the desk."""

import pytest
from django.test import Client

from tests.cast import Cast, gather
from tests.plans import without
from tests.training.world import project_of, public_page, scholar_of
from tests.visiting import Clock, page, rival_page, signed_in
from tremplin.core.errors import Conflict, Invalid
from tremplin.people.consents import Purpose
from tremplin.people.services import consents
from tremplin.programmes.desk import Card
from tremplin.programmes.roles import Role
from tremplin.projects import services as projects
from tremplin.showcase import desk, services
from tremplin.showcase.models import DemoSlot, PageState
from tremplin.showcase.purposes import MENTOR, PAGE


def cards(cast: Cast, role: Role, *, code: str = "training_ends", days: int = -3) -> list[Card]:
    who = getattr(cast, role)
    return desk.cards(cohort=cast.cohort, actor=who, roles=frozenset({role}), now=cast.at(code, days=days))


def test_a_scholar_is_reminded_of_the_page_when_training_ends_and_until_it_is_sent(cast: Cast) -> None:
    scholar_of(cast)
    assert cards(cast, Role.SCHOLAR) == []  # nothing to show without a project
    project_of(cast)
    assert cards(cast, Role.SCHOLAR, code="training_starts", days=10) == []
    (card,) = cards(cast, Role.SCHOLAR)
    assert card.title == "Write your public page"
    assert card.due == cast.at("demo_day")


@pytest.mark.parametrize(("upto", "reminded"), [("draft", 1), ("asked", 0), ("published", 0)])
def test_what_was_sent_is_no_longer_asked_for(cast: Cast, upto: str, reminded: int) -> None:
    public_page(cast, upto)
    assert len(cards(cast, Role.SCHOLAR)) == reminded


def test_an_organiser_sees_how_many_pages_wait(cast: Cast) -> None:
    assert cards(cast, Role.ORGANISER) == []
    public_page(cast, "asked")
    (card,) = cards(cast, Role.ORGANISER)
    assert card.line == "1 page waits to be published."


def test_a_programme_without_a_showcase_has_no_gallery_and_nothing_on_the_desk(db: None) -> None:
    cast = gather(text=without("showcase"))
    assert Client().get(page(cast, "showcase:gallery")).status_code == 404
    assert cards(cast, Role.ORGANISER) == []


def test_a_public_page_is_taken_back_before_it_is_changed(cast: Cast) -> None:
    row = public_page(cast)
    with pytest.raises(Conflict, match="This page is public"):
        services.save_page(
            project=row.project,
            values={"before": "Other words"},
            expected_version=row.version,
            actor=cast.scholar,
            now=cast.at("training_ends"),
        )
    row.refresh_from_db()
    assert (row.state, row.before) == (PageState.PUBLISHED, "")


def test_publishing_twice_is_publishing_once(cast: Cast) -> None:
    row = public_page(cast)
    again = services.publish(page=row, actor=cast.organiser, now=cast.at("training_ends", days=3))
    assert again.published_at == row.published_at


def test_a_checklist_that_was_opened_again_keeps_the_page_back(cast: Cast) -> None:
    row = public_page(cast, "asked")
    projects.mark(
        project=row.project,
        code="tests",
        evidence="other-tests/",  # changed, so nobody has confirmed it
        actor=cast.scholar,
        now=cast.at("training_ends"),
    )
    with pytest.raises(Conflict, match="checklist is not complete any more"):
        services.publish(page=row, actor=cast.organiser, now=cast.at("training_ends"))


def test_a_demo_day_has_talks_of_its_own_cohort_alone(cast: Cast) -> None:
    theirs = project_of(gather(house="Elsewhere"))
    with pytest.raises(Invalid):
        services.order_demo_day(
            cohort=cast.cohort,
            projects_in_order=[theirs],
            minutes=10,
            actor=cast.organiser,
            now=cast.at("training_ends"),
        )
    assert not DemoSlot.objects.exists()


def test_only_pages_with_a_number_have_a_talk(cast: Cast, clock: Clock) -> None:
    row = public_page(cast)
    client, path = signed_in(cast.organiser), page(cast, "showcase:organise")
    client.post(path, {f"place-{row.ref}": "1", "minutes": "15"})
    assert DemoSlot.objects.get().minutes == 15
    client.post(path, {f"place-{row.ref}": " first ", "minutes": "15"})
    assert not DemoSlot.objects.exists()


@pytest.mark.parametrize("purpose", [PAGE, MENTOR], ids=["page", "mentor"])
def test_a_consent_about_a_page_that_is_gone_can_still_be_taken_back(cast: Cast, purpose: Purpose) -> None:
    row = public_page(cast, show_mentor=True)
    services.agree_as_mentor(page=row, agree=True, actor=cast.mentor, now=cast.at("training_ends"))
    who = cast.scholar if purpose is PAGE else cast.mentor
    about = row.ref
    row.delete()
    consents.withdraw(user=who, code=purpose.code, about=about, now=cast.at("training_ends", days=1))
    assert not consents.holds(who, purpose, about)


def test_a_page_of_another_house_stays_unseen(cast: Cast, clock: Clock) -> None:
    row = public_page(cast)
    assert Client().get(rival_page(cast, "showcase:page", ref=row.ref)).status_code == 404
