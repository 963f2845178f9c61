"""People and the institutions that run programmes."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

from tremplin.core import clock
from tremplin.core.ids import new_ref
from tremplin.core.models import Record
from tremplin.core.text import fold

RESERVED_SLUGS = frozenset(
    "account admin api about accessibility data-protection design healthz help institutions jobs language mailbox "
    "media rehearsal sign-in sign-out static".split()
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


class User(AbstractBaseUser, PermissionsMixin):
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
