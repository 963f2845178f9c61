"""What a deed on many applications does to each of them, and why it passes some by."""

from typing import Literal

from tremplin.applications.models import ApplicationState, DeedKind

Outcome = Literal["do", "done", "already", "without", "withdrawn", "kept", "changed", "undone", "moved-on"]

# do: it would be done · done: it was · already, without: there is nothing to do · withdrawn: nobody reads it anyway
# kept: it is not excluded · changed: not as it was when it was looked at · undone: taken back
# moved-on: could not be taken back, for it has changed since


def outcome_of(kind: str, state: str, *, labelled: bool) -> Outcome:
    """What would become of an application in `state`; `labelled`: whether it has the label in question."""
    if kind == DeedKind.LABEL:
        return "already" if labelled else "do"
    if kind == DeedKind.UNLABEL:
        return "do" if labelled else "without"
    if kind == DeedKind.RESTORE:
        return "do" if state == ApplicationState.EXCLUDED else "kept"
    if state == ApplicationState.EXCLUDED:
        return "already"
    return "withdrawn" if state == ApplicationState.WITHDRAWN else "do"
