"""Who may apply, and what they are asked."""

from typing import Literal

from pydantic import Field, model_validator

from tremplin.programmes.schema.base import Code, Part, Words, unique

QuestionKind = Literal[
    "short", "long", "choice", "choices", "yes_no", "number", "url", "email", "date", "country", "file"
]
FileKind = Literal["pdf", "png", "jpg", "txt", "py", "zip"]


class Choice(Part):
    code: Code
    label: Words


class ShowIf(Part):
    """Show a question only when an earlier one was answered so."""

    question: Code
    answers: list[str] = Field(min_length=1, description="Any of these codes opens the question")


class EligibilityQuestion(Part):
    """One door. It opens or closes at once, without an account, and says why."""

    code: Code
    kind: Literal["yes_no", "choice", "number", "country"]
    label: Words
    help: Words | None = None
    options: list[Choice] = []
    passes: list[str] = Field(default=[], description="Answers that open the door (yes, no, or option codes)")
    refuses: list[str] = Field(
        default=[], description="Answers that close it; all others open it (country codes)"
    )
    at_least: int | None = Field(default=None, description="Least number that opens the door")
    at_most: int | None = Field(default=None, description="Greatest number that opens the door")
    refusal: Words = Field(description="Why the door is closed, in plain words")
    elsewhere: Words | None = Field(default=None, description="What else there is for this person (Markdown)")

    @model_validator(mode="after")
    def _whole(self) -> "EligibilityQuestion":
        if self.kind == "choice" and len(self.options) < 2:
            raise ValueError("a choice needs at least two options")
        if self.kind == "number" and self.at_least is None and self.at_most is None:
            raise ValueError("a number needs at_least or at_most")
        if self.kind in {"yes_no", "choice"} and not self.passes:
            raise ValueError('say which answers open the door: passes = ["yes"]')
        known = {"yes", "no"} if self.kind == "yes_no" else {option.code for option in self.options}
        for answer in self.passes:
            if self.kind in {"yes_no", "choice"} and answer not in known:
                raise ValueError(f"passes names “{answer}”, which is not an answer to this question")
        unique([option.code for option in self.options], "option")
        return self


class Question(Part):
    """One question of the application form."""

    code: Code
    kind: QuestionKind
    label: Words
    help: Words | None = None
    example: Words | None = Field(default=None, description="A good answer, to learn from")
    required: bool = True
    max_characters: int | None = Field(default=None, ge=1, le=20000)
    max_words: int | None = Field(default=None, ge=1, le=4000)
    options: list[Choice] = []
    minimum: int | None = None
    maximum: int | None = None
    files: list[FileKind] = []
    show_if: ShowIf | None = None
    identifies: bool = Field(default=False, description="Names the person: never shown to a reviewer")
    for_reviewers: bool = Field(default=True, description="False: organisers alone read the answer")
    autocomplete: str = Field(default="", description="HTML autocomplete token such as name or tel")

    @model_validator(mode="after")
    def _whole(self) -> "Question":
        if self.kind in {"choice", "choices"} and len(self.options) < 2:
            raise ValueError("a choice needs at least two options")
        if self.kind == "file" and not self.files:
            raise ValueError('say which files: files = ["pdf"]')
        unique([option.code for option in self.options], "option")
        return self


class Section(Part):
    """One page of the form, one line of the task list."""

    code: Code
    title: Words
    lead: Words | None = None
    questions: list[Question] = Field(min_length=1)


class ApplicationForm(Part):
    minutes: int = Field(default=90, ge=5, le=1200, description="Honest guess of the time it takes")
    looks_for: Words = Field(description="What reviewers look for (Markdown)")
    sections: list[Section] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> "ApplicationForm":
        unique([section.code for section in self.sections], "section")
        seen: list[str] = []
        for section in self.sections:
            for question in section.questions:
                if question.show_if and question.show_if.question not in seen:
                    raise ValueError(
                        f"question “{question.code}”: show_if names “{question.show_if.question}”, "
                        "which is not asked before it"
                    )
                seen.append(question.code)
        unique(seen, "question")
        return self

    def questions(self) -> list[Question]:
        """All questions, in the order they are asked."""
        return [question for section in self.sections for question in section.questions]
