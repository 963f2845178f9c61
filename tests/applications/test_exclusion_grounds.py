"""Why an application is set aside: each cause has its mail, its line on the person's page and its way back."""

from typing import Any

import pytest
from django.test import Client

from tests.applications.conftest import begin, fresh, send, write
from tests.applications.crowd import crowd
from tests.applications.test_deeds import REASON, done, outcome, planned, undone
from tests.cast import Cast
from tests.visiting import Clock, page, signed_in, text_of
from tremplin.applications import personal_data, services
from tremplin.applications.models import ApplicationState, Deed, Exclusion
from tremplin.applications.states import state_of
from tremplin.core.errors import Invalid
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import MessageState, OutboxMessage

CONDITION, WISH = "application-excluded-condition", "application-excluded-wish"


def test_a_condition_is_named_in_the_mail_in_each_language_with_the_words_of_its_door(cast: Cast) -> None:
    deed = done(cast, planned(cast, "exclude", crowd(cast, 2)), cause="condition", condition="hours")
    [door] = [door for door in cast.cohort.plan.eligibility if door.code == "hours"]
    mails = {mail.language: mail for mail in OutboxMessage.objects.filter(kind=CONDITION)}
    assert set(mails) == {"en", "fr"}
    for language, mail in mails.items():
        assert door.label[language] in mail.body
        assert door.refusal[language] in mail.body
        assert mail.state == MessageState.WAITING
    assert deed.condition == "hours"
    assert set(Exclusion.objects.values_list("cause", "condition")) == {("condition", "hours")}
    event = AuditEvent.objects.get(verb="applications.excluded")
    assert (event.data["cause"], event.data["condition"]) == ("condition", "hours")


def test_own_words_stand_instead_of_those_of_the_door(cast: Cast) -> None:
    done(cast, planned(cast, "exclude", crowd(cast, 1)), cause="condition", condition="hours", reason=REASON)
    mail = OutboxMessage.objects.get(kind=CONDITION)
    assert REASON[mail.language] in mail.body
    [door] = [door for door in cast.cohort.plan.eligibility if door.code == "hours"]
    assert door.refusal[mail.language] not in mail.body


def test_at_their_own_wish_nothing_has_to_be_explained(cast: Cast) -> None:
    rows = crowd(cast, 1)
    done(cast, planned(cast, "exclude", rows), cause="wish")
    mail = OutboxMessage.objects.get(kind=WISH)
    assert "As you asked" in mail.body
    assert "\n\n\n" not in mail.body
    assert fresh(rows[0]).state == ApplicationState.EXCLUDED
    assert Exclusion.objects.get().reason == {}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"cause": "condition"}, "condition"),
        ({"cause": "condition", "condition": "height"}, "condition"),
        ({"cause": "condition", "condition": "hours", "reason": {"en": "Half said."}}, "reason_fr"),
        ({"cause": "wish", "reason": {"fr": "À moitié."}}, "reason_en"),
        ({"cause": "wish", "reason": {"en": "x" * 601, "fr": "y"}}, "reason_en"),
        ({"cause": "spam"}, "reason_en"),
        ({"cause": "because"}, "cause"),
    ],
)
def test_what_is_missing_is_asked_for_at_its_field(cast: Cast, said: dict[str, Any], field: str) -> None:
    deed = planned(cast, "exclude", crowd(cast, 1))
    with pytest.raises(Invalid) as fault:
        services.describe(deed=deed, actor=cast.organiser, now=cast.at("call_opens", days=2), **said)
    assert field in fault.value.errors


def test_a_condition_that_goes_with_another_cause_is_not_kept(cast: Cast) -> None:
    deed = done(
        cast, planned(cast, "exclude", crowd(cast, 1)), cause="spam", condition="hours", reason=REASON
    )
    assert deed.condition == ""


@pytest.mark.parametrize(
    ("cause", "public", "following"),
    [
        ("duplicate", "Set aside: nobody reads it", "wrote to you why"),
        ("condition", "Set aside: a condition is not met", "wrote to you which condition"),
        ("wish", "Set aside, as you asked", "If you did not ask for it"),
    ],
)
def test_the_person_reads_the_cause_on_their_page(
    cast: Cast, clock: Clock, cause: str, public: str, following: str
) -> None:
    now = cast.at("call_opens", days=1)
    row = send(write(begin(cast), now), now)
    done(cast, planned(cast, "exclude", [row]), cause=cause, condition="hours", reason=REASON)
    state = state_of(fresh(row), cast.at("call_opens", days=2))
    assert (str(state.public), state.code) == (public, "excluded")
    assert following in str(state.next)
    assert public in text_of(signed_in(row.applicant), page(cast, "applications:hub"))


def test_a_deed_is_taken_back_and_a_way_back_in_is_too_each_with_its_cause(cast: Cast) -> None:
    first, second = crowd(cast, 2)
    done(cast, planned(cast, "exclude", [first]), cause="condition", condition="adult")
    done(cast, planned(cast, "exclude", [second]), cause="wish")
    OutboxMessage.objects.update(state=MessageState.SENT)
    deed = done(cast, planned(cast, "restore", [first, second]))
    assert outcome(deed) == {"done": 2}
    assert OutboxMessage.objects.filter(kind="application-restored").count() == 2
    OutboxMessage.objects.filter(kind="application-restored").update(state=MessageState.SENT)
    deed = undone(cast, deed)
    kept = dict(Exclusion.objects.values_list("application", "cause"))
    assert kept == {first.pk: "condition", second.pk: "wish"}
    assert Exclusion.objects.get(application=first).condition == "adult"
    again = OutboxMessage.objects.filter(state=MessageState.WAITING)
    assert sorted(again.values_list("kind", flat=True)) == [CONDITION, WISH]
    assert deed.batch is not None
    assert {mail.batch_id for mail in again} == {deed.batch.pk}


def test_who_was_told_another_cause_is_told_the_one_that_holds(cast: Cast) -> None:
    [row] = crowd(cast, 1)
    deed = done(cast, planned(cast, "exclude", [row]), cause="spam", reason=REASON)
    OutboxMessage.objects.update(state=MessageState.SENT)
    undone(cast, deed)
    done(cast, planned(cast, "exclude", [row]), cause="wish")
    waiting = OutboxMessage.objects.filter(state=MessageState.WAITING)
    assert list(waiting.values_list("kind", flat=True)) == [WISH]


def test_from_the_board_to_a_condition_looked_at_done_and_shown(cast: Cast, organiser: Client) -> None:
    [row] = crowd(cast, 1)
    answer = organiser.post(
        page(cast, "applications:choose"), {"rows": [row.ref], "whom": "ticked", "deed": "exclude"}
    )
    address = answer["Location"]
    text = text_of(organiser, address)
    assert "They do not meet a condition" in text
    assert "At their own wish" in text
    wrong = organiser.post(address, {"step": "look", "cause": "condition"})
    assert wrong.status_code == 422
    assert "Choose the condition" in wrong.content.decode()
    organiser.post(address, {"step": "look", "cause": "condition", "condition": "hours"})
    [door] = [door for door in cast.cohort.plan.eligibility if door.code == "hours"]
    looked = text_of(organiser, address)
    assert f"Excluded because a condition is not met: {door.label['en']}" in looked
    assert fresh(row).state == ApplicationState.SUBMITTED
    organiser.post(address, {"step": "do"})
    one = text_of(organiser, page(cast, "applications:application", ref=row.ref))
    assert f"Excluded because a condition is not met: {door.label['en']}" in one
    assert door.refusal["en"] in one
    assert "condition is not met" in text_of(organiser, page(cast, "applications:deeds"))
    assert Deed.objects.get().condition == "hours"


def test_a_person_finds_the_condition_in_what_they_download(cast: Cast) -> None:
    [row] = crowd(cast, 1)
    done(cast, planned(cast, "exclude", [row]), cause="condition", condition="hours")
    (found,) = personal_data._export(row.applicant)
    assert (found["excluded"]["cause"], found["excluded"]["condition"]) == ("condition", "hours")
