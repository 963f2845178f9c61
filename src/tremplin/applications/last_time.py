"""How an answer that was taken over from an earlier application stands beside its question."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tremplin.applications.models import Application
from tremplin.applications.rules.answers import readable
from tremplin.applications.rules.earlier import Piece, difference
from tremplin.core.text import say
from tremplin.programmes.questions import limit
from tremplin.programmes.schema import Question


@dataclass(frozen=True, slots=True)
class LastTime:
    """An answer of last time: as it was, what the question said then, and what became of it."""

    same: bool
    text: str
    now: str
    label: str
    """What was asked then, if it was worded otherwise."""
    limit: str
    """What limited the answer then, if it was another limit; “–” where nothing did."""

    @property
    def pieces(self) -> Sequence[Piece]:
        return difference(self.text, self.now)


def last_time(application: Application, question: Question) -> LastTime | None:
    """What is known of this answer from last time, None where nothing was taken over."""
    carried: dict[str, Any] | None = application.carried.get("answers", {}).get(question.code)
    if carried is None:
        return None
    value = application.answers.get(question.code)
    then = question.model_copy(update=carried["limits"]) if "limits" in carried else None
    return LastTime(
        same=value == carried["value"],
        text=readable(question, carried["value"]),
        now=readable(question, value),
        label=say(carried["label"]) if "label" in carried else "",
        limit=(limit(then) or "–") if then else "",
    )
