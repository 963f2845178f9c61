"""Who may apply, and what they are asked."""

from collections.abc import Mapping
from functools import cache
from typing import Literal

from babel import Locale
from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from tremplin.core.text import fold
from tremplin.programmes.schema.base import LANGUAGES, Code, Part, Words
from tremplin.programmes.schema.faults import Faults
from tremplin.programmes.schema.rationale import Rationale

QuestionKind = Literal[
    "short", "long", "choice", "choices", "yes_no", "number", "url", "email", "date", "country", "file"
]
FileKind = Literal["pdf", "docx", "png", "jpg", "txt", "py", "zip"]
Names = Literal["person", "school", "employer", "town"]
Use = Literal["support", "eligibility", "tie_break", "constraint"]
WEEK_HOURS = 60  # that work, study and care may fill in all, where a programme says nothing else
YES_NO = frozenset({"yes", "no"})
# CLDR lists regions that no one lives in: the Union, the euro area, the United Nations, test codes, islets.
_NO_COUNTRY = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
_ONLY_FOR: dict[str, tuple[str, ...]] = {
    "max_characters": ("short", "long"),
    "max_words": ("short", "long"),
    "minimum": ("number",),
    "maximum": ("number",),
    "files": ("file",),
    "options": ("choice", "choices"),
    "names": ("short", "long", "choice"),
}


class Choice(Part):
    """One answer that may be chosen."""

    code: Code = Field(description="Stored when this answer is chosen; never change it once the call is open")
    label: Words = Field(description="What the person reads")


class ShowIf(Part):
    """Shows a question only when an earlier one was answered so."""

    question: Code = Field(description="Code of a question asked before")
    answers: list[str] = Field(min_length=1, description="Any of these answers opens the question")


@cache
def country_codes() -> frozenset[str]:
    """ISO 3166 codes of the countries and territories that people live in."""
    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NO_COUNTRY


@cache
def country_names() -> Mapping[str, str]:
    """The code of each country by its folded name, in every language that we speak."""
    return {
        fold(name): code
        for language in LANGUAGES
        for code, name in Locale(language).territories.items()
        if code in country_codes()
    }


class EligibilityQuestion(Part):
    """One door. It opens or closes at once, without an account, and says why."""

    code: Code = Field(description="Short name of the question")
    kind: Literal["yes_no", "choice", "number", "country", "commitments"] = Field(
        description="What kind of answer it takes; commitments (work, study, care) are weighed against the weeks"
    )
    label: Words = Field(description="The question")
    help: Words | None = Field(default=None, description="A line under the question")
    options: list[Choice] = Field(default=[], description="The answers of a choice")
    passes: list[str] = Field(default=[], description="Answers that open the door (yes, no, or option codes)")
    refuses: list[str] = Field(
        default=[], description="Answers that close it; all others open it (country codes such as FR)"
    )
    at_least: int | None = Field(
        default=None,
        description="Least number that opens the door; of commitments, the hours a week they must leave free",
    )
    weeks: int | None = Field(
        default=None, ge=1, le=60, description="Weeks in a row that must be as free as that; if left out, all"
    )
    week_hours: int | None = Field(
        default=None, ge=10, le=100, description="Hours a week that one has in all; 60 if left out"
    )
    at_most: int | None = Field(default=None, description="Greatest number that opens the door")
    refusal: Words = Field(description="Why the door is closed, in plain words")
    elsewhere: Words | None = Field(default=None, description="What else there is for this person (Markdown)")
    attribute: Code | None = Field(
        default=None,
        description="Guarded attribute that is asked about; the jurisdiction profile must permit it",
    )
    rationale: Rationale | None = Field(
        default=None, description="Why this door is there, written before the call opens"
    )

    @model_validator(mode="after")
    def _whole(self) -> "EligibilityQuestion":
        faults = Faults()
        faults.unique([option.code for option in self.options], "options")
        if self.kind in {"yes_no", "choice"}:
            self._check_answers(faults)
        elif self.passes:
            faults.at("passes", message=_("this means something for yes_no and choice only: take it out"))
        if self.kind == "number":
            self._check_bounds(faults)
        if self.kind == "country":
            self._check_countries(faults)
        self._check_commitments(faults)
        faults.raise_any()
        return self

    def _check_commitments(self, faults: Faults) -> None:
        if self.kind != "commitments":
            for key in ("weeks", "week_hours"):
                if getattr(self, key) is not None:
                    faults.at(key, message=_("this means something for commitments only: take it out"))
            return
        if self.at_least is None or not 1 <= self.at_least <= (self.week_hours or WEEK_HOURS):
            message = _("say how many hours a week must stay free: at_least = 30")
            faults.at("at_least", message=message)
        if self.at_most is not None:
            faults.at("at_most", message=_("nobody can have too many free hours: take it out"))

    def _check_answers(self, faults: Faults) -> None:
        if self.kind == "choice" and len(self.options) < 2:
            faults.at("options", message=_("a choice needs at least two answers"))
        known = YES_NO if self.kind == "yes_no" else {option.code for option in self.options}
        if not self.passes:
            faults.at("passes", message=_('say which answers open the door: passes = ["yes"]'))
        for position, answer in enumerate(self.passes):
            if answer not in known:
                faults.at("passes", position, message=_not_an_answer(answer, known))
        if known and known <= set(self.passes):
            faults.at(
                "passes", message=_("every answer opens this door: leave one out, or leave out the question")
            )

    def _check_bounds(self, faults: Faults) -> None:
        if self.at_least is None and self.at_most is None:
            faults.at("kind", message=_("a number needs at_least or at_most"))
        elif self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            faults.at("at_most", message=_("at_most is below at_least, so nobody passes"))

    def _check_countries(self, faults: Faults) -> None:
        if not self.refuses:
            faults.at("refuses", message=_('say which countries close the door: refuses = ["…"]'))
        for position, country in enumerate(self.refuses):
            if country not in country_codes():
                faults.at("refuses", position, message=_("write an ISO 3166 country code such as FR"))


def _not_an_answer(answer: str, known: frozenset[str] | set[str]) -> str:
    return _("“%(answer)s” is not an answer to this question: use one of %(known)s") % {
        "answer": answer,
        "known": ", ".join(sorted(known)),
    }


class Question(Part):
    """One question of the application form."""

    code: Code = Field(description="Under this name the answer is stored and exported")
    kind: QuestionKind = Field(description="What kind of answer it takes")
    label: Words = Field(description="The question")
    help: Words | None = Field(default=None, description="A line under the question")
    example: Words | None = Field(default=None, description="A good answer, to learn from")
    required: bool = Field(default=True, description="Whether an application can be sent without an answer")
    max_characters: int | None = Field(
        default=None, ge=1, le=20000, description="Longest answer, in characters"
    )
    max_words: int | None = Field(default=None, ge=1, le=4000, description="Longest answer, in words")
    options: list[Choice] = Field(default=[], description="The answers of a choice")
    minimum: int | None = Field(default=None, description="Least number accepted")
    maximum: int | None = Field(default=None, description="Greatest number accepted")
    files: list[FileKind] = Field(default=[], description="Kinds of file accepted")
    show_if: ShowIf | None = Field(
        default=None, description="Ask only after a certain answer to an earlier question"
    )
    identifies: bool = Field(default=False, description="Names the person: never shown to a reviewer")
    for_reviewers: bool = Field(default=True, description="False: organisers alone read the answer")
    names: Names | None = Field(
        default=None,
        description="What the answer declares: no reviewer sees it, and it is hidden wherever else it stands",
    )
    autocomplete: str = Field(default="", description="HTML autocomplete token such as name or tel")
    attribute: Code | None = Field(
        default=None,
        description="Guarded attribute that is asked about; the jurisdiction profile must permit it",
    )
    use: Use | None = Field(default=None, description="What the answer about a guarded attribute is for")

    @model_validator(mode="after")
    def _whole(self) -> "Question":
        faults = Faults()
        faults.unique([option.code for option in self.options], "options")
        if self.kind in {"choice", "choices"} and len(self.options) < 2:
            faults.at("options", message=_("a choice needs at least two answers"))
        if self.kind == "file" and not self.files:
            faults.at("files", message=_('say which files: files = ["pdf"]'))
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            faults.at("maximum", message=_("maximum is below minimum, so no answer fits"))
        if self.attribute and not self.use:
            faults.at("attribute", message=_('say what the answer is for: use = "support"'))
        for key, kinds in _ONLY_FOR.items():
            if getattr(self, key) not in (None, []) and self.kind not in kinds:
                message = _("this means something for the kinds %(kinds)s only: take it out")
                faults.at(key, message=message % {"kinds": ", ".join(kinds)})
        faults.raise_any()
        return self


class Section(Part):
    """One page of the form, one line of the task list."""

    code: Code = Field(description="Short name of the section, in its address")
    title: Words = Field(description="Heading of the page")
    lead: Words | None = Field(default=None, description="What this section is for (Markdown)")
    questions: list[Question] = Field(min_length=1, description="Asked in this order")


class ApplicationForm(Part):
    """What is asked of those who apply."""

    minutes: int = Field(default=90, ge=5, le=1200, description="Honest guess of the minutes it takes")
    looks_for: Words = Field(description="What reviewers look for (Markdown)")
    sections: list[Section] = Field(min_length=1, description="The pages of the form")

    @model_validator(mode="after")
    def _whole(self) -> "ApplicationForm":
        faults = Faults()
        faults.unique([section.code for section in self.sections], "sections")
        asked: dict[str, Question] = {}
        for page, section in enumerate(self.sections):
            for position, question in enumerate(section.questions):
                path = ("sections", page, "questions", position)
                if question.code in asked:
                    message = _("the code “%(code)s” was given to an earlier question")
                    faults.at(*path, "code", message=message % {"code": question.code})
                _check_condition(question, asked, path, faults)
                asked[question.code] = question
        faults.raise_any()
        return self

    def questions(self) -> list[Question]:
        """All questions, in the order they are asked."""
        return [question for section in self.sections for question in section.questions]


def _check_condition(
    question: Question, asked: dict[str, Question], path: tuple[str | int, ...], faults: Faults
) -> None:
    condition = question.show_if
    if condition is None:
        return
    earlier = asked.get(condition.question)
    if earlier is None:
        message = _("“%(code)s” is not asked before this question")
        faults.at(*path, "show_if", "question", message=message % {"code": condition.question})
    elif earlier.kind not in {"yes_no", "choice", "choices"}:
        message = _("“%(code)s” takes free answers: only yes_no and choices can open a question")
        faults.at(*path, "show_if", "question", message=message % {"code": condition.question})
    else:
        known = YES_NO if earlier.kind == "yes_no" else {option.code for option in earlier.options}
        for position, answer in enumerate(condition.answers):
            if answer not in known:
                faults.at(*path, "show_if", "answers", position, message=_not_an_answer(answer, known))
