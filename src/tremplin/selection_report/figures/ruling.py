"""The rules of a selection as they stood when the call opened, with the name of exactly that text."""

from collections.abc import Mapping
from typing import Any

from tremplin.programmes import rationale
from tremplin.programmes.models import Cohort, ProgrammeVersion
from tremplin.programmes.rationale import Entry


def ruling(cohort: Cohort) -> dict[str, Any]:
    """Rules, criteria and doors; `changed` names what came, or changed, when people had begun to apply."""
    plan = cohort.plan
    entries = {(entry.kind, entry.code): entry for entry in rationale.entries(cohort)}
    criteria = plan.review.criteria if plan.review and plan.runs("review") else []
    return {
        "file": _version(cohort.version),
        "at_opening": _version(at_opening(cohort)),
        "places_least": plan.cohort.places_min,
        "places_most": plan.cohort.places_max,
        "waitlist": plan.selection.waitlist if plan.selection else 0,
        "method": plan.selection.method if plan.selection else "",
        "reads": plan.review.reads if plan.review else 0,
        "criteria": [
            {
                "code": criterion.code,
                "label": dict(criterion.label),
                "weight": criterion.weight,
                "levels": [{"score": level.score, "label": dict(level.label)} for level in criterion.levels],
                **_reason(entries["criterion", criterion.code]),
            }
            for criterion in criteria
        ],
        "doors": [
            {"code": entry.code, "label": dict(entry.label), **_reason(entry)}
            for entry in entries.values()
            if entry.kind == "door"
        ],
    }


def at_opening(cohort: Cohort) -> ProgrammeVersion:
    """The version of the file by which people began to apply: the last before the opening, or the first there is."""
    rows = cohort.programme.versions.filter(number__lte=cohort.version.number).order_by("-number")
    return rows.filter(applied_at__lte=cohort.dates["call_opens"]).first() or rows.reverse()[0]


def _version(version: ProgrammeVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "checksum": version.checksum,
        "applied_at": version.applied_at.isoformat(),
    }


def _reason(entry: Entry) -> Mapping[str, Any]:
    reason = entry.rationale
    return {
        "reason": {name: dict(words) for name, words in reason.model_dump().items()} if reason else None,
        "written_at": entry.written_at.isoformat() if entry.written_at else None,
        "late": entry.late,
        "reason_late": entry.reason_late,
    }
