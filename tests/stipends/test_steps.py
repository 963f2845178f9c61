import pytest

from tests.cast import Cast
from tests.mentoring.world import crowd
from tests.stipends.world import instalment, through, with_details, with_mentor
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.outbox.models import OutboxMessage
from tremplin.mentoring import services as mentoring
from tremplin.programmes.roles import Role
from tremplin.programmes.services import grant
from tremplin.selection.models import Scholar
from tremplin.stipends import queries, services
from tremplin.stipends.models import Instalment, InstalmentState, LedgerEntry, PayeeForm


def test_pressing_a_button_twice_changes_nothing(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    now, row = cast.at("training_starts"), instalment(scholar)
    for _press in range(2):
        services.prepare(instalment=row, actor=cast.finance, now=now)
    for _press in range(2):
        services.approve(instalment=row, actor=cast.second_finance, now=now)
    for _press in range(2):
        services.order(instalment=row, reference=" SEPA-1 ", actor=cast.finance, now=now)
    assert list(LedgerEntry.objects.values_list("after", flat=True)) == ["prepared", "approved", "ordered"]


def test_pressing_hold_twice_tells_the_scholar_once(cast: Cast, scholar: Scholar) -> None:
    for _press in range(2):
        services.hold(
            instalment=instalment(scholar),
            reason="Bank closed",
            actor=cast.finance,
            now=cast.at("training_starts"),
        )
    assert OutboxMessage.objects.filter(kind="stipend-step").count() == 1


def test_a_step_on_a_payment_that_moved_on_is_refused(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    now, row = cast.at("training_starts"), instalment(scholar)
    through(cast, row, upto="approved")
    with pytest.raises(Conflict, match="moved on"):
        services.prepare(instalment=row, actor=cast.organiser, now=now)
    with pytest.raises(Conflict, match="moved on"):
        services.mark_paid(instalment=row, actor=cast.finance, now=now)


def test_an_order_needs_a_reference_that_fits(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    row = through(cast, instalment(scholar), upto="approved")
    for reference in (" ", "a" * 81):
        with pytest.raises(Invalid):
            services.order(
                instalment=row, reference=reference, actor=cast.finance, now=cast.at("training_starts")
            )
    assert instalment(scholar).state == InstalmentState.APPROVED


@pytest.mark.parametrize("upto", ["ordered", "paid"])
def test_what_the_bank_sent_back_starts_anew_with_two_people(cast: Cast, scholar: Scholar, upto: str) -> None:
    with_details(cast, scholar)
    row = through(cast, instalment(scholar), upto=upto)
    now = cast.at("training_starts", days=2)
    with pytest.raises(Invalid):
        services.came_back(instalment=row, reason="", actor=cast.finance, now=now)
    with pytest.raises(NotAllowed):
        services.came_back(instalment=row, reason="x", actor=cast.organiser, now=now)
    for _press in range(2):
        services.came_back(
            instalment=row, reason="The name at your bank differs.", actor=cast.finance, now=now
        )
    row = instalment(scholar)
    assert (row.state, row.paid_at, row.prepared_by, row.approved_by) == ("planned", None, "", "")
    assert LedgerEntry.objects.filter(before=upto, after="planned").count() == 1
    assert "The name at your bank differs." in OutboxMessage.objects.latest("pk").body
    assert through(cast, row).state == InstalmentState.PAID
    assert instalment(scholar).reason == ""


def test_only_what_has_left_can_come_back(cast: Cast, scholar: Scholar) -> None:
    with pytest.raises(Conflict, match="moved on"):
        services.came_back(
            instalment=instalment(scholar), reason="x", actor=cast.finance, now=cast.at("training_starts")
        )


@pytest.mark.parametrize("upto", ["ordered", "paid"])
def test_nobody_calls_back_money_that_has_left_by_another_door(
    cast: Cast, scholar: Scholar, upto: str
) -> None:
    with_details(cast, scholar)
    row = through(cast, instalment(scholar), upto=upto)
    for deed in (services.hold, services.release, services.cancel):
        with pytest.raises(Conflict, match="moved on"):
            deed(instalment=row, reason="x", actor=cast.finance, now=cast.at("training_starts"))


def test_a_cancelled_payment_can_be_taken_up_again(cast: Cast, scholar: Scholar) -> None:
    now, row = cast.at("training_starts"), instalment(scholar)
    services.cancel(instalment=row, reason="A mistake", actor=cast.organiser, now=now)
    services.release(instalment=row, reason="It was right", actor=cast.organiser, now=now)
    assert instalment(scholar).state == InstalmentState.PLANNED


@pytest.mark.parametrize("role", ["mentor", "reviewer", "observer", "scholar", "stranger"])
def test_others_take_no_step(cast: Cast, scholar: Scholar, role: str) -> None:
    now, row, actor = cast.at("training_starts"), instalment(scholar), getattr(cast, role)
    for deed in (services.hold, services.release, services.cancel, services.came_back):
        with pytest.raises(NotAllowed):
            deed(instalment=row, reason="x", actor=actor, now=now)
    with pytest.raises(NotAllowed):
        services.order(instalment=row, reference="x", actor=actor, now=now)
    with pytest.raises(NotAllowed):
        services.take_steps(cohort=cast.cohort, refs=[row.ref], step="prepare", actor=actor, now=now)


def test_a_missing_mentor_blocks_no_money(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    now = cast.at("training_starts", weeks=3)
    pairing = with_mentor(cast, scholar)
    with pytest.raises(Conflict, match="check-in"):
        services.prepare(instalment=instalment(scholar, "second"), actor=cast.finance, now=now)
    mentoring.end_pairing(pairing=pairing, actor=cast.organiser, reason="Silent", now=now)
    row = services.prepare(instalment=instalment(scholar, "second"), actor=cast.finance, now=now)
    assert row.state == InstalmentState.PREPARED


def ready(cast: Cast, count: int) -> list[Instalment]:
    """First instalments of `count` scholars with details."""
    scholars = crowd(cast, count)
    services.plan_instalments(cohort=cast.cohort, now=cast.at("training_starts", days=-10))
    PayeeForm.objects.bulk_create(
        PayeeForm(
            scholar=scholar,
            holder=b"x",
            details=b"x",
            last_four="0189",
            created_at=cast.at("training_starts"),
            changed_at=cast.at("training_starts"),
        )
        for scholar in scholars
    )
    return list(Instalment.objects.filter(code="start", scholar__in=scholars).order_by("pk"))


def test_a_pay_day_takes_each_step_for_all_at_once(cast: Cast) -> None:
    rows = ready(cast, 4)
    refs, now = [row.ref for row in rows], cast.at("training_starts")
    steps = (
        ("prepare", cast.finance, ""),
        ("approve", cast.second_finance, ""),
        ("order", cast.finance, "RUN-1"),
        ("paid", cast.finance, ""),
    )
    for step, actor, reference in steps:
        taken = services.take_steps(
            cohort=cast.cohort, refs=refs, step=step, reference=reference, actor=actor, now=now, once=step
        )
        assert (taken.done, taken.refused, taken.again) == (4, [], False)
    assert set(Instalment.objects.filter(code="start").values_list("state", "reference")) == {
        ("paid", "RUN-1")
    }
    again = services.take_steps(
        cohort=cast.cohort, refs=refs, step="paid", actor=cast.finance, now=now, once="paid"
    )
    assert (again.done, again.refused, again.again) == (0, [], True)


def test_a_payment_that_cannot_take_the_step_stops_no_other_and_is_named(
    cast: Cast, scholar: Scholar
) -> None:
    rows = ready(cast, 2)
    now = cast.at("training_starts")
    taken = services.take_steps(
        cohort=cast.cohort,
        refs=[instalment(scholar).ref, *(row.ref for row in rows)],
        step="prepare",
        actor=cast.finance,
        now=now,
    )
    assert taken.done == 2
    (refusal,) = taken.refused
    assert refusal.startswith("Sami Scholar: ")
    assert "payment details" in refusal
    taken = services.take_steps(
        cohort=cast.cohort, refs=[row.ref for row in rows], step="approve", actor=cast.finance, now=now
    )
    assert taken.done == 0
    assert all("another person" in text for text in taken.refused)


def test_steps_for_many_ask_for_what_they_need(cast: Cast, scholar: Scholar) -> None:
    refs, now = [instalment(scholar).ref], cast.at("training_starts")
    for step, field in (("order", "reference"), ("fly", "step")):
        with pytest.raises(Invalid) as refusal:
            services.take_steps(cohort=cast.cohort, refs=refs, step=step, actor=cast.finance, now=now)
        assert set(refusal.value.errors) == {field}


def test_payments_of_another_cohort_are_not_touched_by_their_reference(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    now = cast.at("training_starts")
    grant(user=cast.stranger, cohort=cast.rival_cohort, role=Role.FINANCE, actor=cast.stranger, now=now)
    taken = services.take_steps(
        cohort=cast.rival_cohort, refs=[instalment(scholar).ref], step="prepare", actor=cast.stranger, now=now
    )
    assert taken.done == 0
    assert instalment(scholar).state == InstalmentState.PLANNED


def test_the_budget_adds_up_by_state(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    through(cast, instalment(scholar))
    budget = queries.budget(cast.cohort)
    assert budget is not None
    assert (budget.paid, budget.planned, budget.under_way, budget.counts) == (
        100_000,
        200_000,
        0,
        {"paid": 1, "planned": 1},
    )
    own = queries.budget(cast.cohort, scholar)
    assert own is not None
    assert own.paid == 100_000


def test_what_can_be_prepared_what_is_late_and_what_was_never_earned(cast: Cast, scholar: Scholar) -> None:
    def codes(lines: list[queries.Line]) -> list[str]:
        return [line.instalment.code for line in lines]

    now = cast.at("training_starts")
    assert codes(queries.ready(cast.cohort, cast.finance, now=now)) == []
    with_details(cast, scholar)
    assert codes(queries.ready(cast.cohort, cast.finance, now=now)) == ["start"]
    assert codes(queries.late(cast.cohort, cast.finance, now=cast.at("training_starts", days=6))) == ["start"]
    assert queries.of_those_who_left(cast.cohort, cast.finance, now=now) == []
    Scholar.objects.update(state="left", stopped_at=now)
    assert codes(queries.of_those_who_left(cast.cohort, cast.finance, now=now)) == ["second"]
    assert codes(queries.ready(cast.cohort, cast.finance, now=now)) == ["start"]
