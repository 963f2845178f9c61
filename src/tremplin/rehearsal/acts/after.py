"""Act eight: the end of training, and what became of everyone half a year and a year later."""

from datetime import datetime, timedelta

from tremplin.impact import rules, services
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.rehearsal.acts.mentoring import taking_part
from tremplin.rehearsal.answers import form_answers, what_became
from tremplin.rehearsal.population.draws import below, chance
from tremplin.rehearsal.population.outcomes import outcome
from tremplin.rehearsal.population.scene import Setting
from tremplin.rehearsal.stage import Deed, Play
from tremplin.selection import services as selection
from tremplin.selection.models import Scholar, ScholarState


def rehearse(play: Play) -> None:
    """Put the act on the agenda."""
    cohort = play.cohort
    ends = cohort.date("training_ends")
    play.plan(ends + timedelta(days=1), _complete_all(play))
    if cohort.plan.impact is None:
        return
    play.plan(ends + timedelta(days=2), _consent_all(play))
    for survey in cohort.plan.impact.surveys:
        due = rules.survey_due(survey, cohort.dates)
        play.plan(due, _answer_all(play, survey.code))
    last = max(rules.survey_due(survey, cohort.dates) for survey in cohort.plan.impact.surveys)
    play.plan(last + rules.CLOSES_AFTER + timedelta(days=1), _report(play))


def _complete_all(play: Play) -> Deed:
    """Those with an extension complete when it is over."""

    def deed(now: datetime) -> None:
        for scholar in taking_part(play):
            play.plan(now + timedelta(weeks=scholar.extension_weeks), _complete(play, scholar))

    return deed


def _complete(play: Play, scholar: Scholar) -> Deed:
    def deed(now: datetime) -> None:
        organiser = people_with(play.cohort, Role.ORGANISER)[0]
        with play.refusals("training", now):
            selection.complete_scholar(scholar=scholar, actor=organiser, now=now)
            play.tally["completed"] += 1

    return deed


def _finishers(play: Play) -> list[Scholar]:
    return list(
        Scholar.objects.filter(cohort=play.cohort)
        .exclude(state=ScholarState.LEFT)
        .select_related("user")
        .order_by("pk")
    )


def _consent_all(play: Play) -> Deed:
    def deed(now: datetime) -> None:
        for scholar in _finishers(play):
            given = chance(play.person(scholar.user).stream("consent"), 0.9)
            services.set_consent(cohort=play.cohort, actor=scholar.user, given=given, now=now)

    return deed


def _answer_all(play: Play, survey: str) -> Deed:
    def deed(now: datetime) -> None:
        for scholar in _finishers(play):
            rng = play.person(scholar.user).stream("survey", survey)
            if outcome(play.person(scholar.user), _months(play, now), took_part=True).answers_survey:
                play.plan(now + timedelta(hours=6 + below(rng, 600)), _answer(play, scholar, survey))

    return deed


def _answer(play: Play, scholar: Scholar, survey: str) -> Deed:
    def deed(now: datetime) -> None:
        person = play.person(scholar.user)
        months = _months(play, now)
        became = outcome(person, months, took_part=True)
        questions = services.plan_of(play.cohort).questions
        answers = form_answers(
            questions,
            person,
            mood=0.4 + 0.3 * person.quality + 0.2 * became.in_field,
            setting=Setting(months=months, outcome=became.status),
            purpose=survey,
            said=play.said["surveys", scholar.pk],
        )
        answers |= {
            code: answer for code, answer in what_became(questions, became).items() if code in answers
        }
        with play.refusals("surveys", now):
            services.send_answers(
                cohort=play.cohort,
                survey=survey,
                answers=answers,
                expected_version=0,
                actor=scholar.user,
                now=now,
            )
            play.tally["survey-answers"] += 1

    return deed


def _months(play: Play, now: datetime) -> int:
    """Six or twelve months after training, whichever is nearer."""
    return 6 if now < play.cohort.date("training_ends") + timedelta(weeks=39) else 12


def _report(play: Play) -> Deed:
    def deed(now: datetime) -> None:
        organiser = people_with(play.cohort, Role.ORGANISER)[0]
        services.publish_report(cohort=play.cohort, actor=organiser, now=now)

    return deed
