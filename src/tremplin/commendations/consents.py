"""The consent to a note in the one register: it is about the note; taking it back deletes the page."""

from collections.abc import Collection, Mapping
from datetime import datetime

from tremplin.commendations import services
from tremplin.commendations.models import Commendation
from tremplin.commendations.purposes import NOTE
from tremplin.core.text import say
from tremplin.people.consents import Subject, register
from tremplin.people.models import User
from tremplin.programmes.http import cohort_url


def _take_back(user: User, about: str, now: datetime) -> None:
    rows = Commendation.objects.select_related("cohort__programme__institution")
    for note in rows.filter(ref=about, user=user):
        services.take_back(note=note, actor=user, now=now)


def _describe(refs: Collection[str]) -> Mapping[str, Subject]:
    rows = Commendation.objects.filter(ref__in=refs).select_related(
        "cohort__programme__institution", "cohort__version"
    )
    return {
        note.ref: Subject(say(note.cohort.plan.programme.name), cohort_url(note.cohort, "commendations:own"))
        for note in rows
    }


register(NOTE, take_back=_take_back, describe=_describe)
