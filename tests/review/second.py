"""A cohort whose programme file plans a second pass, and people who read in it."""

from collections.abc import Sequence
from typing import Any

from tests.cast import Cast, gather
from tests.programmes.texts import mended
from tests.review.world import ANSWERS, apply, fill, give_out, read_all
from tests.selection.world import by_number
from tremplin.applications.models import Application
from tremplin.people.models import User
from tremplin.programmes.roles import Role
from tremplin.programmes.services import grant
from tremplin.review import queries, services
from tremplin.review.models import Assignment, AssignmentState

_SAMPLE = '[[application.sections.questions]]\ncode = "sample"'
_MORE = """[[application.sections.questions]]
code = "path"
kind = "long"
label = { en = "What was in your way?", fr = "Qu’est-ce qui vous a freiné·e ?" }
required = false
for_reviewers = false

[[application.sections.questions]]
code = "worries"
kind = "long"
label = { en = "What should organisers know?", fr = "Que doit savoir l’équipe ?" }
required = false
for_reviewers = false

[[application.sections.questions]]
code = "school"
kind = "short"
label = { en = "Which school?", fr = "Quelle école ?" }
required = false
names = "school"

[[application.sections.questions]]
code = "town"
kind = "short"
label = { en = "Which town?", fr = "Quelle ville ?" }
required = false
names = "town"

"""
_GUIDE = 'guide = { en = "Read slowly.", fr = "Lisez lentement." }\n'


def table(*lines: str, opens: str = '["country", "path", "school"]') -> str:
    """The part of the file; `lines` say who is read in it."""
    return "\n".join(["", "[review.second_pass]", f"opens = {opens}", "days = 5", *lines, ""])


def second_text(*lines: str, **words: str) -> str:
    """The small programme with a second pass: by default the best, two for each of its two places, once more."""
    last = "\n[selection]\n"
    part = table(*(lines or ("per_place = 2",)), **words)
    return mended((_SAMPLE, _MORE + _SAMPLE), (last, part + last))


ANSWERED = {
    **ANSWERS,
    "path": "I left Lycée Senghor in Dakar to work. Write to me@mail.example.",
    "worries": "My secret worry.",
    "school": "Lycée Senghor",
    "town": "Dakar",
    "motivation": "At Lycée Senghor in Dakar I built.",
}


def second_cast(*lines: str, **words: str) -> Cast:
    """The cast of a cohort on that file, with two reviewers more."""
    cast = gather(text=second_text(*lines, **words))
    for name in ("Third", "Fourth"):
        reader = User.objects.create_user(f"{name.lower()}@example.org", name=f"{name} Reader")
        grant(user=reader, cohort=cast.cohort, role=Role.REVIEWER, actor=None, now=cast.at("call_opens"))
    return cast


def first_read(cast: Cast, count: int = 8, *, also: Sequence[User] = ()) -> list[Application]:
    """Everybody is read in the first pass; the earlier somebody applied, the higher."""
    rows = apply(cast.cohort, count, now=cast.at("call_opens", days=2), answers=ANSWERED, also=also)
    give_out(cast)
    read_all(cast, by_number)
    return rows


def open_second(cast: Cast, **changed: Any) -> services.SecondPassPreview:
    """An organiser looks at the plan and carries it out."""
    now = changed.pop("now", cast.at("reading_ends", hours=1))
    seen = services.plan_second_pass(cohort=cast.cohort, actor=cast.organiser, now=now)
    words = {"actor": cast.organiser, "expected": seen.fingerprint, **changed}
    return services.open_second_pass(cohort=cast.cohort, now=now, **words)


def second_reads(cast: Cast) -> list[Assignment]:
    """The reads of the second pass that are to be done, as pages hold them."""
    rows = Assignment.objects.filter(cohort=cast.cohort, pass_number=2, state=AssignmentState.ASSIGNED)
    found = list(rows.select_related("application__applicant", "reviewer").order_by("pk"))
    for row in found:
        row.cohort = cast.cohort
    return found


def read_second(cast: Cast, **changed: object) -> None:
    """All of them are read."""
    for row in second_reads(cast):
        fill(row, cast.at("reading_ends", days=1), **changed)


def texts_of(row: Assignment) -> dict[str, str]:
    """What its reviewer reads, by question."""
    return {one.question.code: one.answer for one in queries.page_of(row).readings}
