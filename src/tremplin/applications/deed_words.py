"""Deeds on many applications, and exports, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.applications.models import Cause, Deed, DeedKind, DeedState
from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.core.ui.amounts import number
from tremplin.programmes.models import Cohort

TITLES: Mapping[DeedKind, Message] = {
    DeedKind.LABEL: gettext_lazy("Label applications"),
    DeedKind.UNLABEL: gettext_lazy("Take a label off"),
    DeedKind.EXCLUDE: gettext_lazy("Exclude applications"),
    DeedKind.RESTORE: gettext_lazy("Take excluded applications back in"),
}
CAUSES: Mapping[str, Message] = {
    Cause.DUPLICATE: gettext_lazy("Excluded as a duplicate"),
    Cause.SPAM: gettext_lazy("Excluded as spam"),
    Cause.CONDITION: gettext_lazy("Excluded because a condition is not met"),
    Cause.WISH: gettext_lazy("Excluded at the person’s own wish"),
}
GROUNDS: Mapping[Cause, Message] = {
    Cause.DUPLICATE: gettext_lazy("Duplicate"),
    Cause.SPAM: gettext_lazy("No application: spam"),
    Cause.CONDITION: gettext_lazy("A condition is not met"),
    Cause.WISH: gettext_lazy("The person’s own wish"),
}
OUTCOMES: Mapping[str, Message] = {
    "do": gettext_lazy("It would be done"),
    "done": gettext_lazy("Done"),
    "already": gettext_lazy("Passed by: it is so already"),
    "without": gettext_lazy("Passed by: it does not have the label"),
    "withdrawn": gettext_lazy("Passed by: withdrawn, so nobody reads it anyway"),
    "kept": gettext_lazy("Passed by: it is not excluded"),
    "changed": gettext_lazy("Passed by: it has changed since you looked"),
    "undone": gettext_lazy("Done, and taken back"),
    "moved-on": gettext_lazy("Done, and not taken back: it has changed since"),
}


def plan_words(deed: Deed, outcomes: Mapping[str, int]) -> list[str]:
    """What would happen: to how many, and how many are passed by for which reason."""
    count = outcomes.get("do", 0)
    said = {"count": number(count, 0), "word": deed.word}
    first = {
        DeedKind.LABEL: ngettext(
            "%(count)s application gets the label “%(word)s”.",
            "%(count)s applications get the label “%(word)s”.",
            count,
        ),
        DeedKind.UNLABEL: ngettext(
            "%(count)s application loses the label “%(word)s”.",
            "%(count)s applications lose the label “%(word)s”.",
            count,
        ),
        DeedKind.EXCLUDE: ngettext(
            "%(count)s application is excluded: nobody reads it, and a mail to its writer waits in the outbox.",
            "%(count)s applications are excluded: nobody reads them, and a mail to each writer waits in the outbox.",
            count,
        ),
        DeedKind.RESTORE: ngettext(
            "%(count)s application is taken back in, as it was before it was excluded.",
            "%(count)s applications are taken back in, as they were before they were excluded.",
            count,
        ),
    }[DeedKind(deed.kind)]
    return [first % said, *_why(deed), *_others(outcomes, leave={"do", ""})]


def done_words(deed: Deed, outcomes: Mapping[str, int]) -> list[str]:
    """What happened, in the same order."""
    done = outcomes.get("done", 0) + outcomes.get("undone", 0) + outcomes.get("moved-on", 0)
    first = ngettext("Done to %(count)s application.", "Done to %(count)s applications.", done)
    words = [first % {"count": number(done, 0)}]
    if deed.word:
        words.insert(0, _("Label: %(word)s") % {"word": deed.word})
    leave = {"do", "", "done"} | ({"undone"} if deed.state != DeedState.UNDONE else set())
    return [*words, *_why(deed), *_others(outcomes, leave=leave)]


def _why(deed: Deed) -> list[str]:
    return [cause_words(deed.cohort, deed.cause, deed.condition)] if deed.cause else []


def cause_words(cohort: Cohort, cause: str, condition: str) -> str:
    """Why it was excluded; of a condition which one, as the call asks it."""
    words = str(CAUSES[cause])
    if not condition:
        return words
    labels = {door.code: say(door.label) for door in cohort.plan.eligibility}
    return _("%(why)s: %(condition)s") % {"why": words, "condition": labels.get(condition, condition)}


def _others(outcomes: Mapping[str, int], leave: set[str]) -> list[str]:
    return [
        _("%(count)s: %(why)s") % {"count": number(many, 0), "why": OUTCOMES[code]}
        for code, many in sorted(outcomes.items())
        if code in OUTCOMES and code not in leave
    ]


def export_words(data: Mapping[str, Any]) -> str:
    """One export: its format, how many rows, and whether answers went along."""
    rows = int(data.get("rows", 0))
    text = (
        ngettext("%(format)s, %(count)s row, with answers", "%(format)s, %(count)s rows, with answers", rows)
        if data.get("with_answers")
        else ngettext("%(format)s, %(count)s row", "%(format)s, %(count)s rows", rows)
    )
    return text % {"format": str(data.get("format", "csv")).upper(), "count": number(rows, 0)}
