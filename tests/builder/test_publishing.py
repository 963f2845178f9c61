"""Publishing: before the call, while people write, after it has closed; whom a change touches and who is told."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.applications.conftest import begin, fresh, send, write
from tests.builder.conftest import Visitor, copy_of, fields
from tests.cast import PLANS, Cast, person
from tests.visiting import Clock
from tremplin.applications.models import Application, Snapshot
from tremplin.builder import queries, services, tasks
from tremplin.builder.models import WorkingCopy
from tremplin.builder.rules.effects import Effects
from tremplin.core.jobs.models import Job
from tremplin.core.jobs.runner import Runner
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import Batch, OutboxMessage

pytestmark = pytest.mark.django_db
SMALL = (PLANS / "small.toml").read_text("utf-8")
NEW = {
    "label_en": "Which day?",
    "label_fr": "Quel jour ?",
    "kind": "date",
    "required": "on",
    "section": "essays",
}
REASON = {"reason": "We forgot to ask."}


@pytest.fixture
def open_(cast: Cast, clock: Clock) -> Clock:
    """The second day of the call."""
    clock.at = cast.at("call_opens", days=2)
    return clock


@pytest.fixture
def sent(cast: Cast, open_: Clock) -> Application:
    return send(write(begin(cast), open_.at), open_.at)


def add_question(visitor: Visitor, **changed: str) -> None:
    assert visitor.fill("new", {**NEW, **changed}, "?section=essays", kind="question").status_code == 302


def publish(visitor: Visitor, **changed: str) -> Any:
    return visitor.fill("publish", changed)


def test_before_the_call_opens_everything_may_change(olive: Visitor, cast: Cast) -> None:
    add_question(olive)
    olive.fill("delete", {}, kind="question", code="country")
    olive.do("down:section:you")
    olive.fill("item", {"at_least": "40"}, kind="door", code="hours")
    page = olive.get("publish").content.decode()
    for words in (
        "Which day?",
        "Where do you live?",
        "Moved</span> Section",
        "nobody needs to be told",
        "At least",
    ):
        assert words in page
    assert 'name="reason"' not in page
    text = copy_of(cast).text
    assert publish(olive).status_code == 302
    cast.cohort.refresh_from_db()
    assert cast.cohort.version.number == 2
    assert cast.cohort.version.text == text
    assert not WorkingCopy.objects.exists()
    event = AuditEvent.objects.get(verb="builder.published")
    assert event.data["removed"] == ["question:country"]
    assert event.data["added"] == ["question:which_day"]
    assert "day?" not in str(event.data)
    assert not OutboxMessage.objects.exists()


def test_pressed_twice_it_is_published_once(olive: Visitor, cast: Cast) -> None:
    add_question(olive)
    data = fields(olive.get("publish"))
    olive.post("publish", data)
    assert olive.post("publish", data).status_code == 302
    assert cast.cohort.programme.versions.count() == 2
    once = services.publish(
        cohort=cast.cohort, seen=0, actor=cast.organiser, now=cast.cohort.first_day, once=data["once"]
    )
    assert once.number == 2


def test_what_nobody_has_finished_is_not_published(olive: Visitor, cast: Cast) -> None:
    add_question(olive)
    olive.fill("item", {"label_en": ""}, kind="question", code="motivation")
    page = olive.get("publish").content.decode()
    assert "1 thing in the form is unfinished" in page
    assert 'name="seen"' not in page
    done = olive.post("publish", {"seen": "1", "sure": "1"})
    assert done.status_code == 409
    assert cast.cohort.programme.versions.count() == 1


def test_a_page_that_is_out_of_date_publishes_nothing(olive: Visitor, colin: Visitor, cast: Cast) -> None:
    add_question(olive)
    data = fields(olive.get("publish"))
    colin.do("copy:question:country")
    answer = olive.post("publish", data)
    assert answer.status_code == 409
    assert "Somebody changed the form" in answer.content.decode()


def test_nothing_changed_is_nothing_to_publish(olive: Visitor, cast: Cast) -> None:
    assert olive.get("publish").status_code == 302
    services.begin(cohort=cast.cohort, actor=cast.organiser, now=cast.cohort.first_day)
    assert "Nothing differs" in olive.get("publish").content.decode()
    assert olive.post("publish", {"seen": "0", "sure": "1"}).status_code == 409


def test_while_people_write_those_who_are_touched_are_told(
    olive: Visitor, cast: Cast, sent: Application
) -> None:
    before = Snapshot.objects.get()
    sami = begin(cast, cast.scholar)
    add_question(olive)
    page = olive.get("publish").content.decode()
    assert "1 of 1 are touched" in page
    assert "they stay as they were sent, and count" in page
    assert "must be answered: 2 people" in page
    bad = publish(olive)
    assert bad.status_code == 422
    assert "Say why the form changes" in bad.content.decode()
    assert publish(olive, **REASON).status_code == 302
    Runner(["default"]).drain()
    batch = Batch.objects.get(kind="form-changed")
    assert batch.state == "open"
    mails = {row.to_ref: row for row in OutboxMessage.objects.filter(batch=batch)}
    assert set(mails) == {cast.applicant.ref, cast.scholar.ref}
    mine = mails[cast.applicant.ref].body
    assert "We forgot to ask." in mine
    assert "– Which day?" in mine
    assert "What you sent stays as you sent it" in mine
    assert "– Quel jour ?" in mails[cast.scholar.ref].body
    assert "reste tel" not in mails[cast.scholar.ref].body
    snapshot = Snapshot.objects.get()
    assert (snapshot.pk, snapshot.checksum, snapshot.version.number) == (before.pk, before.checksum, 1)
    assert fresh(sent).state == "submitted"
    assert fresh(sami).state == "draft"


def test_each_reads_the_reason_in_their_own_language(olive: Visitor, cast: Cast, sent: Application) -> None:
    begin(cast, cast.scholar)
    add_question(olive)
    publish(olive, **REASON, reason_fr="Nous avions oublié cette question.")
    Runner(["default"]).drain()
    mails = {row.to_ref: row.body for row in OutboxMessage.objects.filter(kind="form-changed")}
    assert "We forgot to ask." in mails[cast.applicant.ref]
    assert "Nous avions oublié cette question." in mails[cast.scholar.ref]
    assert "We forgot to ask." not in mails[cast.scholar.ref]


def test_a_second_run_of_the_job_writes_no_second_mail(olive: Visitor, cast: Cast, sent: Application) -> None:
    add_question(olive)
    publish(olive, **REASON)
    Runner(["default"]).drain()
    job = Job.objects.get(task__endswith="follow_change")
    tasks.follow_change.func(*job.args)
    assert OutboxMessage.objects.filter(kind="form-changed").count() == 1


def test_progress_is_counted_anew(olive: Visitor, cast: Cast, open_: Clock) -> None:
    draft = write(begin(cast), open_.at)
    assert draft.progress == 100
    add_question(olive)
    publish(olive, **REASON)
    Runner(["default"]).drain()
    after = fresh(draft)
    assert after.progress < 100
    assert (after.lacking, len(after.lacks)) == (1, 1)


def test_what_was_sent_counts_as_it_was_sent(olive: Visitor, cast: Cast, sent: Application) -> None:
    before = fresh(sent)
    add_question(olive)
    publish(olive, **REASON)
    Runner(["default"]).drain()
    after = fresh(sent)
    assert (after.progress, after.lacking, after.lacks) == (before.progress, before.lacking, before.lacks)


def test_other_words_are_told_of_when_asked_to(olive: Visitor, cast: Cast, sent: Application) -> None:
    olive.fill("item", {"label_en": "Why, in one sentence?"}, kind="question", code="motivation")
    page = olive.get("publish").content.decode()
    assert "nobody has to look again" in page
    assert publish(olive, words="on").status_code == 422
    assert publish(olive, words="on", **REASON).status_code == 302
    Runner(["default"]).drain()
    assert "Now in other words" in OutboxMessage.objects.get(kind="form-changed").body


def test_mended_words_tell_nobody_by_themselves(olive: Visitor, cast: Cast, sent: Application) -> None:
    olive.fill("item", {"label_en": "Why, in one sentence?"}, kind="question", code="motivation")
    assert publish(olive).status_code == 302
    Runner(["default"]).drain()
    assert not OutboxMessage.objects.filter(kind="form-changed").exists()


def test_answers_that_no_longer_fit_and_are_no_longer_asked(olive: Visitor, cast: Cast, open_: Clock) -> None:
    draft = write(begin(cast), open_.at, motivation="x" * 900, coded_before="yes", project="One two three")
    olive.fill("item", {"max_characters": "500"}, kind="question", code="motivation")
    olive.fill("item", {"show_if": ["coded_before=no"]}, kind="question", code="project")
    page = olive.get("publish").content.decode()
    assert "no longer fits (before: at most 1,000 characters; now: at most 500 characters): 1 person" in page
    assert "was answered and is asked no more: 1 person" in page
    publish(olive, **REASON, harsh="on")
    Runner(["default"]).drain()
    body = OutboxMessage.objects.get(kind="form-changed").body
    assert "the rules of these answers have changed" in body
    assert "No longer asked" in body
    assert fresh(draft).answers["project"] == "One two three"


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        (lambda v: v.fill("delete", {}, kind="question", code="motivation"), "what they wrote must not go"),
        (lambda v: v.fill("item", {"readers": "all"}, kind="question", code="country"), "would not read it"),
        (lambda v: v.fill("item", {"at_least": "35"}, kind="door", code="hours"), "were let in without it"),
    ],
)
def test_what_people_rely_on_is_refused_with_what_to_do_instead(
    olive: Visitor,
    cast: Cast,
    sent: Application,
    deed: Callable[[Visitor], Any],
    reason: str,
) -> None:
    deed(olive)
    page = olive.get("publish").content.decode()
    assert "This cannot be published while the call is open" in page
    assert reason in page
    refused = olive.post("publish", {"seen": str(copy_of(cast).number), "sure": "1", **REASON})
    assert refused.status_code == 409
    cast.cohort.refresh_from_db()
    assert cast.cohort.version.number == 1


def test_the_page_that_deletes_says_who_has_answered(olive: Visitor, sent: Application) -> None:
    assert (
        "1 person has answered it" in olive.get("delete", kind="question", code="motivation").content.decode()
    )


def test_a_kind_that_changed_before_the_first_answer_came_is_refused(
    olive: Visitor, cast: Cast, open_: Clock
) -> None:
    olive.fill("item", {"kind": "short"}, kind="question", code="motivation")
    send(write(begin(cast), open_.at), open_.at)
    assert "of another kind" in olive.get("publish").content.decode()
    # The way back stands open.
    olive.fill("item", {"kind": "long"}, kind="question", code="motivation")
    assert "of another kind" not in olive.get("publish").content.decode()


def tighten(visitor: Visitor) -> None:
    visitor.fill("item", {"max_characters": "500"}, kind="question", code="motivation")


def test_a_tighter_limit_says_whom_it_hits_and_waits_for_a_tick(
    olive: Visitor, cast: Cast, open_: Clock
) -> None:
    send(write(begin(cast), open_.at, motivation="x" * 644), open_.at)
    write(begin(cast, cast.scholar), open_.at, motivation="y" * 600)
    write(begin(cast, person("Noor Newcomer")), open_.at, motivation="short")
    tighten(olive)
    page = olive.get("publish").content.decode()
    assert "I want it although 1 of 2 drafts and 1 of 1 sent applications no longer fit" in page
    bad = publish(olive, **REASON)
    assert bad.status_code == 422
    assert "Tick this if you want it nonetheless" in bad.content.decode()
    assert 'id="id_harsh_error"' in bad.content.decode()
    cast.cohort.refresh_from_db()
    assert cast.cohort.version.number == 1
    assert publish(olive, **REASON, harsh="on").status_code == 302
    assert AuditEvent.objects.get(verb="builder.published").data["no_longer_fit"] == 2
    Runner(["default"]).drain()
    mails = {row.to_ref: row.body for row in OutboxMessage.objects.filter(kind="form-changed")}
    assert set(mails) == {cast.applicant.ref, cast.scholar.ref}
    assert "before: at most 1,000 characters; now: at most 500 characters" in mails[cast.applicant.ref]
    assert "is 144 characters too long" in mails[cast.applicant.ref]
    assert "500\xa0caractères au plus" in mails[cast.scholar.ref] or "500 caract" in mails[cast.scholar.ref]


def test_a_limit_that_everybody_keeps_asks_for_no_tick(olive: Visitor, cast: Cast, sent: Application) -> None:
    tighten(olive)
    assert 'name="harsh"' not in olive.get("publish").content.decode()
    assert publish(olive).status_code == 302


def test_an_answer_that_may_be_of_any_length_is_not_too_long(
    olive: Visitor, cast: Cast, open_: Clock
) -> None:
    draft = write(begin(cast), open_.at, motivation="x" * 900)
    Application.objects.filter(pk=draft.pk).update(uncounted=["motivation"])
    tighten(olive)
    assert 'name="harsh"' not in olive.get("publish").content.decode()


def test_somebody_who_writes_too_much_meanwhile_is_seen(olive: Visitor, cast: Cast, open_: Clock) -> None:
    """The page was opened when nobody was hit; the press finds one, and asks."""
    draft = write(begin(cast), open_.at, motivation="x" * 100)
    tighten(olive)
    data = fields(olive.get("publish"))
    write(draft, open_.at, motivation="x" * 700)
    answer = olive.post("publish", {**data, **REASON})
    assert answer.status_code == 422
    assert "I want it although 1 of 1 drafts" in answer.content.decode()


def test_doors_may_open_wider(olive: Visitor, cast: Cast, sent: Application) -> None:
    olive.fill("item", {"at_least": "20"}, kind="door", code="hours")
    assert publish(olive).status_code == 302
    cast.cohort.refresh_from_db()
    assert cast.cohort.plan.eligibility[1].at_least == 20


def test_after_the_call_words_may_change_and_nothing_else(olive: Visitor, cast: Cast, clock: Clock) -> None:
    clock.at = cast.at("call_closes", days=1)
    assert "only words can change" in olive.get("form").content.decode()
    olive.fill("item", {"label_en": "Why now?"}, kind="question", code="motivation")
    olive.fill("item", {"max_characters": "900"}, kind="question", code="motivation")
    assert publish(olive).status_code == 409
    olive.do("undo:")
    assert publish(olive).status_code == 302


def test_what_is_used_counts_drafts_and_what_was_sent(cast: Cast, sent: Application) -> None:
    used = queries.answered(cast.cohort, cast.at("call_opens", days=3)).used
    assert used["coded_before"] == {"no"}
    assert used["motivation"] == set()
    assert "sample" not in used


def test_an_application_that_nothing_touches_is_left_alone(cast: Cast) -> None:
    form = cast.cohort.plan.application
    assert not Effects(form, form).on({"motivation": "Because."}).touched
