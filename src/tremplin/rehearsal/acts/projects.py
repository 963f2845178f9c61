"""Act seven: projects are described, milestones answered, the checklist looked at by two, and pages published."""

from datetime import datetime, timedelta

from django.utils.text import slugify
from numpy.random import Generator

from tremplin.mentoring.models import Pairing
from tremplin.people.models import User
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.projects import services
from tremplin.projects.models import MilestoneReport, Project
from tremplin.rehearsal.acts.mentoring import taking_part, week_of
from tremplin.rehearsal.population.draws import chance, pick
from tremplin.rehearsal.population.essays import QuestionKind, answer
from tremplin.rehearsal.population.profiles import common_language
from tremplin.rehearsal.population.scene import Setting
from tremplin.rehearsal.stage import Deed, Play
from tremplin.selection.models import Scholar
from tremplin.showcase import services as showcase
from tremplin.showcase.models import PageState, ShowcasePage

DONE = Setting(marks=frozenset({"done"}))
FINISHING = timedelta(days=7)
LOOKS_AT_IT = timedelta(hours=20)


def rehearse(play: Play) -> None:
    """Put the act on the agenda."""
    cohort, plan = play.cohort, play.cohort.plan.project
    if plan is None:
        return
    begin = cohort.dates.get("midpoint") or cohort.date("training_starts") + timedelta(weeks=4)
    play.plan(begin - timedelta(weeks=2), _describe_all(play))
    for milestone in plan.milestones:
        play.plan(milestone.due.after(cohort.dates) - timedelta(days=2), _hand_in_all(play, milestone.code))
    ends = cohort.date("training_ends")
    play.plan(ends - FINISHING, _finish_all(play))
    play.plan(ends - timedelta(days=6), _checklist_all(play))
    if cohort.plan.showcase is not None:
        play.plan(ends - timedelta(days=3), _write_pages(play))
        play.plan(ends - timedelta(days=2), _publish_pages(play))


def _text(
    play: Play, scholar: Scholar, kind: QuestionKind, purpose: str, limit: int, setting: Setting
) -> str:
    person = play.person(scholar.user)
    rng, said = (
        person.stream("project", purpose),
        play.said["done" if setting == DONE else "project", scholar.pk],
    )
    return answer(person, kind, person.language, rng, limit, setting=setting, said=said)


def _describe_all(play: Play) -> Deed:
    """While little is built: what it is to be, and what there is so far."""

    def deed(now: datetime) -> None:
        for scholar in taking_part(play):
            person = play.person(scholar.user)
            title = _text(play, scholar, "project_title", "title", 120, Setting())
            values = {
                "title": title,
                **_described(play, scholar, Setting(week=week_of(play, now))),
                "repository": f"https://code.example.org/{person.handle}/{slugify(title.partition(':')[0])}",
                "licence": pick(person.stream("licence"), ["Apache-2.0", "MIT", "BSD-3-Clause"]),
                "language": person.language,
            }
            _save(play, scholar, values, now)

    return deed


def _finish_all(play: Play) -> Deed:
    """In the last week: results, limits and how to run it take the place of the plan."""

    def deed(now: datetime) -> None:
        for scholar in taking_part(play):
            demo = f"{play.person(scholar.user).page}/demo"
            _save(play, scholar, {**_described(play, scholar, DONE), "demo": demo}, now)

    return deed


def _described(play: Play, scholar: Scholar, setting: Setting) -> dict[str, str]:
    return {
        "summary": _text(play, scholar, "showcase_summary", "summary", 500, setting),
        "description": _text(play, scholar, "project_readme", "readme", 3500, setting),
    }


def _save(play: Play, scholar: Scholar, values: dict[str, str], now: datetime) -> None:
    with play.refusals("projects", now):
        project = services.project_of(scholar, now=now)
        services.save_project(
            scholar=scholar, values=values, expected_version=project.version, actor=scholar.user, now=now
        )


def _hand_in_all(play: Play, code: str) -> Deed:
    def deed(now: datetime) -> None:
        for number, scholar in enumerate(taking_part(play)):
            late = timedelta(days=4) if scholar.extension_weeks else timedelta(hours=3 * number)
            play.plan(now + late, _hand_in(play, scholar, code))

    return deed


def _hand_in(play: Play, scholar: Scholar, code: str) -> Deed:
    def deed(now: datetime) -> None:
        project = services.project_of(scholar, now=now)
        report = MilestoneReport.objects.filter(project=project, code=code).first()
        version = report.version if report else 0
        body = _text(play, scholar, "milestone_report", f"report-{code}-{version}", 900, _stands(play, now))
        with play.refusals("projects", now):
            services.hand_in(
                project=project,
                code=code,
                body=body,
                expected_version=version,
                actor=scholar.user,
                now=now,
            )
            play.plan(now + timedelta(days=1, hours=6), _answer(play, scholar, project, code))

    return deed


def _stands(play: Play, now: datetime) -> Setting:
    """How far a project is at this time."""
    if now >= play.cohort.date("training_ends") - FINISHING:
        return DONE
    return Setting(week=week_of(play, now), weeks=play.population.weeks)


def _guide_of(play: Play, scholar: Scholar) -> User:
    """Who answers: the mentor, or an organiser while there is none."""
    pairing = (
        Pairing.objects.filter(scholar=scholar, ended_at__isnull=True).select_related("mentor__user").first()
    )
    return pairing.mentor.user if pairing else people_with(play.cohort, Role.ORGANISER)[0]


def _answer(play: Play, scholar: Scholar, project: Project, code: str) -> Deed:
    """A first report is sometimes returned, and then handed in again three days later."""

    def deed(now: datetime) -> None:
        report = MilestoneReport.objects.get(project=project, code=code)
        guide = _guide_of(play, scholar)
        rng = play.person(scholar.user).stream("answer", code, report.version)
        accept = report.version > 1 or chance(rng, 0.75)
        feedback = _feedback(play, guide, scholar, rng, accept=accept, marks=_stands(play, now).marks)
        with play.refusals("projects", now):
            services.answer(
                report=report,
                accept=accept,
                feedback=feedback,
                expected_version=report.version,
                actor=guide,
                now=now,
            )
            if not accept:
                play.plan(now + timedelta(days=3), _hand_in(play, scholar, code))

    return deed


def _feedback(
    play: Play, guide: User, scholar: Scholar, rng: Generator, *, accept: bool, marks: frozenset[str]
) -> str:
    """What the guide writes about a report, to its writer."""
    person, reader = play.person(guide), play.person(scholar.user)
    setting = Setting(about=reader, reading=True, level=1.0 if accept else 0.0, marks=marks)
    language, said = common_language(person, reader), play.said["feedback", scholar.pk]
    return answer(person, "milestone_feedback", language, rng, 400, setting=setting, said=said)


def _checklist_all(play: Play) -> Deed:
    """The scholar says where each thing can be seen; their guide looks at it the next day."""

    def deed(now: datetime) -> None:
        plan = services.plan_of(play.cohort)
        for scholar in taking_part(play):
            project = services.project_of(scholar, now=now)
            guide = _guide_of(play, scholar)
            for item in plan.checklist:
                if not item.required and chance(play.person(scholar.user).stream("mark", item.code), 0.5):
                    continue
                with play.refusals("projects", now):
                    evidence = f"{project.repository}/{item.code}"
                    services.mark(
                        project=project, code=item.code, evidence=evidence, actor=scholar.user, now=now
                    )
                    play.plan(now + LOOKS_AT_IT, _confirm(play, project, item.code, guide))

    return deed


def _confirm(play: Play, project: Project, code: str, guide: User) -> Deed:
    def deed(now: datetime) -> None:
        with play.refusals("projects", now):
            services.confirm(project=project, code=code, actor=guide, now=now)

    return deed


def _write_pages(play: Play) -> Deed:
    def deed(now: datetime) -> None:
        for scholar in taking_part(play):
            person = play.person(scholar.user)
            project = services.project_of(scholar, now=now)
            if not services.gate(project).open:
                play.mishap(now, "showcase", "gate_shut")
                continue
            values: dict[str, str | bool] = {
                "shown_name": person.name,
                "show_name": chance(person.stream("shows-name"), 0.85),
                "show_mentor": True,
                "before": _text(play, scholar, "background", "before", 200, DONE),
                "learned": _text(play, scholar, "reflection", "learned", 600, DONE),
            }
            with play.refusals("showcase", now):
                page = showcase.page_of(project, now=now)
                page = showcase.save_page(
                    project=project, values=values, expected_version=page.version, actor=scholar.user, now=now
                )
                showcase.ask_to_publish(page=page, expected_version=page.version, actor=scholar.user, now=now)

    return deed


def _publish_pages(play: Play) -> Deed:
    """An organiser publishes what was sent and sets the running order of the demo day."""

    def deed(now: datetime) -> None:
        organiser = people_with(play.cohort, Role.ORGANISER)[0]
        pages = list(
            ShowcasePage.objects.filter(project__scholar__cohort=play.cohort, state=PageState.ASKED)
            .select_related("project__scholar__user")
            .order_by("pk")
        )
        for page in pages:
            pairing = Pairing.objects.filter(scholar=page.project.scholar, ended_at__isnull=True).first()
            with play.refusals("showcase", now):
                if pairing is not None:
                    showcase.agree_as_mentor(page=page, agree=True, actor=pairing.mentor.user, now=now)
                showcase.publish(page=page, actor=organiser, now=now)
                play.tally["published"] += 1
        if pages and play.cohort.plan.showcase and play.cohort.plan.showcase.demo_day:
            showcase.order_demo_day(
                cohort=play.cohort,
                projects_in_order=[page.project for page in pages],
                minutes=10,
                actor=organiser,
                now=now,
            )

    return deed
