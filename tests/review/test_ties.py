"""Who must not read whom, worked out from what is known; and what organisers are told of it."""

from typing import Any

import pytest

from tests.cast import Cast, enrol
from tests.mentoring.world import offer
from tests.review.world import apply, give_out, reviewers
from tests.visiting import page, signed_in, text_of
from tremplin.applications.models import Application
from tremplin.core.errors import NotAllowed
from tremplin.mentoring import services as mentoring
from tremplin.people.models import User
from tremplin.programmes.roles import Role
from tremplin.programmes.services import grant
from tremplin.review import queries, services
from tremplin.review.models import Assignment
from tremplin.review.ties import mail_ties, organisation


@pytest.mark.parametrize(
    ("address", "house"),
    [
        ("a@lab.example", "lab.example"),
        ("a@LAB.Example.", "lab.example"),
        ("a@gmail.com", ""),
        ("a@yahoo.co.uk", ""),
        ("a@live.fr", ""),
        ("a@live.lab.example", "live.lab.example"),
        ("a@example.org", ""),
        ("a@post.example.org", ""),
        ("erased@example.invalid", ""),
        ("localhost", ""),
        ("", ""),
    ],
)
def test_an_address_that_anybody_can_have_belongs_to_no_organisation(address: str, house: str) -> None:
    assert organisation(address) == house


def found(reader: str, applicant: str, *home: str) -> list[str]:
    return [tie.detail for tie in mail_ties({1: reader}, {2: applicant}, home=home)]


def test_a_part_of_an_organisation_is_tied_to_the_whole_but_not_to_another_part() -> None:
    assert found("a@uni.example", "b@uni.example") == ["uni.example"]
    assert found("a@uni.example", "b@maths.uni.example") == ["uni.example"]
    assert found("a@maths.uni.example", "b@uni.example") == ["uni.example"]
    assert found("a@maths.uni.example", "b@law.uni.example") == []
    assert found("a@oneuni.example", "b@uni.example") == []
    assert found("a@yahoo.com", "b@yahoo.com") == []


def test_at_the_organisation_that_runs_the_programme_an_address_says_nothing() -> None:
    assert found("a@uni.example", "b@uni.example", "desk@uni.example") == []
    assert found("a@cs.uni.example", "b@cs.uni.example", "desk@uni.example") == []
    assert found("a@other.example", "b@other.example", "desk@uni.example") == ["other.example"]


def at_one_house(cast: Cast) -> Application:
    """An application whose writer has an address where the first reviewer has theirs."""
    application = apply(cast.cohort, 1, now=cast.at("call_opens", days=2))[0]
    move(cast, application)
    return application


def move(cast: Cast, application: Application) -> None:
    for user, name in ((application.applicant, "writer"), (cast.reviewer, "rita")):
        user.email = f"{name}@lab.example"
        user.save()


def readers_of(application: Application) -> set[User]:
    return {row.reviewer for row in Assignment.objects.filter(application=application, state="assigned")}


def test_nobody_is_given_somebody_of_their_own_organisation(cast: Cast) -> None:
    application = at_one_house(cast)
    preview = give_out(cast)
    assert [(row.application_ref, row.missing, row.reason) for row in preview.short] == [
        (application.ref, 1, "conflicts")
    ]
    assert readers_of(application) == {cast.second_reviewer}


def test_a_read_that_is_passed_on_does_not_pass_to_somebody_who_is_tied(cast: Cast) -> None:
    application = at_one_house(cast)
    third, fourth = reviewers(cast, 2)
    give_out(cast)
    assert cast.reviewer not in readers_of(application)
    for user in readers_of(application):
        row = Assignment.objects.get(application=application, reviewer=user)
        row.cohort = cast.cohort
        services.declare_conflict(assignment=row, actor=user, now=cast.at("call_closes", days=2))
    assert len(readers_of(application)) <= 1
    assert readers_of(application) <= {cast.second_reviewer, third, fourth}


def standing(cast: Cast, application: Application) -> dict[User, tuple[str, list[str]]]:
    """How each reviewer stands before an application, and by which ties."""
    rows = queries.candidates(cast.cohort, cast.organiser, application, now=cast.at("call_closes", days=1))
    return {row.reviewer: (row.state, [tie.kind for tie in row.ties]) for row in rows}


def mentored(cast: Cast, scholar: User) -> Application:
    """The application by which `scholar` once came to be mentored by `cast.mentor`."""
    found = enrol(cast, scholar)
    mentoring.pair(
        scholar=found, mentor=offer(cast), actor=cast.organiser, now=cast.at("training_starts", days=-7)
    )
    return found.application


def test_whoever_mentored_somebody_does_not_read_them(cast: Cast) -> None:
    application = mentored(cast, cast.scholar)
    grant(user=cast.mentor, cohort=cast.cohort, role=Role.REVIEWER, actor=None, now=cast.at("call_opens"))
    found = standing(cast, application)
    assert found[cast.mentor] == ("conflict", ["mentor"])
    assert found[cast.reviewer] == found[cast.second_reviewer] == ("given", [])


def test_whoever_was_mentored_does_not_read_their_mentor(cast: Cast) -> None:
    earlier = mentored(cast, cast.reviewer)
    Application.objects.filter(pk=earlier.pk).update(state="withdrawn", withdrawn_at=cast.at("call_opens"))
    application = apply(cast.cohort, 0, now=cast.at("call_opens", days=2), also=[cast.mentor])[0]
    assert standing(cast, application)[cast.reviewer] == ("conflict", ["mentor"])


def test_the_page_of_an_application_says_of_each_reviewer_where_they_stand(cast: Cast) -> None:
    application = at_one_house(cast)
    third, fourth, fifth = reviewers(cast, 3)
    now = cast.at("call_closes", days=1)
    for user, most, language in ((third, 0, "en"), (fourth, 9, "fr")):
        services.set_profile(
            cohort=cast.cohort, reviewer=user, actor=user, now=now, languages=[language], capacity=most
        )
    apply(cast.cohort, 0, now=now, also=[fifth])
    give_out(cast)
    assert {user: state for user, (state, _ties) in standing(cast, application).items()} == {
        cast.second_reviewer: "kept",
        third: "full",
        fourth: "language",
        cast.reviewer: "conflict",
        fifth: "applied",
    }
    text = text_of(signed_in(cast.organiser), page(cast, "review:reads", ref=application.ref))
    assert "addresses at the same organisation (lab.example)" in text
    assert "Applied too, so reads nobody" in text
    assert "1 of 5 reviewers reads it or could." in text


def test_only_organisers_see_who_could_read(cast: Cast) -> None:
    application = at_one_house(cast)
    for user in (cast.reviewer, cast.observer, cast.stranger):
        with pytest.raises(NotAllowed):
            queries.candidates(cast.cohort, user, application, now=cast.at("call_closes"))


def test_the_preview_says_application_by_application_who_would_newly_read_it(cast: Cast) -> None:
    first = apply(cast.cohort, 1, now=cast.at("call_opens", days=2))[0]
    give_out(cast)
    third = reviewers(cast, 1)[0]
    at_home = apply(cast.cohort, 1, now=cast.at("call_opens", days=3), prefix="second")[0]
    move(cast, at_home)
    now = cast.at("call_closes", days=1)
    preview = services.plan_assignment(cohort=cast.cohort, actor=cast.organiser, now=now)
    (change,) = preview.changes
    assert (change.application_ref, change.now, change.able) == (at_home.ref, (), 2)
    assert set(change.new) == {third, cast.second_reviewer}
    text = text_of(signed_in(cast.organiser), page(cast, "review:assign"))
    assert f"<strong>{third.name}</strong>" in text
    assert first.ref.upper() not in text


def test_a_read_that_exists_between_people_who_are_tied_stays_and_is_shown(cast: Cast) -> None:
    application = apply(cast.cohort, 1, now=cast.at("call_opens", days=2))[0]
    give_out(cast)
    move(cast, application)
    preview = give_out(cast)
    assert [(row.application_ref, row.reviewer) for row in preview.tied] == [(application.ref, cast.reviewer)]
    assert readers_of(application) == {cast.reviewer, cast.second_reviewer}
    text = text_of(signed_in(cast.organiser), page(cast, "review:assign"))
    assert "Reads between people who are tied" in text


def test_looking_at_a_plan_asks_the_database_alike_however_many_apply(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.organiser)
    apply(cast.cohort, 60, now=cast.at("call_opens", days=2))
    reviewers(cast, 6)
    with django_assert_max_num_queries(16):
        text_of(client, page(cast, "review:assign"))
    application = Application.objects.filter(cohort=cast.cohort)[0]
    with django_assert_max_num_queries(16):
        text_of(client, page(cast, "review:reads", ref=application.ref))
