"""The mails about signing in. They say what to do first, and what to do if one did not ask for them."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tremplin.core.outbox import services as outbox
from tremplin.people.destinations import Destination, destination
from tremplin.people.models import MailedKey, Purpose, User
from tremplin.people.rules import spaced

SCOPE = "people"


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    paragraphs: tuple[str, ...]


def send_key(key: MailedKey, *, link: str, code: str, to: User | None, now: datetime) -> None:
    """Mail a key to its address, in the transaction that made it."""
    with translation.override(key.language):
        goal = destination(key.next, key.carried)
        letter = _sign_in_to(goal, link, code) if goal else _key_letter(Purpose(key.purpose), link, code)
        _post(letter, to=key.address, person=to, kind=key.purpose, now=now, key=key_of(key))


def _sign_in_to(goal: Destination, link: str, code: str) -> Letter:
    """The letter of a key on the way to a programme: it bears the name that its reader knows."""
    names = {"programme": goal.title, "institution": goal.place, "code": spaced(code)}
    return Letter(
        _("%(code)s is your code for %(programme)s") % names,
        (
            _("To go on to %(programme)s (%(institution)s), open this page and press its button:") % names,
            settings.BASE_URL + reverse("people:sign-in-link", args=[link]),
            _("Or type this code where you asked for it: %(code)s") % names,
            _("Both work once, for 30 minutes."),
            _(
                "You get this mail because somebody, we hope you, gave this address on the page of %(programme)s. "
                "If you did not, ignore it: without this mail nobody gets in. Never pass the link or the code on."
            )
            % names,
            f"{goal.title}, {goal.place}",
        ),
    )


def key_of(key: MailedKey) -> str:
    """Under which the outbox knows the mail of a key."""
    return f"{SCOPE}:{key.purpose}:{key.ref}"


def _key_letter(purpose: Purpose, link: str, code: str) -> Letter:
    figures, site = spaced(code), settings.SITE_NAME
    if purpose is Purpose.SIGN_IN:
        return Letter(
            _("%(code)s is your code to sign in to %(site)s") % {"code": figures, "site": site},
            (
                _("To sign in to %(site)s, open this page and press its button:") % {"site": site},
                settings.BASE_URL + reverse("people:sign-in-link", args=[link]),
                _("Or type this code where you asked for it: %(code)s") % {"code": figures},
                _("Both work once, for 30 minutes."),
                _(
                    "If you did not ask for this, ignore it: without this mail nobody gets in. "
                    "Never pass the link or the code on."
                ),
            ),
        )
    if purpose is Purpose.ADDRESS:
        return Letter(
            _("%(code)s confirms this address for %(site)s") % {"code": figures, "site": site},
            (
                _("Someone, we hope you, wants to use this address with their account on %(site)s.")
                % {"site": site},
                _("Type this code where you asked for it: %(code)s") % {"code": figures},
                _("It works once, for 30 minutes. If you did not ask for it, ignore this mail."),
            ),
        )
    return Letter(
        _("%(code)s is your code to go on in %(site)s") % {"code": figures, "site": site},
        (
            _("You are about to change something that matters in your account on %(site)s.") % {"site": site},
            _("Type this code there: %(code)s") % {"code": figures},
            _(
                "It works once, for 30 minutes. If this was not you, somebody is using your account: "
                "sign in and choose “Sign out everywhere else”."
            ),
        ),
    )


def send_notice(user: User, code: str, *, now: datetime, key: str, to: str = "") -> None:
    """Tell a person that a way into their account has changed; `to` where their address itself did."""
    with translation.override(user.language):
        deed = _notices()[code]
        letter = Letter(
            deed,
            (
                _("Hello,"),
                _("this has just happened in your account on %(site)s: %(deed)s")
                % {"site": settings.SITE_NAME, "deed": deed},
                _("If it was you, there is nothing to do."),
                _("If it was not, look at your account at once, and sign out everywhere else:"),
                settings.BASE_URL + reverse("people:security"),
            ),
        )
        _post(letter, to=to or user.email, person=user, kind=code, now=now, key=f"{SCOPE}:{code}:{key}")


def _notices() -> dict[str, str]:
    return {
        "password-set": _("A password was set."),
        "password-removed": _("The password was removed."),
        "passkey-added": _("A passkey was added."),
        "passkey-removed": _("A passkey was removed."),
        "second-step-on": _("The second step was switched on."),
        "second-step-off": _("The second step was switched off."),
        "recovery-codes-made": _("New recovery codes were made; the old ones no longer work."),
        "address-changed": _("The e-mail address was changed."),
        "token-made": _("An access token for programs was made."),
    }


def send_erasure_request(user: User, *, to: str, language: str, now: datetime, key: str) -> None:
    """Tell an institution that a person asks to be erased. The person's reference says who it is."""
    with translation.override(language):
        letter = Letter(
            _("Someone asks to be erased"),
            (
                _("Hello,"),
                _("%(name)s (reference %(ref)s) asks that their data be erased.")
                % {"name": user.get_full_name(), "ref": user.ref.upper()},
                _(
                    "Your programmes hold records about this person. The law gives one month to answer: organisers "
                    "find the request on their desk, with what goes and what must be kept, and the person is "
                    "told by mail. Their address: %(address)s"
                )
                % {"address": user.email},
                settings.BASE_URL + "/",
            ),
        )
        outbox.post(
            scope=SCOPE,
            to=to,
            to_ref="",
            language=language,
            kind="erasure-asked",
            subject=letter.subject,
            body="\n\n".join(letter.paragraphs),
            now=now,
            key=key,
            reply_to=user.email,
        )


def _post(letter: Letter, *, to: str, person: User | None, kind: str, now: datetime, key: str) -> None:
    outbox.post(
        scope=SCOPE,
        to=to,
        to_ref=person.ref if person else "",
        language=translation.get_language() or settings.LANGUAGE_CODE,
        kind=kind,
        subject=letter.subject,
        body="\n\n".join((*letter.paragraphs, settings.SITE_NAME)),
        now=now,
        key=key,
    )
