"""The equality survey: totals alone, no trace of a person, no effect on anything."""

import json
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import serializers
from django.db import models
from django.test import Client

from tests.applications.conftest import begin, send, write
from tests.cast import PLANS, Cast, cohort_of, person
from tests.visiting import Clock, page, signed_in
from tremplin.applications import queries as applications
from tremplin.applications.models import Application, Snapshot
from tremplin.core.models import AuditEvent, OnceKey
from tremplin.core.outbox.models import OutboxMessage
from tremplin.equality import rules, services
from tremplin.equality.forms import SurveyForm
from tremplin.equality.models import SpentTicket, Tally
from tremplin.programmes import jurisdiction
from tremplin.programmes.models import Cohort

ANSWERS = {"gender": ["woman"], "age": ["under_25"]}


def answer(cast: Cast, given: dict[str, list[str]] | None = None, ticket: str | None = None) -> bool:
    return services.answer(
        cohort=cast.cohort,
        given=ANSWERS if given is None else given,
        ticket=services.ticket(cohort=cast.cohort) if ticket is None else ticket,
        now=cast.at("call_opens", days=2),
    )


def total(cast: Cast, question: str = "", choice: str = "") -> int:
    row = Tally.objects.filter(cohort_ref=cast.cohort.ref, question=question, answer=choice).first()
    return row.count if row else 0


@pytest.mark.parametrize("model", [Tally, SpentTicket])
def test_nothing_stored_leads_to_a_person_or_to_a_moment(model: type[models.Model]) -> None:
    for field in model._meta.get_fields():
        assert not field.is_relation, field.name
        assert not isinstance(field, models.DateField | models.TimeField | models.UUIDField), field.name
        assert not isinstance(field, models.JSONField | models.TextField | models.GenericIPAddressField), (
            field.name
        )


def test_answers_become_totals_and_no_row_holds_two_of_them(cast: Cast) -> None:
    assert answer(cast)
    assert answer(cast, {"gender": ["man"]})
    assert total(cast) == 2
    assert total(cast, "gender", "woman") == 1
    assert total(cast, "gender", "man") == 1
    assert total(cast, "age", "under_25") == 1


def test_the_database_looks_the_same_in_whatever_order_people_answered(cast: Cast) -> None:
    answer(cast, {"gender": ["woman"]})
    answer(cast, {"gender": ["man"]})
    before = set(Tally.objects.values_list("question", "answer", "count"))
    Tally.objects.all().delete()
    answer(cast, {"gender": ["man"]})
    answer(cast, {"gender": ["woman"]})
    assert set(Tally.objects.values_list("question", "answer", "count")) == before


def test_a_ticket_counts_once_and_says_nothing(cast: Cast) -> None:
    ticket = services.ticket(cohort=cast.cohort)
    assert answer(cast, ticket=ticket)
    assert not answer(cast, ticket=ticket)
    assert total(cast) == 1
    stored = SpentTicket.objects.get()
    assert ticket not in stored.digest
    assert services.ticket(cohort=cast.cohort) != services.ticket(cohort=cast.cohort)


def test_a_ticket_of_another_cohort_or_a_made_up_one_counts_nothing(cast: Cast) -> None:
    for ticket in ("", "made-up", services.ticket(cohort=cast.rival_cohort), f"{cast.cohort.ref}.x:forged"):
        assert not answer(cast, ticket=ticket)
    assert not Tally.objects.exists()


def test_what_was_not_offered_is_dropped_and_an_empty_survey_is_no_answer(cast: Cast) -> None:
    assert not answer(cast, {"gender": ["unheard"], "religion": ["any"], "name": ["Ada"]})
    assert not answer(cast, {})
    assert answer(cast, {"gender": ["woman", "man"]})  # one question, one answer
    assert total(cast, "gender", "woman") == 1
    assert total(cast, "gender", "man") == 0


def test_answering_leaves_no_trace_in_logs_keys_mails_or_applications(cast: Cast, clock: Clock) -> None:
    send(write(begin(cast), clock.at), clock.at)

    def everything() -> str:
        kinds = (Application, Snapshot, AuditEvent, OnceKey, OutboxMessage)
        return json.dumps([serializers.serialize("json", kind.objects.order_by("pk")) for kind in kinds])

    before = everything()
    client = signed_in(cast.applicant)
    form = client.get(page(cast, "equality:invitation"))
    ticket = form.context["ticket"]
    answered = client.post(page(cast, "equality:answer"), {"gender": "woman", "ticket": ticket})
    assert answered.headers["Location"] == page(cast, "equality:thanks")
    assert total(cast) == 1
    assert everything() == before


def test_answering_or_refusing_changes_nothing_that_anybody_sees(cast: Cast, clock: Clock) -> None:
    send(write(begin(cast), clock.at), clock.at)
    client, organiser = signed_in(cast.applicant), signed_in(cast.organiser)

    def seen() -> list[object]:
        application = applications.own_application(cast.applicant, cast.cohort)
        assert application is not None
        snapshot = applications.snapshots_that_count(cast.cohort).get()
        return [
            client.get(page(cast, "applications:copy") + "?sent").content,
            organiser.get(page(cast, "applications:application", ref=application.ref)).context["application"],
            applications.readable_for_review(snapshot),
            applications.pseudonym(application, "first"),
            applications.counts(cast.cohort),
        ]

    refused = seen()
    answer(cast)
    assert seen() == refused
    assert client.get(page(cast, "equality:thanks")).status_code == 200


def test_the_survey_is_answered_without_being_signed_in(cast: Cast, clock: Clock, client: Client) -> None:
    ticket = services.ticket(cohort=cast.cohort)
    client.post(page(cast, "equality:answer"), {"gender": "woman", "ticket": ticket})
    assert total(cast, "gender", "woman") == 1
    assert "sessionid" not in client.cookies


def test_nothing_is_chosen_or_required_beforehand(cast: Cast, clock: Clock) -> None:
    begin(cast)
    text = signed_in(cast.applicant).get(page(cast, "equality:invitation")).content.decode()
    assert "Count my answers" in text
    assert " checked" not in text
    assert " required" not in text


def test_it_ends_a_week_after_the_call(cast: Cast, clock: Clock) -> None:
    begin(cast)
    clock.at = cast.at("call_closes", days=7, seconds=1)
    assert (
        "The survey is closed"
        in signed_in(cast.applicant).get(page(cast, "equality:invitation")).content.decode()
    )
    ticket = services.ticket(cohort=cast.cohort)
    assert not services.answer(cohort=cast.cohort, given=ANSWERS, ticket=ticket, now=clock.at)


def test_the_law_decides_what_is_asked() -> None:
    asked = {
        code: [question.code for question in rules.questions(jurisdiction.load(code))]
        for code in jurisdiction.codes()
    }
    assert "race_ethnicity" not in asked["fr"]
    assert "disability" not in asked["fr"]
    assert "race_ethnicity" in asked["uk"]
    for codes in asked.values():
        assert "religion" not in codes
        assert "politics" not in codes


@pytest.mark.parametrize("code", jurisdiction.codes())
def test_every_question_can_be_declined(code: str) -> None:
    for question in rules.questions(jurisdiction.load(code)):
        assert question.options[-1].code == "not_said"


def french(cast: Cast) -> Cohort:
    text = (PLANS / "small.toml").read_text("utf-8").replace('profile = "eu"', 'profile = "fr"')
    return cohort_of("labo", person("Odile Organisatrice"), text=text)


def test_in_france_an_answer_about_ethnicity_is_counted_nowhere(cast: Cast) -> None:
    cohort = french(cast)
    counted = services.answer(
        cohort=cohort,
        given={"race_ethnicity": ["yes"]},
        ticket=services.ticket(cohort=cohort),
        now=cohort.date("call_opens"),
    )
    assert not counted
    assert not Tally.objects.exists()


def test_a_programme_without_the_survey_has_no_such_pages(cast: Cast, clock: Clock) -> None:
    text = (PLANS / "small.toml").read_text("utf-8").replace('"equality", ', "")
    organiser = person("Ora Organiser")
    cohort = cohort_of("plain", organiser, text=text)
    client = signed_in(organiser)
    for path in ("survey/thanks/", "survey/results/"):
        assert client.get(f"/plain/small/{cohort.slug}/{path}").status_code == 404


def test_where_several_answers_may_be_true_each_is_counted_and_the_person_once(
    cast: Cast, clock: Clock
) -> None:
    text = (PLANS / "small.toml").read_text("utf-8").replace('profile = "eu"', 'profile = "us-private"')
    cohort = cohort_of("college", person("Ora Organiser"), text=text)
    asked = next(question for question in rules.questions(cohort.profile) if question.multiple)
    chosen = [option.code for option in asked.options[:2]]
    ticket = services.ticket(cohort=cohort)
    assert services.answer(cohort=cohort, given={asked.code: chosen}, ticket=ticket, now=clock.at)
    counts = Tally.objects.filter(cohort_ref=cohort.ref).values_list("answer", "count")
    assert sorted(counts) == sorted([("", 1), (chosen[0], 1), (chosen[1], 1)])
    shown = SurveyForm(rules.questions(cohort.profile))
    assert 'type="checkbox"' in str(shown[asked.code])


def test_whoever_would_rather_not_say_has_said_nothing_else(cast: Cast) -> None:
    asked = list(rules.questions(cast.cohort.profile, cast.cohort.plan.jurisdiction.linked))
    question = asked[0]
    everything = [option.code for option in question.options]
    several = question.model_copy(update={"multiple": True})
    assert rules.valid([several], {question.code: everything}) == {question.code: [rules.NOT_SAID]}
    assert rules.valid([several], {question.code: everything[:-1]}) == {question.code: everything[:-1]}


def test_the_browser_alone_notes_that_it_has_answered_so_that_nobody_answers_twice_unawares(
    cast: Cast, clock: Clock
) -> None:
    begin(cast)
    client = signed_in(cast.applicant)
    address = page(cast, "equality:invitation")
    assert "was answered in this browser" not in client.get(address).content.decode()
    ticket = services.ticket(cohort=cast.cohort)
    client.post(page(cast, "equality:answer"), {"gender": "woman", "ticket": ticket})
    text = client.get(address).content.decode()
    assert "This survey was answered in this browser" in text
    assert text.index("nothing more to do") < text.index("<details>") < text.index('name="ticket"')
    french = client.get(address, {"lang": "fr"}).content.decode()
    assert "On a répondu à ce questionnaire dans ce navigateur" in french
    # Somebody else at the same device is kept from nothing, and another device of the person knows nothing.
    client.post(
        page(cast, "equality:answer"), {"gender": "man", "ticket": services.ticket(cohort=cast.cohort)}
    )
    assert total(cast) == 2
    assert "was answered in this browser" not in signed_in(cast.applicant).get(address).content.decode()


def test_what_the_browser_notes_is_the_same_for_all_and_stands_nowhere_here(
    cast: Cast, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    noted = []
    for hours, user in ((1, cast.applicant), (50, cast.stranger)):
        clock.at += timedelta(hours=hours)
        client = signed_in(user)
        before = dict(client.session)
        answered = client.post(
            page(cast, "equality:answer"), {"age": "under_25", "ticket": services.ticket(cohort=cast.cohort)}
        )
        noted.append(answered.cookies.output())
        assert dict(client.session) == before
    assert noted[0] == noted[1]
    mark = answered.cookies["answered"]
    assert mark["httponly"]
    assert mark["path"] == page(cast, "equality:invitation")
    assert mark["max-age"] == ""
    for model in (Session, AuditEvent, OnceKey, OutboxMessage):
        assert "answered" not in serializers.serialize("json", model._default_manager.all())
    assert "answered" not in caplog.text


def test_whoever_answers_nothing_is_not_noted_as_having_answered(cast: Cast, clock: Clock) -> None:
    client = signed_in(cast.applicant)
    client.post(page(cast, "equality:answer"), {"ticket": services.ticket(cohort=cast.cohort)})
    assert "answered" not in client.cookies
