"""Faults that a person can understand and mend. Everything else is a bug and may crash."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise

Message = str | Promise


class UserError(Exception):
    """Something a person asked for cannot be done. `message` says what is wrong, `remedy` what to do."""

    status = 400

    def __init__(self, message: Message, remedy: Message = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.message, self.remedy) if part)


class NotAllowed(UserError):
    """The person may not do this; the message is the reason."""

    status = 403


class Conflict(UserError):
    """The thing is no longer in the state that the person saw; nothing was changed."""

    status = 409


class Stale(Conflict):
    """Someone saved another version since this form was opened; `current` is what is stored now."""

    def __init__(self, message: Message, remedy: Message = "", *, current: object = None) -> None:
        super().__init__(message, remedy)
        self.current = current


class TooMany(UserError):
    """Too many attempts in too short a time."""

    status = 429


class Invalid(UserError):
    """Input that cannot be accepted; `errors` names each field and what is wrong with it."""

    status = 422

    def __init__(
        self, errors: Mapping[str, Sequence[Message]], message: Message = "", remedy: Message = ""
    ) -> None:
        self.errors = {field: [str(text) for text in texts] for field, texts in errors.items()}
        first = next((texts[0] for texts in self.errors.values() if texts), "")
        super().__init__(message or first, remedy)
