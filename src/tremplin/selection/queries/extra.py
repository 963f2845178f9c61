"""What organisers see of extra reads: how many are left, what each was sent for, and what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review import queries as reviews
from tremplin.review.models import Assignment, AssignmentState
from tremplin.selection.extra.models import ExtraRound
from tremplin.selection.extra.rules import Facts, Standing, in_rounds, standing
from tremplin.selection.models import Proposal

_LIVE = {AssignmentState.ASSIGNED, AssignmentState.SUBMITTED}


@dataclass(frozen=True, slots=True)
class ExtraRead:
    """One extra read. `chance` of being above the line when it was sent; what was not known of the person's merit
    `before`, and would not be known `after` it, in deviations. `state` of the read today."""

    application_ref: str
    chance: float
    before: float
    after: float
    state: str

    @property
    def narrower(self) -> float:
        """By which share the read narrows what is not known."""
        return 1 - self.after / self.before if self.before else 0.0


@dataclass(frozen=True, slots=True)
class Round:
    """One round with its reads, in the order in which they were worth most."""

    number: int
    at: datetime
    asked: int
    settled: bool
    reads: tuple[ExtraRead, ...]


def extra_standing(cohort: Cohort, now: datetime) -> Standing:
    """How extra reads stand now, in at most five queries; in none where the programme plans none."""
    plan = cohort.plan.selection
    if plan is None or not plan.extra_reads:
        return Standing(0, 0, 0, 0, "none")
    rounds = list(ExtraRound.objects.filter(cohort=cohort).order_by("number"))
    states = _states(rounds)
    found = reviews.reads(cohort)
    return standing(
        Facts(
            budget=plan.extra_reads,
            used=sum(state in _LIVE for state in states.values()),
            out=sum(state == AssignmentState.ASSIGNED for state in states.values()),
            rounds=sum(not row.settled for row in rounds),
            settled=bool(rounds) and rounds[-1].settled,
            decided=Proposal.objects.filter(cohort=cohort).exists(),
            closed=now > cohort.dates["call_closes"] and found.applications > 0,
            unread=found.unread,
            missing=found.needed - found.done,
            over=now > found.due,
            second=reviews.second_reads(cohort) is not None,
        )
    )


def extra_ahead(cohort: Cohort, now: datetime) -> tuple[int, ...]:
    """Extra reads that are still to come, in rounds: those that are out, then what is left of the number planned."""
    stands = extra_standing(cohort, now)
    if stands.code in {"none", "decided", "settled", "spent"}:
        return ()
    return tuple(many for many in (stands.out, *in_rounds(stands.left, stands.rounds)) if many)


def extra_rounds(cohort: Cohort, actor: User) -> list[Round]:
    """All rounds, the last first. Raises NotAllowed."""
    require_judge(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    rows = list(ExtraRound.objects.filter(cohort=cohort).order_by("-number"))
    states = _states(rows)
    return [
        Round(
            row.number,
            row.created_at,
            row.asked,
            row.settled,
            tuple(
                ExtraRead(application, chance, before, after, states.get(ref, ""))
                for ref, (application, chance, before, after) in row.sent.items()
            ),
        )
        for row in rows
    ]


def _states(rounds: list[ExtraRound]) -> Mapping[str, str]:
    refs = [ref for row in rounds for ref in row.sent]
    return dict(Assignment.objects.filter(ref__in=refs).values_list("ref", "state"))
