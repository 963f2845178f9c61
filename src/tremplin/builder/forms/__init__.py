"""The builder's forms: what an item says as fields, and what was typed as values of a programme file."""

from tremplin.builder.edits import Kind
from tremplin.builder.forms.base import ItemForm
from tremplin.builder.forms.criterion import CriterionForm
from tremplin.builder.forms.door import DoorForm
from tremplin.builder.forms.publish import PublishForm
from tremplin.builder.forms.question import QuestionForm
from tremplin.builder.forms.section import SectionForm
from tremplin.builder.forms.whole import AboutForm, ReadingForm

FORMS: dict[Kind, type[ItemForm]] = {
    "form": AboutForm,
    "reading": ReadingForm,
    "question": QuestionForm,
    "section": SectionForm,
    "door": DoorForm,
    "criterion": CriterionForm,
}

__all__ = [
    "FORMS",
    "AboutForm",
    "CriterionForm",
    "DoorForm",
    "ItemForm",
    "PublishForm",
    "QuestionForm",
    "ReadingForm",
    "SectionForm",
]
