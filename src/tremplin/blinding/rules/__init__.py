"""What is hidden in a text, without a database: `redact` makes of texts what somebody reads who must not know whose
they are."""

from tremplin.blinding.rules.changes import Change, changes
from tremplin.blinding.rules.corrections import Corrections, may_be_shown, phrase_fault
from tremplin.blinding.rules.declared import Declared, declared_in
from tremplin.blinding.rules.found import Kind
from tremplin.blinding.rules.redaction import Mark, Redaction, redact

__all__ = [
    "Change",
    "Corrections",
    "Declared",
    "Kind",
    "Mark",
    "Redaction",
    "changes",
    "declared_in",
    "may_be_shown",
    "phrase_fault",
    "redact",
]
