"""Outcome surveys, sent once; figures that tell about nobody; reports that never change."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation
from django.utils.html import escape

from tests.cast import Cast
from tests.mentoring.world import crowd
from tests.training.world import ended, report, scholar_of, survey_day
from tests.visiting import Clock, page, rival_page, signed_in
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.impact import figures, rounds, rules, services
from tremplin.impact.models import ImpactReport, SurveyResponse
from tremplin.impact.purposes import FOLLOW_UP
from tremplin.people.models import User
from tremplin.people.services import consents
from tremplin.selection.models import ScholarState

SURVEY = "after-6-months"
MARKER = "privatewords-99"


def send(cast: Cast, user: User, answer: str = "yes", version: int = 0) -> SurveyResponse:
    return services.send_answers(
        cohort=cast.cohort,
        survey=SURVEY,
        answers={"works_in_ai": answer, "words": MARKER},
        expected_version=version,
        actor=user,
        now=survey_day(cast),
    )


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, (None, True)), (4, (None, True)), (5, (5, False)), (8, (10, False)), (12, (10, False))],
)
def test_small_counts_are_suppressed_and_others_rounded(count: int, shown: tuple[int | None, bool]) -> None:
    assert rules.figure(count, smallest_cell=5) == rules.Figure(*shown)


def test_one_hidden_cell_hides_another_so_that_no_sum_tells_it() -> None:
    cells = rules.tally(["a"] * 2 + ["b"] * 6 + ["c"] * 9, ["a", "b", "c"], smallest_cell=5)
    assert cells is not None
    assert {value: cell.shown for value, cell in cells.items()} == {"a": None, "b": None, "c": 10}
    assert rules.tally(["a"] * 4, ["a", "b"], smallest_cell=5) is None


@pytest.mark.parametrize(("days", "phase"), [(-8, "later"), (-7, "open"), (56, "open"), (57, "closed")])
def test_a_survey_opens_a_week_before_and_closes_eight_weeks_after(cast: Cast, days: int, phase: str) -> None:
    due = survey_day(cast)
    assert rules.survey_phase(due, sent=False, now=due + timedelta(days=days)) == phase


def test_a_survey_is_sent_once(cast: Cast) -> None:
    scholar_of(cast)
    first = send(cast, cast.scholar, "yes")
    again = send(cast, cast.scholar, "no")
    assert again == first
    assert SurveyResponse.objects.get().answers["works_in_ai"] == "yes"
    with pytest.raises(Conflict):
        services.save_answers(
            cohort=cast.cohort,
            survey=SURVEY,
            answers={},
            expected_version=1,
            actor=cast.scholar,
            now=survey_day(cast),
        )


def test_what_is_missing_old_or_not_ones_own_is_refused(cast: Cast) -> None:
    scholar_of(cast)
    with pytest.raises(Invalid):
        send(cast, cast.scholar, "")
    with pytest.raises(Stale):
        send(cast, cast.scholar, version=3)
    with pytest.raises(NotAllowed):
        send(cast, cast.mentor)


def test_mails_go_to_those_who_agreed_at_most_three_and_none_who_answered(cast: Cast) -> None:
    scholar_of(cast)
    services.invite(cohort=cast.cohort, now=survey_day(cast))
    mails = OutboxMessage.objects.filter(key__contains=f"survey:{SURVEY}:")
    assert not mails.exists()
    services.set_consent(cohort=cast.cohort, actor=cast.scholar, given=True, now=cast.at("training_ends"))
    for day in (0, 0, 14, 28, 35, 50):
        services.invite(cohort=cast.cohort, now=survey_day(cast) + timedelta(days=day))
    assert mails.count() == 3


def test_who_left_is_not_written_to_and_may_still_say_no(cast: Cast) -> None:
    scholar = scholar_of(cast)
    services.set_consent(cohort=cast.cohort, actor=cast.scholar, given=True, now=cast.at("midpoint"))
    scholar.state, scholar.stopped_at = ScholarState.LEFT, cast.at("midpoint")
    scholar.save()
    assert services.invite(cohort=cast.cohort, now=survey_day(cast)) == 0
    services.set_consent(cohort=cast.cohort, actor=cast.scholar, given=False, now=survey_day(cast))
    with pytest.raises(NotAllowed):
        services.set_consent(cohort=cast.cohort, actor=cast.scholar, given=True, now=survey_day(cast))


def test_taking_the_consent_back_deletes_the_answers_and_leaves_reports_as_they_are(
    cast: Cast, clock: Clock
) -> None:
    scholar_of(cast)
    clock.at = survey_day(cast)
    other = crowd(cast, 1)[0]
    send(cast, cast.scholar)
    send(cast, other.user)
    frozen = report(cast)
    client = signed_in(cast.scholar)
    answer = client.post("/account/consents/impact.follow-up/", {"about": cast.cohort.ref})
    assert answer.status_code == 302
    assert [row.user for row in SurveyResponse.objects.all()] == [other.user]
    assert ImpactReport.objects.get(number=1).content == frozen.content
    services.invite(cohort=cast.cohort, now=clock.at)
    mails = OutboxMessage.objects.filter(key__contains=f"survey:{SURVEY}:")
    assert not mails.filter(to=cast.scholar.email).exists()


def test_who_sends_answers_without_having_agreed_reads_the_text_and_agrees_by_it(
    cast: Cast, clock: Clock
) -> None:
    scholar_of(cast)
    clock.at = survey_day(cast)
    client, address = signed_in(cast.scholar), page(cast, "impact:survey", code=SURVEY)
    with translation.override(cast.scholar.language):
        text = escape(str(FOLLOW_UP.text))
    assert text in client.get(address).text
    client.post(address, {"works_in_ai": "no", "version": "0", "save": "1"})
    assert not consents.holds(cast.scholar, FOLLOW_UP, cast.cohort.ref)
    client.post(address, {"works_in_ai": "no", "version": "1", "send": "1"})
    assert consents.holds(cast.scholar, FOLLOW_UP, cast.cohort.ref)


def test_saying_the_same_again_writes_nothing_into_the_log(cast: Cast) -> None:
    scholar_of(cast)
    for _ in range(2):
        services.set_consent(
            cohort=cast.cohort, actor=cast.scholar, given=False, now=cast.at("training_ends")
        )
    assert AuditEvent.objects.filter(verb="impact.consent").count() == 1


def test_a_report_tells_neither_small_cells_nor_words(cast: Cast, clock: Clock) -> None:
    scholars = crowd(cast, 12)
    for number, scholar in enumerate(scholars):
        send(cast, scholar.user, "no" if number == 0 else "yes")
    clock.at = ended(cast)
    rounds.surveys(cohort=cast.cohort, now=clock.at)
    block = figures.outcomes(cast.cohort, now=clock.at)[0]
    assert block["coverage"] == 10
    assert block["questions"][0]["answers"] == {"no": None, "yes": None}
    row = services.publish_report(cohort=cast.cohort, actor=cast.organiser, now=clock.at)
    for name in ("impact:report", "impact:report-json"):
        answer = Client().get(page(cast, name, number=row.number))
        assert answer.status_code == 200
        assert MARKER not in answer.text
    assert "too few to show" in Client().get(page(cast, "impact:report", number=1)).text


def test_what_nobody_answered_cannot_be_told_from_what_few_did(cast: Cast, clock: Clock) -> None:
    for scholar in crowd(cast, 12):
        send(cast, scholar.user, "yes")
    clock.at = ended(cast)
    rounds.surveys(cohort=cast.cohort, now=clock.at)
    question = figures.outcomes(cast.cohort, now=clock.at)[0]["questions"][0]
    assert question["answers"] == {"yes": None, "no": None}  # else all twelve are known to have said yes


def test_the_call_leads_to_its_reports_once_there_is_one(cast: Cast, clock: Clock) -> None:
    clock.at = survey_day(cast)
    call, reports = page(cast, "programmes:call"), page(cast, "impact:reports")
    assert reports not in Client().get(call).text
    services.publish_report(cohort=cast.cohort, actor=cast.organiser, now=clock.at)
    assert f'href="{reports}"' in Client().get(call).text


def test_a_report_does_not_change_afterwards(cast: Cast) -> None:
    first = report(cast)
    scholar_of(cast)
    assert report(cast).number == 2
    kept = ImpactReport.objects.get(number=1)
    assert (kept.content, kept.checksum) == (first.content, first.checksum)
    assert kept.content["reach"]["scholars"] == 0
    with pytest.raises(NotAllowed):
        services.publish_report(cohort=cast.cohort, actor=cast.observer, now=survey_day(cast))


def test_a_scholar_agrees_keeps_a_draft_and_sends(cast: Cast, clock: Clock) -> None:
    scholar_of(cast)
    clock.at = survey_day(cast)
    client, address = signed_in(cast.scholar), page(cast, "impact:survey", code=SURVEY)
    client.post(page(cast, "impact:surveys"), {"consent": "yes"})
    assert consents.holds(cast.scholar, FOLLOW_UP, cast.cohort.ref)
    assert client.post(address, {"words": "draft", "version": "0", "save": "1"}).status_code == 302
    assert "draft" in client.get(address).text
    assert client.post(address, {"works_in_ai": "", "version": "1", "send": "1"}).status_code == 422
    assert client.post(address, {"works_in_ai": "no", "version": "1", "send": "1"}).status_code == 302
    assert 'name="send"' not in client.get(address).text
    assert client.get(page(cast, "impact:survey", code="never")).status_code == 404


def test_two_windows_on_one_survey_show_both_texts(cast: Cast, clock: Clock) -> None:
    scholar_of(cast)
    clock.at = survey_day(cast)
    client, address = signed_in(cast.scholar), page(cast, "impact:survey", code=SURVEY)
    client.post(address, {"words": "the first window", "version": "0", "save": "1"})
    answer = client.post(address, {"words": "the second window", "version": "0", "save": "1"})
    assert answer.status_code == 409
    assert "the first window" in answer.text.split('id="stored"')[1].split("</section>")[0]
    assert "the second window" in answer.text.split("<textarea")[1]
    assert 'name="version" value="1"' in answer.text
    assert (
        client.post(address, {"words": "the second window", "version": "1", "save": "1"}).status_code == 302
    )


def test_pages_for_the_public_staff_and_strangers(cast: Cast, clock: Clock) -> None:
    today = page(cast, "impact:today")
    assert "No report yet" in Client().get(page(cast, "impact:reports")).text
    assert Client().get(page(cast, "impact:report", number=1)).status_code == 404
    assert signed_in(cast.observer).get(today).status_code == 200
    assert signed_in(cast.observer).post(today).status_code == 403
    assert signed_in(cast.mentor).get(today).status_code == 403
    assert signed_in(cast.stranger).get(today).status_code == 404
    assert signed_in(cast.organiser).post(today).status_code == 302
    assert "Report 1" in Client().get(page(cast, "impact:reports")).text
    assert Client().get(rival_page(cast, "impact:report", number=1)).status_code == 404
