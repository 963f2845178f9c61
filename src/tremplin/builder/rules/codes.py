"""Codes made from what people wrote: short, readable, and no other's."""

import re
from collections.abc import Collection

from tremplin.core.text import fold
from tremplin.programmes.schema import Plan

_LONGEST = 40


def codes_in(plan: Plan) -> set[str]:
    """Every code that a new item must not take again."""
    form, review = plan.application, plan.review
    items = (*form.sections, *form.questions(), *plan.eligibility, *(review.criteria if review else ()))
    return {item.code for item in items}


def fresh_code(label: str, taken: Collection[str], *, fallback: str) -> str:
    """A code for `label` that is not among `taken`: “Your full name” → `your_full_name`.

    A code of another alphabet, or of figures alone, begins with `fallback`. A copy counts on: `name_2`, `name_3`.
    """
    words = re.findall(r"[a-z0-9]+", fold(label).replace("’", "").replace("'", ""))
    code = ""
    for word in words:
        longer = f"{code}_{word}" if code else word
        if len(longer) > _LONGEST:
            break
        code = longer
    if not code or not code[0].isalpha():
        code = f"{fallback}_{code}".strip("_")[:_LONGEST].strip("_")
    stem = re.sub(r"_\d+$", "", code) if code in taken else code
    number, found = 2, code
    while found in taken:
        found, number = f"{stem}_{number}", number + 1
    return found
