"""A test application, made by an organiser in the preview: it lives in their session and nowhere else.

It is no application: no count, board, mail or export can come across it. It ends with the session, a day after it was
last written, or when the organiser begins again. Of a file only its name stays, once its content was checked.
"""

from collections.abc import MutableMapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language

from tremplin.applications.rules.answers import Value
from tremplin.programmes.models import Cohort

_KEPT = "builder-trial"
_LASTS = timedelta(days=1)
_LARGEST = 200_000  # characters of all answers; a session is no archive


@dataclass
class Trial:
    """What the templates of applications want to know of one, and no more."""

    language: str = "en"
    answers: dict[str, Value] = field(default_factory=dict)
    touched: list[str] = field(default_factory=list)
    sent: bool = False
    at: str = ""

    ref = "preview"
    version = 0
    state = "draft"
    unsent_changes = True


def trial_of(session: MutableMapping[str, Any], cohort: Cohort, now: datetime) -> Trial:
    """The test application of this session to the cohort, or a fresh one."""
    kept = session.get(_KEPT, {}).get(cohort.ref)
    if kept and datetime.fromisoformat(kept["at"]) > now - _LASTS:
        return Trial(**kept)
    spoken = cohort.plan.programme.languages
    here = (get_language() or "").split("-")[0]
    return Trial(language=here if here in spoken else spoken[0])


def keep(session: MutableMapping[str, Any], cohort: Cohort, trial: Trial, now: datetime) -> None:
    trial.at = now.isoformat()
    while sum(len(str(value)) for value in trial.answers.values()) > _LARGEST:
        trial.answers.pop(max(trial.answers, key=lambda code: len(str(trial.answers[code]))))
    session[_KEPT] = {**session.get(_KEPT, {}), cohort.ref: asdict(trial)}


def forget(session: MutableMapping[str, Any], cohort: Cohort) -> None:
    session[_KEPT] = {ref: kept for ref, kept in session.get(_KEPT, {}).items() if ref != cohort.ref}
