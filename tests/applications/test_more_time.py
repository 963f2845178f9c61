"""One person's own deadline: given, changed, taken back, kept to the second, and the same on every page."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.applications.conftest import begin, fresh, send, write
from tests.cast import PLANS, Cast, gather, person
from tests.review.world import fill, give_out, read_of
from tests.visiting import Clock, hidden, page, signed_in, text_of
from tremplin.applications.models import Application, Extension, ExtensionCause
from tremplin.applications.queries.time import still_writing
from tremplin.applications.rules import deadline
from tremplin.applications.services import Late, resume, submit, withdraw
from tremplin.applications.services.more_time import Why, give_time, take_time_back
from tremplin.applications.services.spoken import put_words
from tremplin.blinding.services import finish_all
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.people.models import User
from tremplin.programmes.forms_moment import moment_of

WHY = Why(ExtensionCause.TECHNICAL, "The upload failed on  our side.")
SECOND = timedelta(seconds=1)
ZONES = (
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Apia",
)


def give(
    cast: Cast,
    application: Application,
    until: datetime,
    *,
    now: datetime | None = None,
    why: Why | None = WHY,
    actor: User | None = None,
    seen: datetime | None = None,
) -> Extension:
    return give_time(
        application=application,
        until=until,
        why=why,
        actor=actor or cast.organiser,
        now=now or cast.at("call_opens", days=3),
        seen=seen,
    )


def test_more_time_holds_to_the_second_and_has_the_same_silent_grace(cast: Cast, ready: Application) -> None:
    until = cast.at("call_closes", days=2)
    give(cast, ready, until)
    own = fresh(ready)
    last = until + timedelta(minutes=30)
    with pytest.raises(Late):
        submit(application=own, actor=cast.applicant, once="a", now=last + SECOND)
    assert submit(application=own, actor=cast.applicant, once="b", now=last).number == 1


def test_it_can_be_given_after_the_deadline_and_is_told_by_mail(cast: Cast, ready: Application) -> None:
    late = cast.at("call_closes", days=1)
    give(cast, ready, late + timedelta(days=1), now=late)
    assert send(fresh(ready), late + timedelta(hours=2)).state == "submitted"
    mail = OutboxMessage.objects.get(kind="more-time")
    assert mail.to == cast.applicant.email
    assert WHY.words not in mail.body


def test_the_log_holds_the_cause_and_never_the_words(cast: Cast, ready: Application) -> None:
    given_ = give(cast, ready, cast.at("call_closes", days=1))
    event = AuditEvent.objects.get(verb="applications.time-given")
    assert event.data["cause"] == "technical"
    assert "upload" not in str(event.data)
    assert given_.reason == "The upload failed on our side."


def test_the_officer_gives_time_without_a_reason_anywhere(cast: Cast, ready: Application) -> None:
    given_ = give(cast, ready, cast.at("call_closes", days=1), why=None, actor=cast.officer)
    assert (given_.cause, given_.reason) == ("", "")
    assert set(AuditEvent.objects.get(verb="applications.time-given").data) == {"until"}
    assert not OutboxMessage.objects.filter(kind="more-time").exists()


@pytest.mark.parametrize("who", ["reviewer", "observer", "stranger", "applicant", "officer"])
def test_nobody_but_organisers_gives_time_with_a_reason(cast: Cast, ready: Application, who: str) -> None:
    with pytest.raises(NotAllowed):
        give(cast, ready, cast.at("call_closes", days=1), actor=getattr(cast, who))


def test_an_organiser_cannot_give_time_as_the_officer_does(cast: Cast, ready: Application) -> None:
    with pytest.raises(NotAllowed):
        give(cast, ready, cast.at("call_closes", days=1), why=None)


def test_moments_that_make_no_sense_are_refused(cast: Cast, ready: Application) -> None:
    now = cast.at("call_closes", days=2)
    for until, says in (
        (cast.at("call_closes", days=1), "is over"),
        (cast.at("decisions_out"), "before"),
    ):
        with pytest.raises(Invalid, match=says):
            give(cast, ready, until, now=now)
    with pytest.raises(Invalid, match="Everybody may write until"):
        give(cast, ready, cast.at("call_closes"), now=cast.at("call_opens", days=3))
    with pytest.raises(Conflict, match="decisions are out"):
        give(cast, ready, cast.at("decisions_out", days=2), now=cast.at("decisions_out"))


def test_once_somebody_reads_it_the_deadline_no_longer_moves(cast: Cast, sent: Application) -> None:
    now = cast.at("call_closes", days=1)
    finish_all(cohort=cast.cohort, now=now)
    give_out(cast)
    give(cast, sent, now + timedelta(days=1), now=now)  # given out is not yet begun
    fill(read_of(cast, cast.reviewer), now, submit=False)
    with pytest.raises(Conflict, match="begun to read"):
        give(cast, fresh(sent), now + timedelta(days=2), now=now, seen=now + timedelta(days=1))


def test_two_organisers_do_not_overwrite_each_other(cast: Cast, ready: Application) -> None:
    first, second = cast.at("call_closes", days=1), cast.at("call_closes", days=3)
    give(cast, ready, first)
    with pytest.raises(Stale):
        give(cast, ready, second, actor=cast.colleague, seen=None)
    give(cast, ready, second, actor=cast.colleague, seen=first)
    give(cast, ready, second, actor=cast.colleague, seen=first)  # pressed twice
    assert Extension.objects.count() == 2
    assert fresh(ready).own_deadline == second


def test_time_is_taken_back_as_long_as_nobody_worked_in_it(cast: Cast, ready: Application) -> None:
    until = cast.at("call_closes", days=3)
    give(cast, ready, until)
    for _twice in range(2):
        take_time_back(application=ready, actor=cast.organiser, now=cast.at("call_closes", days=1))
    assert fresh(ready).own_deadline is None
    give(cast, ready, until)
    write(fresh(ready), cast.at("call_closes", days=1), motivation="Written in my own time.")
    with pytest.raises(Conflict, match="already worked"):
        take_time_back(application=ready, actor=cast.organiser, now=cast.at("call_closes", days=2))
    with pytest.raises(Conflict, match="already worked"):
        give(cast, ready, cast.at("call_closes", days=2), now=cast.at("call_closes", days=1), seen=until)


def test_what_the_officer_gave_organisers_may_lengthen_and_never_shorten(
    cast: Cast, ready: Application
) -> None:
    until = cast.at("call_closes", days=3)
    give(cast, ready, until, why=None, actor=cast.officer)
    with pytest.raises(Conflict, match="in confidence"):
        give(cast, ready, cast.at("call_closes", days=2), seen=until)
    with pytest.raises(NotAllowed):
        take_time_back(application=ready, actor=cast.organiser, now=cast.at("call_opens", days=4))
    give(cast, ready, cast.at("call_closes", days=4), seen=until)
    with pytest.raises(NotAllowed):
        take_time_back(application=ready, actor=cast.officer, now=cast.at("call_opens", days=4))


def test_whoever_withdrew_may_take_it_up_again_in_their_own_time(cast: Cast, sent: Application) -> None:
    withdraw(application=sent, actor=cast.applicant, now=cast.at("call_opens", days=5))
    late = cast.at("call_closes", days=1)
    with pytest.raises(Late):
        resume(application=fresh(sent), actor=cast.applicant, now=late)
    give(cast, fresh(sent), cast.at("call_closes", days=2), now=late)
    assert resume(application=fresh(sent), actor=cast.applicant, now=late).state == "draft"


def test_every_page_of_the_writer_says_the_same_deadline_in_their_own_zone(
    cast: Cast, clock: Clock, ready: Application
) -> None:
    User.objects.filter(pk=cast.applicant.pk).update(time_zone="Asia/Kathmandu")
    give(cast, ready, datetime(2027, 2, 20, 16, 0, tzinfo=UTC))
    client = signed_in(cast.applicant)
    for name, words in (
        ("applications:hub", {}),
        ("applications:section", {"section": "essays"}),
        ("applications:check", {}),
    ):
        text = client.get(page(cast, name, **words)).content.decode()
        assert "21:45 (Kathmandu)" in text, name
        assert "16:00 UTC" in text, name
        assert "our own deadline" in text, name
    clock.at = cast.at("call_closes", days=1)
    assert client.get(page(cast, "applications:section", section="essays")).status_code == 200
    clock.at = datetime(2027, 2, 20, 16, 31, tzinfo=UTC)
    late = client.post(
        page(cast, "applications:section", section="essays"),
        {"_asked": "motivation", "_version": "99", "motivation": "Too late, but kept"},
    )
    assert late.status_code == 409
    assert "Too late, but kept" in late.content.decode()


def test_the_organiser_gives_time_on_the_page_of_the_application(
    cast: Cast, clock: Clock, ready: Application
) -> None:
    client = signed_in(cast.organiser)
    assert (
        "Give this person more time"
        in client.get(page(cast, "applications:application", ref=ready.ref)).content.decode()
    )
    address = page(cast, "applications:more-time", ref=ready.ref)
    fields = hidden(client.get(address).content.decode())
    empty = client.post(address, fields)
    assert empty.status_code == 422
    for words in ("Choose a day.", "Say why", "Write in a sentence"):
        assert words in empty.content.decode()
    day = f"{cast.at('call_closes', days=2):%Y-%m-%d}"
    data = {**fields, "day": day, "cause": "outside", "reason": "A power cut."}
    early = client.post(address, {**data, "day": "2027-01-12"})
    assert early.status_code == 422
    assert "Choose a later moment" in early.content.decode() or "is over" in early.content.decode()
    for _twice in range(2):
        assert client.post(address, data).status_code == 302
    shown = client.get(address).content.decode()
    assert "A power cut." in shown
    assert "Take this time back" in shown
    assert (
        client.post(address, {**data, "day": f"{cast.at('call_closes', days=3):%Y-%m-%d}"}).status_code == 409
    )
    back = client.post(address, {"take_back": "yes"}, follow=True)
    assert "counts for this person again" in back.content.decode()
    french = client.get(address + "?lang=fr").content.decode()
    assert "Plus de temps pour une personne" in french


def test_an_hour_left_empty_is_the_end_of_the_day_as_the_call_means_it(cast: Cast) -> None:
    text = (PLANS / "small.toml").read_text("utf-8")
    here = text.replace("grace_minutes = 30", "grace_minutes = 30\nanywhere_on_earth = false")
    other = gather(text=here, house="paris")
    day = date(2027, 3, 1)
    assert moment_of(cast.cohort, day, None) == datetime(2027, 3, 2, 11, 59, 59, tzinfo=UTC)
    assert moment_of(other.cohort, day, None) == datetime(2027, 3, 1, 22, 59, 59, tzinfo=UTC)


def test_organisers_know_who_still_writes_after_the_deadline(
    cast: Cast, clock: Clock, ready: Application
) -> None:
    until = cast.at("call_closes", days=2)
    give(cast, ready, until)
    clock.at = cast.at("call_closes", days=1)
    assert "1 person may still write" in signed_in(cast.organiser).get(page(cast, "desk")).content.decode()
    found = still_writing(cast.cohort, cast.at("call_closes", days=1))
    assert (found.many, found.until) == (1, until)
    assert still_writing(cast.cohort, until + SECOND).many == 0


def test_a_draft_in_its_own_time_is_given_to_nobody_and_once_sent_it_lacks_readers(
    cast: Cast, ready: Application
) -> None:
    from tremplin.review import queries as review

    give(cast, ready, cast.at("call_closes", days=2))
    late = cast.at("call_closes", days=1)
    give_out(cast)
    assert not cast.cohort.assignments.exists()
    send(fresh(ready), late)
    assert review.progress(cast.cohort).without_reader == 1
    assert review.progress(cast.cohort).unread == 1
    give_out(cast)
    assert review.progress(cast.cohort).without_reader == 0


def test_spoken_words_are_not_counted_until_they_are_typed_over(cast: Cast, ready: Application) -> None:
    now = cast.at("call_opens", days=3)
    long = "word " * 400
    put_words(application=ready, question="project", text=long, actor=cast.applicant, now=now)
    assert fresh(ready).lacking == 0
    send(fresh(ready), now)
    typed = write(fresh(ready), now, project=long + "more")
    assert typed.uncounted == []
    with pytest.raises(Invalid, match="too long"):
        submit(application=fresh(ready), actor=cast.applicant, once="again", now=now)
    with pytest.raises(Invalid):
        put_words(application=ready, question="full_name", text="Ada", actor=cast.applicant, now=now)


@given(
    zone=st.sampled_from(ZONES),
    day=st.dates(
        min_value=datetime(2027, 1, 1, tzinfo=UTC).date(), max_value=datetime(2027, 12, 28, tzinfo=UTC).date()
    ),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    grace=st.integers(0, 120),
)
def test_around_every_change_of_clocks_the_own_deadline_holds_to_the_second(
    zone: str, day: date, hour: int, minute: int, grace: int
) -> None:
    own = datetime.combine(day, datetime.min.time(), ZoneInfo(zone)).replace(hour=hour, minute=minute)
    dates = {
        "call_opens": own.astimezone(UTC) - timedelta(days=20),
        "call_closes": own.astimezone(UTC) - timedelta(days=3),
        "decisions_out": own.astimezone(UTC) + timedelta(days=9),
    }
    silent = timedelta(minutes=grace)
    last = own.astimezone(UTC) + silent
    assert deadline.phase(dates, silent, last - SECOND, own) == "open"
    assert deadline.phase(dates, silent, last, own) == "open"
    assert deadline.phase(dates, silent, last + SECOND, own) == "closed"
    everybodys = dates["call_closes"] + silent
    assert deadline.phase(dates, silent, everybodys + SECOND) == "closed"
    assert deadline.closes(dates, own) == own


def changes_of(zone: str) -> list[datetime]:
    """The moments of 2027 at which the clocks of `zone` change, in UTC."""
    place, found = ZoneInfo(zone), []
    moment = datetime(2027, 1, 1, tzinfo=UTC)
    while moment.year == 2027:
        after = moment + timedelta(minutes=30)
        if moment.astimezone(place).utcoffset() != after.astimezone(place).utcoffset():
            found.append(after)
        moment = after
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_one_second_before_and_after_where_the_clocks_change(zone: str) -> None:
    for change in [*changes_of(zone), datetime(2027, 6, 1, 12, tzinfo=UTC)]:
        for shift in (timedelta(hours=-1), timedelta(), timedelta(minutes=30), timedelta(hours=1)):
            own = (change + shift).astimezone(ZoneInfo(zone))
            dates = {
                "call_opens": change - timedelta(days=30),
                "call_closes": change - timedelta(days=2),
                "decisions_out": change + timedelta(days=20),
            }
            assert deadline.phase(dates, timedelta(), own.astimezone(UTC) - SECOND, own) == "open"
            assert deadline.phase(dates, timedelta(), own.astimezone(UTC) + SECOND, own) == "closed"


def test_an_own_deadline_never_reaches_the_decisions_and_never_shortens_anything() -> None:
    at = datetime(2027, 3, 1, tzinfo=UTC)
    dates = {
        "call_opens": at,
        "call_closes": at + timedelta(days=9),
        "decisions_out": at + timedelta(days=20),
    }
    assert deadline.closes(dates, at + timedelta(days=40)) == dates["decisions_out"]
    assert deadline.closes(dates, at + timedelta(days=1)) == dates["call_closes"]
    without = {**dates, "training_starts": at + timedelta(days=30)}
    del without["decisions_out"]
    assert deadline.bound(without) == without["training_starts"]
    assert (
        deadline.phase(dates, timedelta(), dates["decisions_out"] + SECOND, at + timedelta(days=40))
        == "decided"
    )


def test_a_second_application_of_the_board_is_not_slowed_by_own_deadlines(cast: Cast, clock: Clock) -> None:
    own = begin(cast)
    give(cast, own, cast.at("call_closes", days=1))
    clock.at = cast.at("call_closes", hours=1)
    text = signed_in(cast.organiser).get(page(cast, "applications:board")).content.decode()
    assert "Never sent" not in text


def test_the_board_finds_those_who_were_given_more_time(cast: Cast, clock: Clock) -> None:
    favoured, other = begin(cast), begin(cast, person("Olaf Other"))
    Application.objects.filter(pk=favoured.pk).update(own_deadline=cast.at("call_closes", days=2))
    client = signed_in(cast.organiser)
    board = text_of(client, page(cast, "applications:board"), time="more")
    assert "Ada Applicant" in board
    assert "Olaf Other" not in board
    assert "More time given" in board
    rest = text_of(client, page(cast, "applications:board"), time="none")
    assert "Olaf Other" in rest
    assert "Ada Applicant" not in rest
    assert other.own_deadline is None
