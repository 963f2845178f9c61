"""Whom a letter no longer concerns when it leaves, and the copy of what was sent that a receipt carries."""

from collections.abc import Collection

from django.utils import translation
from django.utils.translation import gettext_lazy

from tremplin.applications.copies import file_name, text_copy
from tremplin.applications.models import Application, ApplicationState, Letter, Snapshot
from tremplin.core.outbox import enclosures, wanted
from tremplin.core.outbox.enclosures import Enclosure
from tremplin.core.outbox.models import Batch, OutboxMessage
from tremplin.core.prepared import Prepared

KIND = "letter"
RECEIPTS = ("application-received", "application-updated")


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


wanted.register(
    KIND,
    _moved_on,
    says=gettext_lazy("Whoever has sent their application by that moment is left out."),
    applies=_to_drafts,
)


def _copy(receipt: OutboxMessage) -> Enclosure | None:
    """What was sent, as the page of the receipt hands it out; None once it was erased."""
    _occasion, ref, number, *_more = receipt.key.removeprefix(f"{receipt.scope}:").split(":")
    for sent in _SENT(ref, int(number)):
        if sent.answers:
            cohort = sent.application.cohort
            if cohort.version_id == sent.version_id:
                cohort.version = (
                    sent.version
                )  # as a rule: nothing changed since, so it is not asked for again
            with translation.override(receipt.language):
                return Enclosure(file_name(sent.application), text_copy(sent.application, sent))
    return None


_SENT = Prepared(
    lambda ref, number: (
        Snapshot.objects.select_related(
            "version", "application__applicant", "application__cohort__programme__institution"
        )
        .defer("version__text")
        .filter(application__ref=ref, number=number)
    ),
    str,
    int,
)


for kind in RECEIPTS:
    enclosures.register(kind, _copy)
