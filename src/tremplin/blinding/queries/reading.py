"""What reviewers may read: the copy that counts, or nothing."""

from dataclasses import replace

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import override

from tremplin.applications import queries as applications
from tremplin.applications.models import Application, Snapshot
from tremplin.applications.queries import Reading
from tremplin.applications.rules.answers import readable
from tremplin.applications.rules.form import may_be_reviewed
from tremplin.blinding.making import FREE, corrected, known_of, opened_in
from tremplin.blinding.models import Correction, RedactedCopy
from tremplin.blinding.rules import redact
from tremplin.core.prepared import Prepared
from tremplin.programmes.models import Cohort


def copy_of(snapshot: Snapshot, pass_number: int = 1) -> RedactedCopy | None:
    """The copy of `snapshot` that counts in this pass of reading."""
    rows = RedactedCopy.objects.filter(snapshot=snapshot.pk, pass_number=pass_number)
    return rows.order_by("-number").first()


def _of_pass(pass_number: int) -> Prepared[RedactedCopy]:
    def build(application: int, number: int) -> QuerySet[RedactedCopy]:
        rows = RedactedCopy.objects.filter(
            snapshot__application=application, snapshot__number=number, pass_number=pass_number
        )
        return rows.select_related("snapshot").order_by("-number")[:1]

    return Prepared(build, int, int)


_CURRENT = {pass_number: _of_pass(pass_number) for pass_number in (1, 2)}


def current(application: Application, cohort: Cohort, pass_number: int = 1) -> RedactedCopy | None:
    """What a reviewer of `application` reads now: the last copy of what was sent last; None while it is unfinished.

    This is the one way from an application to a reviewer. One query, two after a change of the programme.
    """
    copy = next(iter(_CURRENT[pass_number](application.pk, application.sent)), None)
    if copy is not None and copy.snapshot.version_id == cohort.version_id:
        copy.snapshot.version = cohort.version  # which is at hand, the whole programme file with it
    return copy


def second_of(copy: RedactedCopy | None) -> RedactedCopy | None:
    """What a second pass would open of the version that `copy` is of; None where the programme has none.

    For its writer and for organisers: reviewers get it by `current` alone, in the pass that opens it.
    """
    if copy is None or not copy.snapshot.version.plan.opened:
        return None
    found = copy_of(copy.snapshot, 2)
    if found is not None:
        found.snapshot = copy.snapshot
    return found


def readings(copy: RedactedCopy | None) -> tuple[Reading, ...]:
    """Each question with what stands in the copy; what was chosen from a list is said in the language of the page.

    Empty when there is no copy any more, because the time of the words was over.
    """
    return tuple(passages(copy)) if copy else ()


def passages(copy: RedactedCopy) -> list[Reading]:
    """That, for a copy that is there."""
    snapshot = copy.snapshot
    plan = snapshot.version.plan
    opened = opened_in(plan, copy.pass_number)
    found = []
    for question in plan.application.questions():
        if not may_be_reviewed(question, opened) or question.code not in snapshot.answers:
            continue
        if question.kind in FREE:
            text = copy.texts.get(question.code, "")
        else:
            text = readable(question, snapshot.answers[question.code])
        found.append(Reading(question, text, question.code in opened))
    return found


def finished(application: str = "application") -> Exists:
    """Whether the copy of what was sent last is finished: a condition on rows that lead to an application."""
    return Exists(
        RedactedCopy.objects.filter(
            pass_number=1,  # those of a second pass are made together with it
            snapshot__application=OuterRef(f"{application}_id" if application != "pk" else "pk"),
            snapshot__number=OuterRef(f"{application}__sent" if application != "pk" else "sent"),
        )
    )


def waiting(cohort: Cohort) -> QuerySet[Snapshot]:
    """What is sent and counts and has no copy yet, the oldest first."""
    copies = RedactedCopy.objects.filter(snapshot=OuterRef("pk"))
    rows = applications.snapshots_that_count(cohort).filter(~Exists(copies)).exclude(answers={})
    return rows.select_related("application__applicant", "version").order_by("created_at", "pk")


def waiting_cohorts() -> QuerySet[Snapshot, int]:
    """Keys of the cohorts in which anything waits."""
    copies = RedactedCopy.objects.filter(snapshot=OuterRef("pk"))
    rows = Snapshot.objects.filter(application__state="submitted", number=F("application__sent"))
    rows = rows.filter(~Exists(copies)).exclude(answers={}).order_by()
    return rows.values_list("application__cohort", flat=True).distinct()


def copies_of(application: Application) -> QuerySet[RedactedCopy]:
    """Every copy of an application, the newest first, without their texts."""
    rows = RedactedCopy.objects.filter(snapshot__application=application.pk, pass_number=1)
    rows = rows.defer("texts", "marks")
    return rows.select_related("snapshot").order_by("-snapshot__number", "-number")


def corrections_of(application: Application) -> list[Correction]:
    """The corrections that stand, in the order in which they were said."""
    return list(Correction.objects.filter(application=application.pk, ended_at=None).order_by("pk"))


def told_blind(application: Application, text: str) -> str:
    """What an organiser writes about `application`, as somebody may read it who must not know whose it is."""
    rows = Snapshot.objects.select_related("application__applicant", "version")
    snapshot = rows.get(application=application.pk, number=application.sent)
    corrections = corrected(corrections_of(application))
    corrections = replace(corrections, hide=(*corrections.hide, application.ref))
    with override(snapshot.language):
        return redact({"text": text}, known_of(snapshot), corrections).texts["text"]
