from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.mentoring.world import crowd
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.mentoring import services as mentoring
from tremplin.programmes.roles import Role
from tremplin.programmes.services import grant
from tremplin.projects import queries, rounds, rules, services
from tremplin.projects.models import ChecklistMark, MilestoneReport, MilestoneState, Project
from tremplin.selection import services as selection
from tremplin.selection.models import Scholar, ScholarState

VALUES = {
    "title": "Hearing rain",
    "summary": "A model that hears rain.",
    "description": "## Data\nRecordings.",
    "repository": "https://code.example.org/sami/rain",
    "demo": "",
    "licence": "Apache-2.0",
    "language": "en",
}


def describe(cast: Cast, scholar: Scholar, version: int = 0, **changed: str) -> Project:
    return services.save_project(
        scholar=scholar,
        values={**VALUES, **changed},
        expected_version=version,
        actor=cast.scholar,
        now=cast.at("training_starts", weeks=5),
    )


def hand_in(cast: Cast, project: Project, body: str = "It works.", version: int = 0) -> MilestoneReport:
    return services.hand_in(
        project=project,
        code="proposal",
        body=body,
        expected_version=version,
        actor=cast.scholar,
        now=cast.at("training_starts", weeks=5),
    )


def answer(cast: Cast, report: MilestoneReport, *, accept: bool = True, version: int = 1) -> MilestoneReport:
    return services.answer(
        report=report,
        accept=accept,
        feedback="Good. Cut the second data set.",
        expected_version=version,
        actor=cast.mentor,
        now=cast.at("training_starts", weeks=5, days=1),
    )


def test_a_project_is_begun_once(cast: Cast, project: Project, scholar: Scholar) -> None:
    again = services.begin(scholar=scholar, actor=cast.scholar, now=cast.at("training_starts", days=2))
    assert again.pk == project.pk
    assert AuditEvent.objects.filter(verb="projects.begun").count() == 1


def test_a_description_is_kept_and_an_old_tab_overwrites_nothing(
    cast: Cast, project: Project, scholar: Scholar
) -> None:
    assert describe(cast, scholar).title == "Hearing rain"
    with pytest.raises(Stale):
        describe(cast, scholar, title="Old tab")
    assert describe(cast, scholar, 1, title="").title == ""


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"repository": "code.example.org/sami"}, "repository"),
        ({"repository": "javascript:alert(1)"}, "repository"),
        ({"demo": "ftp://example.org"}, "demo"),
        ({"licence": "All rights reserved"}, "licence"),
        ({"title": "t" * 201}, "title"),
        ({"description": "d" * 60_001}, "description"),
    ],
)
def test_what_cannot_be_is_refused_by_field_and_nothing_is_cut_off(
    cast: Cast, project: Project, scholar: Scholar, changed: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        describe(cast, scholar, **changed)
    assert set(refusal.value.errors) == {field}
    assert Project.objects.get().version == 0


@pytest.mark.parametrize("role", ["mentor", "organiser", "observer", "finance", "stranger"])
def test_only_the_scholar_writes_their_project(
    cast: Cast, project: Project, scholar: Scholar, role: str
) -> None:
    actor, now = getattr(cast, role), cast.at("training_starts", weeks=5)
    with pytest.raises(NotAllowed):
        services.save_project(scholar=scholar, values=VALUES, expected_version=0, actor=actor, now=now)
    with pytest.raises(NotAllowed):
        services.hand_in(project=project, code="proposal", body="x", expected_version=0, actor=actor, now=now)
    with pytest.raises(NotAllowed):
        services.save_report(
            project=project, code="proposal", body="x", expected_version=0, actor=actor, now=now
        )
    with pytest.raises(NotAllowed):
        services.mark(project=project, code="licence", evidence="LICENSE", actor=actor, now=now)


def test_who_left_reads_and_changes_nothing(cast: Cast, project: Project, scholar: Scholar) -> None:
    selection.withdraw_scholar(scholar=scholar, actor=cast.scholar, now=cast.at("training_starts", weeks=4))
    gone = Scholar.objects.get(pk=scholar.pk)
    with pytest.raises(NotAllowed, match="left"):
        describe(cast, gone)
    assert queries.visible_projects(cast.scholar, cast.cohort).get() == project
    assert not queries.visible_projects(cast.mentor, cast.cohort).exists()
    assert queries.visible_projects(cast.organiser, cast.cohort).exists()


def test_a_draft_of_a_report_is_the_scholar_s_alone(cast: Cast, project: Project) -> None:
    events = AuditEvent.objects.count()
    draft = services.save_report(
        project=project,
        code="proposal",
        body="Half",
        expected_version=0,
        actor=cast.scholar,
        now=cast.at("training_starts", weeks=5),
    )
    assert (draft.state, draft.body, draft.draft) == ("open", "", "Half")
    assert AuditEvent.objects.count() == events
    report = hand_in(cast, project, version=1)
    assert (report.body, report.draft) == ("It works.", "")


def test_a_milestone_goes_to_the_mentor_and_back(cast: Cast, project: Project) -> None:
    report = hand_in(cast, project)
    assert OutboxMessage.objects.get(kind="milestone-handed-in").to == cast.mentor.email
    returned = answer(cast, report, accept=False)
    assert returned.state == MilestoneState.RETURNED
    assert OutboxMessage.objects.get(kind="milestone-reviewed").to == cast.scholar.email
    report = hand_in(cast, project, "Smaller now.", version=2)
    accepted = answer(cast, report, version=3)
    assert (accepted.state, accepted.answered_by) == (MilestoneState.ACCEPTED, cast.mentor.ref)
    with pytest.raises(Conflict, match="moved on"):
        hand_in(cast, project, "More", version=4)


def test_pressing_twice_changes_nothing(cast: Cast, project: Project) -> None:
    report = hand_in(cast, project)
    assert hand_in(cast, project).version == report.version
    answered = answer(cast, report)
    assert answer(cast, report).version == answered.version
    assert OutboxMessage.objects.filter(kind__startswith="milestone-").count() == 2


def test_an_answer_to_a_text_that_changed_meanwhile_is_not_given(cast: Cast, project: Project) -> None:
    report = hand_in(cast, project)
    answer(cast, report, accept=False)
    hand_in(cast, project, "Another text.", version=2)
    with pytest.raises(Stale):
        answer(cast, report, version=1)


@pytest.mark.parametrize(("body", "field"), [(" ", "body"), ("b" * 60_001, "body")])
def test_a_report_must_say_something_and_fit(cast: Cast, project: Project, body: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        hand_in(cast, project, body)
    assert set(refusal.value.errors) == {field}


def test_there_is_no_milestone_and_no_line_that_the_programme_does_not_have(
    cast: Cast, project: Project
) -> None:
    now = cast.at("training_starts")
    with pytest.raises(Conflict, match="no such milestone"):
        services.hand_in(
            project=project, code="moon", body="x", expected_version=0, actor=cast.scholar, now=now
        )
    with pytest.raises(Conflict, match="no such line"):
        services.mark(project=project, code="moon", evidence="x", actor=cast.scholar, now=now)


@pytest.mark.parametrize("role", ["observer", "finance", "reviewer", "scholar", "stranger"])
def test_only_the_mentor_and_organisers_answer_and_confirm(cast: Cast, project: Project, role: str) -> None:
    report = hand_in(cast, project)
    actor, now = getattr(cast, role), cast.at("training_starts", weeks=6)
    services.mark(project=project, code="licence", evidence="LICENSE", actor=cast.scholar, now=now)
    with pytest.raises(NotAllowed):
        services.answer(report=report, accept=True, feedback="x", expected_version=1, actor=actor, now=now)
    with pytest.raises(NotAllowed):
        services.confirm(project=project, code="licence", actor=actor, now=now)


def test_a_mentor_who_was_is_no_mentor_any_more(cast: Cast, project: Project, scholar: Scholar) -> None:
    report, now = hand_in(cast, project), cast.at("training_starts", weeks=6)
    mentoring.end_pairing(pairing=scholar.pairings.get(), actor=cast.organiser, reason="x", now=now)
    with pytest.raises(NotAllowed):
        answer(cast, report)
    assert not queries.visible_projects(cast.mentor, cast.cohort).exists()


def test_nobody_judges_their_own_project_whatever_roles_they_hold(cast: Cast, project: Project) -> None:
    report, now = hand_in(cast, project), cast.at("training_starts", weeks=6)
    grant(user=cast.scholar, cohort=cast.cohort, role=Role.ORGANISER, actor=cast.organiser, now=now)
    with pytest.raises(NotAllowed, match="their own project"):
        services.answer(
            report=report, accept=True, feedback="Great", expected_version=1, actor=cast.scholar, now=now
        )


def test_a_line_is_confirmed_by_a_second_person_and_unconfirmed_by_a_change(
    cast: Cast, project: Project
) -> None:
    now = cast.at("training_starts", weeks=6)

    def mark(evidence: str, seen: str | None = None) -> ChecklistMark:
        return services.mark(
            project=project, code="licence", evidence=evidence, seen=seen, actor=cast.scholar, now=now
        )

    with pytest.raises(Conflict, match="not marked"):
        services.confirm(project=project, code="licence", actor=cast.mentor, now=now)
    mark("LICENSE", seen="")
    services.confirm(project=project, code="licence", seen="LICENSE", actor=cast.mentor, now=now)
    assert mark("LICENSE").confirmed_at == now
    assert mark("COPYING", seen="LICENSE").confirmed_at is None
    with pytest.raises(Stale):
        services.confirm(project=project, code="licence", seen="LICENSE", actor=cast.mentor, now=now)
    with pytest.raises(Stale):
        mark("Old tab", seen="LICENSE")
    with pytest.raises(Invalid):
        mark(" ")
    with pytest.raises(Invalid):
        mark("e" * 501)


def test_the_gate_opens_when_everything_is_there_and_seen_by_two(
    cast: Cast, project: Project, scholar: Scholar
) -> None:
    now = cast.at("training_starts", weeks=20)
    assert services.gate(project) == rules.Gate(
        ("title", "summary", "repository", "licence"), ("licence", "tests"), ()
    )
    project = describe(cast, scholar)
    for code in ("licence", "tests"):
        services.mark(project=project, code=code, evidence="here", actor=cast.scholar, now=now)
    assert services.gate(Project.objects.get()) == rules.Gate((), (), ("licence", "tests"))
    for code in ("licence", "tests"):
        services.confirm(project=project, code=code, actor=cast.organiser, now=now)
    assert services.gate(Project.objects.get()).open


def test_the_round_writes_a_week_before_a_milestone_once(cast: Cast, project: Project) -> None:
    def go(**offset: int) -> int:
        rounds.milestones(cohort=cast.cohort, now=cast.at("training_starts", **offset))
        return OutboxMessage.objects.filter(kind="milestone-due").count()

    assert go(weeks=4) == 0
    assert go(weeks=5) == 1
    assert go(weeks=5, days=2) == 1
    hand_in(cast, project)
    assert go(weeks=12) == 2


def test_who_has_handed_in_or_pauses_is_not_reminded(cast: Cast, project: Project, scholar: Scholar) -> None:
    hand_in(cast, project)
    now = cast.at("training_starts", weeks=5, days=1)
    assert services.remind(cohort=cast.cohort, now=now) == 0
    selection.pause_scholar(scholar=scholar, actor=cast.organiser, now=now)
    assert services.remind(cohort=cast.cohort, now=cast.at("training_starts", weeks=12)) == 0


def test_milestones_move_with_an_extension_and_a_pause_and_are_not_late_meanwhile(
    cast: Cast, project: Project, scholar: Scholar
) -> None:
    def lines(**offset: int) -> dict[str, queries.MilestoneLine]:
        found = queries.visible_projects(cast.scholar, cast.cohort).get()
        now = cast.at("training_starts", **offset)
        return {line.milestone.code: line for line in queries.milestone_lines(found, cast.cohort, now=now)}

    assert lines(weeks=7)["proposal"].late
    Scholar.objects.update(extension_weeks=3)
    assert lines()["proposal"].due == cast.at("training_starts", weeks=6)
    assert lines()["release"].due == cast.at("training_ends", weeks=3)
    paused = cast.at("training_starts", weeks=4)
    held = Scholar.objects.get()
    held.cohort = cast.cohort
    selection.pause_scholar(scholar=held, actor=cast.organiser, now=paused)
    during = lines(weeks=12)
    assert (during["proposal"].late, during["proposal"].waits) == (False, True)
    selection.resume_scholar(scholar=held, actor=cast.organiser, now=paused + timedelta(weeks=2))
    assert lines(weeks=7)["proposal"].due == cast.at("training_starts", weeks=8)
    assert lines(weeks=7)["release"].due == cast.at("training_ends", weeks=5)


def test_organisers_hear_of_milestones_that_nobody_answers(cast: Cast, project: Project) -> None:
    hand_in(cast, project)
    soon, later = cast.at("training_starts", weeks=5, days=3), cast.at("training_starts", weeks=6, days=3)
    assert not queries.neglected_reports(cast.organiser, cast.cohort, now=soon).exists()
    assert queries.neglected_reports(cast.organiser, cast.cohort, now=later).exists()
    mentoring.end_pairing(pairing=project.scholar.pairings.get(), actor=cast.organiser, reason="x", now=soon)
    assert queries.neglected_reports(cast.organiser, cast.cohort, now=soon).exists()
    assert not queries.mentored_reports(cast.mentor, cast.cohort).exists()


def test_who_has_not_begun_is_seen_by_those_who_follow_them(cast: Cast, scholar: Scholar) -> None:
    (alone, gone) = crowd(cast, 2)
    Scholar.objects.filter(pk=gone.pk).update(state=ScholarState.LEFT)
    assert set(queries.not_begun(cast.organiser, cast.cohort)) == {scholar, alone}
    assert list(queries.not_begun(cast.mentor, cast.cohort)) == [scholar]
    assert not queries.not_begun(cast.finance, cast.cohort).exists()


def test_an_extra_scholar_sees_only_their_own(cast: Cast, project: Project) -> None:
    (other,) = crowd(cast, 1)
    services.begin(scholar=other, actor=other.user, now=cast.at("training_starts"))
    assert queries.visible_projects(cast.scholar, cast.cohort).get() == project
    assert queries.visible_projects(cast.mentor, cast.cohort).get() == project
    assert queries.visible_projects(cast.observer, cast.cohort).count() == 2
    assert not queries.visible_projects(cast.stranger, cast.cohort).exists()
