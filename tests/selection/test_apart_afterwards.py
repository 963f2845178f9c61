"""Until training starts, nobody who stands apart from a selection learns who took a place, nor how many did."""

from datetime import datetime

import pytest

from tests.cast import OPENS, Cast
from tests.mentoring.world import offer as mentor_offer
from tests.selection.crawling import all_bytes, as_an_applicant, third, visits
from tests.selection.world import accept, decide, offers_of, read_cohort
from tests.visiting import content_of, hold, page, signed_in, text_of
from tests.web.matrix import token_of
from tremplin.core.models import AuditEvent
from tremplin.core.outbox import queries as outbox
from tremplin.core.outbox.models import OutboxMessage
from tremplin.core.outbox.services import release
from tremplin.mentoring import services as mentoring
from tremplin.mentoring.models import Concern, MentorProfile, Pairing
from tremplin.people.models import User
from tremplin.programmes import apart, services
from tremplin.programmes.mail import shipped
from tremplin.programmes.models import Membership
from tremplin.programmes.roles import Role
from tremplin.selection.models import Offer, Scholar
from tremplin.stipends import services as stipends
from tremplin.stipends.models import Instalment
from tremplin.web.access import TABLE, Shut


def waits(cast: Cast, *, who: User | None = None) -> datetime:
    """Everybody is told, offers are open, a mentor waits; `who` stands apart. The moment, before training."""
    third(cast)
    read_cohort(cast, 5)
    decide(cast)
    now = cast.at("offers_answered", days=-1)
    assert now < cast.at("training_starts")
    for batch in outbox.open_batches(cast.cohort.scope):
        release(batch=batch, actor=cast.organiser.ref, now=now)
    mentor_offer(cast)
    services.step_back(cohort=cast.cohort, actor=who or cast.colleague, tied=False, now=OPENS)
    return now


def taken(cast: Cast, now: datetime) -> Scholar:
    """Whoever was offered a place first takes it: a mentor, instalments, a payment on its way, a raised hand."""
    scholar = accept(offers_of(cast.cohort)[0], now)
    pairing = mentoring.pair(
        scholar=scholar, mentor=MentorProfile.objects.get(), actor=cast.organiser, now=now
    )
    stipends.plan_instalments(cohort=cast.cohort, now=now)
    Instalment.objects.filter(code="start").update(state="prepared", prepared_by="someone", due=OPENS)
    Concern.objects.create(pairing=pairing, code="week-2", kind="hand", created_at=now)
    return scholar


def refs_of(scholar: Scholar) -> list[str]:
    rows = [*Pairing.objects.all(), *Instalment.objects.all(), *Concern.objects.all()]
    member = Membership.objects.get(user=scholar.user, role=Role.SCHOLAR)
    return [
        scholar.ref,
        member.ref,
        Offer.objects.get(application=scholar.application).ref,
        *(r.ref for r in rows),
    ]


@pytest.mark.parametrize("who", ["colleague", "observer"])
def test_nothing_that_they_can_reach_differs_by_who_took_a_place(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    """Pages, searches, files, the log, mails, counts and answers to programs are the same to the byte."""
    user = getattr(cast, who)
    now = waits(cast, who=user)
    hold(monkeypatch, now)
    token = token_of(user)
    list(visits(cast, user, [], token))  # what is noted at a first look alone is noted now
    before = all_bytes(cast, user, [], token)
    refs = refs_of(taken(cast, now))
    after = all_bytes(cast, user, [], token)
    assert [where for where in before if before[where] != after[where] and not as_an_applicant(where)] == []
    opened = {
        where for where, status, _body in visits(cast, user, refs, token) if status == 200 and "ref" in where
    }
    assert not opened


def test_to_an_organiser_who_does_not_stand_apart_much_differs(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = waits(cast)
    hold(monkeypatch, now)
    token = token_of(cast.organiser)
    before = all_bytes(cast, cast.organiser, [], token)
    taken(cast, now)
    after = all_bytes(cast, cast.organiser, [], token)
    differs = {where.split()[0] for where in before if before[where] != after[where]}
    assert differs >= {
        "desk",
        "programmes:people",
        "programmes:overview",
        "programmes:log",
        "programmes:mails",
        "privacy:retention",
        "mentoring:pairings",
        "stipends:board",
        "api:pairings",
        "api:stipends",
    }


def test_a_scholar_s_role_opens_no_page_to_them_by_its_reference(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = waits(cast)
    clock = hold(monkeypatch, now)
    scholar = taken(cast, now)
    for ref in refs_of(scholar):
        for name, words in (("programmes:revoke", {"ref": ref}), ("programmes:mail", {"ref": ref})):
            answer = signed_in(cast.colleague).get(page(cast, name, **words))
            assert scholar.user.name not in answer.content.decode()
    people, name = page(cast, "programmes:people"), scholar.user.email
    assert name not in text_of(signed_in(cast.colleague), people, role="scholar")
    assert name in text_of(signed_in(cast.organiser), people, role="scholar")
    clock.at = cast.at("training_starts", hours=1)
    assert name in text_of(signed_in(cast.colleague), people, role="scholar")


def test_mails_and_lines_of_the_log_come_back_when_training_starts(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = waits(cast)
    clock = hold(monkeypatch, now)
    taken(cast, now)
    kinds = set(OutboxMessage.objects.values_list("kind", flat=True))
    assert {"pairing-scholar", "pairing-mentor"} <= kinds

    def seen() -> tuple[set[str], set[str]]:
        mails = OutboxMessage.objects.filter(apart.visible_mails(cast.cohort, cast.colleague))
        deeds = AuditEvent.objects.filter(apart.visible_deeds(cast.cohort, cast.colleague))
        return set(mails.values_list("kind", flat=True)), set(deeds.values_list("verb", flat=True))

    mails, deeds = seen()
    assert "pairing-scholar" not in mails
    assert not {verb for verb in deeds if verb.startswith(("mentoring.", "stipends."))}
    clock.at = cast.at("training_starts", hours=1)
    mails, deeds = seen()
    assert "pairing-scholar" in mails
    assert {"mentoring.paired", "stipends.planned"} <= deeds
    assert not {kind for kind in mails if kind.startswith(("decision-", "offer-"))}


def test_every_mail_is_known_to_tell_of_a_place_or_not() -> None:
    """A new mail is sorted by hand: to those of the selection, to those of what comes of it, or to neither."""
    neither = {
        *("application-received", "application-updated", "application-withdrawn", "application-begun"),
        *("draft-reminder", "changes-reminder", "application-excluded", "application-excluded-condition"),
        *("application-excluded-wish", "application-restored", "more-time", "time-to-begin"),
        *("answer-waiting", "question-waiting", "confidence-waiting", "role-granted", "form-changed"),
        "date-moved",
    }
    told = ("decision-", "offer-", "waitlist-", "review-", *apart.MAILS_AFTERWARDS)
    assert {code for code in shipped() if not code.startswith(told)} == neither


def test_every_page_of_later_stages_that_oversees_scholars_is_shut_until_training() -> None:
    overseeing = apart.OVERSEE | {Role.FINANCE}
    lessons = {"training:labs", "training:lab", "training:stub", "training:figure"}
    open_ones = {
        name
        for name, access in TABLE.items()
        if name.split(":")[0] in apart.AFTERWARDS
        and access.roles & overseeing
        and access.shut is not Shut.UNTIL_TRAINING
    }
    assert open_ones == lessons
    api = {name for name in TABLE if name.startswith("api:") and TABLE[name].shut is not Shut.NEVER}
    assert api == {"api:decisions", "api:scholars", "api:pairings", "api:stipends", "api:stipend"}


def test_who_oversees_and_is_a_mentor_keeps_their_own_scholar(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Standing apart shuts what shows everybody, never what somebody is themselves."""
    now = waits(cast)
    hold(monkeypatch, now)
    name = taken(cast, now).user.name
    services.grant(user=cast.colleague, cohort=cast.cohort, role=Role.MENTOR, actor=cast.organiser, now=OPENS)
    assert signed_in(cast.colleague).get(page(cast, "mentoring:pairings")).status_code == 200
    assert name not in text_of(signed_in(cast.colleague), page(cast, "mentoring:pairings"))
    MentorProfile.objects.update(user=cast.colleague)
    pairing = Pairing.objects.get()
    assert name in text_of(signed_in(cast.colleague), page(cast, "mentoring:pairing", ref=pairing.ref))


def test_finance_is_shut_too_to_an_organiser_who_stands_apart_and_open_to_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = waits(cast)
    clock = hold(monkeypatch, now)
    taken(cast, now)
    services.grant(
        user=cast.colleague, cohort=cast.cohort, role=Role.FINANCE, actor=cast.organiser, now=OPENS
    )
    board = page(cast, "stipends:board")
    assert signed_in(cast.colleague).get(board).status_code == 403
    assert signed_in(cast.finance).get(board).status_code == 200
    clock.at = cast.at("training_starts", hours=1)
    assert signed_in(cast.colleague).get(board).status_code == 200


def test_the_log_gives_away_no_number_of_deeds_that_are_kept_from_somebody(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = waits(cast)
    hold(monkeypatch, now)
    taken(cast, now)
    services.grant(user=cast.stranger, cohort=cast.cohort, role=Role.MENTOR, actor=cast.organiser, now=now)
    log, file = page(cast, "programmes:log"), page(cast, "programmes:log-export")
    for user, shown in ((cast.colleague, False), (cast.organiser, True)):
        last = AuditEvent.objects.order_by("-position")[0]
        said = text_of(signed_in(user), log)
        assert "The chain holds" in said
        assert (f">{last.position}<" in said, last.digest in said) == (shown, shown)
        lines = content_of(signed_in(user).post(file)).decode().splitlines()
        assert any(line.startswith(f"{last.position},") for line in lines) is shown
