"""What the writer's page and that of organisers have in common: the copy, what is hidden in it, a correction."""

from dataclasses import dataclass
from typing import Any

from tremplin.applications.models import Application
from tremplin.applications.queries import Reading
from tremplin.blinding import queries, services
from tremplin.blinding.forms import CorrectionForm
from tremplin.blinding.models import RedactedCopy
from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid, Stale
from tremplin.core.ui.posting import posted, show_refusal
from tremplin.programmes.http import CohortRequest
from tremplin.programmes.schema import Question


@dataclass(slots=True)
class Correcting:
    """One visit: what was asked for, what would change by it, whether it is done."""

    form: CorrectionForm
    copy: RedactedCopy | None
    opened: RedactedCopy | None = None
    proposal: services.Proposal | None = None
    done: bool = False
    status: int = 200

    @property
    def context(self) -> dict[str, Any]:
        return {
            "form": self.form,
            "copy": self.copy,
            "opened_answers": opened_only(self.opened) if self.opened else [],
            "whole_again": whole_again(self.opened) if self.opened else [],
            "proposed": _changed(self.opened or self.copy, self.proposal)
            if self.proposal and self.copy
            else [],
            "asked": self.proposal is not None,
            "seen": self.proposal.fingerprint if self.proposal else "",
        }


def visit(request: CohortRequest, application: Application, *, mine: bool) -> Correcting:
    """Look at the copy; with words sent, show first what would change, then, sent once more, change it."""
    copy = queries.current(application, request.cohort)
    if copy is not None:
        copy.snapshot.application = application
    opened = queries.second_of(copy)
    hidden = queries.hidden_in_all(copy, opened, copy.snapshot, organiser=not mine) if copy else []
    visit = Correcting(CorrectionForm(hidden, posted(request), mine=mine), copy, opened)
    if request.method != "POST":
        return visit
    if not visit.form.is_valid():
        visit.status = 422
        return visit
    try:
        _act(request, application, visit)
    except Stale as fault:
        show_refusal(visit.form, fault)
        visit.status = 409
    except (Invalid, Conflict) as fault:
        show_refusal(visit.form, fault)
        visit.status = fault.status
    return visit


def _act(request: CohortRequest, application: Application, visit: Correcting) -> None:
    wanted = visit.form.wanted()
    proposal = services.propose(application=application, actor=request.user, **wanted)
    shown, looked_at = request.POST.get("copy", ""), request.POST.get("seen", "")
    if looked_at != proposal.fingerprint:
        visit.proposal = proposal
        return
    services.correct(application=application, actor=request.user, expected=shown, now=clock.now(), **wanted)
    visit.done = True


def _changed(copy: RedactedCopy, proposal: services.Proposal) -> list[dict[str, Any]]:
    return [
        {"question": item.question, "changes": proposal.changes[item.question.code]}
        for item in queries.passages(copy)
        if item.question.code in proposal.changes
    ]


def shown(copy: RedactedCopy) -> list[dict[str, Any]]:
    """Each answer with its markers apart."""
    return [_pieces(copy, item) for item in queries.passages(copy)]


def opened_only(copy: RedactedCopy) -> list[dict[str, Any]]:
    """That, of the answers that a second pass opens."""
    return [_pieces(copy, item) for item in queries.passages(copy) if item.opened]


def whole_again(copy: RedactedCopy) -> list[Question]:
    """The opened questions whose answers are then hidden nowhere else either: schools, employers, towns."""
    return [item.question for item in queries.passages(copy) if item.opened and item.question.names]


def _pieces(copy: RedactedCopy, item: Reading) -> dict[str, Any]:
    found = queries.pieces_of(copy, item.question.code)
    return {
        "question": item.question,
        "pieces": found or ([queries.Piece(item.answer)] if item.answer else []),
    }
