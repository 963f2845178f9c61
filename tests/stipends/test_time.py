from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import Cast, enrol, gather
from tests.mentoring.world import crowd
from tests.stipends.world import THREE_INSTALMENTS, instalment, through, with_details
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.programmes import services as programmes
from tremplin.selection import services as selection
from tremplin.selection.models import Scholar, ScholarState
from tremplin.stipends import queries, services
from tremplin.stipends.models import Instalment, InstalmentState


@pytest.fixture
def cast(db: None) -> Cast:
    return gather(text=THREE_INSTALMENTS)


def dues(scholar: Scholar) -> dict[str, datetime]:
    return dict(scholar.instalments.values_list("code", "due"))


def extend(cast: Cast, scholar: Scholar, weeks: int, **changed: Any) -> Scholar:
    return services.extend(
        scholar=scholar,
        weeks=weeks,
        actor=cast.organiser,
        now=cast.at("midpoint"),
        **changed,
    )


def test_an_extension_moves_what_falls_after_the_midpoint_and_nothing_before(
    cast: Cast, scholar: Scholar
) -> None:
    before = dues(scholar)
    assert extend(cast, scholar, 3).extension_weeks == 3
    assert dues(scholar) == {**before, "third": before["third"] + timedelta(weeks=3)}
    extend(cast, scholar, 1)
    assert dues(scholar) == {**before, "third": before["third"] + timedelta(weeks=1)}
    extend(cast, scholar, 0)
    assert dues(scholar) == before


def test_a_payment_under_way_keeps_its_date(cast: Cast, scholar: Scholar) -> None:
    Instalment.objects.filter(code="third").update(state=InstalmentState.PREPARED, prepared_by="abc")
    before = dues(scholar)
    extend(cast, scholar, 3)
    assert dues(scholar) == before


def test_an_extension_has_a_limit_and_is_for_those_who_take_part(cast: Cast, scholar: Scholar) -> None:
    with pytest.raises(Invalid, match="At most 5 weeks"):
        extend(cast, scholar, 6)
    with pytest.raises(Invalid):
        extend(cast, scholar, -1)
    for role in ("finance", "mentor", "observer", "scholar", "stranger"):
        with pytest.raises(NotAllowed):
            services.extend(scholar=scholar, weeks=1, actor=getattr(cast, role), now=cast.at("midpoint"))
    Scholar.objects.update(state=ScholarState.LEFT)
    with pytest.raises(Conflict):
        extend(cast, scholar, 1)


def test_two_organisers_do_not_overwrite_each_other_s_extension(cast: Cast, scholar: Scholar) -> None:
    extend(cast, scholar, 2, seen=0)
    with pytest.raises(Stale) as stale:
        extend(cast, scholar, 5, seen=0)
    assert stale.value.current == 2


def test_a_longer_extension_is_told_with_the_new_end_and_why_is_kept_nowhere(
    cast: Cast, scholar: Scholar
) -> None:
    extend(cast, scholar, 2, reason="Take your time.")
    mail = OutboxMessage.objects.get(kind="extension-granted")
    ends = cast.at("training_ends", weeks=2)
    assert "Take your time." in mail.body
    assert str(ends.day) in mail.body
    assert not AuditEvent.objects.filter(data__icontains="your time").exists()
    extend(cast, scholar, 1)
    assert OutboxMessage.objects.filter(kind="extension-granted").count() == 1


def test_a_pause_moves_every_payment_that_lay_ahead_and_loses_none(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    before = dues(scholar)
    fell_ill = cast.at("training_starts", weeks=1)
    selection.pause_scholar(scholar=scholar, actor=cast.organiser, now=fell_ill)
    held = Scholar.objects.get()
    held.cohort = cast.cohort
    assert services.settle_dates(cohort=cast.cohort, now=fell_ill + timedelta(weeks=3)) == 0
    with pytest.raises(Conflict, match="on a pause"):
        services.prepare(
            instalment=instalment(held, "second"), actor=cast.finance, now=fell_ill + timedelta(weeks=3)
        )
    services.prepare(instalment=instalment(held), actor=cast.finance, now=fell_ill)
    back = fell_ill + timedelta(weeks=4)
    selection.resume_scholar(scholar=held, actor=cast.organiser, now=back)
    assert services.settle_dates(cohort=cast.cohort, now=back) == 2
    assert services.settle_dates(cohort=cast.cohort, now=back) == 0
    assert dues(scholar) == {
        "start": before["start"],
        "second": before["second"] + timedelta(weeks=4),
        "third": before["third"] + timedelta(weeks=4),
    }
    assert sum(scholar.instalments.values_list("amount", flat=True)) == 600_000


def test_a_pause_and_an_extension_add_up(cast: Cast, scholar: Scholar) -> None:
    before = dues(scholar)["third"]
    began = cast.at("training_starts", weeks=1)
    selection.pause_scholar(scholar=scholar, actor=cast.organiser, now=began)
    selection.resume_scholar(scholar=scholar, actor=cast.organiser, now=began + timedelta(days=10))
    held = Scholar.objects.get()
    held.cohort = cast.cohort
    extend(cast, held, 2)
    assert dues(scholar)["third"] == before + timedelta(days=10, weeks=2)


def test_payments_follow_a_date_that_organisers_move(cast: Cast, scholar: Scholar) -> None:
    before = dues(scholar)
    through(cast, _with_form(cast, scholar), upto="prepared")
    to = cast.at("training_starts", days=7)
    programmes.move_date(
        cohort=cast.cohort,
        code="training_starts",
        to=to,
        actor=cast.organiser,
        reason="The building is not ready.",
        now=cast.at("training_starts", days=-9),
    )
    assert services.settle_dates(cohort=cast.cohort, now=cast.at("training_starts", days=-9)) == 2
    assert dues(scholar) == {
        "start": before["start"],
        "second": before["second"] + timedelta(days=7),
        "third": before["third"] + timedelta(days=7),
    }


def _with_form(cast: Cast, scholar: Scholar) -> Instalment:
    with_details(cast, scholar)
    return instalment(scholar)


def test_nothing_is_late_in_a_pause_and_what_was_due_before_still_is(cast: Cast, scholar: Scholar) -> None:
    selection.pause_scholar(scholar=scholar, actor=cast.organiser, now=cast.at("training_starts", weeks=1))
    rows = queries.visible_instalments(cast.finance, cast.cohort)
    lines = queries.lines(rows, now=cast.at("training_starts", weeks=12))
    assert {line.instalment.code: (line.late, line.waits_for) for line in lines} == {
        "start": (True, "payee-form"),
        "second": (False, "paused"),
        "third": (False, "paused"),
    }


def test_instalments_are_laid_out_for_newcomers_and_for_nobody_who_left(cast: Cast, scholar: Scholar) -> None:
    (fresh, gone) = crowd(cast, 2)
    Scholar.objects.filter(pk=gone.pk).update(state=ScholarState.LEFT)
    assert services.plan_instalments(cohort=cast.cohort, now=cast.at("training_starts")) == 3
    assert fresh.instalments.count() == 3
    assert not gone.instalments.exists()


def test_a_programme_that_pays_nothing_refuses_in_a_sentence(cast: Cast) -> None:
    enrol(cast)
    plan = cast.cohort.plan
    cast.cohort.version.__dict__["plan"] = plan.model_copy(update={"stipend": None})
    with pytest.raises(Conflict, match="pays no stipend"):
        services.plan_instalments(cohort=cast.cohort, now=cast.at("training_starts"))
    assert queries.budget(cast.cohort) is None
