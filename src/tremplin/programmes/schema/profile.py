"""A jurisdiction profile: which attribute of a person may be asked about, and what the answer may be used for."""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from pydantic import Field, model_validator

from tremplin.programmes.schema.application import Choice
from tremplin.programmes.schema.base import Code, Part, Words
from tremplin.programmes.schema.faults import Faults

Purpose = Literal[
    "outreach", "anonymous_audit", "linked_audit", "support", "eligibility", "tie_break", "constraint"
]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


class Attribute(Part):
    """Something about a person that the law guards. Whatever `purposes` does not name is refused."""

    code: Code
    label: Words
    purposes: list[Purpose] = Field(description="What an answer may be used for")
    counsel: list[Purpose] = Field(
        default=[], description="Refused here; might be lawful with counsel's own text"
    )
    locked: list[Purpose] = Field(default=[], description="Refused, and no setting can ever open it")
    reason: Words = Field(description="Why, in one sentence, for the people concerned")
    question: Words | None = Field(
        default=None, description="How the equality survey asks; none: it does not"
    )
    options: list[Choice] = Field(
        default=[], description="Answers of the survey, “I prefer not to say” included"
    )
    multiple: bool = Field(default=False, description="Several answers may be true at once")
    free_text: bool = Field(default=False, description="People may describe themselves in their own words")

    @model_validator(mode="after")
    def _whole(self) -> "Attribute":
        faults = Faults()
        faults.unique([option.code for option in self.options], "options")
        for cell in (*self.counsel, *self.locked):
            if cell in self.purposes:
                faults.at("purposes", message=f"“{cell}” is permitted and refused at once")
        if self.question and not {"anonymous_audit", "linked_audit"} & set(self.purposes):
            faults.at("question", message="a question is asked that no audit may use")
        if self.question and (len(self.options) < 2 or self.options[-1].code != "not_said"):
            faults.at("options", message="options are needed, the last of them “not_said”")
        faults.raise_any()
        return self


class Retention(Part):
    """Days after which data goes, counted from the decisions."""

    explain_days: int = Field(
        ge=1, description="Refused applications stay readable this long, to explain a decision"
    )
    application_days: int = Field(ge=1, description="Longest that an application is kept at all")
    equality_days: int = Field(ge=1, description="Longest that single equality answers are kept; totals stay")
    outcome_days: int = Field(ge=1, description="Longest that outcomes of one person are kept")


class Profile(Part):
    """One jurisdiction, one version. A version that was shipped never changes: law that changes is a new version."""

    code: Code
    version: int = Field(ge=1)
    valid_from: date
    title: Words
    basis: Words = Field(description="The legal basis, as the people concerned read it")
    linked_basis: Words | None = Field(
        default=None, description="The same for answers that are tied to applications; none: none are"
    )
    survey: Literal["anonymous", "linked"] = Field(
        description="Whether survey answers may be tied to applications"
    )
    smallest_cell: int = Field(ge=3, description="Counts of fewer people are never shown")
    round_to: int = Field(ge=1, description="Counts shown are rounded to this")
    retention: Retention
    attributes: list[Attribute] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes(self) -> "Profile":
        faults = Faults()
        faults.unique([attribute.code for attribute in self.attributes], "attributes")
        if self.survey == "anonymous" and self.linked_basis:
            faults.at("linked_basis", message="an anonymous survey has no linked answers")
        faults.raise_any()
        return self

    def links(self, attribute: str) -> bool:
        """Whether answers about `attribute` may be tied to applications: sealed, for an audit, and for nothing else."""
        found = self.attribute(attribute)
        return (
            self.survey == "linked"
            and self.linked_basis is not None
            and found is not None
            and found.question is not None
            and "linked_audit" in found.purposes
            and "linked_audit" not in found.locked
        )

    @property
    def audit(self) -> Purpose:
        """The audit that this profile's survey serves."""
        return "linked_audit" if self.survey == "linked" else "anonymous_audit"

    def attribute(self, code: str) -> Attribute | None:
        return next((attribute for attribute in self.attributes if attribute.code == code), None)

    def asked(self) -> list[Attribute]:
        """What the equality survey asks: attributes with a question whose answers its audit may use."""
        return [
            attribute
            for attribute in self.attributes
            if attribute.question and self.audit in attribute.purposes
        ]


@cache
def shipped_profiles() -> dict[str, tuple[int, ...]]:
    """The versions of each profile that Tremplin brings along, oldest first."""
    found: dict[str, list[int]] = {}
    for entry in files("tremplin.programmes").joinpath("jurisdictions").iterdir():
        code, _dot, version = entry.name.removesuffix(".toml").partition(".")
        if entry.name.endswith(".toml") and version.isdigit():
            found.setdefault(code, []).append(int(version))
    return {code: tuple(sorted(versions)) for code, versions in sorted(found.items())}


@cache
def load_profile(code: str, version: int | None = None) -> Profile:
    """The profile `code`, in its newest version or in the one named. Raises KeyError for one not shipped."""
    versions = shipped_profiles()[code]
    number = version or versions[-1]
    if number not in versions:
        raise KeyError(f"{code}.{number}")
    name = f"{code}.{number}.toml"
    text = files("tremplin.programmes").joinpath("jurisdictions", name).read_text("utf-8")
    return Profile.model_validate(tomllib.loads(text))
