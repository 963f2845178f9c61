"""The people of the tests: one for each role, and a stranger from another institution."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tremplin.applications.models import Application, ApplicationState
from tremplin.core.text import fold
from tremplin.people.models import Institution, User
from tremplin.programmes import services
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.selection.models import Scholar

PLANS = Path(__file__).parent / "plans"
OPENS = datetime(2027, 1, 11, 9, tzinfo=UTC)


@dataclass
class Cast:
    """Everyone, and the cohort they meet in. `applicant` has not applied and `scholar` has no place yet:
    stages make them so through their services."""

    cohort: Cohort
    rival_cohort: Cohort
    organiser: User
    colleague: User  # a second organiser
    reviewer: User
    second_reviewer: User
    mentor: User
    applicant: User
    scholar: User
    finance: User
    second_finance: User
    observer: User
    officer: User  # for accommodations
    stranger: User  # an organiser of another institution

    def at(self, code: str, **offset: int) -> datetime:
        """A moment relative to a named date of the cohort: `cast.at("call_closes", days=-1)`."""
        return self.cohort.date(code) + timedelta(**offset)


def person(name: str, *, language: str = "en") -> User:
    """Someone who exists and holds no role."""
    address = fold(name).replace(" ", ".")
    return User.objects.create_user(f"{address}@example.org", name=name, language=language, now=OPENS)


def speaks(user: User, language: str) -> None:
    """The language in which the pages and mails of `user` are from now on."""
    user.language = language
    user.save()


def cohort_of(slug: str, organiser: User, *, text: str = "", opens: datetime = OPENS) -> Cohort:
    """A cohort of an institution of its own, run by `organiser`, on the small plan or on `text`."""
    institution = Institution.objects.create(slug=slug, name=slug.title(), created_at=opens)
    plan = text or (PLANS / "small.toml").read_text("utf-8")
    version = services.apply_file(institution=institution, text=plan, now=opens, actor=organiser)
    return services.open_cohort(version=version, slug="2027", opens=opens, organiser=organiser, now=opens)


def gather(*, text: str = "", house: str = "") -> Cast:
    """Open the cohort and give everyone their roles; `house` names a second set of people beside the first."""

    def born(name: str, *, language: str = "en") -> User:
        return person(f"{name} {house}".strip(), language=language)

    organiser, stranger = born("Olive Organiser"), born("Sasha Stranger")
    cohort = cohort_of(f"{house}home-lab".lower(), organiser, text=text)
    rival = cohort_of(f"{house}rival-lab".lower(), stranger)

    def with_role(name: str, role: Role, *, language: str = "en") -> User:
        user = born(name, language=language)
        services.grant(user=user, cohort=cohort, role=role, actor=organiser, now=OPENS)
        return user

    return Cast(
        cohort=cohort,
        rival_cohort=rival,
        organiser=organiser,
        colleague=with_role("Colin Colleague", Role.ORGANISER),
        reviewer=with_role("Rita Reviewer", Role.REVIEWER),
        second_reviewer=with_role("Rémi Relecteur", Role.REVIEWER, language="fr"),
        mentor=with_role("Mona Mentor", Role.MENTOR),
        applicant=born("Ada Applicant"),
        scholar=born("Sami Scholar", language="fr"),
        finance=with_role("Fay Finance", Role.FINANCE),
        second_finance=with_role("Farid Finance", Role.FINANCE),
        observer=with_role("Oscar Observer", Role.OBSERVER),
        officer=with_role("Odile Officer", Role.OFFICER),
        stranger=stranger,
    )


def enrol(cast: Cast, user: User | None = None) -> Scholar:
    """Make someone (`cast.scholar`) a scholar at once; how one becomes a scholar is tested in selection."""
    user = user or cast.scholar
    at = cast.at("offers_answered", days=-3)
    application = Application.objects.create(
        cohort=cast.cohort,
        applicant=user,
        state=ApplicationState.SUBMITTED,
        submitted_at=cast.at("call_closes", days=-2),
        sent=1,
        saved_at=at,
        created_at=at,
    )
    for role in (Role.APPLICANT, Role.SCHOLAR):
        services.grant(user=user, cohort=cast.cohort, role=role, actor=None, now=at)
    return Scholar.objects.create(
        cohort=cast.cohort, user=user, application=application, agreed_at=at, created_at=at
    )
