"""The programme itself, its cohort, its law and its mails."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BeforeValidator, Field, StringConstraints, field_validator, model_validator

from tremplin.core.zones import known_zone, known_zones
from tremplin.programmes.mail_values import names, occasions
from tremplin.programmes.schema.base import Code, Language, Part, Words
from tremplin.programmes.schema.faults import Faults
from tremplin.programmes.schema.profile import shipped_profiles
from tremplin.programmes.schema.suggest import suggestion

_ADDRESS = re.compile(r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+$")


class ProgrammePlan(Part):
    """What the programme is."""

    code: Code = Field(description="Its short name, in addresses")
    name: Words = Field(description="Its name")
    summary: Words = Field(description="One sentence for lists and search engines")
    about: Words = Field(description="The call page, in Markdown: who, what, why, how chosen")
    languages: list[Language] = Field(
        min_length=1, description="Languages of all texts (en, fr); the first is the default"
    )
    contact: str = Field(
        default="", description="Address that people may write to; answers to mails go there"
    )
    source: Words | None = Field(default=None, description="Public facts that a template was built from")

    @field_validator("contact")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not _ADDRESS.match(value):
            raise ValueError(_("this is not a mail address"))
        return value

    @model_validator(mode="after")
    def _once(self) -> "ProgrammePlan":
        faults = Faults()
        faults.unique(self.languages, "languages", key="")
        faults.raise_any()
        return self


def _day(value: Any) -> datetime | None:
    """The opening as written: a day, or a day and an hour without a zone."""
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise ValueError(_("leave out the zone: the hour is that of cohort.time_zone"))
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, 9)  # noqa: DTZ001 (the zone is cohort.time_zone)
    if value is None:
        return None
    raise ValueError(_("write a day such as 2027-01-11, or a day and an hour: 2027-01-11T09:00:00"))


class CohortPlan(Part):
    """What each edition offers."""

    places_min: int = Field(ge=1, le=1000, description="Fewest places for which the programme runs")
    places_max: int = Field(ge=1, le=1000, description="Most places")
    opens: Annotated[datetime | None, BeforeValidator(_day)] = Field(
        default=None,
        description="First day of the edition, from which all dates count, at 09:00 unless it says an hour; "
        "the command line may give it instead",
    )
    time_zone: str = Field(default="UTC", description="IANA zone in which dates fall")
    anywhere_on_earth: bool = Field(
        default=True, description="Deadlines end when the day ends everywhere (UTC-12)"
    )
    grace_minutes: int = Field(
        default=60, ge=0, le=1440, description="Silent grace after a deadline, the same for all"
    )
    remote: bool = Field(default=True, description="Whether people may take part from anywhere")

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if not known_zone(value):
            message = _("unknown time zone: write an IANA name such as Europe/Paris")
            raise ValueError(message + suggestion(value, known_zones()))
        return value

    @model_validator(mode="after")
    def _order(self) -> "CohortPlan":
        faults = Faults()
        if self.places_max < self.places_min:
            message = _("places_max is below places_min (%(least)s)") % {"least": self.places_min}
            faults.at("places_max", message=message)
        faults.raise_any()
        return self


class JurisdictionPlan(Part):
    """Which law decides what may be asked and what it may be used for."""

    profile: Code = Field(description="A shipped profile: us-private, us-federal, uk, eu or fr")
    notice: Words | None = Field(
        default=None, description="The institution's own legal notice, in place of the profile's (Markdown)"
    )
    linked: list[Code] = Field(
        default=[],
        description="Attributes whose survey answers are kept, sealed, with applications, to compare how far people "
        "of each group came; all others are counted anonymously",
    )
    linked_notice: Words | None = Field(
        default=None, description="The institution's own notice of that, in place of the profile's (Markdown)"
    )

    @field_validator("profile")
    @classmethod
    def _known(cls, value: str) -> str:
        profiles = shipped_profiles()
        if value not in profiles:
            message = _("unknown profile: use one of %(known)s") % {"known": ", ".join(profiles)}
            raise ValueError(message + suggestion(value, profiles))
        return value

    @model_validator(mode="after")
    def _linked_once(self) -> "JurisdictionPlan":
        faults = Faults()
        faults.unique(self.linked, "linked", key="")
        if self.linked_notice and not self.linked:
            faults.at(
                "linked_notice", message=_("nothing is linked: leave the notice out, or name attributes")
            )
        faults.raise_any()
        return self


class MailText(Part):
    """One mail; `{…}` stands for a value. Codes that a programme leaves out use the shipped text."""

    code: Code = Field(description="Occasion of the mail")
    subject: Words = Field(description="Its subject, one line")
    body: Words = Field(description="Its text, plain, without Markdown")

    @model_validator(mode="after")
    def _names(self) -> "MailText":
        faults = Faults()
        occasion = occasions().get(self.code)
        if occasion is None:
            message = _("there is no such mail") + suggestion(self.code, occasions())
            faults.at("code", message=message)
        else:
            for key, words in (("subject", self.subject), ("body", self.body)):
                for language, text in words.items():
                    self._check(faults, key, language, text, occasion.known)
        faults.raise_any()
        return self

    @staticmethod
    def _check(faults: Faults, key: str, language: str, text: str, known: tuple[str, ...]) -> None:
        for name in sorted(names(text) - set(known)):
            message = _("{%(name)s} is not a value of this mail, which has %(known)s") % {
                "name": name,
                "known": ", ".join(f"{{{value}}}" for value in known),
            }
            faults.at(key, language, message=message + suggestion(name, known))
        if key == "subject" and "\n" in text.strip():
            faults.at(key, language, message=_("a subject is one line"))


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50)]
