"""A draft forgives: it keeps everything, in any state, from any window."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.applications.conftest import begin, fresh, send, write
from tests.cast import Cast
from tests.samples import a_pdf
from tremplin.applications import queries, services
from tremplin.applications.models import AnswerFile, Application
from tremplin.applications.services.drafts import Keep
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.models import StoredFile
from tremplin.people import personal_data
from tremplin.programmes.models import Membership
from tremplin.programmes.roles import Role, roles_of

MaxQueries = Callable[[int], AbstractContextManager[Any]]


def save(
    application: Application, cast: Cast, *, version: int | None = None, tab: str = "", **values: str
) -> services.Saved:
    return services.save_section(
        application=application,
        section="essays",
        values=values,
        expected_version=application.version if version is None else version,
        actor=cast.applicant,
        now=cast.at("call_opens", days=2),
        tab=tab,
    )


def test_starting_gives_the_role_keeps_the_answers_of_the_doors_and_fills_in_the_name(cast: Cast) -> None:
    application = begin(cast)
    assert roles_of(cast.applicant, cast.cohort) == {Role.APPLICANT}
    assert fresh(application).eligibility == {"adult": "yes", "hours": "35"}
    assert fresh(application).answers == {"full_name": "Ada Applicant"}
    assert application.name == "Ada Applicant"


def test_starting_twice_gives_the_same_application(cast: Cast) -> None:
    assert begin(cast).pk == begin(cast, now=cast.at("call_opens", days=3)).pk


def test_nobody_starts_without_passing_the_doors(cast: Cast) -> None:
    for answers in ({}, {"adult": "no", "hours": "40"}, {"adult": "yes"}):
        with pytest.raises(Invalid):
            services.start(
                cohort=cast.cohort,
                applicant=cast.applicant,
                eligibility=answers,
                now=cast.at("call_opens", days=1),
            )
    assert not Application.objects.exists()
    assert roles_of(cast.applicant, cast.cohort) == frozenset()


def test_nobody_starts_before_the_opening_or_after_the_deadline(cast: Cast) -> None:
    with pytest.raises(Conflict):
        begin(cast, now=cast.at("call_opens", seconds=-1))
    with pytest.raises(services.Late):
        begin(cast, now=cast.at("call_closes", seconds=1))
    assert begin(cast, now=cast.at("call_closes")).pk


def test_those_who_run_a_cohort_cannot_apply_to_it(cast: Cast) -> None:
    for person in (cast.organiser, cast.reviewer, cast.mentor, cast.finance, cast.observer):
        with pytest.raises(NotAllowed):
            begin(cast, person)
    assert begin(cast, cast.stranger).pk


def test_a_save_keeps_what_is_missing_wrong_or_far_too_long(cast: Cast, draft: Application) -> None:
    pasted = "mot " * 5000
    saved = save(draft, cast, motivation=pasted, project="").application
    stored = fresh(saved)
    assert stored.answers["motivation"] == pasted
    you = services.save_section(
        application=saved,
        section="you",
        values={"country": "Atlantis", "coded_before": "perhaps"},
        expected_version=saved.version,
        actor=cast.applicant,
        now=cast.at("call_opens", days=2),
    ).application
    assert fresh(you).answers["country"] == "Atlantis"
    assert fresh(you).answers["full_name"] == "Ada Applicant"


def test_a_text_that_no_form_would_ask_for_is_refused_and_what_stands_beside_it_is_kept(
    cast: Cast, draft: Application
) -> None:
    saved = save(draft, cast, motivation="x" * 50_001, project="A short one")
    assert list(saved.refused) == ["motivation"]
    assert "motivation" not in fresh(draft).answers
    assert fresh(draft).answers["project"] == "A short one"


def test_nobody_writes_whose_role_or_account_has_ended(cast: Cast, draft: Application) -> None:
    held = Membership.objects.filter(user=draft.applicant, cohort=draft.cohort, role=Role.APPLICANT)
    held.delete()
    with pytest.raises(NotAllowed, match="role"):
        save(draft, cast, why="I repaired it.")
    Membership.objects.create(
        user=draft.applicant,
        cohort=draft.cohort,
        role=Role.APPLICANT,
        created_at=cast.at("call_opens", days=1),
    )
    draft.applicant.is_active = False
    with pytest.raises(NotAllowed, match="role"):
        save(draft, cast, why="I repaired it.")
    assert fresh(draft).version == draft.version


def test_saving_the_same_again_is_no_new_version(cast: Cast, draft: Application) -> None:
    once = save(draft, cast, motivation="Words.\r\nMore.").application
    twice = save(once, cast, motivation="Words.\nMore.").application
    assert (once.version, twice.version) == (1, 1)


def test_two_windows_on_different_sections_do_not_disturb_each_other(cast: Cast, draft: Application) -> None:
    first = save(draft, cast, tab="a", motivation="From a.").application
    second = services.save_section(
        application=draft,
        section="you",
        values={"country": "FR"},
        expected_version=0,
        actor=cast.applicant,
        now=cast.at("call_opens", days=2),
        tab="b",
    )
    assert second.aside == ()
    assert fresh(first).answers == {"full_name": "Ada Applicant", "motivation": "From a.", "country": "FR"}


def test_two_windows_on_one_answer_lose_neither_text(cast: Cast, draft: Application) -> None:
    save(draft, cast, version=0, tab="a", motivation="From a.", project="Mine.")
    second = save(draft, cast, version=0, tab="b", motivation="From b.", project="")
    assert second.aside == ("motivation",)
    stored = fresh(draft)
    assert stored.answers["motivation"] == "From a."
    assert stored.aside["motivation"] == "From b."
    # An empty box of the older window was never filled in: it wipes nothing.
    assert stored.answers["project"] == "Mine."


@pytest.mark.parametrize(
    ("keep", "kept"),
    [("saved", "From a."), ("mine", "From b."), ("both", "From a.\n\nFrom b.")],
)
def test_the_writer_chooses_between_two_versions(
    cast: Cast, draft: Application, keep: Keep, kept: str
) -> None:
    save(draft, cast, version=0, tab="a", motivation="From a.")
    save(draft, cast, version=0, tab="b", motivation="From b.")
    settled = services.settle(
        application=draft,
        question="motivation",
        keep=keep,
        actor=cast.applicant,
        now=cast.at("call_opens", days=2),
    )
    assert fresh(settled).answers["motivation"] == kept
    assert fresh(settled).aside == {}


def test_one_window_never_clashes_with_itself_however_late_its_version(
    cast: Cast, draft: Application
) -> None:
    for text in ("W", "Wo", "Wor", "Word"):
        assert save(draft, cast, version=0, tab="a", motivation=text).aside == ()
    assert fresh(draft).answers["motivation"] == "Word"


def test_a_late_save_changes_nothing_and_says_until_when(cast: Cast, draft: Application) -> None:
    grace = cast.cohort.plan.cohort.grace_minutes
    with pytest.raises(services.Late) as caught:
        services.save_section(
            application=draft,
            section="essays",
            values={"motivation": "Too late."},
            expected_version=0,
            actor=cast.applicant,
            now=cast.at("call_closes", minutes=grace, seconds=1),
        )
    assert "anywhere on Earth" in str(caught.value)
    assert "motivation" not in fresh(draft).answers


def test_lists_find_people_by_the_name_they_gave_whatever_its_accents(cast: Cast, draft: Application) -> None:
    renamed = write(draft, cast.at("call_opens", days=2), full_name="Zoë Müller-Ñandú")
    found = queries.board(cast.cohort, cast.organiser, queries.BoardFilters(text="zoe NANDU"))
    assert list(found) == [renamed]
    by_ref = queries.BoardFilters(text=renamed.ref.upper())
    assert list(queries.board(cast.cohort, cast.organiser, by_ref)) == [renamed]


PDF = a_pdf("one")


def attach(application: Application, cast: Cast, content: bytes = PDF, name: str = "work.pdf") -> AnswerFile:
    return services.attach_file(
        application=application,
        question="sample",
        upload=SimpleUploadedFile(name, content),
        actor=cast.applicant,
        now=cast.at("call_opens", days=2),
    )


def test_a_file_replaces_the_one_before_and_takes_its_place_on_disk_too(
    cast: Cast, draft: Application, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    first = attach(draft, cast)
    with django_capture_on_commit_callbacks(execute=True):
        second = attach(draft, cast, b"print('hello')\n", "work.py")
    assert fresh(draft).answers["sample"]["file"] == second.file.ref
    assert StoredFile.objects.count() == 1
    assert not default_storage.exists(first.file.path)
    assert default_storage.exists(second.file.path)


def test_a_file_that_was_sent_stays_until_another_is_sent(
    cast: Cast, ready: Application, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    now = cast.at("call_opens", days=3)
    first = attach(ready, cast)
    sent = send(fresh(ready), now)
    attach(sent, cast, a_pdf("two"), "better.pdf")
    assert default_storage.exists(first.file.path)
    snapshot = queries.last_snapshot(sent)
    assert snapshot is not None
    assert snapshot.answers["sample"]["file"] == first.file.ref
    with django_capture_on_commit_callbacks(execute=True):
        send(fresh(sent), now)
    assert not default_storage.exists(first.file.path)
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "work.pdf"),
        (b"MZ\x90\x00", "work.pdf"),
        (b"\x89PNG\r\n\x1a\n", "photo.pdf"),
        (b"<html>\x00", "page.txt"),
    ],
)
def test_a_file_is_what_its_content_says_and_a_wrong_one_leaves_the_old(
    cast: Cast, draft: Application, content: bytes, name: str
) -> None:
    kept = attach(draft, cast)
    with pytest.raises(Invalid) as caught:
        attach(draft, cast, content, name)
    assert list(caught.value.errors) == ["sample"]
    assert fresh(draft).answers["sample"]["file"] == kept.file.ref


def test_a_file_can_be_taken_back(cast: Cast, draft: Application) -> None:
    attach(draft, cast)
    services.detach_file(
        application=draft, question="sample", actor=cast.applicant, now=cast.at("call_opens", days=2)
    )
    assert "sample" not in fresh(draft).answers
    assert not AnswerFile.objects.exists()


def test_a_file_answers_only_a_question_that_asks_for_one(cast: Cast, draft: Application) -> None:
    with pytest.raises(Invalid):
        services.attach_file(
            application=draft,
            question="motivation",
            upload=SimpleUploadedFile("a.pdf", PDF),
            actor=cast.applicant,
            now=cast.at("call_opens", days=2),
        )


def test_the_language_of_the_answers_can_be_changed_to_one_the_programme_speaks(
    cast: Cast, draft: Application
) -> None:
    now = cast.at("call_opens", days=2)
    services.choose_language(application=draft, language="fr", actor=cast.applicant, now=now)
    assert fresh(draft).language == "fr"
    with pytest.raises(Invalid):
        services.choose_language(application=draft, language="de", actor=cast.applicant, now=now)


def test_a_whole_application_is_cheap_enough_to_rehearse_by_the_thousand(
    cast: Cast, django_assert_max_num_queries: MaxQueries
) -> None:
    """Eight saves and a submit took 21 ms when this was written; statements are counted, for clocks are noisy."""
    now = cast.at("call_opens", days=2)
    with django_assert_max_num_queries(27):
        application = begin(cast)
    with django_assert_max_num_queries(5):
        application = save(application, cast, motivation="Words.").application
    application = write(application, now)
    with django_assert_max_num_queries(30):
        services.submit(application=application, actor=cast.applicant, once="k", now=now)


def test_a_draft_that_was_never_sent_can_be_deleted_and_begun_anew(
    cast: Cast, draft: Application, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    now = cast.at("call_opens", days=2)
    kept = attach(draft, cast)
    with django_capture_on_commit_callbacks(execute=True):
        services.discard(application=draft, actor=cast.applicant, now=now)
    assert not Application.objects.exists()
    assert not default_storage.exists(kept.file.path)
    assert roles_of(cast.applicant, cast.cohort) == frozenset()
    assert begin(cast).pk


def test_what_was_sent_is_withdrawn_and_never_deleted(cast: Cast, sent: Application) -> None:
    with pytest.raises(Conflict):
        services.discard(application=sent, actor=cast.applicant, now=cast.at("call_opens", days=4))


def test_a_person_s_export_holds_what_they_wrote_and_erasure_names_what_is_in_its_way(
    cast: Cast, ready: Application
) -> None:
    def keeping() -> personal_data.Keeping:
        return next(room for room in personal_data.keepings() if room.app == "applications")

    (told,) = keeping().export(cast.applicant)
    assert told["draft"]["motivation"] == "Because I want to build."
    assert told["questions"]["motivation"] == "Why deep learning, why now?"
    assert told["sent"] == []
    assert "Delete it first" in str(keeping().reasons(cast.applicant)[0])
    send(ready, cast.at("call_opens", days=3))
    (told,) = keeping().export(cast.applicant)
    assert told["sent"][0]["number"] == 1
    assert "You have applied" in str(keeping().reasons(cast.applicant)[0])
    assert keeping().export(cast.scholar) == []
