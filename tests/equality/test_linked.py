"""What one person answered and is kept of them: theirs alone, sealed, changed and taken back by them."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import models, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.at_once import together
from tests.cast import Cast, person
from tests.equality.world import answered, applied, british, final, key_files, people
from tests.visiting import cards_of, hold, page, signed_in, text_of
from tremplin.core import personal_keys
from tremplin.core.errors import Conflict, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.equality import desk, linked
from tremplin.equality.models import LinkedAnswers
from tremplin.equality.purposes import LINKED
from tremplin.people import personal_data
from tremplin.people.export import document
from tremplin.people.models import User
from tremplin.people.services import consents, erasure
from tremplin.privacy.services import purge
from tremplin.programmes import services as programmes
from tremplin.programmes.retention import goes_on
from tremplin.programmes.roles import Role


def exported(cast: Cast, user: User) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = document(user, now=cast.at("call_opens", days=9))["equality"]
    return rows


def test_answers_are_kept_changed_and_taken_back(
    uk: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    applied(uk)
    answered(uk, gender="woman", religion="none")
    kept = linked.kept(uk.cohort, uk.applicant)
    assert kept is not None
    assert kept.answers == {"gender": ["woman"], "religion": ["none"]}
    assert kept.day == uk.at("call_opens", days=3).date()
    answered(uk, gender="man")
    kept = linked.kept(uk.cohort, uk.applicant)
    assert kept is not None
    assert kept.answers == {"gender": ["man"]}
    assert LinkedAnswers.objects.count() == 1
    before = LinkedAnswers.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        assert linked.take_back(cohort=uk.cohort, actor=uk.applicant, now=uk.at("call_opens", days=4))
    assert linked.kept(uk.cohort, uk.applicant) is None
    assert key_files() == []
    before.save(force_insert=True)  # as a backup would bring it back
    assert linked.kept(uk.cohort, uk.applicant) is None
    assert linked.opened(before) is None


def test_nothing_can_be_read_dated_or_followed_in_the_row(uk: Cast) -> None:
    applied(uk)
    answered(uk)
    names = {field.name for field in LinkedAnswers._meta.get_fields()}
    assert names == {"id", "cohort_ref", "handle", "sealed"}
    for field in LinkedAnswers._meta.get_fields():
        assert not field.is_relation
        assert not isinstance(field, models.DateField | models.JSONField | models.TextField)
    row = LinkedAnswers.objects.get()
    for word in (b"woman", b"gender", b"answers", uk.applicant.ref.encode()):
        assert word not in bytes(row.sealed)
    application = uk.applicant.applications.get()
    for ref in (uk.applicant.ref, application.ref, uk.applicant.email):
        assert ref not in row.handle


def test_the_order_and_the_length_of_rows_say_nothing(uk: Cast) -> None:
    everybody = people(12)
    for number, user in enumerate(everybody):
        answers = (
            {"gender": ["woman"]} if number % 2 else {"gender": ["non_binary"], "religion": ["buddhist"]}
        )
        linked._write(uk.cohort, user, answers, uk.at("call_opens"))
    rows = LinkedAnswers.objects.order_by("pk")
    assert len({len(bytes(row.sealed)) for row in rows}) == 1
    as_stored = [row.handle for row in rows]
    as_answered = [
        personal_keys.handles(user.ref, context=f"equality/{uk.cohort.ref}")[0] for user in everybody
    ]
    assert sorted(as_stored) == sorted(as_answered)
    assert as_stored != as_answered


def test_only_whoever_sent_an_application_answers(uk: Cast) -> None:
    with pytest.raises(NotAllowed):
        answered(uk)
    draft = person("Dora Drafting")
    programmes.grant(user=draft, cohort=uk.cohort, role=Role.APPLICANT, actor=None, now=uk.at("call_opens"))
    with pytest.raises(NotAllowed, match="application is sent"):
        answered(uk, draft)
    for user in (uk.organiser, uk.reviewer, uk.observer, uk.stranger):
        with pytest.raises(NotAllowed):
            answered(uk, user)
    assert not LinkedAnswers.objects.exists()
    assert key_files() == []


def test_after_the_decisions_answers_stand_but_can_be_taken_back(
    uk: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied(uk)
    answered(uk)
    final(monkeypatch, settled=False)
    with pytest.raises(Conflict, match="can no longer be changed"):
        answered(uk, gender="man")
    kept = linked.kept(uk.cohort, uk.applicant)
    assert kept is not None
    assert kept.answers == {"gender": ["woman"]}
    assert linked.take_back(cohort=uk.cohort, actor=uk.applicant, now=uk.at("decisions_out", days=400))
    assert not LinkedAnswers.objects.exists()


def test_what_was_not_offered_is_dropped_and_no_answer_keeps_nothing(uk: Cast) -> None:
    applied(uk)
    answered(uk, gender="unheard", race_ethnicity="black", name="Ada")
    assert not LinkedAnswers.objects.exists()
    answered(uk)
    answered(uk, gender="unheard")  # everything cleared: what was kept is taken back
    assert not LinkedAnswers.objects.exists()
    assert not consents.holds(uk.applicant, LINKED, uk.cohort.ref)


def test_the_consent_is_in_the_one_register_and_taking_it_back_there_destroys_the_answers(
    uk: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    applied(uk)
    answered(uk)
    assert consents.holds(uk.applicant, LINKED, uk.cohort.ref)
    text = text_of(signed_in(uk.applicant), "/account/")
    assert "Keeping equality answers with my application, sealed" in text
    assert page(uk, "equality:linked") in text
    with django_capture_on_commit_callbacks(execute=True):
        consents.withdraw(
            user=uk.applicant, code=LINKED.code, about=uk.cohort.ref, now=uk.at("call_opens", days=5)
        )
    assert not LinkedAnswers.objects.exists()
    assert key_files() == []


def test_no_log_of_the_cohort_says_who_answered(uk: Cast) -> None:
    applied(uk)
    before = AuditEvent.objects.filter(scope=uk.cohort.scope).count()
    answered(uk)
    linked.take_back(cohort=uk.cohort, actor=uk.applicant, now=uk.at("call_opens", days=4))
    assert AuditEvent.objects.filter(scope=uk.cohort.scope).count() == before


def test_the_page_says_what_is_kept_and_who_can_ever_see_what(
    uk: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, uk.at("call_opens", days=3))
    applied(uk)
    client, address = signed_in(uk.applicant), page(uk, "equality:linked")
    text = text_of(client, address)
    assert " checked" not in text
    assert " required" not in text
    assert "none of fewer than 5 people" in text
    assert "Schedule 1, paragraph 8" in text
    assert str(LINKED.text) in text
    assert "Take my answers back" not in text
    assert client.post(address, {"gender": "woman"}).headers["Location"] == address
    text = text_of(client, address)
    assert "Your answers are kept, sealed." in text
    assert "<dd>Woman</dd>" in text
    assert "Take my answers back" in text
    assert "Change your answers" in text
    assert text.count(" checked") == 1
    client.post(page(uk, "equality:take-back"))
    assert "Take my answers back" not in text_of(client, address)
    client.post(address, {})
    assert "Nothing is kept" in text_of(client, address)


def test_the_page_before_sending_and_after_the_decisions(uk: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, uk.at("call_opens", days=3))
    programmes.grant(
        user=uk.applicant, cohort=uk.cohort, role=Role.APPLICANT, actor=None, now=uk.at("call_opens")
    )
    client, address = signed_in(uk.applicant), page(uk, "equality:linked")
    assert "once your application is sent" in text_of(client, address)
    applied(uk)
    answered(uk)
    final(monkeypatch)
    text = text_of(client, address)
    assert "nothing can be answered or changed any more" in text
    assert "You can still take your answers back." in text
    assert "<form" in text.split('id="kept"')[1].split("</section>")[0]
    assert "Keep my answers" not in text


def test_where_nothing_is_linked_the_page_is_that_of_the_anonymous_survey(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, cast.at("call_opens", days=3))
    applied(cast)
    client = signed_in(cast.applicant)
    survey = page(cast, "equality:invitation")
    assert client.get(page(cast, "equality:linked")).headers["Location"] == survey
    assert client.post(page(cast, "equality:take-back")).status_code == 302


def test_the_survey_leads_to_the_questions_that_are_kept(uk: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, uk.at("call_opens", days=3))
    applied(uk)
    text = text_of(signed_in(uk.applicant), page(uk, "equality:invitation"))
    assert page(uk, "equality:linked") in text
    assert "What is your religion" not in text
    assert "What is your ethnic group?" in text


def test_where_everything_is_kept_the_survey_is_that_page(uk: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, uk.at("call_opens", days=3))
    applied(uk)
    monkeypatch.setattr("tremplin.equality.views.survey.questions", lambda *_args: [])
    answer = signed_in(uk.applicant).get(page(uk, "equality:invitation"))
    assert answer.headers["Location"] == page(uk, "equality:linked")


def test_the_desk_shows_that_something_is_kept_and_does_not_ask_for_it(uk: Cast) -> None:
    applied(uk)
    now = uk.at("call_opens", days=4)
    assert cards_of(desk, uk, uk.applicant, now) == []
    answered(uk)
    (card,) = cards_of(desk, uk, uk.applicant, now)
    assert card.urgency == "done"
    assert card.href == page(uk, "equality:linked")


def test_the_export_holds_the_answers_of_the_person_and_of_nobody_else(uk: Cast) -> None:
    applied(uk)
    answered(uk, gender="woman", religion="none")
    other = person("Otto Other")
    applied(uk, other)
    answered(uk, other, gender="man")
    (row,) = exported(uk, uk.applicant)
    assert row["cohort"] == uk.cohort.scope
    assert row["answers"] == {"gender": ["woman"], "religion": ["none"]}
    assert exported(uk, uk.organiser) == []


def test_erasure_destroys_the_answers_with_their_key(
    uk: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    applied(uk)
    answered(uk)
    now = uk.at("call_opens", days=5)
    assert any("equality answers" in reason for reason in erasure.reasons_to_stay(uk.applicant))
    held = personal_data.holdings(uk.applicant, now=now, scope=uk.cohort.scope)
    assert any("equality answers" in str(holding.what) and not holding.kept for holding in held)
    with django_capture_on_commit_callbacks(execute=True):
        personal_data.erase(uk.applicant, uk.cohort.scope, now=now)
    assert not LinkedAnswers.objects.exists()
    assert key_files() == []


def test_single_answers_go_on_the_last_day_of_the_law_with_their_keys(
    uk: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    applied(uk)
    answered(uk)
    last = goes_on(uk.cohort, "equality_days")
    purge(cohort=uk.cohort, now=last - timedelta(days=1))
    assert LinkedAnswers.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert purge(cohort=uk.cohort, now=last)["equality.linked"] == 1
    assert not LinkedAnswers.objects.exists()
    assert key_files() == []


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_leave_one_row(on_disk: Callable[[], None]) -> None:
    uk = british()
    applied(uk)
    on_disk()
    results = together([lambda: answered(uk), lambda: answered(uk, gender="man")])
    assert results == [None, None]
    (kept,) = together([lambda: linked.kept(uk.cohort, uk.applicant)])
    assert isinstance(kept, linked.Kept)
    assert together([LinkedAnswers.objects.count]) == [1]


@pytest.mark.django_db(transaction=True)
def test_whoever_answers_anew_before_the_old_key_is_gone_keeps_the_new_answers_alone(
    on_disk: Callable[[], None],
) -> None:
    uk = british()
    applied(uk)
    on_disk()
    together([lambda: answered(uk)])
    (old,) = together([LinkedAnswers.objects.get])
    assert isinstance(old, LinkedAnswers)
    held, anew = threading.Event(), threading.Event()

    def before_the_key_goes() -> None:
        held.set()
        anew.wait(20)

    def taken_back() -> None:
        with transaction.atomic():
            transaction.on_commit(before_the_key_goes)
            linked.take_back(cohort=uk.cohort, actor=uk.applicant, now=uk.at("call_opens", days=4))

    def answers_anew() -> None:
        held.wait(20)
        try:
            answered(uk, gender="man")
        finally:
            anew.set()

    assert together([taken_back, answers_anew]) == [None, None]
    (kept,) = together([lambda: linked.kept(uk.cohort, uk.applicant)])
    assert isinstance(kept, linked.Kept)
    assert kept.answers == {"gender": ["man"]}
    assert linked.opened(old) is None  # what was taken back opens with no key, wherever a copy of it lies
    assert len(key_files()) == 1


@pytest.mark.django_db(transaction=True)
def test_answering_and_taking_back_in_turn_never_leaves_answers_without_a_key(
    on_disk: Callable[[], None],
) -> None:
    uk = british()
    applied(uk)
    on_disk()

    def back() -> None:
        linked.take_back(cohort=uk.cohort, actor=uk.applicant, now=uk.at("call_opens", days=4))

    for _turn in range(8):
        assert together([lambda: answered(uk), back, lambda: answered(uk, gender="man")]) == [None] * 3
        (found,) = together([lambda: (LinkedAnswers.objects.count(), linked.kept(uk.cohort, uk.applicant))])
        assert isinstance(found, tuple)
        assert bool(found[0]) == bool(found[1])
        assert len(key_files()) == found[0]


def test_keys_lie_beside_the_database_and_not_in_it() -> None:
    assert str(settings.PERSONAL_KEYS) not in str(settings.DATABASES["default"]["NAME"])
