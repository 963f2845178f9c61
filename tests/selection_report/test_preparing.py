"""What a report says of how reviewers began, who kept away, the seed, and what went wrong by the books."""

import json
from hashlib import sha256

import pytest

from tests.cast import OPENS, PLANS, Cast, gather, person
from tests.first_reads.world import opened, read_all
from tests.review.world import apply, reviewers
from tests.selection.world import decide, read_cohort
from tests.selection_report.world import published
from tests.visiting import hold, page, signed_in, text_of
from tremplin.blinding.models import Correction
from tremplin.core.outbox.models import OutboxMessage
from tremplin.first_reads.models import FirstReads
from tremplin.methods.lottery import loads
from tremplin.programmes import services as programmes
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.review import queries as reviews
from tremplin.review.models import DeclaredConflict, SharingOut
from tremplin.selection.models import Decision, Draw, Offer
from tremplin.selection_report.figures import content_of
from tremplin.selection_report.figures.preparing import blinded, prepared, recusals
from tremplin.selection_report.figures.record import record


def content(cast: Cast) -> dict[str, object]:
    return content_of(cast.cohort, words={}, now=cast.at("decisions_out", days=3))


def first_reads(cast: Cast, count: int, apart: int = 4) -> FirstReads:
    """So many reviewers read three texts first; the first of them `apart` levels below the others."""
    found = opened(cast)
    now = cast.at("call_opens", days=5)
    reviewers(cast, count - len(people_with(cast.cohort, Role.REVIEWER)))
    for number, reader in enumerate(people_with(cast.cohort, Role.REVIEWER)):
        drive = "1" if number == 0 else str(1 + apart)
        read_all(cast, found, reader, now, scores={"drive": drive, "making": "3"})
    return found


def test_without_first_reads_the_report_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, cast.at("decisions_out", days=3))
    assert published(cast, 6).content["prepared"] is None
    assert "Reviewers did not read the same texts first." in text_of(
        signed_in(cast.applicant), page(cast, "selection_report:newest")
    )


def test_how_far_reviewers_lay_apart_is_told_before_and_after_they_talked(cast: Cast) -> None:
    first_reads(cast, 5)
    read_cohort(cast, 30)
    found = prepared(cast.cohort, reviews.scored_reads(cast.cohort))
    assert found is not None
    assert (found["texts"], found["written"], found["held"], found["counted"]) == (3, 3, True, "shared")
    # Two of five lie apart in 4 of 10 pairs, by four levels of a criterion that weighs two thirds.
    assert found["before"] == [26.7, 26.7, 26.7]
    assert found["after"] == [0.0, 0.0, 0.0], "all who read an application found the same in it"


def test_four_reviewers_are_too_few_to_say_how_far_they_lay_apart(cast: Cast) -> None:
    first_reads(cast, 4)
    found = prepared(cast.cohort, reviews.scored_reads(cast.cohort))
    assert found is not None
    assert (found["before"], found["after"]) == (None, None)


def test_applications_of_the_set_do_not_stand_among_those_read_after(cast: Cast) -> None:
    found = first_reads(cast, 5)
    rows = read_cohort(cast, 30)
    scored = reviews.scored_reads(cast.cohort)
    FirstReads.objects.filter(pk=found.pk).update(counting="none")
    for row in rows[:25]:
        found.pieces.create(application=row, language="en", created_at=OPENS)
    told = prepared(cast.cohort, scored)
    assert told is not None
    assert told["counted"] == "none"
    assert told["after"] is None, "five are left, too few"


def test_who_kept_away_is_told_by_kind_and_only_from_five_on(cast: Cast) -> None:
    rows = read_cohort(cast, 12)
    reader = person("Rita Reader")
    programmes.grant(user=reader, cohort=cast.cohort, role=Role.REVIEWER, actor=cast.organiser, now=OPENS)
    for row in rows[:4]:
        DeclaredConflict.objects.create(
            cohort=cast.cohort, application=row, reviewer=reader, created_at=OPENS
        )
    few = recusals(cast.cohort)
    assert (few["pairs"], few["kinds"]["declared"], few["kinds"]["organisation"]) == (None, None, 0)
    for row in rows[4:7]:
        DeclaredConflict.objects.create(
            cohort=cast.cohort, application=row, reviewer=reader, created_at=OPENS
        )
    many = recusals(cast.cohort)
    assert (many["pairs"], many["kinds"]["declared"]) == (5, 5)
    assert (many["applied"], many["found_late"], many["organisers"]) == (0, 0, 0)


def test_a_reviewer_and_an_applicant_of_one_house_are_a_pair_of_their_kind(cast: Cast) -> None:
    rows = apply(cast.cohort, 6, now=cast.at("call_opens", days=2))
    cast.reviewer.email = "rene@maths.oslo.example-university.no"
    cast.reviewer.save(update_fields=["email"])
    for number, row in enumerate(rows):
        row.applicant.email = f"a{number}@example-university.no"
        row.applicant.save(update_fields=["email"])
    found = reviews.kept_apart(cast.cohort)
    assert found.kinds == {"declared": 0, "training": 0, "organisation": 6}
    assert recusals(cast.cohort)["kinds"]["organisation"] == 5


def test_organisers_who_stand_apart_are_counted_from_five_on(cast: Cast) -> None:
    def stood() -> object:
        return recusals(cast.cohort)["organisers"]

    assert stood() == 0
    for number in range(5):
        user = person(f"Olga {number}")
        programmes.grant(user=user, cohort=cast.cohort, role=Role.ORGANISER, actor=cast.organiser, now=OPENS)
        programmes.step_back(cohort=cast.cohort, actor=user, tied=False, now=OPENS)
        assert stood() == (None if number < 4 else 5)


def test_corrected_copies_are_counted_by_who_corrected_them(cast: Cast) -> None:
    rows = apply(cast.cohort, 6, now=cast.at("call_opens", days=2))
    assert blinded(cast.cohort) == {"applicants": 0, "organisers": 0}
    for row in rows:
        for phrase in ("One", "Two"):
            Correction.objects.create(
                application=row, phrase=phrase, hide=True, maker="applicant", actor="", created_at=OPENS
            )
    Correction.objects.create(
        application=rows[0], phrase="Three", hide=True, maker="organiser", actor="", created_at=OPENS
    )
    assert blinded(cast.cohort) == {"applicants": 5, "organisers": None}


def test_the_draw_of_a_report_holds_its_seed_and_names_its_file(cast: Cast) -> None:
    read_cohort(cast, 30)
    decide(cast)
    draw, file = content(cast)["draw"], Draw.objects.get().file
    assert isinstance(draw, dict)
    assert draw["seed"] == loads(file).seed
    assert draw["reveal"]["secret"] == "test secret"
    assert draw["file"] == sha256(file.encode()).hexdigest()
    assert not [
        code for code in Decision.objects.values_list("draw_code", flat=True) if code in json.dumps(draw)
    ]


def test_the_books_tell_what_went_wrong_without_telling_of_whom(cast: Cast) -> None:
    read_cohort(cast, 12)
    decide(cast)
    whole = record(cast.cohort)
    assert whole == {"short": 0, "undone": 0, "unsent": 0, "expired": 0, "reopened": 0}
    Decision.objects.filter(priority__lte=6).update(reads=1)
    OutboxMessage.objects.filter(pk=OutboxMessage.objects.filter(kind="decision-decline")[:1]).update(
        state="failed"
    )
    Offer.objects.update(state="expired", answered_at=OPENS)
    SharingOut.objects.update(undone_at=OPENS, undone_by=cast.organiser)
    assert record(cast.cohort) == {"short": 5, "undone": 1, "unsent": None, "expired": None, "reopened": 0}


def test_the_page_says_all_of_it_in_both_languages(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = gather(text=(PLANS / "small.toml").read_text("utf-8"))
    hold(monkeypatch, cast.at("decisions_out", days=3))
    first_reads(cast, 5)
    report = published(cast)
    assert report.content["programme"]["purpose"] == cast.cohort.plan.programme.summary
    visitor = signed_in(cast.stranger)
    english = text_of(visitor, page(cast, "selection_report:newest"))
    for words in (
        "How reviewers began",
        "26.7 points",
        "Pairs that were kept apart",
        "What the books know of mishaps",
    ):
        assert words in english
    assert report.content["draw"]["seed"] in english
    french = text_of(visitor, page(cast, "selection_report:newest"), lang="fr")
    assert "Comment les évaluateur·rices ont commencé" in french
