"""Deeds done twice, choices that change nothing, and questions at their limits."""

import pytest
from django.utils import translation

from tests.applications.conftest import begin, fresh
from tests.applications.test_answers import question
from tests.cast import PLANS, Cast, gather, person
from tests.visiting import Clock, page, signed_in
from tremplin.applications import queries, services
from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.rules import form as forms
from tremplin.applications.rules.answers import problems
from tremplin.applications.states import state_of
from tremplin.core.errors import Invalid
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage


@pytest.mark.parametrize(
    ("value", "fault"), [("2", "must be 3 or more"), ("3", ""), ("40", ""), ("41", "must be 40 or less")]
)
def test_a_number_has_its_limits(value: str, fault: str) -> None:
    with translation.override("en"):
        found = problems(question("number", minimum=3, maximum=40), value)
    assert "".join(found).endswith(f"{fault}." if fault else "")
    assert bool(found) is bool(fault)


def test_withdrawing_twice_is_withdrawing_once(cast: Cast, sent: Application) -> None:
    for day in (4, 5):
        services.withdraw(application=sent, actor=cast.applicant, now=cast.at("call_opens", days=day))
    assert fresh(sent).state == ApplicationState.WITHDRAWN
    assert AuditEvent.objects.filter(verb="applications.withdrawn").count() == 1
    assert OutboxMessage.objects.filter(kind__contains="withdrawn").count() <= 1


def test_choosing_the_language_that_stands_costs_no_version(cast: Cast, draft: Application) -> None:
    now = cast.at("call_opens", days=2)
    same = services.choose_language(application=draft, language=draft.language, actor=cast.applicant, now=now)
    assert same.version == draft.version


def test_an_answer_without_a_second_version_needs_no_choice(cast: Cast, draft: Application) -> None:
    now = cast.at("call_opens", days=2)
    held = services.settle(
        application=draft, question="motivation", keep="mine", actor=cast.applicant, now=now
    )
    assert held.version == draft.version


def test_a_section_that_the_form_does_not_have_saves_nothing(
    cast: Cast, draft: Application, clock: Clock
) -> None:
    with pytest.raises(Invalid):
        services.save_section(
            application=draft,
            section="hobbies",
            values={"motivation": "x"},
            expected_version=draft.version,
            actor=cast.applicant,
            now=cast.at("call_opens", days=2),
        )
    path = page(cast, "applications:autosave", section="hobbies")
    assert signed_in(cast.applicant).post(path, {"motivation": "x"}).status_code == 404
    assert fresh(draft).answers == draft.answers
    assert forms.question_of(cast.cohort.plan.application, "hobbies") is None


def test_somebody_who_did_not_apply_has_no_application_to_look_at(cast: Cast, draft: Application) -> None:
    """They hold the role by hand of an administrator, and nothing else."""
    lost = person("Lou Lost")
    lost.memberships.create(cohort=cast.cohort, role="applicant", created_at=cast.at("call_opens"))
    assert signed_in(lost).get(page(cast, "applications:hub")).status_code == 404


def test_an_application_that_was_never_sent_has_no_snapshot(draft: Application) -> None:
    assert queries.last_snapshot(draft) is None
    draft.sent = 1
    assert queries.last_snapshot(draft) is None


def test_the_board_can_show_one_language_alone(cast: Cast, draft: Application) -> None:
    for language, count in (("en", 1), ("fr", 0)):
        filters = queries.BoardFilters(language=language)
        assert queries.board(cast.cohort, cast.organiser, filters).count() == count


def test_without_a_day_for_decisions_nobody_is_promised_one(db: None) -> None:
    text = (PLANS / "small.toml").read_text("utf-8")
    lines = [
        'stages = ["eligibility"]' if line.startswith("stages") else line
        for line in text.split("\n[review]")[0].splitlines()
        if not line.startswith(("reading_ends", "decisions_out", "offers_answered"))
    ]
    cast = gather(text="\n".join(lines) + "\n")
    row = begin(cast)
    row.state, row.submitted_at = ApplicationState.SUBMITTED, cast.at("call_opens", days=2)
    assert "decisions_out" not in cast.cohort.dates
    state = state_of(row, cast.at("call_closes", days=3))
    assert "%" not in str(state.next)
    assert "reading" in str(state.code)
