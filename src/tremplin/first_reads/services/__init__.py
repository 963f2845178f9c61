"""What people can do with first reads."""

from tremplin.first_reads.services.discussing import agree, remark
from tremplin.first_reads.services.reading import carry_over, declare_tie, save, submit
from tremplin.first_reads.services.setting_up import (
    add_application,
    add_text,
    close,
    let_go,
    open_set,
    remove,
    set_up,
)

__all__ = [
    "add_application",
    "add_text",
    "agree",
    "carry_over",
    "close",
    "declare_tie",
    "let_go",
    "open_set",
    "remark",
    "remove",
    "save",
    "set_up",
    "submit",
]
