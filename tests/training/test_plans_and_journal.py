"""Plans that are kept in versions, and posts that are read by whom their writer says."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast, enrol, person, speaks
from tests.mentoring.world import crowd
from tests.training.world import hand_in, plan, post, scholar_of
from tests.visiting import Clock, page, rival_page, signed_in
from tremplin.core.errors import Invalid, NotAllowed, Stale
from tremplin.selection.models import ScholarState
from tremplin.training import services
from tremplin.training.models import Audience, JournalEntry

MARKER = "xylophone-4711"
Counter = Callable[[Client, str], int]


def entry_form(version: int = 0, **changed: str) -> dict[str, str]:
    return {"title": "Week one", "body": "Mine", "language": "en", "version": str(version), **changed}


def test_each_replan_is_a_version_and_the_same_plan_is_none(cast: Cast) -> None:
    scholar = scholar_of(cast)
    plan(scholar, "Vectors")
    plan(scholar, "Vectors", version=1)
    syllabus = plan(scholar, "Matrices", version=1, reason="Too easy.")
    kept = list(syllabus.versions.all())
    assert [(row.number, row.reason, row.weeks[0]["goal"]) for row in kept] == [
        (1, "", "Vectors"),
        (2, "Too easy.", "Matrices"),
    ]


def test_a_plan_opened_before_somebody_saved_is_refused(cast: Cast) -> None:
    scholar = scholar_of(cast)
    plan(scholar, "Vectors")
    with pytest.raises(Stale):
        plan(scholar, "Other")


def test_only_the_scholar_plans_and_nobody_who_left(cast: Cast) -> None:
    scholar = scholar_of(cast)
    with pytest.raises(NotAllowed):
        services.save_syllabus(
            scholar=scholar, weeks=[], expected_version=0, actor=cast.mentor, now=cast.at("training_starts")
        )
    scholar.state = ScholarState.LEFT
    with pytest.raises(NotAllowed):
        plan(scholar, "Vectors")


def test_a_lab_that_is_not_offered_cannot_be_planned(cast: Cast) -> None:
    scholar = scholar_of(cast)
    with pytest.raises(Invalid):
        services.save_syllabus(
            scholar=scholar,
            weeks=[{"week": 1, "labs": ["attention"]}],
            expected_version=0,
            actor=scholar.user,
            now=cast.at("training_starts"),
        )


def test_an_empty_post_stays_a_draft(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        post(scholar_of(cast), title="", body="")
    assert set(refusal.value.errors) == {"body"}
    assert not JournalEntry.objects.exclude(audience=Audience.DRAFT).exists()


def test_home_leads_from_no_plan_to_a_plan(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    client, home = signed_in(cast.scholar), page(cast, "training:home")
    speaks(cast.scholar, "en")
    assert "Begin your plan" in client.get(home).text
    plan(scholar, MARKER, hours=60)
    shown = client.get(home).text
    assert MARKER in shown
    assert 'class="crumbs"' not in shown  # one's own page is at the top


def test_mentor_reads_the_plan_and_others_do_not(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    plan(scholar, MARKER)
    other = enrol(cast, person("Otto Other"))
    for name in ("training:scholar", "training:versions"):
        address = page(cast, name, ref=scholar.ref)
        assert signed_in(cast.mentor).get(address).status_code == 200
        assert signed_in(other.user).get(address).status_code == 404
        assert signed_in(cast.reviewer).get(address).status_code == 403
        assert signed_in(cast.stranger).get(address).status_code == 404
        assert signed_in(cast.stranger).get(rival_page(cast, name, ref=scholar.ref)).status_code == 404
    listed = signed_in(cast.mentor).get(page(cast, "training:scholars")).text
    assert "Sami Scholar" in listed
    assert "Otto Other" not in listed


def test_who_left_still_reads_their_own_results(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    row = hand_in(scholar)
    scholar.state, scholar.left_at = ScholarState.LEFT, cast.at("training_starts", days=2)
    scholar.save()
    address = page(cast, "training:submission", ref=row.ref)
    assert signed_in(cast.scholar).get(address).status_code == 200
    assert "Sami" not in signed_in(cast.organiser).get(page(cast, "training:scholars")).text


def test_a_stale_week_shows_both_and_can_be_sent_again(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    plan(scholar, MARKER)
    client, address = signed_in(cast.scholar), page(cast, "training:week", number=1)
    answer = client.post(address, {"goal": "My own goal", "version": "0"})
    assert answer.status_code == 409
    assert MARKER in answer.text
    assert "My own goal" in answer.text
    assert 'name="version" value="1"' in answer.text
    assert client.post(address, {"goal": "My own goal", "version": "1"}).status_code == 302
    scholar.syllabus.refresh_from_db()
    assert scholar.syllabus.weeks[0]["goal"] == "My own goal"


@pytest.mark.parametrize("number", [0, 14])
def test_there_is_no_week_outside_of_training(cast: Cast, clock: Clock, number: int) -> None:
    scholar_of(cast)
    for name in ("training:week", "training:write"):
        assert signed_in(cast.scholar).get(page(cast, name, number=number)).status_code == 404


def test_a_stale_post_shows_both_texts(cast: Cast, clock: Clock) -> None:
    post(scholar_of(cast), audience=Audience.DRAFT, body=MARKER)
    client, address = signed_in(cast.scholar), page(cast, "training:write", number=1)
    answer = client.post(address, entry_form(body="Typed in a second tab"))
    assert answer.status_code == 409
    assert MARKER in answer.text
    assert "Typed in a second tab" in answer.text
    assert client.post(address, entry_form(1, body="Kept knowingly")).status_code == 302
    assert JournalEntry.objects.get().body == "Kept knowingly"


def test_autosave_answers_with_the_new_version_or_says_that_it_is_old(cast: Cast, clock: Clock) -> None:
    scholar_of(cast)
    client, address = signed_in(cast.scholar), page(cast, "training:autosave", number=1)
    assert client.post(address, entry_form()).json() == {"fields": {"version": 1}}
    assert client.post(address, entry_form()).status_code == 409


def test_a_draft_is_read_by_nobody_else_and_a_shared_post_not_by_the_public(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    draft = post(scholar, 1, Audience.DRAFT, title=MARKER)
    shared = post(scholar, 2, Audience.COHORT, title="Shared")
    public = post(scholar, 3, Audience.PUBLIC, title="Public")
    mentor = signed_in(cast.mentor)
    assert MARKER not in mentor.get(page(cast, "training:journal")).text
    assert mentor.get(page(cast, "training:entry", ref=draft.ref)).status_code == 404
    assert mentor.get(page(cast, "training:entry", ref=shared.ref)).status_code == 200
    got = [
        Client().get(page(cast, "training:public-entry", ref=row.ref)).status_code
        for row in (draft, shared, public)
    ]
    assert got == [404, 404, 200]


def test_a_post_taken_back_is_gone_for_the_public(cast: Cast, clock: Clock) -> None:
    entry = post(scholar_of(cast), audience=Audience.PUBLIC)
    answer = signed_in(cast.scholar).post(
        page(cast, "training:write", number=1), entry_form(entry.version, share="draft")
    )
    assert answer.status_code == 302
    assert Client().get(page(cast, "training:public-entry", ref=entry.ref)).status_code == 404


def test_lists_are_empty_before_anything_is_there(cast: Cast, clock: Clock) -> None:
    client = signed_in(cast.organiser)
    assert "No scholar yet" in client.get(page(cast, "training:scholars")).text
    assert "Nothing is shared yet" in client.get(page(cast, "training:journal")).text


@pytest.mark.parametrize("name", ["training:scholars", "training:journal"])
def test_lists_need_as_many_queries_for_thirty_rows_as_for_one(
    cast: Cast, clock: Clock, queries_of: Counter, name: str
) -> None:
    def filled(count: int, prefix: str) -> None:
        for row in crowd(cast, count, prefix=prefix):
            row.cohort = cast.cohort
            plan(row, "Vectors")
            post(row)

    client, address = signed_in(cast.organiser), page(cast, name)
    filled(1, "one")
    client.get(address)
    first = queries_of(client, address)
    filled(29, "many")
    assert queries_of(client, address) == first
    assert first <= 15
