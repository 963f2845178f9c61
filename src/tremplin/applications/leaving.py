"""Whom a letter no longer concerns when it leaves."""

from collections.abc import Collection

from tremplin.applications.models import Application, ApplicationState, Letter
from tremplin.core.outbox import wanted
from tremplin.core.outbox.models import Batch

KIND = "letter"


def _moved_on(batch: Batch, refs: Collection[str]) -> Collection[str]:
    """Those whom a letter to people with a draft no longer concerns: they have sent, withdrawn or deleted it."""
    letter = Letter.objects.filter(batch=batch)
    drafting = Application.objects.filter(cohort__in=letter.values("cohort"), state=ApplicationState.DRAFT)
    if len(refs) <= 100:
        drafting = drafting.filter(applicant__ref__in=refs)
    return set(refs) - set(drafting.values_list("applicant__ref", flat=True))


def _to_drafts(batch: Batch) -> bool:
    """Whether the letter was written to those with a draft, and to no others."""
    letter = Letter.objects.filter(batch=batch).first()
    return letter is not None and letter.filters.get("state") == ApplicationState.DRAFT


wanted.register(KIND, _moved_on, applies=_to_drafts)
