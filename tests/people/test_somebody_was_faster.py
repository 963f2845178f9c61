"""Two windows, two devices, one code: whoever comes second is told, and nothing happens twice."""

from datetime import datetime
from typing import Any

import pytest

from tests.people.conftest import Post
from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.models import AuditEvent
from tremplin.people.models import MailedKey, User
from tremplin.people.services import account, entry

pytestmark = pytest.mark.django_db
NEW = "new.person@example.org"


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def beaten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking at a key and using it up, another window uses it up."""
    use_up = entry.use_up

    def faster(key: MailedKey, *, now: datetime) -> bool:
        assert use_up(key, now=now)
        return use_up(key, now=now)

    monkeypatch.setattr(entry, "use_up", faster)


def asked(now: datetime) -> MailedKey:
    return entry.ask_for_link(address=NEW, origin="192.0.2.7", next_url="", language="en", now=now)


def test_a_link_opens_once(post: Post, now: datetime, beaten: None) -> None:
    asked(now)
    link = post.newest().link.rstrip("/").rpartition("/")[2]
    with pytest.raises(entry.LinkGone):
        entry.use_link(link=link, now=now)
    assert not User.objects.exists()


def test_a_code_opens_once(post: Post, now: datetime, beaten: None) -> None:
    key = asked(now)
    with pytest.raises(Invalid, match="No code can be used here any more"):
        entry.use_code(refs=[key.ref], typed=post.newest().code, now=now)
    assert not User.objects.exists()


def test_a_proof_counts_once(ada: User, post: Post, now: datetime, beaten: None) -> None:
    key = account.ask_for_proof(user=ada, origin="192.0.2.7", now=now)
    with pytest.raises(Invalid):
        account.confirm_proof(user=ada, refs=[key.ref], typed=post.newest().code, now=now)


def test_an_address_is_changed_once(ada: User, post: Post, now: datetime, beaten: None) -> None:
    key = account.ask_for_address(user=ada, address=NEW, origin="192.0.2.7", now=now)
    with pytest.raises(Invalid):
        account.confirm_address(user=ada, refs=[key.ref], typed=post.newest(NEW).code, now=now)
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"


def test_an_address_that_found_another_owner_meanwhile_stays_theirs(
    ada: User, post: Post, now: datetime
) -> None:
    key = account.ask_for_address(user=ada, address=NEW, origin="192.0.2.7", now=now)
    theirs = User.objects.create_user(NEW)
    with pytest.raises(Conflict, match="an account of its own"):
        account.confirm_address(user=ada, refs=[key.ref], typed=post.newest(NEW).code, now=now)
    ada.refresh_from_db()
    theirs.refresh_from_db()
    assert (ada.email, theirs.email) == ("ada@example.org", NEW)


def test_two_first_sign_ins_of_one_address_make_one_person(
    post: Post, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other window's person appears after we have looked for one and before we make one."""
    key = asked(now)
    theirs = User.objects.create_user(NEW)
    look = User.objects.filter
    blind = iter([True])

    def nobody_yet(*args: Any, **kwargs: Any) -> Any:
        return User.objects.none() if next(blind, False) else look(*args, **kwargs)

    monkeypatch.setattr(User.objects, "filter", nobody_yet)
    user, _key = entry.use_code(refs=[key.ref], typed=post.newest().code, now=now)
    assert user == theirs
    assert User.objects.count() == 1
    assert not AuditEvent.objects.filter(verb="people.joined").exists()


def test_a_time_zone_that_does_not_exist_is_not_kept(ada: User) -> None:
    with pytest.raises(Invalid, match="Choose a time zone from the list"):
        account.save_details(user=ada, name="Ada", language="en", time_zone="Mars/Base")
    ada.refresh_from_db()
    assert ada.name == "Ada Applicant"
