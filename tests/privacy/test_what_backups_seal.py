"""Every column that can hold text is either sealed in backups or says nothing of anybody; a new one has to choose."""

from django.apps import apps
from django.db import models

from tremplin.core import archived

# What stands in backups as it is, with the reason.
CODES = "codes, references, states and hashes, which say nothing without the rows that are sealed"
PROGRAMME = "what an institution publishes or decides: no words of, or about, one person"
SEALED = "sealed already, with keys of its own"
OPEN = {
    "account.EmailConfirmation": CODES,
    "accommodations.Part": SEALED,
    "accommodations.Recording": SEALED,
    "accommodations.Word": SEALED,
    "applications.AnswerFile": CODES,
    "applications.Deed": PROGRAMME,
    "applications.DeedRow": CODES,
    "applications.DoorCount": CODES,
    "applications.Label": PROGRAMME,
    "applications.Letter": PROGRAMME,
    "auth.Group": CODES,
    "auth.Permission": CODES,
    "builder.Step": PROGRAMME,
    "builder.WorkingCopy": PROGRAMME,
    "contenttypes.ContentType": CODES,
    "core.AuditChain": CODES,
    "core.AuditEvent": "the log: codes and references, no words of people, which a test of its own sees to",
    "core.Erased": CODES,
    "core.OnceKey": CODES,
    "core.TokenBucket": CODES,
    "equality.LinkedAnswers": SEALED,
    "equality.Release": "counts that may be shown",
    "equality.SpentTicket": CODES,
    "equality.Tally": "counts without anybody",
    "equality.Unsealing": PROGRAMME,
    "impact.ImpactReport": PROGRAMME,
    "impact.OutcomeRelease": "counts that may be shown",
    "jobs.Job": CODES,
    "jobs.Schedule": CODES,
    "jobs.Worker": CODES,
    "outbox.Batch": PROGRAMME,
    "people.Consent": PROGRAMME,
    "people.Institution": PROGRAMME,
    "privacy.Hold": PROGRAMME,
    "programmes.Cohort": PROGRAMME,
    "programmes.CohortDate": CODES,
    "programmes.FrozenTally": "counts",
    "programmes.Programme": CODES,
    "programmes.ProgrammeVersion": PROGRAMME,
    "rehearsal.Rehearsal": "about invented people",
    "review.ReviewerProfile": "languages somebody reads, as codes",
    "selection.Draw": CODES,
    "selection.Offer": PROGRAMME,
    "selection.Proposal": "counts and codes",
}
# Of models with sealed columns, those that stay as they are.
ALSO_OPEN = {
    "applications.Application": {
        "language",
        "lacks",
        "blind_key",
        "freed",
        "freed_by",
        "touched",
        "uncounted",
    },
    "applications.Exclusion": {"condition", "before"},
    "applications.Snapshot": {"language", "checksum"},
    "builder.Unfinished": {"item", "by"},
    "core.PartialUpload": {"owner_ref", "purpose", "sha256", "stored_ref"},
    "core.StoredFile": {"owner_ref", "path", "kind", "sha256"},
    "impact.SurveyResponse": {"survey"},
    "mentoring.CheckInAnswer": {"code"},
    "mentoring.Concern": {"code", "kind"},
    "outbox.OutboxMessage": {"scope", "key", "to_ref", "language", "kind", "message_id", "fault"},
    "people.ApiToken": {"secret_hash", "scope"},
    "people.ErasurePart": {"scope", "title", "answered_by", "extended_by"},
    "people.MailedKey": {"link_hash", "code_hash", "next", "language"},
    "people.SignIn": {"session_key", "way"},
    "people.User": {"password", "language", "time_zone"},
    "projects.ChecklistMark": {"code", "confirmed_by"},
    "projects.MilestoneReport": {"code", "answered_by"},
    "projects.Project": {"licence", "language"},
    "review.Review": {"scores"},
    "selection.Decision": {"draw_code", "feedback"},
    "sessions.Session": {"session_key"},
    "stipends.Instalment": {"code", "currency", "gate", "prepared_by", "approved_by"},
    "stipends.LedgerEntry": {"actor", "before", "after", "currency"},
    "stipends.PayeeForm": {"holder", "details"},
    "training.JournalEntry": {"language"},
    "training.LabSubmission": {"lab", "job"},
}
TEXT = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.BinaryField,
    models.GenericIPAddressField,
)


def tables() -> list[type[models.Model]]:
    chosen = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    ours = [model for model in chosen if not model._meta.proxy and "tests" not in model.__module__]
    return [model for model in ours if texts(model)]


def texts(model: type[models.Model]) -> set[str]:
    fields = [field for field in model._meta.concrete_fields if isinstance(field, TEXT)]
    return {field.name for field in fields if not field.choices and field.name != "ref"}


def test_every_text_of_every_table_is_sealed_or_says_nothing_of_anybody() -> None:
    undecided = []
    for model in tables():
        sealed = set(archived.declared().get(model, {}))
        if sealed:
            undecided += [
                f"{model._meta.label}.{name}"
                for name in sorted(texts(model) - sealed - ALSO_OPEN.get(model._meta.label, set()))
            ]
        elif model._meta.label not in OPEN:
            undecided.append(model._meta.label)
    assert undecided == []


def test_nothing_is_listed_that_is_not_there() -> None:
    labels = {model._meta.label: model for model in tables()}
    sealed = {model._meta.label: set(names) for model, names in archived.declared().items()}
    assert sorted(OPEN.keys() - labels.keys()) == []
    assert sorted(OPEN.keys() & sealed.keys()) == []
    for label, names in ALSO_OPEN.items():
        assert names <= texts(labels[label]) - sealed[label], label
