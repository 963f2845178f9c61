"""Who could read one application, who does, and what keeps the others from it."""

from dataclasses import dataclass

from tremplin.applications.models import Application
from tremplin.methods.assignment import why
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.review import table
from tremplin.review.ties import Tie


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reviewer before one application. `state`: reads it; would be given it next; free to read it; or what keeps
    them from it (applied themselves, a conflict, the language, as many reads as they can carry)."""

    reviewer: User
    state: str
    ties: tuple[Tie, ...]
    load: int
    capacity: int | None


_ORDER = ("kept", "given", "possible", "full", "language", "conflict", "applied")


def candidates(cohort: Cohort, actor: User, application: Application) -> list[Candidate]:
    """Every reviewer before this application, those nearest to it first. Constant queries. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER)
    code = str(application.pk)
    known = table.load(cohort, only={code})
    plan = table.solved(known)
    found = []
    for reader in known.readers:
        reason = why(plan, code, reader.code)
        carried = reader.carried + ((code, reader.code) in known.kept)
        state = str(reason.state)
        if reader.code in known.applied and state != "kept":
            state = "applied"
        elif state == "possible" and carried >= reader.most:
            state = "full"
        ties = known.ties.get((code, reader.code), ())
        person, most = known.people[reader.code], known.capacities[reader.code]
        found.append(Candidate(person, state, ties, carried, most))
    return sorted(found, key=lambda one: (_ORDER.index(one.state), one.load, one.reviewer.name_folded))
