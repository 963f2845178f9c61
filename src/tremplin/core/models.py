"""Records shared by all stages: a base, the audit log, keys seen once, stored files."""

from typing import Any, ClassVar, Never

from django.db import models

from tremplin.core.ids import new_ref
from tremplin.core.saved import Saved


class Record(Saved):
    """A row that people can name: `ref` stands in URLs, letters and calls for help."""

    ref = models.CharField(max_length=10, unique=True, default=new_ref, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True


class AuditChain(models.Model):
    """The head of one scope's chain; locking this row orders the events of the scope."""

    scope = models.CharField(max_length=120, primary_key=True)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="")


class AuditEvent(Saved):
    """One thing that someone did. Written once, in the transaction of the deed; never changed."""

    scope = models.CharField(max_length=120)
    position = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=40, blank=True)
    verb = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=80)
    subject_ref = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["scope", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope", "position"], name="audit_one_event_a_position")
        ]
        indexes: ClassVar = [models.Index(fields=["subject_type", "subject_ref"], name="audit_by_subject")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An audit event is written once and never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        raise TypeError("An audit event is never deleted.")


class OnceKey(Saved):
    """A key that a deed was done under; doing it again under the same key changes nothing."""

    key = models.CharField(max_length=200, primary_key=True)
    at = models.DateTimeField()


class StoredFile(Record):
    """A file that a person gave us, kept under a name of ours and served only through permission."""

    owner_ref = models.CharField(max_length=40, db_index=True)
    path = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=10)
    given_name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)


class PartialUpload(Record):
    """A file that arrives in pieces: see `core.partial`. There is one on its way for each purpose."""

    owner_ref = models.CharField(max_length=40, db_index=True)
    purpose = models.CharField(max_length=120, unique=True)
    given_name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    arrived = models.PositiveBigIntegerField(default=0)
    touched_at = models.DateTimeField(db_index=True)
    # The reference of the file that it became, empty while it is on its way.
    stored_ref = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(size__gte=1, arrived__lte=models.F("size")), name="arrived_within_size"
            )
        ]


class TokenBucket(Saved):
    """How much somebody may still do, as one moment: see `core.limits`."""

    key = models.CharField(max_length=64, primary_key=True)
    full_at = models.DateTimeField(db_index=True)


class Erased(models.Model):
    """One erasure, without whom it was about: see `core.erasures`. `filed`: it stands in the file too."""

    at = models.DateTimeField()
    deed = models.CharField(max_length=60)
    scope = models.CharField(max_length=120, blank=True)
    who = models.CharField(max_length=64)
    filed = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=models.Q(filed=False), name="erased_and_not_filed")
        ]
