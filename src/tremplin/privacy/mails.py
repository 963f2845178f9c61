"""What people read about their erasure, and those who have to answer it. Each in their own language."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tremplin.core.outbox import services as outbox
from tremplin.core.ui.moments import day_text
from tremplin.people.models import ErasurePart, User
from tremplin.privacy.queries import Outlook
from tremplin.privacy.rules import Occasion
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort


def tell_done(part: ErasurePart, cohort: Cohort, before: Outlook, after: Outlook, *, now: datetime) -> None:
    """What was erased, and what stays, why and until when. `before` and `after` are in the person's language."""
    went = [f"– {row.what}" for row in before.goes]
    stays = [f"– {row.what}: {row.kept}{_until(row.until)}" for row in after.stays]
    _post(
        part.request.user,
        cohort,
        kind="erasure-done",
        key=part.ref,
        subject=_("Erased: %(title)s") % {"title": part.title},
        paragraphs=(
            _("Hello,"),
            _("you asked that your data be erased. %(title)s has done so.") % {"title": part.title},
            *([_("This is gone:"), "\n".join(went)] if went else []),
            *([_("This must be kept:"), "\n".join(stays)] if stays else []),
            _("What has to stay until a day goes by itself after it."),
            _rights(),
        ),
        now=now,
    )


def tell_refused(part: ErasurePart, cohort: Cohort, *, now: datetime) -> None:
    """Why nothing was erased, in the words of those who decided, and what the person can do about it."""
    _post(
        part.request.user,
        cohort,
        kind="erasure-refused",
        key=part.ref,
        subject=_("Your request to be erased: %(title)s") % {"title": part.title},
        paragraphs=(
            _("Hello,"),
            _("you asked that your data be erased. %(title)s does not do so, for this reason:")
            % {"title": part.title},
            part.reason,
            _("You can ask again at any time."),
            _rights(),
        ),
        now=now,
    )


def tell_longer(part: ErasurePart, cohort: Cohort, *, now: datetime) -> None:
    """That the answer takes longer, why, and until when. In the person's language."""
    day = day_text(part.answer_by.date())
    _post(
        part.request.user,
        cohort,
        kind="erasure-longer",
        key=part.ref,
        subject=_("Your request takes longer: %(title)s") % {"title": part.title},
        paragraphs=(
            _("Hello,"),
            _("you asked that your data be erased. %(title)s needs more time to answer, for this reason:")
            % {"title": part.title},
            part.why_longer,
            _("You are answered by %(day)s at the latest. The law allows two months more, once.")
            % {"day": day},
            _rights(),
        ),
        now=now,
    )


def remind(part: ErasurePart, cohort: Cohort, *, to: User, occasion: Occasion, now: datetime) -> None:
    """Somebody has to answer, and by when. The mail names nobody: the page does."""
    with translation.override(to.language):
        link = settings.BASE_URL + cohort_url(cohort, "privacy:request", ref=part.ref)
        day = day_text(part.answer_by.date())
        late = occasion == "late"
        line = _("The law wanted an answer by %(day)s.") if late else _("The law wants an answer by %(day)s.")
        _post(
            to,
            cohort,
            kind="erasure-asked",
            key=f"{part.ref}:{'longer-' if part.extended_at else ''}{occasion}:{to.ref}",
            subject=_("Late: somebody waits to be erased") if late else _("Somebody asks to be erased"),
            paragraphs=(
                _("Hello,"),
                _("somebody asks that %(title)s erase what it keeps about them.") % {"title": part.title},
                line % {"day": day},
                _("The page shows what goes, what must be kept and why, and has two buttons:"),
                link,
            ),
            now=now,
        )


def _until(moment: datetime | None) -> str:
    return _(" Until %(day)s.") % {"day": day_text(moment.date())} if moment else ""


def _rights() -> str:
    return _(
        "If you do not agree, write to us; you can also complain to the data protection authority of your "
        "country, or go to court."
    )


def _post(
    to: User,
    cohort: Cohort,
    *,
    kind: str,
    key: str,
    subject: str,
    paragraphs: Sequence[str],
    now: datetime,
) -> None:
    outbox.post(
        scope=cohort.scope,
        to=to.email,
        to_ref=to.ref,
        language=translation.get_language() or to.language,
        kind=kind,
        subject=" ".join(subject.split())[:300],
        body="\n\n".join((*paragraphs, cohort.institution.name)),
        now=now,
        key=f"{kind}:{key}",
        reply_to=cohort.plan.programme.contact,
    )
