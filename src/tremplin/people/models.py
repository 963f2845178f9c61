"""People, the institutions that run programmes, and how people sign in."""

from datetime import datetime
from typing import Any, ClassVar, Never

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from tremplin.core import clock
from tremplin.core.ids import new_ref
from tremplin.core.models import Record
from tremplin.core.months import later
from tremplin.core.saved import Saved
from tremplin.core.text import fold

RESERVED_SLUGS = frozenset(
    {
        "about",
        "accessibility",
        "account",
        "admin",
        "api",
        "data-protection",
        "design",
        "erasures",
        "healthz",
        "help",
        "institutions",
        "jobs",
        "language",
        "mailbox",
        "media",
        "rehearsal",
        "sign-in",
        "sign-out",
        "static",
    }
)


class Institution(Record):
    """A tenant: the university, laboratory or charity that runs programmes."""

    slug = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=5, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    contact_email = models.EmailField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(slug__in=sorted(RESERVED_SLUGS)), name="institution_slug_not_reserved"
            )
        ]


class UserManager(BaseUserManager["User"]):
    def create_user(
        self,
        email: str,
        password: str | None = None,
        *,
        name: str = "",
        language: str = "en",
        time_zone: str = "UTC",
        now: datetime | None = None,
    ) -> "User":
        """A person who may sign in; without a password, by magic link alone."""
        user = self.model(
            email=normal_email(email),
            name=name,
            language=language,
            time_zone=time_zone,
            created_at=now or clock.now(),
        )
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normal_email(username or ""))


def normal_email(typed: str) -> str:
    """Addresses are compared without case: nobody signs in twice because of a capital letter."""
    return typed.strip().lower()


class User(Saved, AbstractBaseUser, PermissionsMixin):
    """A person. What they may do is a matter of memberships, never of this row."""

    ref = models.CharField(max_length=10, unique=True, default=new_ref, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=200, blank=True)
    name_folded = models.CharField(max_length=500, blank=True, editable=False, db_index=True)
    language = models.CharField(max_length=5, default="en")
    time_zone = models.CharField(
        max_length=64, default="UTC", validators=[RegexValidator(r"^[A-Za-z0-9_+/-]+$")]
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    session_epoch = models.PositiveIntegerField(default=0)
    erased_at = models.DateTimeField(null=True, blank=True)
    """Since when this account is an empty shell, on which records hang that must be kept."""
    created_at = models.DateTimeField()

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = []

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="one_person_an_address"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = normal_email(self.email)
        self.name_folded = fold(f"{self.name} {self.email}")
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """What every session of this person must carry: a new password or a new epoch ends them all."""
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac("tremplin.people.session", value, secret=secret, algorithm="sha256").hexdigest()


class Purpose(models.TextChoices):
    """What a mailed key proves, and lets a person do."""

    SIGN_IN = "sign-in", "sign-in"
    ADDRESS = "address", "address"
    PROOF = "proof", "proof"


class MailedKey(Record):
    """A secret sent to an address, as a link and as a six-figure code; only hashes of both are kept.

    To sign in there is no person yet, perhaps there never will be: whoever opens the link is made then.
    """

    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    address = models.EmailField(max_length=254, db_index=True)
    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.CASCADE, related_name="mailed_keys"
    )
    link_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    code_hash = models.CharField(max_length=64)
    next = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=5)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    carried = models.JSONField(default=dict, blank=True)
    """Notes of the browser that asked, for the one that opens the link; gone as soon as either is no use any more."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(purpose="sign-in", link_hash__isnull=False, user__isnull=True)
                | models.Q(purpose__in=["address", "proof"], link_hash__isnull=True, user__isnull=False),
                name="mailed_key_fits_its_purpose",
            )
        ]


class SignIn(Record):
    """A browser in which a person is signed in: enough to recognise and to end it, and no address of it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=80, blank=True)
    way = models.CharField(max_length=20, blank=True)


class ApiToken(Record):
    """A secret with which a program asks in the name of `user`; only its hash is kept.

    `scope` names one cohort, or none for all cohorts of the person. It gives no rights of its own: whatever it asks
    for is looked up among what the person may see at that moment. It reads; with `submits` it hands in labs as well.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    secret_hash = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=200, blank=True)
    submits = models.BooleanField(default=False)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="api_tokens_that_end")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="api_token_lives_a_while"
            ),
        ]


class Consent(Record):
    """One word given or taken back, with the text as it was read. Rows are only ever added.

    `about` is the reference of the thing that it is about: a page, a cohort; empty where there is but one.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=60)
    about = models.CharField(max_length=40, blank=True)
    given = models.BooleanField()
    text = models.TextField()
    version = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(max_length=5)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "purpose", "about"], name="consent_by_purpose"),
            models.Index(fields=["purpose", "about"], name="consent_by_subject"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A consent is never changed: a new word is a new row.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        raise TypeError("A consent goes only with the person who gave it.")


class ErasureRequest(Record):
    """A person asked to be erased while programmes still hold records that they must keep or decide on.

    `answered_at`: when the last of its parts was answered, or when the person took it back.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="erasure_requests")
    reasons = models.JSONField(default=list)
    answered_at = models.DateTimeField(null=True, blank=True)
    taken_back = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(answered_at__isnull=True), name="one_open_erasure_request"
            )
        ]

    @property
    def answer_by(self) -> datetime:
        """Until when the law wants an answer: one month (GDPR, article 12(3))."""
        return later(self.created_at, 1)


class ErasureAnswer(models.TextChoices):
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


class ErasurePart(Record):
    """What one cohort, named by its `scope`, is asked to erase, and what its organisers answered.

    `reason` is for the person to read, `why_longer` too. `again_at`: when something that had to be kept may go.
    """

    request = models.ForeignKey(ErasureRequest, on_delete=models.CASCADE, related_name="parts")
    scope = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    answer = models.CharField(max_length=10, choices=ErasureAnswer.choices, default=ErasureAnswer.OPEN)
    reason = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=10, blank=True)
    again_at = models.DateTimeField(null=True, blank=True, db_index=True)
    extended_at = models.DateTimeField(null=True, blank=True)
    extended_by = models.CharField(max_length=10, blank=True)
    why_longer = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["scope", "answer"], name="erasures_of_a_scope")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "scope"], name="one_part_a_scope"),
            models.CheckConstraint(
                condition=models.Q(answer="open", answered_at__isnull=True)
                | (
                    ~models.Q(answer="open") & models.Q(answered_at__isnull=False) & ~models.Q(answered_by="")
                ),
                name="erasure_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(answer="refused") | ~models.Q(reason=""), name="refusal_has_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(extended_at__isnull=True)
                | (~models.Q(why_longer="") & ~models.Q(extended_by="")),
                name="longer_for_a_reason",
            ),
        ]

    @property
    def answer_by(self) -> datetime:
        """Until when this cohort answers: the month of the law, or two more where it said why (article 12(3))."""
        return later(self.request.created_at, 3) if self.extended_at else self.request.answer_by
