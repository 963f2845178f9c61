"""Pure rules of mail."""

import re
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from tremplin.core.errors import Invalid

UNDO_WINDOW = timedelta(seconds=60)
LONGEST_SUBJECT = 300
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")
_CONTROL_IN_BODY = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def clean_subject(subject: str) -> str:
    """The subject, stripped. Raises Invalid for one that could smuggle in a header, or says nothing."""
    stripped = subject.strip()
    if not stripped:
        raise Invalid({"subject": [_("The mail has no subject.")]})
    if _CONTROL.search(stripped):
        raise Invalid({"subject": [_("The subject of a mail is one line.")]})
    if len(stripped) > LONGEST_SUBJECT:
        raise Invalid({"subject": [_("The subject of a mail has at most 300 characters.")]})
    return stripped


def clean_address(address: str, *, field: str = "to") -> str:
    """One address alone. Raises Invalid for anything else."""
    try:
        if _CONTROL.search(address) or len(address) > 254:
            raise ValidationError("")
        validate_email(address)
    except ValidationError as error:
        raise Invalid({field: [_("This is not a mail address.")]}) from error
    return address


def clean_body(body: str) -> str:
    """The text with plain line ends and without control characters. Raises Invalid when it is empty."""
    text = _CONTROL_IN_BODY.sub("", body.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
    if not text.strip():
        raise Invalid({"body": [_("The mail has no text.")]})
    return f"{text}\n"
