"""The table of every URL: who may reach it, on whose objects, by which methods. Nothing else opens a page.

`tests/web/test_access.py` walks every URL by every role, own and other institution and method, and fails
on a URL that is not declared here. What an object is to a person (own, mentored, assigned…) is decided by the
stage's `queries.py`; the table says which roles may ask at all.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from tremplin.programmes.roles import Role


class Scope(StrEnum):
    """On whose objects."""

    PUBLIC = "public"  # anyone, signed in or not
    SELF = "self"  # the person's own objects, in any cohort
    OWN = "own"  # the person's own or assigned objects in this cohort
    COHORT = "cohort"  # all objects of this cohort
    INSTALLATION = "installation"  # whole installation: administrators alone
    DEMO = "demo"  # exists only in a demonstration


class Shut(StrEnum):
    """For how long a page is shut to organisers and observers who stand apart from the selection."""

    NEVER = "never"
    UNTIL_TRAINING = "until training"  # whoever took a place is the cohort from then on
    FOR_GOOD = "for good"


@dataclass(frozen=True, slots=True)
class Access:
    """One line of the table. `roles` matters in cohort scopes only; `shut` says for whom, of those who oversee the
    selection, the page does not open because they stand apart from it.
    """

    scope: Scope
    roles: frozenset[Role] = field(default_factory=frozenset)
    methods: tuple[str, ...] = ("GET",)
    shut: Shut = Shut.NEVER


GET = ("GET",)
POST = ("POST",)
BOTH = ("GET", "POST")

ORGANISER, REVIEWER, MENTOR = Role.ORGANISER, Role.REVIEWER, Role.MENTOR
SCHOLAR, APPLICANT, FINANCE, OBSERVER = Role.SCHOLAR, Role.APPLICANT, Role.FINANCE, Role.OBSERVER
OFFICER = Role.OFFICER


def public(*methods: str) -> Access:
    return Access(Scope.PUBLIC, methods=methods or GET)


def own(*roles: Role, methods: tuple[str, ...] = GET, shut: Shut = Shut.NEVER) -> Access:
    return Access(Scope.OWN, frozenset(roles), methods, shut)


def cohort(*roles: Role, methods: tuple[str, ...] = GET, shut: Shut = Shut.NEVER) -> Access:
    return Access(Scope.COHORT, frozenset(roles), methods, shut)


def judging(*roles: Role, methods: tuple[str, ...] = GET, shut: Shut = Shut.FOR_GOOD) -> Access:
    """Of all applications of this cohort, for those who do not stand apart from them."""
    return Access(Scope.COHORT, frozenset(roles), methods, shut)


def signed_in(*methods: str) -> Access:
    return Access(Scope.SELF, methods=methods or GET)


EVERYONE = tuple(Role)

TABLE: dict[str, Access] = {
    # web
    "home": public(),
    "set_language": public("POST"),
    "healthz": public(),
    "robots": public(),
    "accessibility": public(),
    "data-protection": public(),
    "design": Access(Scope.DEMO),
    "desk": cohort(*EVERYONE),
    # the programming interface: by token, never by a browser's session; roles as on the pages
    "api": public(),
    "api:schema": public(),
    "api:me": signed_in(),
    "api:cohorts": signed_in(),
    "api:cohort": own(*EVERYONE),
    "api:counts": cohort(ORGANISER, OBSERVER),
    "api:arrivals": cohort(ORGANISER, OBSERVER),
    "api:applications": cohort(ORGANISER),
    "api:application": cohort(ORGANISER),
    "api:reading": own(REVIEWER),
    "api:read": own(REVIEWER),
    "api:decisions": judging(ORGANISER, OBSERVER),
    "api:scholars": judging(ORGANISER, OBSERVER, shut=Shut.UNTIL_TRAINING),
    "api:pairings": own(ORGANISER, OBSERVER, MENTOR, SCHOLAR, shut=Shut.UNTIL_TRAINING),
    "api:labs": own(SCHOLAR),
    "api:submissions": own(SCHOLAR),
    "api:submission": own(SCHOLAR),
    "api:submit": own(SCHOLAR, methods=POST),
    "api:stipends": cohort(FINANCE, ORGANISER, OBSERVER, shut=Shut.UNTIL_TRAINING),
    "api:stipend": cohort(FINANCE, ORGANISER, OBSERVER, shut=Shut.UNTIL_TRAINING),
    "api:calls": public(),
    "api:projects": public(),
    "api:reports": public(),
    "api:report": public(),
    # people
    "people:sign-in": public(*BOTH),
    "people:sign-in-sent": public(*BOTH),
    "people:sign-in-password": public(*BOTH),
    "people:sign-in-link": public(*BOTH),
    "people:sign-out": public(*BOTH),
    "people:account": signed_in(),
    "people:details": signed_in(*BOTH),
    "people:download": signed_in(),
    "people:erase": signed_in(*BOTH),
    "people:consent": signed_in("POST"),
    "people:tokens": signed_in(),
    "people:token-new": signed_in(*BOTH),
    "people:token-revoke": signed_in("POST"),
    "people:security": signed_in(),
    "people:password": signed_in(*BOTH),
    "people:address": signed_in(*BOTH),
    "people:address-code": signed_in(*BOTH),
    "people:proof": signed_in(*BOTH),
    "people:end-others": signed_in("POST"),
    "people:end-one": signed_in("POST"),
    # people, by the names of django-allauth
    "account_login": public(),
    "mfa_authenticate": public(*BOTH),
    "mfa_login_webauthn": public(*BOTH),
    "mfa_index": signed_in(),
    "mfa_list_webauthn": signed_in(),
    "mfa_activate_totp": signed_in(*BOTH),
    "mfa_deactivate_totp": signed_in(*BOTH),
    "mfa_view_recovery_codes": signed_in(),
    "mfa_generate_recovery_codes": signed_in(*BOTH),
    "mfa_download_recovery_codes": signed_in(),
    "mfa_add_webauthn": signed_in(*BOTH),
    "mfa_edit_webauthn": signed_in(*BOTH),
    "mfa_remove_webauthn": signed_in(*BOTH),
    # jobs, outbox
    "jobs:list": Access(Scope.INSTALLATION),
    "jobs:act": Access(Scope.INSTALLATION, methods=POST),
    "outbox:mailbox": Access(Scope.DEMO),
    "outbox:mail": Access(Scope.DEMO),
    # programmes
    "programmes:institution": public(),
    "programmes:programme": public(),
    "programmes:call": public(),
    "programmes:questions-file": public(),
    "programmes:reasons": public(),
    "programmes:calendar": public(),
    "programmes:overview": cohort(ORGANISER, OBSERVER),
    "programmes:date": cohort(ORGANISER, methods=BOTH),
    "programmes:file": cohort(ORGANISER, OBSERVER),
    "programmes:file-download": cohort(ORGANISER, OBSERVER),
    "programmes:file-change": cohort(ORGANISER, methods=BOTH),
    "programmes:apart": cohort(ORGANISER, OBSERVER, methods=BOTH),
    "programmes:take-in": cohort(ORGANISER, methods=POST),
    "programmes:log": cohort(ORGANISER, OBSERVER),
    "programmes:log-export": cohort(ORGANISER, methods=POST),
    "programmes:people": cohort(ORGANISER, methods=BOTH),
    "programmes:revoke": cohort(ORGANISER, methods=BOTH),
    "programmes:outbox": cohort(ORGANISER),
    "programmes:mails": cohort(ORGANISER),
    "programmes:mail": cohort(ORGANISER, methods=BOTH),
    "programmes:batch": cohort(ORGANISER),
    "programmes:batch-act": cohort(ORGANISER, methods=POST),
    # form builder
    "builder:form": cohort(ORGANISER, OBSERVER),
    "builder:download": cohort(ORGANISER, OBSERVER),
    "builder:act": cohort(ORGANISER, methods=POST),
    "builder:discard": cohort(ORGANISER, methods=BOTH),
    "builder:publish": cohort(ORGANISER, methods=BOTH),
    "builder:new": cohort(ORGANISER, methods=BOTH),
    "builder:item": cohort(ORGANISER, methods=BOTH),
    "builder:delete": cohort(ORGANISER, methods=BOTH),
    "builder:place": cohort(ORGANISER, methods=BOTH),
    "builder:autosave": cohort(ORGANISER, methods=POST),
    "builder:preview": cohort(ORGANISER),
    "builder:preview-doors": cohort(ORGANISER, methods=BOTH),
    "builder:preview-section": cohort(ORGANISER, methods=BOTH),
    "builder:preview-check": cohort(ORGANISER, methods=BOTH),
    "builder:preview-sent": cohort(ORGANISER),
    "builder:preview-again": cohort(ORGANISER, methods=POST),
    # erasure requests
    "privacy:requests": cohort(ORGANISER),
    "privacy:request": cohort(ORGANISER, methods=BOTH),
    "privacy:retention": cohort(ORGANISER, OBSERVER),
    "privacy:hold": cohort(ORGANISER, methods=BOTH),
    "privacy:lift": cohort(ORGANISER, methods=POST),
    "privacy:audiences": public(),
    "privacy:mine": own(*EVERYONE, methods=BOTH),
    "erasures:list": Access(Scope.INSTALLATION),
    "erasures:request": Access(Scope.INSTALLATION, methods=BOTH),
    # applications, equality
    "applications:eligibility": public(*BOTH),
    "applications:start": signed_in(*BOTH),
    "applications:hub": own(APPLICANT),
    "applications:language": own(APPLICANT, methods=POST),
    "applications:earlier": own(APPLICANT, methods=POST),
    "applications:offline": own(APPLICANT, methods=BOTH),
    "applications:section": own(APPLICANT, methods=BOTH),
    "applications:autosave": own(APPLICANT, methods=POST),
    "applications:upload-begin": own(APPLICANT, methods=POST),
    "applications:upload": own(APPLICANT, methods=BOTH),
    "applications:check": own(APPLICANT, methods=BOTH),
    "applications:receipt": own(APPLICANT),
    "applications:copy": own(APPLICANT),
    "applications:withdraw": own(APPLICANT, methods=BOTH),
    "applications:resume": own(APPLICANT, methods=POST),
    "applications:file": own(APPLICANT, ORGANISER),
    "applications:board": cohort(ORGANISER, OBSERVER),
    "applications:figures": cohort(ORGANISER, OBSERVER),
    "applications:figures-live": cohort(ORGANISER, OBSERVER),
    "applications:at-risk": cohort(ORGANISER, OBSERVER),
    "applications:write": cohort(ORGANISER, methods=BOTH),
    "applications:choose": cohort(ORGANISER, methods=POST),
    "applications:deeds": cohort(ORGANISER),
    "applications:deed": cohort(ORGANISER, methods=BOTH),
    "applications:deed-undo": cohort(ORGANISER, methods=POST),
    "applications:export": cohort(ORGANISER, methods=POST),
    "applications:application": cohort(ORGANISER),
    "applications:more-time": judging(ORGANISER, methods=BOTH),
    "applications:late-start": cohort(ORGANISER, OFFICER, methods=BOTH),
    # accommodations: the officer and the person themselves, never an organiser as such
    "accommodations:mine": own(APPLICANT, methods=BOTH),
    "accommodations:word": own(APPLICANT, methods=BOTH),
    "accommodations:take-back": own(APPLICANT, methods=BOTH),
    "accommodations:recording": own(APPLICANT, methods=BOTH),
    "accommodations:pieces-begin": own(APPLICANT, methods=POST),
    "accommodations:pieces": own(APPLICANT, methods=BOTH),
    "accommodations:file": own(APPLICANT, OFFICER),
    "accommodations:list": cohort(OFFICER),
    "accommodations:request": cohort(OFFICER),
    "accommodations:answer": cohort(OFFICER, methods=BOTH),
    "accommodations:transcript": cohort(OFFICER, methods=BOTH),
    "equality:invitation": own(APPLICANT),
    "equality:answer": public("POST"),
    "equality:thanks": public(),
    "equality:results": cohort(ORGANISER),
    "equality:linked": own(APPLICANT, methods=BOTH),
    "equality:take-back": own(APPLICANT, methods=POST),
    "equality:comparison": cohort(ORGANISER, OBSERVER),
    "equality:propose": cohort(ORGANISER, methods=BOTH),
    "equality:confirm": cohort(ORGANISER, OBSERVER, methods=POST),
    "equality:seal": cohort(ORGANISER, OBSERVER, methods=POST),
    # review
    "blinding:mine": own(APPLICANT, methods=BOTH),
    "blinding:mine-take-back": own(APPLICANT, methods=POST),
    "blinding:list": judging(ORGANISER),
    "blinding:one": judging(ORGANISER, methods=BOTH),
    "blinding:take-back": judging(ORGANISER, methods=POST),
    "first_reads:mine": own(REVIEWER),
    "first_reads:read": cohort(REVIEWER, methods=BOTH),
    "first_reads:autosave": cohort(REVIEWER, methods=POST),
    "first_reads:tie": cohort(REVIEWER, methods=POST),
    "first_reads:discussion": judging(REVIEWER, ORGANISER, methods=BOTH),
    "first_reads:organise": judging(ORGANISER, methods=BOTH),
    "first_reads:choose": judging(ORGANISER, methods=BOTH),
    "first_reads:write": judging(ORGANISER, methods=BOTH),
    "first_reads:open": judging(ORGANISER, methods=POST),
    "first_reads:close": judging(ORGANISER, methods=POST),
    "first_reads:let-go": judging(ORGANISER, methods=POST),
    "first_reads:remove": judging(ORGANISER, methods=POST),
    "first_reads:agreed": judging(ORGANISER, methods=BOTH),
    "review:queue": own(REVIEWER),
    "review:next": own(REVIEWER),
    "review:more": own(REVIEWER, methods=BOTH),
    "review:profile": own(REVIEWER, methods=BOTH),
    "review:read": own(REVIEWER, methods=BOTH),
    "review:autosave": own(REVIEWER, methods=POST),
    "review:conflict": own(REVIEWER, methods=BOTH),
    "review:reopen": own(REVIEWER, methods=POST),
    "review:look-again": own(REVIEWER, methods=BOTH),
    "review:note": own(REVIEWER, methods=BOTH),
    "review:pass": own(REVIEWER, methods=POST),
    "review:asked": judging(ORGANISER),
    "review:answer": judging(ORGANISER, methods=BOTH),
    "review:speaks-of": judging(ORGANISER, methods=BOTH),
    "review:progress": judging(ORGANISER, OBSERVER),
    "review:assign": judging(ORGANISER, methods=BOTH),
    "review:capacity": judging(ORGANISER, methods=BOTH),
    "review:second-pass": judging(ORGANISER, OBSERVER, methods=BOTH),
    "review:given": judging(ORGANISER),
    "review:sharing": judging(ORGANISER, methods=BOTH),
    "review:tie": judging(ORGANISER, methods=BOTH),
    "review:handover": judging(ORGANISER, methods=BOTH),
    "review:back": judging(ORGANISER, methods=POST),
    "review:applications": judging(ORGANISER, OBSERVER),
    "review:reads": judging(ORGANISER),
    "review:act": judging(ORGANISER, methods=BOTH),
    "review:reviewer": judging(ORGANISER, methods=BOTH),
    # selection
    "selection:room": judging(ORGANISER, OBSERVER),
    "selection:propose": judging(ORGANISER, methods=POST),
    "selection:public-round": judging(ORGANISER, methods=BOTH),
    "selection:draw-places": judging(ORGANISER, methods=POST),
    "selection:sign": judging(ORGANISER, methods=BOTH),
    "selection:confirm": judging(ORGANISER, methods=BOTH),
    "selection:decision": judging(ORGANISER, OBSERVER, methods=BOTH),
    "selection:change": judging(ORGANISER, OBSERVER, methods=BOTH),
    "selection:what-if": judging(ORGANISER, methods=BOTH),
    "selection:drop-change": judging(ORGANISER, methods=POST),
    "selection:places": judging(ORGANISER, OBSERVER),
    "selection:close": judging(ORGANISER, methods=BOTH),
    "selection:extend": judging(ORGANISER, methods=BOTH),
    "selection:record-decline": judging(ORGANISER, methods=BOTH),
    "selection:reopen-offer": judging(ORGANISER, methods=BOTH),
    "selection:evidence": judging(ORGANISER, OBSERVER),
    "selection:own-reading": own(REVIEWER),
    "selection:send-extra": judging(ORGANISER, methods=POST),
    "selection:withdraw": own(SCHOLAR, ORGANISER, methods=BOTH),
    "selection:scholars": judging(ORGANISER, OBSERVER, shut=Shut.UNTIL_TRAINING),
    "selection:scholar": judging(ORGANISER, methods=BOTH, shut=Shut.UNTIL_TRAINING),
    "selection:draw": public(),
    "selection:commit": judging(ORGANISER, methods=POST),
    "selection:draw-file": public(),
    "selection:outcome": own(APPLICANT),
    "selection:accept": own(APPLICANT, methods=BOTH),
    "selection:decline": own(APPLICANT, methods=BOTH),
    "selection:leave": own(APPLICANT, methods=BOTH),
    # selection_report
    "selection_report:newest": public(),
    "selection_report:numbered": public(),
    "selection_report:json": public(),
    "selection_report:draft": judging(ORGANISER, OBSERVER),
    "selection_report:write": judging(ORGANISER, methods=POST),
    # commendations
    "commendations:own": own(APPLICANT, methods=BOTH),
    "commendations:take-back": own(APPLICANT, methods=POST),
    "commendations:note": public(),
    # mentoring
    "mentoring:offer": own(MENTOR, methods=BOTH),
    "mentoring:wish": own(SCHOLAR, methods=BOTH),
    "mentoring:pairings": own(ORGANISER, OBSERVER, MENTOR, SCHOLAR, shut=Shut.UNTIL_TRAINING),
    "mentoring:propose": cohort(ORGANISER, methods=BOTH, shut=Shut.UNTIL_TRAINING),
    "mentoring:concerns": cohort(ORGANISER, shut=Shut.UNTIL_TRAINING),
    "mentoring:close-concern": cohort(ORGANISER, methods=BOTH, shut=Shut.UNTIL_TRAINING),
    "mentoring:pairing": own(ORGANISER, OBSERVER, MENTOR, SCHOLAR, shut=Shut.UNTIL_TRAINING),
    "mentoring:end": cohort(ORGANISER, methods=BOTH, shut=Shut.UNTIL_TRAINING),
    "mentoring:check-in": own(MENTOR, SCHOLAR, methods=BOTH),
    "mentoring:answers": cohort(ORGANISER, shut=Shut.UNTIL_TRAINING),
    # stipends
    "stipends:mine": own(SCHOLAR),
    "stipends:payee": own(SCHOLAR, methods=BOTH),
    "stipends:board": cohort(FINANCE, ORGANISER, OBSERVER, shut=Shut.UNTIL_TRAINING),
    "stipends:ledger": cohort(FINANCE, ORGANISER, OBSERVER, shut=Shut.UNTIL_TRAINING),
    "stipends:ledger-file": cohort(FINANCE, ORGANISER, OBSERVER, methods=POST, shut=Shut.UNTIL_TRAINING),
    "stipends:keeping": cohort(FINANCE, ORGANISER, OBSERVER, shut=Shut.UNTIL_TRAINING),
    "stipends:instalment": cohort(FINANCE, ORGANISER, OBSERVER, methods=BOTH, shut=Shut.UNTIL_TRAINING),
    "stipends:steps": cohort(FINANCE, ORGANISER, methods=BOTH, shut=Shut.UNTIL_TRAINING),
    "stipends:details": cohort(FINANCE, methods=BOTH, shut=Shut.UNTIL_TRAINING),
    "stipends:extension": cohort(ORGANISER, methods=BOTH, shut=Shut.UNTIL_TRAINING),
    # training
    "training:home": own(SCHOLAR),
    "training:begin": own(SCHOLAR, methods=POST),
    "training:plan": own(SCHOLAR, methods=BOTH),
    "training:week": own(SCHOLAR, methods=BOTH),
    "training:look-back": own(SCHOLAR, methods=BOTH),
    "training:scholars": own(ORGANISER, OBSERVER, MENTOR, shut=Shut.UNTIL_TRAINING),
    "training:scholar": own(ORGANISER, OBSERVER, MENTOR, SCHOLAR, shut=Shut.UNTIL_TRAINING),
    "training:versions": own(ORGANISER, OBSERVER, MENTOR, SCHOLAR, shut=Shut.UNTIL_TRAINING),
    "training:failures": cohort(ORGANISER, OBSERVER, shut=Shut.UNTIL_TRAINING),
    "training:grade-again": cohort(ORGANISER, methods=POST, shut=Shut.UNTIL_TRAINING),
    "training:grade-all-again": cohort(ORGANISER, methods=POST, shut=Shut.UNTIL_TRAINING),
    "training:labs": cohort(SCHOLAR, MENTOR, ORGANISER, OBSERVER),
    "training:lab": cohort(SCHOLAR, MENTOR, ORGANISER, OBSERVER, methods=BOTH),
    "training:lab-autosave": own(SCHOLAR, methods=POST),
    "training:stub": cohort(SCHOLAR, MENTOR, ORGANISER, OBSERVER),
    "training:figure": cohort(SCHOLAR, MENTOR, ORGANISER, OBSERVER),
    "training:submission": own(SCHOLAR, MENTOR, ORGANISER, OBSERVER, shut=Shut.UNTIL_TRAINING),
    "training:code": own(SCHOLAR, MENTOR, ORGANISER, OBSERVER, methods=BOTH, shut=Shut.UNTIL_TRAINING),
    "training:take-back-remark": own(SCHOLAR, MENTOR, ORGANISER, methods=POST, shut=Shut.UNTIL_TRAINING),
    "training:journal": own(ORGANISER, OBSERVER, MENTOR, SCHOLAR, shut=Shut.UNTIL_TRAINING),
    "training:write": own(SCHOLAR, methods=BOTH),
    "training:autosave": own(SCHOLAR, methods=POST),
    "training:entry": own(ORGANISER, OBSERVER, MENTOR, SCHOLAR, shut=Shut.UNTIL_TRAINING),
    "training:public-entry": public(),
    "training:public-journal": public(),
    "training:feed": public(),
    "training:writer-feed": public(),
    # projects
    "projects:mine": own(SCHOLAR, methods=BOTH),
    "projects:projects": own(ORGANISER, OBSERVER, MENTOR, shut=Shut.UNTIL_TRAINING),
    "projects:project": own(ORGANISER, OBSERVER, MENTOR, SCHOLAR, shut=Shut.UNTIL_TRAINING),
    "projects:edit": own(SCHOLAR, methods=BOTH),
    "projects:milestone": own(ORGANISER, OBSERVER, MENTOR, SCHOLAR, methods=BOTH, shut=Shut.UNTIL_TRAINING),
    "projects:mark": own(ORGANISER, MENTOR, SCHOLAR, methods=BOTH, shut=Shut.UNTIL_TRAINING),
    # showcase
    "showcase:gallery": public(),
    "showcase:page": public(),
    "showcase:mine": own(SCHOLAR, methods=BOTH),
    "showcase:organise": own(ORGANISER, OBSERVER, MENTOR, methods=BOTH, shut=Shut.UNTIL_TRAINING),
    "showcase:act": own(ORGANISER, MENTOR, SCHOLAR, methods=POST, shut=Shut.UNTIL_TRAINING),
    # impact
    "impact:surveys": own(SCHOLAR, methods=BOTH),
    "impact:survey": own(SCHOLAR, methods=BOTH),
    "impact:reports": public(),
    "impact:report": public(),
    "impact:report-json": public(),
    "impact:today": cohort(ORGANISER, OBSERVER, methods=BOTH, shut=Shut.UNTIL_TRAINING),
    # rehearsal
    "rehearsal:report": cohort(ORGANISER, OBSERVER),
}
