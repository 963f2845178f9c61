"""A report's frozen content in words and pictures. Nothing is asked of the database: what is shown is what is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.core.ui.amounts import number
from tremplin.core.ui.charts import FunnelRow, Interval
from tremplin.programmes.dates import LABELS
from tremplin.programmes.facts import second_rule
from tremplin.selection import rationales
from tremplin.selection.explaining import RULES
from tremplin.selection_report import rules

_TONES = {"admit": "ok", "lottery": "warn", "decline": ""}
_BANDS: Mapping[str, Message] = {
    "admit": gettext_lazy("Mostly above the line"),
    "lottery": gettext_lazy("Mostly in the draw"),
    "decline": gettext_lazy("Mostly below"),
}
_EVENTS: Mapping[str, Message] = {
    "read": gettext_lazy("The last read came in"),
    "confirmed": gettext_lazy("Two people had confirmed the decisions"),
    "told": gettext_lazy("Everybody was told"),
}


_KEPT_APART: Mapping[str, Message] = {
    "declared": gettext_lazy("The reviewer said so"),
    "training": gettext_lazy("Together in an earlier cohort, as mentor and scholar or as scholars"),
    "organisation": gettext_lazy("Of one organisation, by address or by what both named"),
}
_MISHAPS: tuple[tuple[str, Message], ...] = (
    ("short", gettext_lazy("Applications decided with fewer reads than planned")),
    ("found_late", gettext_lazy("Reads that counted although a tie came to light after them")),
    ("undone", gettext_lazy("Times that reads were shared out and taken back")),
    ("unsent", gettext_lazy("Decisions whose mail could not be sent")),
    ("expired", gettext_lazy("Offers that ended without an answer")),
    ("reopened", gettext_lazy("Declined offers that were opened again")),
)
_EXACT = frozenset({"undone"})  # of acts of organisers, not of people

_NO_AUDIT: Mapping[str, Message] = {
    "anonymous": gettext_lazy(
        "The equality survey of this programme is anonymous: nobody can tell who answered what, so nothing can be "
        "compared with the decisions."
    ),
    "sealed": gettext_lazy(
        "Answers about groups were kept sealed, apart from the selection. They had not been counted for the public "
        "when this report was published."
    ),
}


def shown(content: Mapping[str, Any]) -> dict[str, Any]:
    """What the pages need: the content itself, and what has to be said in the reader's language."""
    ruling = content["rules"]
    return {
        "content": content,
        "rule": RULES.get(ruling["method"], ("", "")),
        "changed": ruling["file"]["checksum"] != ruling["at_opening"]["checksum"],
        "opened_under": datetime.fromisoformat(ruling["at_opening"]["applied_at"]),
        "late_rules": [
            item["label"]
            for item in (*ruling["doors"], *ruling["criteria"])
            if item["late"] or item["reason_late"]
        ],
        "funnel": _funnel(content["funnel"]),
        "dates": [_date(row) for row in content["times"]["dates"]],
        "first_readers": _part(content["prepared"]["readers"]) if content["prepared"] else "",
        "kept_apart": [(label, content["recusals"]["kinds"][code]) for code, label in _KEPT_APART.items()],
        "mishaps": _mishaps(content),
        "any_late": any(row["days_late"] for row in content["times"]["events"]),
        "events": [_event(row) for row in content["times"]["events"]],
        "field": [_interval(position, row) for position, row in enumerate(content["field"]["neighbours"], 1)],
        "second_rule": second_rule(**content["second_pass"]["rule"]) if content.get("second_pass") else "",
        "alphas": _alphas(content),
        "agreed": _agreed(content),
        "audit": _audit(content["audit"]),
        "draw_times": _draw_times(content["draw"]),
        "kinds": [
            (rationales.words(row["kind"]), row["changes"]) for row in content["decisions"].get("kinds", [])
        ],
        "sections": [
            (section, content["words"][section.code])
            for section in rules.SECTIONS
            if content["words"].get(section.code)
        ],
    }


def _funnel(found: Mapping[str, int]) -> list[FunnelRow]:
    labels: list[tuple[str, Message]] = [
        ("began", _("Began an application")),
        ("sent", _("Sent it")),
        ("decided", _("Were read and decided about")),
        ("near", _("Above the line or in the draw")),
        ("offered", _("Were offered a place")),
        ("accepted", _("Took it")),
    ]
    return [FunnelRow(label, found[code]) for code, label in labels]


def _date(row: Mapping[str, str | None]) -> dict[str, Any]:
    fell, promised = _moment(row["fell"]), _moment(row["promised"])
    label = LABELS[str(row["code"])]
    return {"label": label, "fell": fell, "promised": promised, "moved": bool(promised and promised != fell)}


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "label": _EVENTS[row["event"]],
        "at": _moment(row["at"]),
        "due": _moment(row["due"]),
        "days_late": row["days_late"],
    }


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _part(found: Mapping[str, int | None]) -> str:
    """So many of so many, as far as it may be told."""
    count, of = found["count"], found["of"]
    words = {"count": number(count or 0), "of": number(of or 0)}
    if count is None:
        return _("some of %(of)s: too few on one side to say how many") % words
    if count == of:
        return _("all %(of)s") % words
    return (_("about %(count)s of %(of)s") if count else _("none of %(of)s")) % words


def _mishaps(content: Mapping[str, Any]) -> list[tuple[Message, int | None, bool]]:
    """What is counted, how often, and whether the number is exact."""
    found = {**content["record"], "found_late": content["recusals"]["found_late"]}
    return [(label, found[code], code in _EXACT) for code, label in _MISHAPS]


def _interval(position: int, row: Mapping[str, Any]) -> Interval:
    return Interval(
        label=_("Group %(number)s, %(people)s people") % {"number": position, "people": row["people"]},
        low=row["low"],
        estimate=row["estimate"],
        high=row["high"],
        tone=_TONES[row["band"]],
        group=_BANDS[row["band"]],
    )


def _alphas(content: Mapping[str, Any]) -> list[tuple[Any, list[float] | None]]:
    labels = {criterion["code"]: criterion["label"] for criterion in content["rules"]["criteria"]}
    agreement = content["reading"]["agreement"]
    rows = agreement["criteria"] if agreement else []
    return [(labels.get(row["code"], row["code"]), row["alpha"]) for row in rows]


def _agreed(content: Mapping[str, Any]) -> list[Interval]:
    """Reliability of one read, of all criteria together and of each; nothing where too little can be told."""
    labels = {criterion["code"]: criterion["label"] for criterion in content["rules"]["criteria"]}
    agreement = content["reading"]["agreement"]
    if not agreement:
        return []
    rows = [(_("All criteria together"), agreement["one_read"])]
    rows += [(say(labels.get(row["code"], row["code"])), row["one_read"]) for row in agreement["criteria"]]
    return [Interval(label, found[1], found[0], found[2]) for label, found in rows if found]


def _audit(found: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Why there is nothing, or what there is, in the reader's language."""
    said: list[str] = found["said"].get(get_language() or "en") or next(iter(found["said"].values()), [])
    return ("" if said else str(_NO_AUDIT.get(found["state"], _NO_AUDIT["sealed"]))), list(said)


def _draw_times(draw: Mapping[str, Any] | None) -> dict[str, datetime | None] | None:
    if draw is None:
        return None
    return {
        name: _moment(draw[name])
        for name in ("committed_at", "listed_at", "opened_at")
        if draw[name] is not None
    }
