"""Institutions that both named keep a reviewer from an applicant, and nothing of it reaches the reviewer.

A conflict that was worked out can be wrong: then an organiser sets it aside.
"""

import pytest

from tests.cast import PLANS, Cast, gather
from tests.mentoring.world import enrol
from tests.review.world import ANSWERS, apply, give_out, reviewers
from tests.visiting import Clock, hidden, page, signed_in, text_of
from tremplin.applications.models import Application
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.people.models import User
from tremplin.programmes.roles import Role
from tremplin.programmes.services import grant
from tremplin.review import queries, services
from tremplin.review.models import Assignment, TieSetAside

SCHOOL = """[[application.sections.questions]]
code = "school"
kind = "short"
label = { en = "Where do you study?", fr = "Où étudiez-vous ?" }
names = "school"
identifies = true
required = false
max_characters = 200

"""
COUNTRY = '[[application.sections.questions]]\ncode = "country"'


@pytest.fixture
def cast(db: None) -> Cast:
    """A cohort whose form asks where one studies."""
    text = (PLANS / "small.toml").read_text("utf-8")
    assert COUNTRY in text
    return gather(text=text.replace(COUNTRY, SCHOOL + COUNTRY, 1))


def says(cast: Cast, own: str = "", avoids: str = "") -> None:
    services.set_profile(
        cohort=cast.cohort,
        reviewer=cast.reviewer,
        actor=cast.reviewer,
        now=cast.at("call_opens", days=1),
        languages=["en", "fr"],
        institutions=own,
        avoids=avoids,
    )


def studies(cast: Cast, school: str) -> Application:
    return apply(cast.cohort, 1, now=cast.at("call_opens", days=2), answers={**ANSWERS, "school": school})[0]


def standing(cast: Cast, application: Application) -> dict[User, tuple[str, list[str]]]:
    rows = queries.candidates(cast.cohort, cast.organiser, application, now=cast.at("call_closes", days=1))
    return {row.reviewer: (row.state, [tie.kind for tie in row.ties]) for row in rows}


def lift(
    cast: Cast,
    application: Application,
    kind: str = "institution",
    reason: str = "30,000 people study there.",
) -> TieSetAside:
    row = services.set_tie_aside(
        cohort=cast.cohort,
        application=application,
        reviewer=cast.reviewer,
        kind=kind,
        reason=reason,
        actor=cast.organiser,
        now=cast.at("call_closes", days=1),
    )
    row.cohort = cast.cohort
    return row


def test_who_named_the_same_institution_does_not_read(cast: Cast) -> None:
    says(cast, "INSA\nUniversité de Lyon")
    tied, free = studies(cast, "Lyon University"), studies2(cast)
    assert standing(cast, tied)[cast.reviewer] == ("conflict", ["institution"])
    assert standing(cast, free)[cast.reviewer] == ("given", [])
    give_out(cast)
    assert not Assignment.objects.filter(application=tied, reviewer=cast.reviewer).exists()


def studies2(cast: Cast) -> Application:
    return apply(
        cast.cohort,
        1,
        now=cast.at("call_opens", days=2),
        prefix="other",
        answers={**ANSWERS, "school": "Université de Dakar"},
    )[0]


def test_who_asked_not_to_read_people_of_an_institution_does_not(cast: Cast) -> None:
    says(cast, avoids="Lyon University")
    assert standing(cast, studies(cast, "université de lyon"))[cast.reviewer] == ("conflict", ["avoided"])


def test_naming_an_institution_moves_no_read_so_that_nobody_learns_where_somebody_studies(cast: Cast) -> None:
    application = studies(cast, "Université de Lyon")
    reviewers(cast, 2)
    give_out(cast)
    mine = Assignment.objects.filter(reviewer=cast.reviewer, state="assigned")
    if not mine.exists():
        Assignment.objects.filter(application=application).first().delete()  # type: ignore[union-attr]
        Assignment.objects.create(
            cohort=cast.cohort,
            application=application,
            reviewer=cast.reviewer,
            created_at=cast.at("call_closes", days=1),
        )
    before = text_of(signed_in(cast.reviewer), page(cast, "review:queue"))
    says(cast, "Université de Lyon")
    after = text_of(signed_in(cast.reviewer), page(cast, "review:queue"))
    assert mine.count() == 1
    name = queries.queue_for(cast.cohort, cast.reviewer).rows[0].name
    assert name in before
    assert name in after
    preview = services.plan_assignment(
        cohort=cast.cohort, actor=cast.organiser, now=cast.at("call_closes", days=2)
    )
    assert [row.reviewer for row in preview.tied] == [cast.reviewer]


def test_a_conflict_that_was_worked_out_can_be_set_aside_with_a_reason_and_counts_again(cast: Cast) -> None:
    says(cast, "Université de Lyon")
    application = studies(cast, "Université de Lyon")
    row = lift(cast, application)
    assert standing(cast, application)[cast.reviewer] == ("given", [])
    assert lift(cast, application) == row  # twice is once
    event = AuditEvent.objects.get(verb="review.tie-set-aside")
    assert event.data == {"kind": "institution", "reviewer": cast.reviewer.ref}
    for _turn in range(2):
        services.restore_tie(row=row, actor=cast.organiser, now=cast.at("call_closes", days=2))
    assert standing(cast, application)[cast.reviewer] == ("conflict", ["institution"])
    assert AuditEvent.objects.filter(verb="review.tie-restored").count() == 1


def test_one_kind_set_aside_leaves_another_standing(cast: Cast) -> None:
    says(cast, "Université de Lyon", avoids="Lyon")
    application = studies(cast, "Université de Lyon")
    lift(cast, application)
    assert standing(cast, application)[cast.reviewer] == ("conflict", ["avoided"])


def test_what_a_reviewer_declared_or_is_a_fact_is_never_set_aside(cast: Cast) -> None:
    says(cast, avoids="Université de Lyon")
    application = studies(cast, "Université de Lyon")
    for kind in ("declared", "avoided", "mentor", "peer", "nonsense"):
        with pytest.raises(NotAllowed):
            lift(cast, application, kind)
    with pytest.raises(Conflict):
        lift(cast, application, "institution")
    with pytest.raises(Invalid):
        lift(cast, application, "mail", "  ")


def test_only_an_organiser_who_has_no_part_in_it_sets_a_conflict_aside(cast: Cast) -> None:
    says(cast, "Université de Lyon")
    application = studies(cast, "Université de Lyon")
    grant(user=cast.reviewer, cohort=cast.cohort, role=Role.ORGANISER, actor=None, now=cast.at("call_opens"))
    for actor in (cast.second_reviewer, cast.observer, cast.stranger, cast.reviewer):
        with pytest.raises(NotAllowed):
            services.set_tie_aside(
                cohort=cast.cohort,
                application=application,
                reviewer=cast.reviewer,
                kind="institution",
                reason="No.",
                actor=actor,
                now=cast.at("call_closes"),
            )


def test_it_is_set_aside_and_taken_back_on_pages_that_say_why(cast: Cast, clock: Clock) -> None:
    clock.at = cast.at("call_closes", days=1)
    says(cast, "Université de Lyon")
    application = studies(cast, "Lyon University")
    client = signed_in(cast.organiser)
    reads = page(cast, "review:reads", ref=application.ref)
    here = page(cast, "review:tie", ref=application.ref, reviewer=cast.reviewer.ref, kind="institution")
    assert "both named the same institution (Lyon University)" in text_of(client, reads)
    assert here in text_of(client, reads)
    assert client.post(here, {"reason": ""}).status_code == 422
    assert client.post(here, {"reason": "30,000 people study there."}).status_code == 302
    assert "Set aside: both named the same institution" in text_of(client, reads)
    text = text_of(client, here)
    assert "30,000 people study there." in text
    assert client.post(here, hidden(text)).status_code == 302
    assert "Set aside" not in text_of(client, reads)
    for kind in ("avoided", "declared"):
        wrong = page(cast, "review:tie", ref=application.ref, reviewer=cast.reviewer.ref, kind=kind)
        assert client.get(wrong).status_code == 404


def test_scholars_of_one_cohort_do_not_judge_each_other(cast: Cast) -> None:
    earlier = gather(house="Earlier")
    now = cast.at("call_opens", days=2)
    enrol(earlier, cast.reviewer)
    enrol(earlier, cast.applicant)
    application = apply(cast.cohort, 0, now=now, also=[cast.applicant])[0]
    assert standing(cast, application)[cast.reviewer] == ("conflict", ["peer"])
