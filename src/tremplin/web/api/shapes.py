"""What answers are made of, and what requests may say: the parts that several endpoints share."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from tremplin.people.models import User
from tremplin.programmes.http import cohort_path
from tremplin.programmes.models import Cohort

Words = dict[str, str]
"""A text under each language that it is written in."""
Slug = Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]+$", max_length=60)]
Ref = Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]+$", max_length=20, description="A reference")]


class Shape(BaseModel):
    """A part of an answer: made by us, never changed."""

    model_config = ConfigDict(frozen=True)


class Where(Shape):
    """A cohort, by the three words of its address."""

    institution: Slug = Field(description="The institution’s word in addresses")
    programme: Slug = Field(description="The programme’s word in addresses")
    cohort: Slug = Field(description="The cohort’s word in addresses")


class WhereOne(Where):
    """One thing of a cohort."""

    ref: Ref


class Part(Shape):
    """Which part of a long list."""

    after: Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]*$", max_length=20)] = Field(
        "", description="Go on after this line: the `next` of the part before"
    )
    limit: int = Field(50, ge=1, le=100, description="How many lines")


class Person(Shape):
    ref: str
    name: str = Field(description="Their name, or their address where they gave none")


class Dated(Shape):
    code: str = Field(description="Which date, for example `call_closes`")
    at: datetime


class Money(Shape):
    minor: int = Field(description="The amount in minor units, for example cents")
    currency: str = Field(description="ISO 4217")


class CohortName(Shape):
    """Which cohort, for people and for addresses. Texts stand under their languages."""

    institution: str
    programme: str
    cohort: str
    institution_name: str
    programme_name: Words
    title: str


def person_shape(user: User) -> Person:
    return Person(ref=user.ref, name=user.get_full_name())


def dates_of(cohort: Cohort) -> list[Dated]:
    return [Dated(code=code, at=cohort.date(code)) for code in cohort.dates]


def name_of(cohort: Cohort) -> dict[str, Any]:
    """The fields of `CohortName`."""
    return {
        **cohort_path(cohort),
        "institution_name": cohort.institution.name,
        "programme_name": cohort.plan.programme.name,
        "title": cohort.title or cohort.slug,
    }
