"""Act six: plans that ask for too much and are re-planned, Friday posts, labs; one scholar falls ill."""

from datetime import datetime, timedelta
from typing import Any

from tremplin.core.jobs.runner import Runner
from tremplin.curriculum import loader
from tremplin.grader.lab import Lab
from tremplin.people.models import User
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.rehearsal.acts.mentoring import taking_part
from tremplin.rehearsal.population.draws import chance, pick
from tremplin.rehearsal.population.essays import answer
from tremplin.rehearsal.population.people import Person
from tremplin.rehearsal.population.scene import Setting, topic_of
from tremplin.rehearsal.population.scholars import Scholar as Life
from tremplin.rehearsal.stage import Deed, Play
from tremplin.selection.models import Scholar
from tremplin.stipends import services as stipends
from tremplin.training import rules, services
from tremplin.training.models import Audience, JournalEntry, Syllabus

EACH = timedelta(minutes=20)


def rehearse(play: Play) -> None:
    """Put the act on the agenda: a plan before the start, then every Friday a look back and a post."""
    training = play.cohort.plan.training
    if training is None:
        return
    starts = play.cohort.date("training_starts")
    play.plan(starts - timedelta(days=4), _plan_all(play))
    for week in range(1, training.weeks + 1):
        friday = starts + timedelta(weeks=week, days=-3, hours=7)
        play.plan(friday, _friday(play, week))


def _who(play: Play, scholar: Scholar) -> Life:
    return play.population.scholar(play.person(scholar.user))


def _plan_all(play: Play) -> Deed:
    def deed(now: datetime) -> None:
        for scholar in taking_part(play):
            with play.refusals("training", now):
                services.save_syllabus(
                    scholar=scholar,
                    weeks=[_week(play, scholar, number) for number in range(1, _weeks(play) + 1)],
                    expected_version=0,
                    actor=scholar.user,
                    now=now,
                )

    return deed


def _weeks(play: Play) -> int:
    return services.plan_of(play.cohort).weeks


def _week(play: Play, scholar: Scholar, number: int) -> dict[str, Any]:
    """A week as a beginner plans it: more hours than a week has, mostly."""
    person = play.person(scholar.user)
    rng = person.stream("plan", number)
    setting = Setting(week=number, weeks=_weeks(play))
    labs = [
        lab.code
        for lab in loader.labs()
        if lab.code in services.plan_of(play.cohort).labs and lab.week == number
    ]
    topic = topic_of(number, _weeks(play))
    return {
        "week": number,
        "goal": answer(
            person,
            "syllabus_week",
            person.language,
            rng,
            200,
            setting=setting,
            said=play.said["plan", scholar.pk],
        ),
        "hours": min(80, 5 * round(8 * _who(play, scholar).ambition)),
        "resources": [
            {"title": topic.replace("_", " "), "url": f"https://example.org/{topic}", "required": True}
        ],
        "labs": labs,
        "done": "no",
    }


def _friday(play: Play, week: int) -> Deed:
    """One after the other looks back, writes and hands in; what was graded wrong is handed in again at night."""

    def deed(now: datetime) -> None:
        there = taking_part(play)
        evening = now + EACH * len(there)
        for number, scholar in enumerate(there):
            at = now + EACH * number
            play.plan(at, _look_back(play, scholar, week))
            play.plan(at + timedelta(minutes=10), _post(play, scholar, week))
            play.plan(at + timedelta(minutes=15), _labs(play, scholar, week, number=0))
            play.plan(evening + EACH * (number + 1), _labs(play, scholar, week, number=1))
            illness = _who(play, scholar).illness
            if illness is not None and illness.from_week == week:
                play.plan(at + timedelta(hours=20), _gets_more_time(play, scholar, illness.weeks))
        play.plan(evening, _graded(play))
        play.plan(evening + EACH * (len(there) + 1), _graded(play))

    return deed


def _look_back(play: Play, scholar: Scholar, week: int) -> Deed:
    """Tick what is done; when the plan asks for too much, make the next week lighter and say why."""

    def deed(now: datetime) -> None:
        syllabus = Syllabus.objects.filter(scholar=scholar).first()
        if syllabus is None or _who(play, scholar).ill(week):
            return
        share = _who(play, scholar).effort(week)
        weeks = [dict(entry) for entry in syllabus.weeks]
        weeks[week - 1]["done"] = "yes" if share > 0.75 else "partly" if share > 0.4 else "no"
        weeks[week - 1]["spent"] = round(30 + 20 * share)
        found = rules.ambition(weeks, upto=week + 1, others=rules.REHEARSED)
        too_much = found is not None and found.level == "much"
        if too_much and week < len(weeks):
            _make_lighter(weeks[week:])
            play.tally["re-plans"] += 1
        person = play.person(scholar.user)
        rng, setting = person.stream("look-back", week), Setting(week=week, weeks=len(weeks))
        said = play.said["re-plans", scholar.pk]
        note = answer(person, "replan", person.language, rng, 300, setting=setting, said=said)
        with play.refusals("training", now):
            services.save_syllabus(
                scholar=scholar,
                weeks=weeks,
                reason=note if too_much else "",
                expected_version=syllabus.version,
                actor=scholar.user,
                now=now,
            )

    return deed


def _make_lighter(weeks: list[dict[str, Any]]) -> None:
    """The next week is cut to what a week holds; the later ones half as much, since one always hopes."""
    weeks[0]["hours"] = min(weeks[0]["hours"], rules.FULL_WEEK)
    for later in weeks[1:]:
        if later["hours"] > rules.FULL_WEEK:
            later["hours"] = (later["hours"] + rules.FULL_WEEK) // 10 * 5


def _post(play: Play, scholar: Scholar, week: int) -> Deed:
    def deed(now: datetime) -> None:
        person = play.person(scholar.user)
        who = _who(play, scholar)
        if not who.writes_journal(week):
            return
        setting, rng = who.setting(week), person.stream("post", week)
        with play.told(("titles", scholar.pk), ("titles of week", week)) as said:
            title = answer(person, "journal_title", person.language, rng, 120, setting=setting, said=said)
        with play.told(("journal", scholar.pk), ("journals of week", week)) as said:
            body = answer(person, "journal_post", person.language, rng, 3000, setting=setting, said=said)
        with play.refusals("journal", now):
            entry = services.save_entry(
                scholar=scholar,
                week=week,
                title=title,
                body=body,
                language=person.language,
                expected_version=0,
                actor=scholar.user,
                now=now,
            )
            _share(entry, scholar.user, now, public=chance(rng, 0.5))
            play.tally["posts"] += 1

    return deed


def _share(entry: JournalEntry, actor: User, now: datetime, *, public: bool) -> None:
    services.share_entry(
        entry=entry, audience=Audience.PUBLIC if public else Audience.COHORT, actor=actor, now=now
    )


def _labs(play: Play, scholar: Scholar, week: int, *, number: int) -> Deed:
    """Hand in the week's labs, for the first time or, when that was wrong, again."""

    def deed(now: datetime) -> None:
        person = play.person(scholar.user)
        offered = set(services.plan_of(play.cohort).labs)
        for lab in (lab for lab in loader.labs() if lab.code in offered and lab.week == week):
            for code in _tries(person, lab)[number : number + 1]:
                with play.refusals("labs", now):
                    services.submit_lab(
                        scholar=scholar,
                        lab=lab.code,
                        code=code,
                        actor=scholar.user,
                        now=now,
                        seed=person.seed % 10**9 + number,
                    )
                    play.tally["lab-submissions"] += 1

    return deed


def _tries(person: Person, lab: Lab) -> list[str]:
    """A known mistake first, often, then a right answer, mostly."""
    rng = person.stream("lab", lab.code)
    tries = [] if chance(rng, 0.6) or not lab.wrong else [pick(rng, list(lab.wrong)).file.read_text("utf-8")]
    if chance(rng, 0.5 + 0.5 * person.quality):
        tries.append(lab.solution)
    return tries


def _gets_more_time(play: Play, scholar: Scholar, weeks: int) -> Deed:
    """An organiser gives more time, so that illness costs neither the place nor the money."""

    def deed(now: datetime) -> None:
        if play.cohort.plan.stipend is None:
            return
        organiser = people_with(play.cohort, Role.ORGANISER)[0]
        more = min(weeks, play.cohort.plan.stipend.extension_weeks)
        play.mishap(now, "training", "scholar_ill", weeks=more)
        with play.refusals("training", now):
            stipends.extend(scholar=scholar, weeks=more, reason="Illness.", actor=organiser, now=now)

    return deed


def _graded(play: Play) -> Deed:
    def deed(_now: datetime) -> None:
        play.aside.append(lambda: grade(play.graders))

    return deed


def grade(graders: int) -> None:
    """Let real workers grade what was handed in, in real boxes, so many side by side."""
    Runner(["grading"]).drain(threads=graders)
