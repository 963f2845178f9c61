"""A second pass of reading: some applications are read again, with answers that the first pass keeps closed."""

from collections.abc import Collection, Mapping
from typing import Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from tremplin.programmes.schema.application import Question
from tremplin.programmes.schema.base import Code, Part, Words
from tremplin.programmes.schema.faults import Faults
from tremplin.programmes.schema.profile import load_profile
from tremplin.programmes.schema.suggest import suggestion

_CONTACT = frozenset({"url", "email", "file"})


class SecondPassPlan(Part):
    """Reading some applications a second time, with context that the first pass keeps closed.

    Who is read in it follows from the merit of the first pass; say how many with `per_place` or with `share`.
    """

    who: Literal["best", "nearest"] = Field(
        default="best", description="Those with the highest merit, or those nearest to the line on both sides"
    )
    per_place: float | None = Field(
        default=None, ge=1, le=50, description="How many people for each place, of `places_max`"
    )
    share: float | None = Field(
        default=None, gt=0, le=1, description="Or which share of all applications, such as 0.25"
    )
    reads: int = Field(default=1, ge=1, le=10, description="Reads that each of them gets in it")
    days: int = Field(default=7, ge=1, le=60, description="Days after reading_ends until which it lasts")
    opens: list[Code] = Field(
        min_length=1,
        description="Codes of the questions whose answers it opens, such as the country; never a name or an address",
    )
    same_reviewers: bool = Field(
        default=False, description="Whether somebody may read the same application in both passes"
    )
    guide: Words | None = Field(
        default=None, description="What a reviewer must know before they read in it (Markdown)"
    )

    @model_validator(mode="after")
    def _whole(self) -> "SecondPassPlan":
        faults = Faults()
        faults.unique(self.opens, "opens", key="")
        if self.per_place is None and self.share is None:
            faults.at("per_place", message=_("say how many people are read: per_place = 3, or share = 0.25"))
        elif self.per_place is not None and self.share is not None:
            faults.at("share", message=_("per_place says already how many people are read: leave one out"))
        faults.raise_any()
        return self


def may_be_opened(question: Question) -> bool:
    """Whether a second pass may open the answers to `question`: nothing that names or reaches a person, nothing
    that the law guards."""
    names = question.identifies or question.names == "person"
    return not names and question.kind not in _CONTACT and question.attribute is None


def check_second_pass(parts: Mapping[str, Any], faults: Faults) -> None:
    """What it opens is asked and may be opened, and it ends before decisions are out."""
    review = parts.get("review")
    found = review.second_pass if review else None
    if found is None:
        return
    _check_opens(parts, found.opens, faults)
    dates = parts.get("dates")
    if dates and {"reading_ends", "decisions_out"} <= dates.keys():
        days = (dates["decisions_out"].offset - dates["reading_ends"].offset).days
        if found.days >= days:
            message = _(
                "it would last %(asked)s days, but decisions_out comes %(days)s days after reading_ends"
            )
            faults.at("review", "second_pass", "days", message=message % {"asked": found.days, "days": days})


def _check_opens(parts: Mapping[str, Any], opens: Collection[str], faults: Faults) -> None:
    form = parts.get("application")
    if not form:
        return
    asked = {question.code: question for question in form.questions()}
    law = parts.get("jurisdiction")
    profile = load_profile(law.profile) if law else None
    for position, code in enumerate(opens):
        question = asked.get(code)
        guarded = profile is not None and profile.attribute(code) is not None
        if message := _fault(code, question, list(asked), guarded=guarded):
            faults.at("review", "second_pass", "opens", position, message=message)


def _fault(code: str, question: Question | None, known: list[str], *, guarded: bool) -> str:
    """Why a second pass cannot open the answers to this question; empty where it can."""
    if question is None:
        return _("[application] asks no question “%(code)s”") % {"code": code} + suggestion(code, known)
    if question.attribute is not None or guarded:
        return _("“%(code)s” is guarded by law: no reviewer ever sees the answer, so take it out") % {
            "code": code
        }
    if not may_be_opened(question):
        return _(
            "“%(code)s” names or reaches the person: no reviewer ever sees the answer, so take it out"
        ) % {"code": code}
    if question.for_reviewers and question.names is None:
        return _(
            "reviewers read “%(code)s” in the first pass: take it out, or say for_reviewers = false there"
        ) % {"code": code}
    return ""
