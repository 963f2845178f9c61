"""What organisers do with the account of a selection: write their part, and publish it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core import versions
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.text import language_name
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.selection_report import queries, rules
from tremplin.selection_report.figures import content_of
from tremplin.selection_report.models import SelectionReport, Words

Sections = Mapping[str, Mapping[str, str]]
LONGEST = 5000
"""Characters of one section in one language."""


@transaction.atomic
def save_words(
    *, cohort: Cohort, sections: Sections, expected_version: int, actor: User, now: datetime
) -> Words:
    """Keep what organisers have written, in whatever state it is. Saving the same again changes nothing.

    Order: permission; the version; the words; the audit event. Raises NotAllowed, Stale, Invalid by field for what is
    too long.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    known = _known(cohort, sections)
    row, _new = Words.objects.select_for_update().get_or_create(cohort=cohort, defaults={"created_at": now})
    if row.sections == known:
        return row
    versions.check(row, expected_version)
    row.sections, row.version, row.saved_at = known, row.version + 1, now
    row.save(update_fields=["sections", "version", "saved_at"])
    log(
        cohort=cohort,
        actor=actor,
        verb="selection_report.written",
        subject=row,
        now=now,
        version=row.version,
    )
    return row


def _known(cohort: Cohort, sections: Sections) -> dict[str, dict[str, str]]:
    errors: dict[str, list[str]] = {}
    found: dict[str, dict[str, str]] = {}
    for section in rules.SECTIONS:
        for language in cohort.plan.programme.languages:
            text = sections.get(section.code, {}).get(language, "").strip()
            if len(text) > LONGEST:
                most = _("Shorten this to %(most)s characters: it has %(has)s now.")
                errors[field(section.code, language)] = [most % {"most": LONGEST, "has": len(text)}]
            elif text:
                found.setdefault(section.code, {})[language] = text
    if errors:
        raise Invalid(errors)
    return found


def field(section: str, language: str) -> str:
    """Under which name a form asks for a section in a language."""
    return f"{section}-{language}"


@transaction.atomic
def publish(*, cohort: Cohort, version: int, actor: User, now: datetime) -> SelectionReport:
    """Freeze the figures and the words `version` as a report that everybody can read.

    Who publishes again what is published finds the report that is there. Order: permission; decisions that are final
    and told; the words that were read; the figures; the report; the audit event. Raises NotAllowed, Conflict, Stale,
    Invalid by field for what is not written.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    why_not = queries.blocked(cohort)
    if why_not:
        found = rules.STATES[why_not]
        raise Conflict(_("The report cannot be published yet: %(why)s.") % {"why": found.staff}, found.next)
    words = Words.objects.filter(cohort=cohort).first() or Words(cohort=cohort)
    versions.check(words, version)
    by_hand = bool(queries.changed_by_hand(cohort))
    _whole(cohort, words, by_hand=by_hand)
    content = content_of(cohort, words=words.sections, now=now)
    latest = queries.published(cohort).first()
    if latest is not None and {**latest.content, "at": ""} == {**content, "at": ""}:
        return latest
    report = SelectionReport.objects.create(
        cohort=cohort,
        number=latest.number + 1 if latest else 1,
        content=content,
        checksum=rules.checksum(content),
        published_at=now,
        published_by=actor.ref,
        created_at=now,
    )
    log(
        cohort=cohort,
        actor=actor,
        verb="selection_report.published",
        subject=report,
        now=now,
        number=report.number,
        checksum=report.checksum,
    )
    return report


def _whole(cohort: Cohort, words: Words, *, by_hand: bool) -> None:
    languages = cohort.plan.programme.languages
    lacking = rules.missing(words.sections, languages, by_hand=by_hand)
    if lacking:
        say_it = _("Write this in %(language)s: it belongs to every report.")
        raise Invalid(
            {
                field(section.code, language): [say_it % {"language": language_name(language)}]
                for section, language in lacking
            }
        )
