"""An object for each page that is about one: the matrix of `test_access.py` visits it as everybody.

Whoever adds a page whose address names an object adds a line here:

    "review:read": lambda cast: {"ref": assign(cast, reviewer=cast.reviewer).ref},

The callable makes, through the services, an object in `cast.cohort` that the people of `cast` may see, and
returns the words of its address without the cohort's own. It is called a second time with the people of
another institution, whose objects must answer 404. Where an object belongs to one person, name them:
`Example(make, owner="reviewer")`; everybody else with the same role then meets 404. `at` is the moment at
which the page is visited; `data` is what is posted where an empty form would not do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.core.mail import EmailMessage

from tests.accommodations import world as confided
from tests.applications.world import labelled, on_its_way, sent_with_file
from tests.blinding import world as blinded
from tests.cast import Cast, enrol
from tests.commendations.world import known_and_near
from tests.first_reads import world as first_pieces
from tests.mentoring.world import pair
from tests.mentoring.world import send as send_check_in
from tests.review.second import second_text
from tests.review.world import apply, asked, give_out, read_of, speaks_of_loss
from tests.selection.world import ask_by_hand, declined_offer, propose, read_cohort, scene_with_offer
from tests.selection_report.world import published as report_on
from tests.training import world as training_world
from tremplin.commendations.services import publish as commend
from tremplin.core.jobs.models import Job, JobState
from tremplin.core.outbox import mailbox
from tremplin.core.outbox.models import Batch
from tremplin.equality.models import Unsealing
from tremplin.people import consents, keys
from tremplin.people.models import MailedKey, SignIn
from tremplin.people.services import tokens
from tremplin.people.services.consents import give
from tremplin.people.services.erasure import ask_to_be_erased
from tremplin.privacy import services as privacy
from tremplin.programmes import mail
from tremplin.programmes.models import Cohort
from tremplin.programmes.services import apply_file, step_back
from tremplin.projects.models import Project
from tremplin.projects.services import begin as begin_project
from tremplin.projects.services import hand_in, mark
from tremplin.rehearsal.models import Rehearsal
from tremplin.rehearsal.population.population import Population
from tremplin.rehearsal.report import content
from tremplin.rehearsal.stage import Play
from tremplin.stipends.services import plan_instalments
from tremplin.training import services as training
from tremplin.training.models import Audience

Make = Callable[[Cast], dict[str, Any]]


def _after_opening(cast: Cast) -> datetime:
    return cast.at("call_opens", days=1)


@dataclass(frozen=True)
class Example:
    """How to come to an object, whose it is, when it is visited and what is posted to it."""

    make: Make
    owner: str = ""
    at: Callable[[Cast], datetime] = _after_opening
    data: Mapping[str, Any] = field(default_factory=dict)


def example(name: str) -> Example | None:
    """The example for the page `name`; None when nobody has written one."""
    found = EXAMPLES.get(name)
    return found if found is None or isinstance(found, Example) else Example(found)


# people ---------------------------------------------------------------------------------------------------


def _link(cast: Cast) -> dict[str, Any]:
    link = keys.new_link()
    address = f"new.{cast.organiser.ref}@example.org"
    now = _after_opening(cast) - timedelta(minutes=1)
    MailedKey.objects.create(
        purpose="sign-in", address=address, link_hash=keys.link_hash(link), language="en", created_at=now
    )
    return {"link": link}


def _consent(cast: Cast) -> dict[str, Any]:
    purpose = consents.Purpose("tests.example", 1, "An example", "I agree to be one.", "You.", "It ends.")
    give(user=cast.organiser, purpose=purpose, now=_after_opening(cast))
    return {"purpose": purpose.code}


def _erasure(cast: Cast) -> dict[str, Any]:
    request = ask_to_be_erased(user=cast.observer, now=_after_opening(cast))
    return {"ref": request.parts.get().ref}


def _browser(cast: Cast) -> dict[str, Any]:
    session = SessionStore()
    session.create()
    row = SignIn.objects.create(
        user=cast.organiser, session_key=session.session_key, created_at=_after_opening(cast)
    )
    return {"ref": row.ref}


def _passkey(cast: Cast) -> dict[str, Any]:
    kept = cast.organiser.authenticator_set.create(type="webauthn", data={"name": "Phone", "credential": {}})
    return {"pk": kept.pk}


# jobs, outbox ---------------------------------------------------------------------------------------------


def _job(cast: Cast) -> dict[str, Any]:
    now = _after_opening(cast)
    row = Job.objects.create(task="tests.nothing", state=JobState.FAILED, run_after=now, created_at=now)
    return {"ref": row.ref}


def _kept_mail(cast: Cast) -> dict[str, Any]:
    letter = EmailMessage(
        "Hello", "Hello", to=["ada@example.org"], headers={"Message-ID": f"<{cast.cohort.ref}@x>"}
    )
    mailbox.EmailBackend().send_messages([letter])
    return {"name": mailbox.name_of(f"<{cast.cohort.ref}@x>")}


# programmes -----------------------------------------------------------------------------------------------


def _role(cast: Cast) -> dict[str, Any]:
    return {"ref": cast.reviewer.memberships.get(cohort=cast.cohort).ref}


def _batch(cast: Cast) -> Batch:
    now = _after_opening(cast)
    batch = mail.open_batch(
        cohort=cast.cohort, code="draft-reminder", title={"en": "Reminders"}, actor=cast.organiser, now=now
    )
    values = {"link": "/", "date": cast.cohort.date("call_closes")}
    key = f"example:{cast.cohort.ref}"
    mail.send(
        cohort=cast.cohort,
        code="draft-reminder",
        to=cast.applicant,
        values=values,
        now=now,
        key=key,
        batch=batch,
    )
    return batch


# accommodations -------------------------------------------------------------------------------------------


def _may_speak(cast: Cast) -> dict[str, Any]:
    confided.granted(cast)
    return {"question": "motivation"}


def _recording(cast: Cast) -> dict[str, Any]:
    return {"question": confided.spoken(cast).question}


def _recording_file(cast: Cast) -> dict[str, Any]:
    return {"ref": confided.spoken(cast).file.ref}


# equality -------------------------------------------------------------------------------------------------


def _unsealing(cast: Cast) -> dict[str, Any]:
    row = Unsealing.objects.create(
        cohort=cast.cohort,
        purpose="fairness",
        reason="We want to know.",
        proposed_by=cast.organiser.ref,
        ends_at=cast.at("training_ends"),
        created_at=_after_opening(cast),
    )
    return {"ref": row.ref}


# review, selection ----------------------------------------------------------------------------------------


def _read(cast: Cast) -> dict[str, Any]:
    apply(cast.cohort, 2, now=_after_opening(cast))
    give_out(cast)
    return {"ref": read_of(cast, cast.reviewer).ref}


def _read_application(cast: Cast) -> dict[str, Any]:
    return {"ref": apply(cast.cohort, 1, now=_after_opening(cast))[0].ref}


def _sharing(cast: Cast) -> dict[str, Any]:
    _read(cast)
    return {"ref": cast.cohort.sharings.get().ref}


def _tie(cast: Cast) -> dict[str, Any]:
    return {**_read_application(cast), "reviewer": cast.reviewer.ref, "kind": "mail"}


def _asked(cast: Cast) -> dict[str, Any]:
    apply(cast.cohort, 2, now=_after_opening(cast))
    give_out(cast)
    return {"ref": asked(cast).ref}


def _hard_read(cast: Cast) -> dict[str, Any]:
    found = _read(cast)
    speaks_of_loss(cast)
    return found


def _first_piece(cast: Cast) -> dict[str, Any]:
    return {"ref": first_pieces.queries.pieces_of(first_pieces.opened(cast))[0].ref}


def _read_first(cast: Cast) -> dict[str, Any]:
    found = first_pieces.opened(cast)
    for reviewer in (cast.reviewer, cast.second_reviewer):
        first_pieces.read_all(cast, found, reviewer, cast.at("call_opens", days=5))
    return {"ref": first_pieces.queries.pieces_of(found)[0].ref}


def _prepared_piece(cast: Cast) -> dict[str, Any]:
    return {"ref": first_pieces.queries.pieces_of(first_pieces.prepared(cast))[0].ref}


def _set_prepared(cast: Cast) -> dict[str, Any]:
    first_pieces.prepared(cast)
    return {}


def _set_open(cast: Cast) -> dict[str, Any]:
    first_pieces.opened(cast)
    return {}


def _first_reader(cast: Cast) -> dict[str, Any]:
    first_pieces.opened(cast)
    return {"ref": cast.reviewer.ref}


def _piece_of_application(cast: Cast) -> dict[str, Any]:
    sent = apply(cast.cohort, 1, now=_after_opening(cast))
    return {
        "ref": first_pieces.queries.pieces_of(first_pieces.opened(cast, applications=sent)).reverse()[0].ref
    }


def _own_correction(cast: Cast) -> dict[str, Any]:
    application = blinded.sent(cast)
    return {"ref": blinded.hide(application, cast.applicant, "Prix Poncelet", now=_after_opening(cast)).ref}


def _correction(cast: Cast) -> dict[str, Any]:
    application = apply(cast.cohort, 1, now=_after_opening(cast))[0]
    found = blinded.hide(application, cast.organiser, "weather station", now=_after_opening(cast))
    return {"ref": application.ref, "correction": found.ref}


def _decided(cast: Cast) -> dict[str, Any]:
    scene_with_offer(cast)
    return {}


def _decision(cast: Cast) -> dict[str, Any]:
    read_cohort(cast, 3)
    decision = propose(cast).decisions.first()
    return {"ref": decision.ref if decision else ""}


def _recusal(cast: Cast) -> dict[str, Any]:
    row = step_back(cohort=cast.cohort, actor=cast.observer, tied=True, now=_after_opening(cast))
    return {"ref": row.ref}


def _change_by_hand(cast: Cast) -> dict[str, Any]:
    read_cohort(cast, 6)
    proposal = propose(cast)
    decision = proposal.decisions.select_related("proposal").order_by("-priority")[0]
    return {"ref": ask_by_hand(cast, decision, "offer", proposal.version).ref}


def _after_decisions(cast: Cast) -> datetime:
    return cast.at("decisions_out", days=1)


# mentoring, stipends, projects ----------------------------------------------------------------------------


def _in_training(cast: Cast) -> datetime:
    return cast.at("training_starts", days=12)


def _pairing(cast: Cast) -> dict[str, Any]:
    return {"ref": pair(cast).ref}


def _check_in(cast: Cast) -> dict[str, Any]:
    pairing = pair(cast)
    send_check_in(pairing, cast.scholar, _in_training(cast), note="For organisers alone")
    return {"ref": pairing.ref, "code": "week-2"}


def _raised_hand(cast: Cast) -> dict[str, Any]:
    pairing = pair(cast)
    send_check_in(pairing, cast.scholar, _in_training(cast), note="For organisers alone")
    return {"ref": pairing.concerns.get().ref}


def _payment(cast: Cast) -> dict[str, Any]:
    scholar = enrol(cast)
    plan_instalments(cohort=cast.cohort, now=cast.at("training_starts", days=-10))
    return {"ref": scholar.instalments.get(code="start").ref}


def _project(cast: Cast) -> dict[str, Any]:
    return {"ref": _begun(cast).ref}


def _begun(cast: Cast) -> Project:
    scholar = pair(cast).scholar
    project = begin_project(scholar=scholar, actor=scholar.user, now=cast.at("training_starts"))
    project.scholar = scholar
    return project


def _milestone(cast: Cast) -> dict[str, Any]:
    project = _begun(cast)
    hand_in(
        project=project,
        code="proposal",
        body="It works.",
        expected_version=0,
        actor=project.scholar.user,
        now=cast.at("training_starts", days=2),
    )
    return {"ref": project.ref, "code": "proposal"}


def _checklist_line(cast: Cast) -> dict[str, Any]:
    project = _begun(cast)
    mark(
        project=project,
        code="licence",
        evidence="LICENSE",
        actor=project.scholar.user,
        now=cast.at("training_starts", days=2),
    )
    return {"ref": project.ref, "code": "licence"}


# training, showcase, impact, rehearsal --------------------------------------------------------------------


def _in_week(cast: Cast) -> dict[str, Any]:
    training_world.scholar_of(cast)
    return {"number": 1}


def _second_pass(cast: Cast) -> dict[str, Any]:
    """The same cohort on a file that plans a second pass."""
    version = apply_file(
        institution=cast.cohort.programme.institution,
        text=second_text(),
        now=cast.at("call_opens", days=-1),
        actor=cast.organiser,
    )
    Cohort.objects.filter(pk=cast.cohort.pk).update(version=version)
    return {}


def _own_training(cast: Cast) -> dict[str, Any]:
    training_world.scholar_of(cast)
    return {}


def _in_planned_week(cast: Cast) -> dict[str, Any]:
    training_world.plan(training_world.scholar_of(cast), "Vectors", "Matrices")
    return {"number": 1}


def _in_plan(cast: Cast) -> dict[str, Any]:
    scholar = training_world.scholar_of(cast)
    training_world.plan(scholar, "Vectors", "Matrices")
    return {"ref": scholar.ref}


def _submission(cast: Cast) -> dict[str, Any]:
    return {"ref": training_world.hand_in(training_world.scholar_of(cast)).ref}


def _remark(cast: Cast) -> dict[str, Any]:
    row = training_world.hand_in(training_world.scholar_of(cast))
    said = training.remark(submission=row, line=1, text="Why?", actor=cast.scholar, now=_in_training(cast))
    return {"ref": said.ref if said else ""}


def _post(cast: Cast) -> dict[str, Any]:
    return {"ref": training_world.post(training_world.scholar_of(cast)).ref}


def _public_writer(cast: Cast) -> dict[str, Any]:
    scholar = training_world.scholar_of(cast)
    training_world.post(scholar, audience=Audience.PUBLIC)
    return {"ref": scholar.ref}


def _public_post(cast: Cast) -> dict[str, Any]:
    scholar = training_world.scholar_of(cast)
    return {"ref": training_world.post(scholar, audience=Audience.PUBLIC).ref}


def _showcase_draft(cast: Cast) -> dict[str, Any]:
    training_world.project_of(cast)
    return {}


def _showcase_public(cast: Cast) -> dict[str, Any]:
    return {"ref": training_world.public_page(cast).ref}


def _survey(cast: Cast) -> dict[str, Any]:
    training_world.scholar_of(cast)
    return {"code": "after-6-months"}


def _came_near(cast: Cast) -> dict[str, Any]:
    known_and_near(cast)
    return {}


def _commendation(cast: Cast) -> dict[str, Any]:
    known_and_near(cast)
    note = commend(cohort=cast.cohort, actor=cast.applicant, name="Ada", now=_after_decisions(cast))
    return {"ref": note.ref}


def _selection_report(cast: Cast) -> dict[str, Any]:
    return {"number": report_on(cast, 6).number}


def _impact_report(cast: Cast) -> dict[str, Any]:
    return {"number": training_world.report(cast).number}


def _rehearsal(cast: Cast) -> dict[str, Any]:
    now = _after_opening(cast)
    play = Play(cast.cohort, seed=1, population=Population(1, (), (), (), (), (), (), ()))
    figures = content(play, until=now)
    Rehearsal.objects.create(
        cohort=cast.cohort, seed=1, applicants=1, until=now, report=figures, created_at=now
    )
    return {}


def _hold(cast: Cast) -> dict[str, Any]:
    now = _after_opening(cast)
    hold = privacy.place(
        cohort=cast.cohort,
        kept="review.texts",
        reason="A claim is open.",
        until=now + timedelta(days=900),
        actor=cast.organiser,
        now=now,
    )
    return {"ref": hold.ref}


def _token(cast: Cast) -> dict[str, Any]:
    made = tokens.make_token(user=cast.organiser, name="Figures", scope="", days=30, now=_after_opening(cast))
    assert made is not None
    return {"ref": made[0].ref}


EXAMPLES: dict[str, Make | Example] = {
    # the programming interface
    "api:application": lambda cast: {"ref": sent_with_file(cast).application.ref},
    "api:read": Example(_read, owner="reviewer"),
    "api:submission": Example(_submission, owner="scholar", at=_in_training),
    "api:stipend": Example(_payment, at=_in_training),
    "api:report": _impact_report,
    # people
    "people:sign-in-link": _link,
    "people:token-revoke": Example(_token, owner="organiser"),
    "people:consent": Example(_consent, owner="organiser"),
    "people:end-one": Example(_browser, owner="organiser"),
    "mfa_edit_webauthn": Example(_passkey, owner="organiser"),
    "mfa_remove_webauthn": Example(_passkey, owner="organiser"),
    # erasure requests
    "privacy:request": _erasure,
    "privacy:hold": lambda cast: {"kept": "review.texts"},
    "privacy:lift": _hold,
    "erasures:request": _erasure,
    # jobs, outbox
    "jobs:act": _job,
    "outbox:mail": _kept_mail,
    # programmes
    "programmes:date": lambda cast: {"code": "midpoint"},
    # form builder
    "builder:new": lambda cast: {"kind": "section"},
    "builder:item": lambda cast: {"kind": "question", "code": "motivation"},
    "builder:delete": lambda cast: {"kind": "question", "code": "motivation"},
    "builder:place": lambda cast: {"kind": "question", "code": "motivation"},
    "builder:autosave": lambda cast: {"kind": "question", "code": "motivation"},
    "builder:preview-section": lambda cast: {"section": "you"},
    "programmes:revoke": _role,
    "programmes:batch": lambda cast: {"ref": _batch(cast).ref},
    "programmes:batch-act": Example(lambda cast: {"ref": _batch(cast).ref}, data={"deed": "cancel"}),
    "programmes:mail": lambda cast: {"ref": _batch(cast).messages.get().ref},
    # applications, equality
    "applications:section": lambda cast: {"section": "you"},
    "applications:autosave": lambda cast: {"section": "you"},
    "applications:upload-begin": lambda cast: {"question": "sample"},
    "applications:upload": Example(on_its_way, owner="applicant"),
    "applications:file": lambda cast: {"ref": sent_with_file(cast).ref},
    "applications:application": lambda cast: {"ref": sent_with_file(cast).application.ref},
    "accommodations:recording": Example(_recording, owner="applicant"),
    "accommodations:pieces-begin": Example(_may_speak, owner="applicant"),
    "accommodations:pieces": Example(confided.on_its_way, owner="applicant"),
    "accommodations:file": _recording_file,
    "accommodations:request": lambda cast: {"ref": confided.granted(cast).ref},
    "accommodations:answer": lambda cast: {"ref": confided.granted(cast).ref},
    "accommodations:transcript": lambda cast: {"ref": confided.spoken(cast).ref},
    "applications:deed": lambda cast: {"ref": labelled(cast).ref},
    "applications:deed-undo": lambda cast: {"ref": labelled(cast).ref},
    "applications:late-start": Example(lambda _cast: {}, data={"address": "nobody", "day": "", "hour": ""}),
    "applications:more-time": lambda cast: {"ref": sent_with_file(cast).application.ref},
    "equality:confirm": Example(_unsealing, at=_in_training),
    "equality:seal": Example(_unsealing, at=_in_training),
    # review
    "blinding:mine-take-back": Example(_own_correction, owner="applicant"),
    "blinding:one": _read_application,
    "blinding:take-back": _correction,
    "review:read": Example(_read, owner="reviewer"),
    "review:autosave": Example(_read, owner="reviewer"),
    "review:conflict": Example(_read, owner="reviewer"),
    "review:reopen": Example(_read, owner="reviewer"),
    "first_reads:read": _first_piece,
    "first_reads:autosave": _first_piece,
    "first_reads:tie": _piece_of_application,
    "first_reads:discussion": _read_first,
    "first_reads:open": _set_prepared,
    "first_reads:close": _set_open,
    "first_reads:let-go": _first_reader,
    "first_reads:remove": _prepared_piece,
    "first_reads:agreed": _read_first,
    "review:look-again": Example(_read, owner="reviewer"),
    "review:note": Example(_read, owner="reviewer"),
    "review:pass": Example(_hard_read, owner="reviewer"),
    "review:answer": _asked,
    "review:speaks-of": _read_application,
    "review:reads": _read_application,
    "review:act": _read,
    "review:reviewer": lambda cast: {"ref": cast.reviewer.ref},
    "review:handover": lambda cast: {"ref": cast.reviewer.ref},
    "review:back": lambda cast: {"ref": cast.reviewer.ref},
    "review:sharing": _sharing,
    "review:tie": _tie,
    # selection
    "selection:decision": _decision,
    "programmes:take-in": _recusal,
    "selection:change": _change_by_hand,
    "selection:drop-change": _change_by_hand,
    "selection:extend": Example(lambda cast: {"ref": scene_with_offer(cast).ref}, at=_after_decisions),
    "selection:record-decline": Example(
        lambda cast: {"ref": scene_with_offer(cast).ref}, at=_after_decisions, data={"heard": "telephone"}
    ),
    "selection:reopen-offer": Example(
        lambda cast: {"ref": declined_offer(cast).ref}, at=_after_decisions, data={"why": "slip"}
    ),
    "selection:withdraw": Example(lambda cast: {"ref": enrol(cast).ref}, at=_after_decisions),
    "selection:scholar": Example(lambda cast: {"ref": enrol(cast).ref}, at=_after_decisions),
    "selection:draw-file": Example(_decided, at=_after_decisions),
    "selection:outcome": Example(_decided, at=_after_decisions),
    "selection:accept": Example(_decided, at=_after_decisions),
    "selection:decline": Example(_decided, at=_after_decisions),
    "selection:leave": Example(_decided, at=_after_decisions),
    # mentoring
    "mentoring:pairing": Example(_pairing, at=_in_training),
    "mentoring:end": Example(_pairing, at=_in_training, data={"reason": "They moved."}),
    "mentoring:check-in": Example(_check_in, at=_in_training),
    "mentoring:answers": Example(_check_in, at=_in_training),
    "mentoring:close-concern": Example(_raised_hand, at=_in_training),
    # stipends
    "stipends:instalment": Example(_payment, at=_in_training, data={"step": "hold", "reason": "Bank closed"}),
    "stipends:details": Example(_payment, at=_in_training),
    "stipends:extension": Example(
        lambda cast: {"ref": enrol(cast).ref}, at=_in_training, data={"weeks": "1", "seen": "0"}
    ),
    "review:second-pass": Example(_second_pass, at=lambda cast: cast.at("reading_ends", hours=1)),
    # training
    "training:begin": Example(_own_training, at=_in_training, owner="scholar", data={"plan": "course-first"}),
    "training:plan": Example(_own_training, at=_in_training, owner="scholar"),
    "training:look-back": Example(_in_planned_week, at=_in_training, owner="scholar"),
    "training:week": Example(_in_week, at=_in_training, owner="scholar"),
    "training:write": Example(_in_week, at=_in_training, owner="scholar"),
    "training:autosave": Example(_in_week, at=_in_training, owner="scholar"),
    "training:scholar": Example(_in_plan, at=_in_training),
    "training:versions": Example(_in_plan, at=_in_training),
    "training:lab-autosave": Example(lambda cast: {"code": "softmax"}, at=_in_training, owner="scholar"),
    "training:lab": Example(lambda cast: {"code": "softmax"}, at=_in_training),
    "training:stub": lambda cast: {"code": "softmax"},
    "training:figure": lambda cast: {"code": "softmax", "drawing": "shift.en.svg"},
    "training:submission": Example(_submission, at=_in_training),
    "training:grade-again": Example(_submission, at=_in_training),
    "training:code": Example(_submission, at=_in_training),
    "training:take-back-remark": Example(_remark, at=_in_training, owner="scholar"),
    "training:entry": Example(_post, at=_in_training),
    "training:public-entry": Example(_public_post, at=_in_training),
    "training:writer-feed": Example(_public_writer, at=_in_training),
    # projects
    "projects:project": Example(_project, at=_in_training),
    "projects:edit": Example(_project, at=_in_training, owner="scholar"),
    "projects:milestone": Example(
        _milestone, at=_in_training, data={"answer": "accept", "feedback": "Good."}
    ),
    "projects:mark": Example(_checklist_line, at=_in_training, data={"evidence": "LICENSE"}),
    # showcase
    "showcase:mine": Example(_showcase_draft, at=_in_training),
    "showcase:page": Example(_showcase_public, at=_in_training),
    "showcase:act": Example(_showcase_public, at=_in_training),
    # commendations
    "commendations:own": Example(_came_near, at=_after_decisions, data={"name": "Ada"}),
    "commendations:take-back": Example(_came_near, at=_after_decisions),
    "commendations:note": Example(_commendation, at=_after_decisions),
    # selection_report
    "selection_report:numbered": _selection_report,
    "selection_report:json": _selection_report,
    # impact
    "impact:survey": Example(_survey, at=training_world.survey_day),
    "impact:report": _impact_report,
    "impact:report-json": _impact_report,
    # rehearsal
    "rehearsal:report": Example(_rehearsal),
}
