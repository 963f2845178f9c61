"""What a second pass opens, to whom and when; and all that it must not open: markers planted in both."""

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.blinding.world import copy_of
from tests.cast import Cast
from tests.review.second import ANSWERED, first_read, open_second, second_cast, second_reads, texts_of
from tests.review.test_blind import Planted, visits
from tests.review.world import apply, fill, give_out, read_all, read_of, send_again
from tests.selection.world import by_number
from tests.visiting import hold, page, signed_in, text_of
from tests.web.matrix import token_of
from tremplin.applications.models import Snapshot
from tremplin.blinding import queries as blinding
from tremplin.blinding import services as correcting
from tremplin.blinding.models import RedactedCopy
from tremplin.core.errors import Stale
from tremplin.core.models import StoredFile
from tremplin.people.models import User
from tremplin.review import queries
from tremplin.review.models import Assignment

NAME = "Zyxada Zyxlove"
OPENED = ("Qopenpath", "Qopenschool", "Sénégal", "Senegal")
NEVER = ("Zyxada", "Zyxlove", "Zyxville", "zyxada", "Worrymark")
ANSWERS = {
    **ANSWERED,
    "full_name": NAME,
    "country": "SN",
    "path": "Qopenpath: I am Zyxada, of Qopenschool in Zyxville. zyxada@mail.example, https://zyx.example",
    "worries": "Worrymark",
    "school": "Lycée Qopenschool",
    "town": "Zyxville",
    "motivation": "At Lycée Qopenschool in Zyxville I, Zyxada, built a station.",
}


@pytest.fixture
def cast(db: None) -> Cast:
    return second_cast("per_place = 1")


@pytest.fixture
def planted(cast: Cast) -> Planted:
    """The best of all, whose answers hold the markers, read in the first pass by two."""
    now = cast.at("call_opens", days=2)
    person = User.objects.create_user("zyxada@example.org", name=NAME)
    [application] = apply(cast.cohort, 0, now=now, also=[person], answers=ANSWERS)
    apply(cast.cohort, 5, now=now, answers={**ANSWERED, "country": "FR", "school": "", "path": ""})
    give_out(cast)
    read_all(cast, by_number)
    file = StoredFile.objects.create(
        owner_ref=person.ref,
        path="x",
        kind="pdf",
        given_name="Zyx.pdf",
        size=1,
        sha256="0" * 64,
        created_at=now,
    )
    snapshot = Snapshot.objects.get(application=application)
    read = Assignment.objects.select_related("reviewer").filter(application=application).first()
    assert read is not None
    read.cohort = cast.cohort
    return Planted(application, snapshot, file, read)


def crawled(cast: Cast, planted: Planted, reviewer: User) -> Iterator[tuple[str, str]]:
    """All that `reviewer` can open, with the reads that are theirs, as the first and the second pass know them."""
    refs = Assignment.objects.filter(reviewer=reviewer).values_list("ref", flat=True)
    every = Cast(**{**vars(cast), "reviewer": reviewer})
    for where, body in visits(every, planted):
        yield where, body.decode(errors="replace")
    client = Client(headers={"Authorization": f"Bearer {token_of(reviewer)}"})
    client.force_login(reviewer)
    for ref in refs:
        yield ref, client.get(page(cast, "review:read", ref=ref), follow=True).content.decode()


def readers(cast: Cast) -> list[User]:
    return list(User.objects.filter(memberships__cohort=cast.cohort, memberships__role="reviewer"))


def test_before_the_pass_nobody_who_reads_finds_a_byte_of_what_it_will_open(
    cast: Cast, planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, cast.at("reading_ends", hours=1))
    pages = [found for reviewer in readers(cast) for found in crawled(cast, planted, reviewer)]
    assert not [(where, mark) for where, body in pages for mark in (*OPENED, *NEVER) if mark in body]
    assert "built a station" in "".join(body for _where, body in pages)


def test_in_the_pass_its_readers_read_what_is_opened_and_nothing_else(
    cast: Cast, planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_second(cast)
    hold(monkeypatch, cast.at("reading_ends", hours=1))
    [row] = [row for row in second_reads(cast) if row.application_id == planted.application.pk]
    texts = texts_of(row)
    assert texts["country"] == "Senegal"
    assert texts["school"] == "Lycée Qopenschool"
    assert "Lycée Qopenschool in [town 1] I, [own name], built" in texts["motivation"]
    assert "Qopenpath: I am [own name], of Qopenschool in [town 1]. [address 1], [link 1]" in texts["path"]
    assert not texts.keys() & {"worries", "full_name", "town", "sample"}
    for reviewer in readers(cast):
        marks = NEVER if reviewer == row.reviewer else (*OPENED, *NEVER)
        found = [
            (where, mark)
            for where, body in crawled(cast, planted, reviewer)
            for mark in marks
            if mark in body
        ]
        assert not found
    said = text_of(signed_in(row.reviewer), page(cast, "review:read", ref=row.ref), lang="en")
    assert said.count("opened</span>") == 3
    assert "This is the second pass." in said


def test_who_read_somebody_in_the_first_pass_still_sees_what_they_read(cast: Cast, planted: Planted) -> None:
    open_second(cast)
    texts = texts_of(planted.assignment)
    assert "[school 1]" in texts["motivation"]
    assert not texts.keys() & {"country", "school", "path"}


def test_a_read_is_about_the_copy_of_its_pass_and_no_other(cast: Cast, planted: Planted) -> None:
    open_second(cast)
    [row] = [row for row in second_reads(cast) if row.application_id == planted.application.pk]
    first = queries.page_of(planted.assignment)
    with pytest.raises(Stale):
        fill(row, cast.at("reading_ends", days=1), shown=first.shown)
    review = fill(row, cast.at("reading_ends", days=1), recognised=True)
    assert review.copy is not None
    assert review.copy.pass_number == 2
    assert queries.recognised(cast.cohort) == {1: (12, 0), 2: (1, 1)}


def test_a_version_that_is_sent_later_has_copies_for_both_passes(cast: Cast, planted: Planted) -> None:
    send_again(planted.application, {**ANSWERS, "path": "Another way."}, cast.at("call_opens", days=4))
    copies = RedactedCopy.objects.filter(snapshot__application=planted.application)
    assert sorted(copies.values_list("snapshot__number", "pass_number")) == [(1, 1), (1, 2), (2, 1), (2, 2)]


def test_the_writer_sees_what_would_be_opened_and_may_hide_words_in_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = cast.at("call_opens", days=2)
    [application] = apply(cast.cohort, 0, now=now, also=[cast.applicant], answers=ANSWERED)
    hold(monkeypatch, now)
    said = text_of(signed_in(cast.applicant), page(cast, "blinding:mine"))
    assert "What the second pass opens" in said
    assert "Write to <mark>[address 1]</mark>" in said
    assert "What is written under “Which school?” then stands in the other answers as well." in said
    copy = copy_of(application)
    correcting.correct(
        application=application, actor=cast.applicant, hide=["to work"], expected=copy.ref, now=now
    )
    again = blinding.second_of(copy_of(application))
    assert again is not None
    assert "[hidden 1]" in again.texts["path"]
    proposal = correcting.propose(application=application, actor=cast.applicant, hide=["Lycée Senghor"])
    assert set(proposal.changes) == {"school", "path", "motivation"}, "only the second pass shows it"


def test_who_applies_is_told_what_is_opened_before_they_write_and_before_they_send(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, cast.at("call_opens", days=2))
    told = text_of(signed_in(cast.applicant), page(cast, "privacy:audiences"))
    assert "Answers to these questions, if the application is read a second time" in told
    apply(cast.cohort, 0, now=cast.at("call_opens", days=2), also=[cast.applicant], answers=ANSWERED)
    client = signed_in(cast.applicant)
    call = text_of(client, page(cast, "programmes:call"))
    assert (
        "Only then these answers are read too: Where do you live? · What was in your way? · Which school?"
        in call
    )
    file = client.get(page(cast, "programmes:questions-file")).content.decode()
    assert file.count("reviewers read it in a second pass only") == 3
    section = text_of(client, page(cast, "applications:section", section="you"))
    assert "Reviewers see this only if they read your application in a second pass." in section
    check = text_of(client, page(cast, "applications:check"))
    assert "Shown to reviewers in a second pass only" in check


def test_what_a_reviewer_takes_away_names_each_pass_as_they_knew_it(cast: Cast) -> None:
    first_read(cast)
    open_second(cast)
    row = second_reads(cast)[0]
    fill(row, cast.at("reading_ends", days=1))
    told = queries.page_of(read_of(cast, row.reviewer, row.application)).name
    from tremplin.review.personal_data import _export

    [found] = [read for read in _export(row.reviewer)["reads"] if read["pass"] == 2 and "scores" in read]
    assert found["application"] == told
