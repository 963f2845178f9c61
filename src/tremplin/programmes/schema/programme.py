"""The programme itself, its cohort, its law and its mails."""

from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from tremplin.core.zones import known_zone
from tremplin.programmes.schema.base import Code, Language, Part, Words


class ProgrammePlan(Part):
    """What the programme is."""

    code: Code
    name: Words
    summary: Words = Field(description="One sentence for lists and search engines")
    about: Words = Field(description="The call page, in Markdown: who, what, why, how chosen")
    languages: list[Language] = Field(
        min_length=1, description="Languages of all texts; the first is the default"
    )
    contact: str = Field(default="", description="Address that people may write to")
    source: Words | None = Field(default=None, description="Public facts that a template was built from")


class CohortPlan(Part):
    """What each edition offers."""

    places_min: int = Field(ge=1, le=1000)
    places_max: int = Field(ge=1, le=1000)
    time_zone: str = Field(default="UTC", description="IANA zone in which dates fall")
    anywhere_on_earth: bool = Field(
        default=True, description="Deadlines end when the day ends everywhere (UTC-12)"
    )
    grace_minutes: int = Field(
        default=60, ge=0, le=1440, description="Silent grace after a deadline, same for all"
    )
    remote: bool = True

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if not known_zone(value):
            raise ValueError("unknown time zone: write an IANA name such as Europe/Paris")
        return value

    @field_validator("places_max")
    @classmethod
    def _order(cls, value: int, info: object) -> int:
        least = getattr(info, "data", {}).get("places_min", 1)
        if value < least:
            raise ValueError(f"places_max is below places_min ({least})")
        return value


class JurisdictionPlan(Part):
    """Which law decides what may be asked and what it may be used for."""

    profile: Code = Field(description="A shipped profile: us-private, uk, eu or fr")


class MailText(Part):
    """One mail; `{…}` stands for a value. Codes that a programme leaves out use the shipped text."""

    code: Code
    subject: Words
    body: Words


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50)]
