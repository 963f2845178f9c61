"""Where money goes opens with a key of the scholar's own, which goes with the form: no copy opens afterwards."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.cast import Cast
from tests.stipends.world import DETAILS, OTHER_ACCOUNT, instalment, through, with_details
from tests.visiting import Clock, page, signed_in, text_of
from tremplin.core import personal_keys
from tremplin.core.personal_keys import LOST
from tremplin.people import personal_data
from tremplin.programmes.rounds import go_round
from tremplin.selection import services as selection
from tremplin.selection.models import Scholar
from tremplin.stipends import services, vault
from tremplin.stipends.models import PayeeForm

pytestmark = pytest.mark.django_db
Callbacks = DjangoCaptureOnCommitCallbacks


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.PERSONAL_KEYS = tmp_path / "personal-keys"
    return tmp_path / "personal-keys"


def keys() -> list[str]:
    return [path.name for path in personal_keys.folder().rglob("*") if path.is_file()]


def copied(cast: Cast, scholar: Scholar) -> PayeeForm:
    """The row as a backup holds it; it opens as long as its key is there."""
    copy = PayeeForm.objects.get(pk=with_details(cast, scholar).pk)
    assert vault.unseal(copy) == DETAILS
    assert keys() == [copy.ref]
    return copy


def closed(copy: PayeeForm) -> bool:
    """Whether the copy stays closed, also put back where it was."""
    copy.pk = None
    copy.save(force_insert=True)
    return vault.unseal(PayeeForm.objects.get()) is None and keys() == []


def test_erasing_a_person_closes_every_backup(
    cast: Cast, scholar: Scholar, django_capture_on_commit_callbacks: Callbacks
) -> None:
    copy = copied(cast, scholar)
    with django_capture_on_commit_callbacks(execute=True):
        personal_data.erase(cast.scholar, cast.cohort.scope, now=cast.at("training_ends"))
        assert keys()  # not before it is certain
    assert closed(copy)


def test_deleting_ones_details_closes_every_backup(
    cast: Cast, scholar: Scholar, django_capture_on_commit_callbacks: Callbacks
) -> None:
    copy = copied(cast, scholar)
    now = cast.at("training_ends")
    for code in ("start", "second"):
        services.cancel(
            instalment=instalment(scholar, code), reason="Not needed", actor=cast.finance, now=now
        )
    with django_capture_on_commit_callbacks(execute=True):
        services.delete_own_details(scholar=scholar, actor=cast.scholar, now=now)
    assert closed(copy)


def test_the_end_of_their_time_closes_every_backup(
    cast: Cast, scholar: Scholar, django_capture_on_commit_callbacks: Callbacks
) -> None:
    copy = copied(cast, scholar)
    through(cast, instalment(scholar))
    services.cancel(
        instalment=instalment(scholar, "second"),
        reason="No",
        actor=cast.finance,
        now=cast.at("training_ends"),
    )
    selection.complete_scholar(scholar=scholar, actor=cast.organiser, now=cast.at("training_ends"))
    with django_capture_on_commit_callbacks(execute=True):
        go_round(cohort=cast.cohort, now=cast.at("training_ends", weeks=30))
    assert not PayeeForm.objects.exists()
    assert closed(copy)


def test_changed_details_open_and_the_old_ones_are_not_mistaken_for_them(
    cast: Cast, scholar: Scholar
) -> None:
    copied(cast, scholar)
    changed = with_details(cast, scholar, version=1, account=OTHER_ACCOUNT)
    found = vault.unseal(PayeeForm.objects.get(pk=changed.pk))
    assert found is not None
    assert found.account == OTHER_ACCOUNT
    assert keys() == [changed.ref]
    assert personal_keys.missing() == 0


def test_where_the_key_was_lost_with_a_machine_the_pages_say_so_and_take_the_details_anew(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    copy = copied(cast, scholar)
    personal_keys.destroy("payees", [copy.ref])
    assert personal_keys.missing() == 1
    finance, own = signed_in(cast.finance), signed_in(cast.scholar)
    look = page(cast, "stipends:details", ref=instalment(scholar).ref)
    shown = finance.post(look).content.decode()
    assert str(LOST) in shown
    assert "Ask the scholar to give them again" in shown
    assert DETAILS.account not in shown
    form = text_of(own, page(cast, "stipends:payee"))
    assert "Ce qui compte encore est à redire" in form
    given = {**DETAILS._asdict(), "version": 1}
    assert own.post(page(cast, "stipends:payee"), given).status_code == 302
    assert DETAILS.account in finance.post(look).content.decode()
    assert "Ce qui compte encore" not in text_of(own, page(cast, "stipends:payee"))
