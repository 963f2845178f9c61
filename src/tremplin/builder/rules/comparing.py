"""What a working copy changes of the form in force, item by item, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tremplin.builder.edits import KEYS, Kind
from tremplin.builder.rules.words import condition, kind_words, yes_or_no
from tremplin.core.errors import Message
from tremplin.core.text import joined, language_name, say
from tremplin.core.ui.amounts import number
from tremplin.programmes.schema import Choice, Level, Plan
from tremplin.programmes.schema.rationale import Rationale

What = Literal["added", "removed", "moved", "changed"]
WHAT: dict[What, Message] = {
    "added": pgettext_lazy("change of the form", "New"),
    "removed": pgettext_lazy("change of the form", "Gone"),
    "moved": pgettext_lazy("change of the form", "Moved"),
    "changed": pgettext_lazy("change of the form", "Changed"),
}
TONES: dict[What, str] = {"added": "ok", "removed": "stop", "moved": "info", "changed": "warn"}
KINDS: dict[str, Message] = {
    "form": gettext_lazy("Form"),
    "section": gettext_lazy("Section"),
    "question": gettext_lazy("Question"),
    "door": gettext_lazy("Door"),
    "reading": pgettext_lazy("of applications", "Reading"),
    "criterion": gettext_lazy("Criterion"),
}
NAMES: dict[str, Message] = {
    "title": gettext_lazy("Heading"),
    "lead": gettext_lazy("Lead"),
    "label": gettext_lazy("Label"),
    "help": gettext_lazy("Help"),
    "example": gettext_lazy("Example"),
    "kind": gettext_lazy("Kind of answer"),
    "required": gettext_lazy("Required"),
    "max_characters": gettext_lazy("Most characters"),
    "max_words": gettext_lazy("Most words"),
    "minimum": gettext_lazy("Least number"),
    "maximum": gettext_lazy("Greatest number"),
    "at_least": gettext_lazy("At least"),
    "weeks": gettext_lazy("Weeks in a row"),
    "week_hours": gettext_lazy("Hours a week in all"),
    "at_most": gettext_lazy("At most"),
    "options": gettext_lazy("Answers"),
    "passes": gettext_lazy("Answers that open the door"),
    "refuses": gettext_lazy("Countries that close the door"),
    "files": gettext_lazy("Kinds of file"),
    "show_if": gettext_lazy("Asked only after"),
    "identifies": gettext_lazy("Names the person"),
    "for_reviewers": gettext_lazy("Reviewers read it"),
    "names": gettext_lazy("What it declares, hidden wherever else it stands"),
    "autocomplete": gettext_lazy("Filled in by browsers as"),
    "attribute": gettext_lazy("Guarded attribute"),
    "use": gettext_lazy("What for"),
    "refusal": gettext_lazy("Why the door is closed"),
    "elsewhere": gettext_lazy("What else there is"),
    "minutes": gettext_lazy("Minutes it takes"),
    "looks_for": gettext_lazy("What reviewers look for"),
    "weight": gettext_lazy("Weight"),
    "levels": gettext_lazy("Levels"),
    "guide": gettext_lazy("Guide for reviewers"),
    "reads": gettext_lazy("Reads of each application"),
    "needed": gettext_lazy("Why the programme needs it"),
    "measures": gettext_lazy("What it measures, and by what"),
    "considered": gettext_lazy("What else was considered, and why not that"),
    "affected": gettext_lazy("Who is likely to be affected, and what is done about it"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One value, before and after, in words; empty where there was or is none."""

    name: Message
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one item."""

    kind: str
    code: str
    what: What
    label: str
    lines: tuple[Line, ...] = field(default=())

    @property
    def what_words(self) -> Message:
        return WHAT[self.what]

    @property
    def title(self) -> str:
        return _("%(kind)s: %(label)s") % {"kind": KINDS[self.kind], "label": self.label}

    @property
    def tone(self) -> str:
        return TONES[self.what]


def changes(old: Plan, new: Plan) -> list[Change]:
    """Everything that differs between the forms of two plans, in the order of the new one, what goes last."""
    found: list[Change] = []
    if form := _lines(old, new, old.application, new.application, KEYS["form"]):
        found.append(Change("form", "form", "changed", _("The form as a whole"), tuple(form)))
    found += _items("door", old, new, old.eligibility, new.eligibility)
    found += _items("section", old, new, old.application.sections, new.application.sections)
    found += _items("question", old, new, old.application.questions(), new.application.questions())
    if old.review and new.review and (lines := _lines(old, new, old.review, new.review, KEYS["reading"])):
        found.append(Change("reading", "reading", "changed", _("How applications are read"), tuple(lines)))
    rubric = [plan.review.criteria if plan.review else [] for plan in (old, new)]
    found += _items("criterion", old, new, *rubric)
    return found


def _items(kind: Kind, old: Plan, new: Plan, before: Sequence[Any], after: Sequence[Any]) -> Iterable[Change]:
    was = {item.code: item for item in before}
    moved = moved_codes(_places(kind, old, before), _places(kind, new, after))
    for item in after:
        label = say(item.title if kind == "section" else item.label)
        if item.code not in was:
            yield Change(kind, item.code, "added", label)
            continue
        if lines := _lines(old, new, was[item.code], item, KEYS[kind]):
            yield Change(kind, item.code, "changed", label, tuple(lines))
        if item.code in moved:
            yield Change(kind, item.code, "moved", label)
    kept = {item.code for item in after}
    for item in before:
        if item.code not in kept:
            yield Change(kind, item.code, "removed", say(item.title if kind == "section" else item.label))


def _places(kind: Kind, plan: Plan, items: Sequence[Any]) -> list[tuple[str, str]]:
    """Each item with the section that it stands in, in order."""
    if kind != "question":
        return [(item.code, "") for item in items]
    return [
        (question.code, section.code)
        for section in plan.application.sections
        for question in section.questions
    ]


def moved_codes(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> set[str]:
    """The fewest items of both lists that had to move for the one order to become the other."""
    both = {code for code, _home in before} & {code for code, _home in after}
    one, other = ([pair for pair in side if pair[0] in both] for side in (before, after))
    stayed = {
        one[block.a + step][0]
        for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
        for step in range(block.size)
    }
    return both - stayed


def _lines(old: Plan, new: Plan, before: Any, after: Any, names: Iterable[str]) -> list[Line]:
    found: list[Line] = []
    for name in names:
        was, is_ = getattr(before, name), getattr(after, name)
        if was == is_:
            continue
        if isinstance(was or is_, Rationale):
            for part in Rationale.model_fields:
                found += _texts(NAMES[part], getattr(was, part, {}), getattr(is_, part, {}))
        elif name in {"options", "levels"}:
            found += _texts(NAMES[name], *_in_lines(was, is_, new.programme.languages))
        elif isinstance(was or is_, dict):
            found += _texts(NAMES[name], was or {}, is_ or {})
        else:
            found.append(Line(NAMES[name], _value(old, before, name, was), _value(new, after, name, is_)))
    return found


def _in_lines(
    was: Sequence[Choice | Level], is_: Sequence[Choice | Level], languages: Sequence[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Answers or levels in each language, one a line, of levels with their figures: those that differ, else all."""
    before, after = {}, {}
    for language in languages:
        one, other = ([_line(item, language) for item in items] for items in (was, is_))
        both = set(one) & set(other)
        if both.issuperset(one) and both.issuperset(other):  # another order, or nothing
            both = set()
        before[language] = "\n".join(line for line in one if line not in both)
        after[language] = "\n".join(line for line in other if line not in both)
    return before, after


def _line(item: Choice | Level, language: str) -> str:
    text = item.label.get(language, "")
    return joined(str(item.score), text) if isinstance(item, Level) else text


def _texts(name: Message, was: dict[str, str], is_: dict[str, str]) -> Iterable[Line]:
    for language in dict.fromkeys([*was, *is_]):
        if was.get(language) != is_.get(language):
            spoken = language_name(language)
            titled = _("%(name)s (%(language)s)") % {"name": name, "language": spoken}
            yield Line(titled, was.get(language, ""), is_.get(language, ""))


def _value(plan: Plan, item: Any, name: str, value: Any) -> str:
    if value is None or value in ("", []):
        return ""
    if name == "show_if":
        return condition(plan.application, item)
    if name == "kind":
        return kind_words(value)
    if isinstance(value, bool):
        return yes_or_no(value)
    return (
        number(value)
        if isinstance(value, int)
        else ", ".join(value)
        if isinstance(value, list)
        else str(value)
    )
