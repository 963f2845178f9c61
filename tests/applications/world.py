"""Applications for the tests of other rooms."""

from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.applications.conftest import begin, fresh, send, write
from tests.cast import Cast
from tests.samples import a_pdf
from tremplin.applications import queries, services
from tremplin.applications.models import Application, Deed


@dataclass(frozen=True)
class SentWithFile:
    application: Application
    ref: str  # of the file


def sent_with_file(cast: Cast) -> SentWithFile:
    """What the applicant of `cast` has sent, with a file."""
    now = cast.at("call_opens", hours=2)
    application = begin(cast, now=now)
    kept = services.attach_file(
        application=application,
        question="sample",
        upload=SimpleUploadedFile("work.pdf", a_pdf()),
        actor=cast.applicant,
        now=now,
    )
    return SentWithFile(send(write(fresh(application), now), now), kept.file.ref)


def on_its_way(cast: Cast) -> dict[str, str]:
    """The words of the address of a file that the applicant of `cast` has begun to send."""
    now = cast.at("call_opens", hours=2)
    part = services.begin_upload(
        application=begin(cast, now=now),
        question="sample",
        name="work.pdf",
        size=100_000,
        sha256="0" * 64,
        actor=cast.applicant,
        now=now,
    )
    return {"ref": part.ref}


def labelled(cast: Cast) -> Deed:
    """A deed of the organiser of `cast`: one application labelled."""
    now = cast.at("call_opens", hours=3)
    application = sent_with_file(cast).application
    choice = queries.Choice(refs=(application.ref,))
    deed = services.plan(cohort=cast.cohort, actor=cast.organiser, kind="label", choice=choice, now=now)
    services.describe(deed=deed, actor=cast.organiser, now=now, word="Checked")
    return services.carry_out(deed=deed, actor=cast.organiser, now=now)
