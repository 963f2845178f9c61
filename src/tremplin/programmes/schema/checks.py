"""What must fit together between the parts of a programme file.

Each check asks only for parts that are sound by themselves, so that a file with a fault in one part still hears
of the faults between the others.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel

from tremplin.programmes.schema.base import DATE_CODES, LANGUAGES, Moment, missing_text
from tremplin.programmes.schema.calendar import DEADLINES, falls
from tremplin.programmes.schema.faults import Faults, Path
from tremplin.programmes.schema.first_form import is_first
from tremplin.programmes.schema.linking import check_linked
from tremplin.programmes.schema.profile import Profile, load_profile
from tremplin.programmes.schema.programme import CohortPlan
from tremplin.programmes.schema.second_pass import check_second_pass

Parts = Mapping[str, Any]
_MONDAYS = (datetime(2027, 1, 11, 9, tzinfo=UTC), datetime(2027, 7, 12, 9, tzinfo=UTC))
PART_OF_STAGE = {
    "eligibility": "eligibility",
    "review": "review",
    "selection": "selection",
    "mentoring": "mentoring",
    "stipends": "stipend",
    "training": "training",
    "projects": "project",
    "showcase": "showcase",
    "impact": "impact",
}
_STANDS_ON = {
    "selection": "review",
    "mentoring": "selection",
    "stipends": "selection",
    "training": "selection",
    "projects": "selection",
    "showcase": "projects",
    "impact": "selection",
}
_DATES_OF_STAGE = {
    "review": ("reading_ends",),
    "selection": ("decisions_out", "offers_answered"),
    "impact": ("follow_up_ends",),
}


def check(parts: Parts) -> Faults:
    """All faults between `parts`: sound parts by name; a part that is left out of the file is None or empty."""
    faults = Faults()
    _stages(parts, faults)
    _dates(parts, faults)
    _moments(parts, faults)
    _gates(parts, faults)
    _law(parts, faults)
    check_linked(parts, faults)
    check_second_pass(parts, faults)
    if "eligibility" in parts:
        faults.unique([question.code for question in parts["eligibility"]], "eligibility")
    if "mails" in parts:
        faults.unique([mail.code for mail in parts["mails"]], "mails")
    _languages(parts, faults)
    return faults


def advice(parts: Parts) -> Faults:
    """What will do but looks like a slip. Organisers may move dates into it, so it is no fault."""
    found = Faults()
    _answers(parts, found)
    _public_source(parts, found)
    _weeks(parts, found)
    _reasons(parts, found)
    _begun(parts, found)
    return found


def _begun(parts: Parts, found: Faults) -> None:
    """A form that was begun for somebody is still theirs to build."""
    form = parts.get("application")
    if form is not None and is_first(form):
        message = _("this form was only begun: build it on the page “Form”, or write it here")
        found.at("application", message=message)


def _reasons(parts: Parts, found: Faults) -> None:
    """Each door and each criterion says why it is there."""
    for position, question in enumerate(parts.get("eligibility") or ()):
        if question.rationale is None:
            message = _("nothing says why this door is there: add a rationale before the call opens")
            found.at("eligibility", position, "rationale", message=message)
    review = parts.get("review")
    for position, criterion in enumerate(review.criteria if review else ()):
        if criterion.rationale is None:
            message = _("nothing says why this is judged: add a rationale before the call opens")
            found.at("review", "criteria", position, "rationale", message=message)


def _stages(parts: Parts, faults: Faults) -> None:
    stages = parts.get("stages")
    if stages is None:
        return
    faults.unique(stages, "stages", key="")
    for position, stage in enumerate(stages):
        part = PART_OF_STAGE.get(stage, "")
        if part in parts and not parts[part]:
            message = _("“%(stage)s” needs the part [%(part)s]: add it, or leave out the stage")
            faults.at("stages", position, message=message % {"stage": stage, "part": part})
        below = _STANDS_ON.get(stage)
        if below and below not in stages:
            message = _("“%(stage)s” needs the stage “%(below)s” as well")
            faults.at("stages", position, message=message % {"stage": stage, "below": below})
        if stage == "selection" and "offer" in parts and not parts["offer"]:
            message = _("“%(stage)s” needs the part [%(part)s]: add it, or leave out the stage")
            faults.at("stages", position, message=message % {"stage": stage, "part": "offer"})


def _dates(parts: Parts, faults: Faults) -> None:
    dates: dict[str, Moment] | None = parts.get("dates")
    if dates is None:
        return
    for code in _needed_dates(parts):
        if code not in dates:
            faults.at("dates", code, message=_("this date is missing: add it"))
    for code, moment in dates.items():
        if moment.anchor != "call_opens":
            faults.at("dates", code, message=_('count from the first day, such as "5w"'))
    if "cohort" in parts:
        _order(parts["cohort"], dates, faults)


def _order(cohort: CohortPlan, dates: dict[str, Moment], faults: Faults) -> None:
    """The dates of an edition would follow one another, whether it began in winter or in summer time."""
    editions = [
        {
            code: falls(cohort, monday, code, dates[code])
            for code in DATE_CODES
            if code in dates and dates[code].anchor == "call_opens"
        }
        for monday in _MONDAYS
    ]
    for earlier, later in pairwise(editions[0]):
        if all(at[later] < at[earlier] for at in editions):
            message = _("%(later)s would fall before %(earlier)s")
            if earlier in DEADLINES:
                message = _("%(later)s would fall before %(earlier)s, which lasts until the end of its day")
            faults.at("dates", later, message=message % {"later": later, "earlier": earlier})


def _needed_dates(parts: Parts) -> list[str]:
    needed = {"call_opens", "call_closes", "training_starts", "training_ends"}
    for stage in parts.get("stages") or ():
        needed.update(_DATES_OF_STAGE.get(stage, ()))
    showcase = parts.get("showcase")
    if showcase and showcase.demo_day and "showcase" in (parts.get("stages") or ()):
        needed.add("demo_day")
    return [code for code in DATE_CODES if code in needed]


def _answers(parts: Parts, faults: Faults) -> None:
    dates, offer = parts.get("dates"), parts.get("offer")
    if not dates or not offer or not {"decisions_out", "offers_answered"} <= dates.keys():
        return
    days = (dates["offers_answered"].offset - dates["decisions_out"].offset).days
    if offer.answer_days > days >= 0:
        message = _(
            "%(asked)s days to answer, but only %(days)s lie between decisions_out and offers_answered"
        )
        faults.at("offer", "answer_days", message=message % {"asked": offer.answer_days, "days": days})


def _public_source(parts: Parts, faults: Faults) -> None:
    """The round that decides comes before decisions are out."""
    dates, selection = parts.get("dates"), parts.get("selection")
    if not dates or not selection or not {"reading_ends", "decisions_out"} <= dates.keys():
        return
    days = (dates["decisions_out"].offset - dates["reading_ends"].offset).days
    if selection.public_source != "none" and selection.public_source_days >= days >= 0:
        message = _("the round would come %(asked)s days after reading_ends, and decisions_out %(days)s")
        facts = {"asked": selection.public_source_days, "days": days}
        faults.at("selection", "public_source_days", message=message % facts)


def _moments(parts: Parts, faults: Faults) -> None:
    """Every `due` counts from a date that this programme has."""
    dates = parts.get("dates")
    if dates is None:
        return
    for path, moment in _dues(parts):
        if moment.anchor != "call_opens" and moment.anchor not in dates:
            message = _("this counts from “%(anchor)s”, which [dates] does not have")
            faults.at(*path, message=message % {"anchor": moment.anchor})


def _dues(parts: Parts) -> Iterator[tuple[Path, Moment]]:
    for part, rows in (
        ("mentoring", "checkins"),
        ("stipend", "instalments"),
        ("project", "milestones"),
        ("impact", "surveys"),
    ):
        if parts.get(part):
            for position, row in enumerate(getattr(parts[part], rows)):
                yield (part, rows, position, "due"), row.due


def _weeks(parts: Parts, faults: Faults) -> None:
    dates, training = parts.get("dates"), parts.get("training")
    if not dates or not training or not {"training_starts", "training_ends"} <= dates.keys():
        return
    days = (dates["training_ends"].offset - dates["training_starts"].offset).days
    if training.weeks * 7 > days + 6:
        message = _("%(weeks)s weeks do not fit between training_starts and training_ends (%(days)s days)")
        faults.at("training", "weeks", message=message % {"weeks": training.weeks, "days": days})


def _gates(parts: Parts, faults: Faults) -> None:
    stipend = parts.get("stipend")
    if not stipend or "mentoring" not in parts or "stipends" not in parts.get("stages", ()):
        return
    mentoring = parts["mentoring"] if "mentoring" in parts["stages"] else None
    known = {checkin.code for checkin in mentoring.checkins} if mentoring else set()
    for position, instalment in enumerate(stipend.instalments):
        if instalment.gate and instalment.gate not in known:
            message = _("this waits for the check-in “%(gate)s”, which [mentoring] does not have")
            faults.at("stipend", "instalments", position, "gate", message=message % {"gate": instalment.gate})


def _law(parts: Parts, faults: Faults) -> None:
    """Questions about a guarded attribute, declared or named so, are asked only for what the profile permits."""
    if not parts.get("jurisdiction"):
        return
    profile = load_profile(parts["jurisdiction"].profile)
    for position, question in enumerate(parts.get("eligibility") or ()):
        if attribute := question.attribute or _guarded(profile, question.code):
            _permit(profile, attribute, "eligibility", ("eligibility", position), faults)
    if parts.get("application"):
        for page, section in enumerate(parts["application"].sections):
            for position, question in enumerate(section.questions):
                path = ("application", "sections", page, "questions", position)
                if attribute := question.attribute or _guarded(profile, question.code):
                    _permit(profile, attribute, question.use, path, faults)


def _guarded(profile: Profile, code: str) -> str:
    return code if profile.attribute(code) else ""


def _permit(profile: Profile, attribute: str, use: str | None, path: Path, faults: Faults) -> None:
    found = profile.attribute(attribute)
    if found is None:
        known = ", ".join(item.code for item in profile.attributes)
        message = _("unknown attribute: use one of %(known)s") % {"known": known}
        faults.at(*path, "attribute", message=message)
    elif use is None:
        message = _(
            '“%(attribute)s” is guarded by law: say what the answer is for (use = "support"), '
            "or leave it to the equality survey"
        )
        faults.at(*path, "code", message=message % {"attribute": attribute})
    elif use not in found.purposes or use in found.locked:
        message = _(
            "the profile “%(profile)s” does not permit “%(attribute)s” for “%(use)s”: take the question out"
        )
        faults.at(
            *path, "code", message=message % {"profile": profile.code, "attribute": attribute, "use": use}
        )


def _languages(parts: Parts, faults: Faults) -> None:
    programme = parts.get("programme")
    if not programme:
        return
    for name, value in parts.items():
        for path, words in texts(value, (name,)):
            missing = [language for language in programme.languages if language not in words]
            if missing:
                faults.at(*path, message=missing_text(missing))


def texts(value: Any, path: Path = ()) -> Iterator[tuple[Path, dict[str, str]]]:
    """Every localised text in `value`, with its path."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts(getattr(value, name), (*path, name))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from texts(item, (*path, position))
    elif isinstance(value, dict) and value and all(key in LANGUAGES for key in value):
        yield path, value
