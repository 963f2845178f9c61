"""What of the rubric may still change once somebody has read by it, and what a change means for what was read."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.builder.edits import Kind
from tremplin.core.ui.amounts import number
from tremplin.programmes.rationale import items
from tremplin.programmes.rules import Refusal, rubric_read_by
from tremplin.programmes.schema import Plan


def rubric_refusals(old: Plan, new: Plan, reads: int) -> list[Refusal]:
    """What of the rubric differs, words included, although somebody has read by it; its order counts too."""
    if not reads:
        return []
    before, after = rubric_read_by(old), rubric_read_by(new)
    codes = [code for code in dict.fromkeys([*before, *after]) if before.get(code) != after.get(code)]
    if not codes and list(before) != list(after):
        codes = [next(code for code, other in zip(before, after, strict=True) if code != other)]
    return [Refusal("criterion", code, *_read_by_it(reads)) for code in codes]


def _read_by_it(reads: int) -> tuple[str, str]:
    return (
        ngettext(
            "%(count)s read was begun under this rubric: its criteria stay word for word as they were.",
            "%(count)s reads were begun under this rubric: its criteria stay word for word as they were.",
            reads,
        )
        % {"count": number(reads)},
        _(
            "Say what has to be made clearer in the guide for reviewers, which each of them sees at the next page."
        ),
    )


def notices(kind: Kind, *, open_: bool, closed: bool, reads: int) -> Iterator[str]:
    """What an organiser must know who edits an item of this kind at this time."""
    if kind == "criterion" and reads:
        yield " ".join(_read_by_it(reads))
    elif closed and kind == "criterion":
        yield _(
            "The call has closed: of the rubric only words can change, and once reading begins they stay too."
        )
    elif closed and kind not in {"reading", "criterion"}:
        yield _("The call has closed: only words can change.")
    elif open_ and kind in {"section", "question", "door"}:
        yield _(
            "The call is open: what people have answered stays as it was asked. Words may be mended; you see before "
            "publishing whom a change touches."
        )
    if (open_ or closed) and kind in {"door", "criterion"}:
        yield _(
            "Reasons belong before the opening. What you write now is shown with its date, as written afterwards."
        )
    if kind == "reading" and reads:
        yield _(
            "Reading has begun. Those who have begun see a new guide the next time they open a page; another number "
            "of reads counts from the next time you share applications out."
        )


def meanings(old: Plan, new: Plan, *, opened: bool, begun: int, reads: int) -> Iterator[str]:
    """What publishing means beyond the answers that people gave, in sentences."""
    if opened and begun and old.application.looks_for != new.application.looks_for:
        text = ngettext(
            "%(count)s person has begun or sent under the other words on what reviewers look for, and is not told.",
            "%(count)s people have begun or sent under the other words on what reviewers look for, and are not told.",
            begun,
        )
        yield text % {"count": number(begun)}
    if opened and _reasons(old) != _reasons(new):
        yield _("The page of reasons will say that these reasons were written after the call had opened.")
    if old.review and new.review and old.review.reads != new.review.reads:
        yield _("The number of reads counts from the next time applications are shared out.")


def _reasons(plan: Plan) -> dict[tuple[str, str], object]:
    return {(kind, item.code): item.rationale for kind, item in items(plan)}
