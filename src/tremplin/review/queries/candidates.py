"""Who could read one application, who does, and what keeps the others from it."""

from dataclasses import dataclass
from datetime import datetime

from tremplin.applications.models import Application
from tremplin.methods.assignment import why
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review import table
from tremplin.review.ties import Tie


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reviewer before one application. `state`: reads it; would be given it next; free to read it; or what keeps
    them from it (applied themselves, a conflict, away, the language, as many reads as they can carry,
    that they read it in the other pass).

    `aside`: ties that were worked out and an organiser found to be none.
    """

    reviewer: User
    state: str
    ties: tuple[Tie, ...]
    aside: tuple[Tie, ...]
    load: int
    capacity: int | None


_ORDER = ("kept", "given", "possible", "full", "away", "language", "met", "passed", "conflict", "applied")


def candidates(cohort: Cohort, actor: User, application: Application, *, now: datetime) -> list[Candidate]:
    """Every reviewer before this application, those nearest to it first. Constant queries. Raises NotAllowed."""
    require_judge(actor, cohort, Role.ORGANISER)
    code = str(application.pk)
    known = table.load(cohort, now=now, only={code})
    plan = table.solved(known)
    found = []
    for reader in known.readers:
        reason = why(plan, code, reader.code)
        carried = reader.carried + ((code, reader.code) in known.kept)
        state = str(reason.state)
        ties = known.ties.get((code, reader.code), ())
        if (code, reader.code) in known.seen and not ties and state == "conflict":
            state = "met"
        if reader.code in known.applied and state != "kept":
            state = "applied"
        elif state == "conflict" and not ties:
            state = "passed"
        elif state in {"possible", "language"} and not known.limits[reader.code].here:
            state = "away"
        elif state == "possible" and carried >= reader.most:
            state = "full"
        aside = known.aside.get((code, reader.code), ())
        person, most = known.people[reader.code], known.limits[reader.code].most
        found.append(Candidate(person, state, ties, aside, carried, most))
    return sorted(found, key=lambda one: (_ORDER.index(one.state), one.load, one.reviewer.name_folded))
