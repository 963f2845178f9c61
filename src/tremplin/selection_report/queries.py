"""What people see of the public account of a selection."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, QuerySet

from tremplin.core.outbox import queries as outbox
from tremplin.core.states import State
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.selection import queries as selection
from tremplin.selection.models import Decision, Proposal, ProposalState
from tremplin.selection.queries.mails import mails_wait
from tremplin.selection_report import rules
from tremplin.selection_report.models import SelectionReport, Words


def published(cohort: Cohort) -> QuerySet[SelectionReport]:
    """Reports that everybody may read, the newest first."""
    return SelectionReport.objects.filter(cohort=cohort).order_by("-number")


def state(cohort: Cohort) -> State:
    """How far the account of this selection is. At most three queries."""
    if published(cohort).exists():
        return rules.STATES["published"]
    return rules.STATES[blocked(cohort) or "ready"]


def blocked(cohort: Cohort) -> str:
    """Why nothing can be published yet, as the code of a state; empty when it can."""
    proposal = selection.proposal(cohort)
    if proposal is None or proposal.state != ProposalState.CONFIRMED:
        return "undecided"
    return "untold" if mails_wait(cohort) else ""


def to_be_told(cohort: Cohort) -> QuerySet[Proposal]:
    """Decisions of which everybody has heard and of which nothing is published: one, or none."""
    waits = outbox.open_batches(cohort.scope).filter(kind__startswith="decision-")
    final = Proposal.objects.filter(cohort=cohort, state=ProposalState.CONFIRMED)
    return final.exclude(Exists(SelectionReport.objects.filter(cohort=cohort))).exclude(Exists(waits))


def changed_by_hand(cohort: Cohort) -> int:
    """How many decisions differ from what the scores and the draw gave."""
    return Decision.objects.filter(proposal__cohort=cohort).exclude(overridden="").count()


@dataclass(frozen=True, slots=True)
class Draft:
    """What organisers have written so far."""

    sections: dict[str, Any]
    version: int
    by_hand: int

    def missing(self, cohort: Cohort) -> list[tuple[rules.Section, str]]:
        """What is needed and not written yet, by language of the programme."""
        languages = cohort.plan.programme.languages
        return rules.missing(self.sections, languages, by_hand=bool(self.by_hand))


def draft(cohort: Cohort, actor: User) -> Draft:
    """The words for the next report. Raises NotAllowed."""
    require_judge(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    found = Words.objects.filter(cohort=cohort).first()
    by_hand = changed_by_hand(cohort)
    return Draft(found.sections, found.version, by_hand) if found else Draft({}, 0, by_hand)
