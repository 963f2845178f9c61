"""Every column that can hold text is either sealed in backups or says nothing of anybody; a new one has to choose."""

from django.apps import apps
from django.db import models

from tremplin.core import archived

# What stands in backups as it is, with the reason.
CODES = "codes, references, states and hashes, which say nothing without the rows that are sealed"
PROGRAMME = "what an institution publishes or decides: no words of, or about, one person"
SEALED = "sealed already, with keys of its own"
EMPTIED = "left empty in every copy"
LOG = "the log: codes and references, no words of people, which a test of its own sees to"
OPEN: dict[str, tuple[str, set[str]]] = {
    "accommodations.Part": (SEALED, {"reason"}),
    "accommodations.Recording": (SEALED, {"question", "transcript"}),
    "accommodations.Word": (SEALED, {"text"}),
    "account.EmailConfirmation": (CODES, {"key"}),
    "applications.AnswerFile": (CODES, {"question"}),
    "applications.DoorCount": (CODES, {"answer", "door"}),
    "auth.Group": (CODES, {"name"}),
    "auth.Permission": (CODES, {"codename", "name"}),
    "builder.Step": (PROGRAMME, {"by", "deed", "item", "text"}),
    "builder.WorkingCopy": (PROGRAMME, {"changed_by", "text"}),
    "contenttypes.ContentType": (CODES, {"app_label", "model"}),
    "core.AuditChain": (CODES, {"head", "scope"}),
    "core.AuditEvent": (
        LOG,
        {"actor", "data", "digest", "previous", "scope", "subject_ref", "subject_type", "verb"},
    ),
    "core.Erased": (CODES, {"deed", "scope", "who"}),
    "core.OnceKey": (CODES, {"key"}),
    "core.TokenBucket": (CODES, {"key"}),
    "equality.LinkedAnswers": (SEALED, {"cohort_ref", "handle", "sealed"}),
    "equality.Release": ("counts that may be shown", {"basis", "cohort_ref", "digest", "figures"}),
    "equality.SpentTicket": (CODES, {"digest"}),
    "equality.Tally": ("counts without anybody", {"answer", "cohort_ref", "question"}),
    "impact.ImpactReport": (PROGRAMME, {"checksum", "content", "published_by"}),
    "impact.OutcomeRelease": (
        "counts that may be shown",
        {"basis", "cohort_ref", "digest", "figures", "kind"},
    ),
    "jobs.Job": (
        CODES,
        {"args", "errors", "key", "kwargs", "lease_token", "queue", "result", "task", "workers"},
    ),
    "jobs.Schedule": (CODES, {"name"}),
    "jobs.Worker": (CODES, {"name", "queues"}),
    "outbox.Batch": (PROGRAMME, {"kind", "opened_by", "release", "released_by", "scope", "title"}),
    "people.Consent": (PROGRAMME, {"about", "digest", "language", "purpose", "text"}),
    "people.Institution": (PROGRAMME, {"contact_email", "language", "name", "slug", "time_zone"}),
    "people.SignIn": (EMPTIED, {"device", "session_key", "way"}),
    "programmes.Cohort": (PROGRAMME, {"jurisdiction", "slug", "title"}),
    "programmes.CohortDate": (CODES, {"code"}),
    "programmes.FrozenTally": ("counts", {"figures", "stage"}),
    "programmes.Programme": (CODES, {"slug"}),
    "programmes.ProgrammeVersion": (PROGRAMME, {"applied_by", "checksum", "text"}),
    "rehearsal.Rehearsal": ("about invented people", {"report"}),
    "selection.Decision": ("a code, and numbers", {"draw_code", "feedback"}),
    "first_reads.FirstReads": (PROGRAMME, {"note"}),
    "first_reads.LetGo": (CODES, {"by"}),
    "review.CapacityPlan": (PROGRAMME, {"assumptions", "figures", "foreseen"}),
    "review.ContentNote": (CODES, {"noted_by"}),
    "selection.Draw": (CODES, {"commitment", "entries", "file", "listed", "secret", "source", "value"}),
    "selection.ExtraRound": (CODES, {"bands", "sent"}),
    "selection.Offer": (PROGRAMME, {"agreement", "agreement_hash"}),
    "selection.Proposal": ("counts and codes", {"basis", "figures"}),
    "selection_report.SelectionReport": (PROGRAMME, {"checksum", "content", "published_by"}),
    "selection_report.Words": (PROGRAMME, {"sections"}),
    "sessions.Session": (EMPTIED, {"session_data", "session_key"}),
}
# Of models with sealed columns, those that stay as they are.
ALSO_OPEN = {
    "blinding.Correction": {"actor"},
    "blinding.RedactedCopy": {"actor", "checksum", "marks"},
    "applications.Deed": {"actor", "cause", "condition", "filters", "undone_by"},
    "applications.DeedRow": {"outcome", "seen"},
    "applications.Letter": {"once", "rows"},
    "equality.Unsealing": {"confirmed_by", "ended_by", "proposed_by"},
    "privacy.Hold": {"kept", "placed_by"},
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
    "commendations.Commendation": {"figures"},
    "mentoring.CheckInAnswer": {"code"},
    "mentoring.Concern": {"code", "kind"},
    "outbox.OutboxMessage": {"scope", "key", "to_ref", "language", "kind", "message_id", "fault"},
    "people.ApiToken": {"secret_hash", "scope"},
    "people.ErasurePart": {"scope", "title", "answered_by", "extended_by"},
    "people.MailedKey": {"link_hash", "code_hash", "next", "language"},
    "people.User": {"password", "language", "time_zone"},
    "projects.ChecklistMark": {"code", "confirmed_by"},
    "projects.MilestoneReport": {"code", "answered_by"},
    "projects.Project": {"licence", "language"},
    "first_reads.Agreed": {"criterion"},
    "first_reads.FirstRead": {"scores", "shown"},
    "first_reads.Piece": {"language"},
    "review.Ask": {"answered_by"},
    "review.Review": {"scores"},
    "review.ReviewerProfile": {"languages"},
    "review.TieSetAside": {"kind"},
    "selection.Override": {"code"},
    "stipends.Instalment": {"code", "currency", "gate", "prepared_by", "approved_by"},
    "stipends.LedgerEntry": {"actor", "before", "after", "currency"},
    "stipends.PayeeForm": {"holder", "details"},
    "training.JournalEntry": {"language"},
    "training.LabDraft": {"lab"},
    "training.LabSubmission": {"lab", "job", "key"},
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
        else:
            _why, known = OPEN.get(model._meta.label, ("", set()))
            undecided += [f"{model._meta.label}.{name}" for name in sorted(texts(model) - known)]
    assert undecided == []


def test_nothing_is_listed_that_is_not_there() -> None:
    labels = {model._meta.label: model for model in tables()}
    sealed = {model._meta.label: set(names) for model, names in archived.declared().items()}
    assert sorted(OPEN.keys() - labels.keys()) == []
    assert sorted(OPEN.keys() & sealed.keys()) == []
    for label, (why, names) in OPEN.items():
        assert names == texts(labels[label]), label
        assert (labels[label]._meta.db_table in archived.EMPTIED) is (why == EMPTIED), label
    for label, names in ALSO_OPEN.items():
        assert names <= texts(labels[label]) - sealed[label], label
