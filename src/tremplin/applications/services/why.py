"""Why applications are set aside: the cause, the door that is not met, and the words that each person reads."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from tremplin.applications.models import Cause
from tremplin.applications.rules.eligibility import conditions
from tremplin.core.errors import Invalid
from tremplin.core.text import Text, say
from tremplin.programmes.models import Cohort

LONGEST_REASON = 600
_NEEDS_WORDS = {Cause.DUPLICATE, Cause.SPAM}


class Why(NamedTuple):
    cause: str
    condition: str
    reason: Text


def why_excluded(cohort: Cohort, cause: str, condition: str, reason: Mapping[str, str]) -> Why:
    """What was said, checked. Where no words were written for a condition, those of its door stand.

    Raises Invalid by field.
    """
    faults: dict[str, list[str]] = {}
    doors = {door.code: door for door in conditions(cohort.plan)}
    known = set(Cause.values) - (set() if doors else {Cause.CONDITION.value})
    if cause not in known:
        faults["cause"] = [_("Choose one.")]
    condition = condition if cause == Cause.CONDITION else ""
    if cause == Cause.CONDITION and condition not in doors:
        faults["condition"] = [_("Choose the condition: the mail names it.")]
    given, short = _words(cohort, reason)
    if given and short and (cause in _NEEDS_WORDS or any(given.values())):
        for language in short:
            faults[f"reason_{language}"] = [_("Write a sentence: the person reads it.")]
    for language, text in given.items():
        if len(text) > LONGEST_REASON:
            faults[f"reason_{language}"] = [_("This is longer than 600 characters.")]
    if faults:
        raise Invalid(faults)
    if condition and not any(given.values()):
        given = {language: say(doors[condition].refusal, language) for language in given}
    return Why(cause, condition, given if any(given.values()) else {})


def _words(cohort: Cohort, reason: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The reason in each language of the programme, and the languages that it is missing in."""
    languages: list[str] = [*cohort.plan.programme.languages]
    given = {language: " ".join(reason.get(language, "").split()) for language in languages}
    return given, [language for language, text in given.items() if not text]
