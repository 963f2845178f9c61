import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.blinding.world import copy_of, hide, sent
from tests.cast import Cast
from tests.review.world import ANSWERS, apply, fill, give_out, read_of
from tests.visiting import Clock, hidden, page, signed_in, text_of
from tremplin.applications.models import Application
from tremplin.blinding import queries, services
from tremplin.blinding.desk import cards
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.people.models import User
from tremplin.programmes.roles import Role
from tremplin.programmes.services import grant


@pytest.fixture
def application(cast: Cast, clock: Clock) -> Application:
    clock.at = cast.at("call_opens", days=3)
    return sent(cast)


def test_the_writer_hides_more_and_takes_it_back(cast: Cast, application: Application, clock: Clock) -> None:
    before = copy_of(application).texts
    correction = hide(application, cast.applicant, "prix poncelet", now=clock.at)
    assert copy_of(application).texts["motivation"] == (
        "I won the [hidden 1] in my village. I build weather stations. The [hidden 1] is small."
    )
    services.take_back(
        application=application,
        correction=correction.ref,
        actor=cast.applicant,
        expected=copy_of(application).ref,
        now=clock.at,
    )
    assert copy_of(application).texts == before
    assert [copy.number for copy in queries.copies_of(application)] == [3, 2, 1]


def test_the_writer_changes_nothing_once_somebody_reads_and_organisers_still_may(
    cast: Cast, application: Application, clock: Clock
) -> None:
    give_out(cast)
    fill(read_of(cast, cast.reviewer, application), cast.at("call_closes", days=1), submit=False)
    with pytest.raises(Conflict):
        hide(application, cast.applicant, "Prix Poncelet", now=clock.at)
    hide(application, cast.organiser, "Prix Poncelet", now=clock.at)
    assert "Poncelet" not in str(copy_of(application).texts)


def test_what_organisers_hid_the_writer_does_not_show(
    cast: Cast, application: Application, clock: Clock
) -> None:
    correction = hide(application, cast.organiser, "Prix Poncelet", now=clock.at)
    with pytest.raises(NotAllowed):
        services.take_back(
            application=application,
            correction=correction.ref,
            actor=cast.applicant,
            expected=copy_of(application).ref,
            now=clock.at,
        )
    with pytest.raises(Invalid):
        services.propose(application=application, actor=cast.applicant, show=["Prix Poncelet"])


@pytest.mark.parametrize("role", ["applicant", "organiser"])
def test_nobody_shows_the_name(cast: Cast, clock: Clock, role: str) -> None:
    clock.at = cast.at("call_opens", days=3)
    name = cast.applicant.name.split()[0]
    application = sent(cast, answers={"motivation": f"I am {name}."})
    assert copy_of(application).texts["motivation"] == "I am [own name]."
    with pytest.raises(Invalid):
        services.propose(application=application, actor=getattr(cast, role), show=[name])


def test_a_link_with_the_name_in_it_is_not_offered_and_another_is(cast: Cast, clock: Clock) -> None:
    clock.at = cast.at("call_opens", days=3)
    links = [f"https://{cast.applicant.name.split()[0].lower()}.example/cv", "https://course.example/one"]
    application = sent(cast, answers={"motivation": " and ".join(links)})
    text = text_of(signed_in(cast.organiser), page(cast, "blinding:one", ref=application.ref))
    assert [f'name="show" value="{link}"' in text for link in links] == [False, True]
    assert 'name="show"' not in text_of(signed_in(cast.applicant), page(cast, "blinding:mine"))
    services.correct(
        application=application,
        actor=cast.organiser,
        show=[links[1]],
        expected=copy_of(application).ref,
        now=clock.at,
    )
    assert copy_of(application).texts["motivation"] == f"[link 1] and {links[1]}"


def test_nobody_else_corrects_anything(cast: Cast, application: Application) -> None:
    for person in (cast.reviewer, cast.observer, cast.mentor, cast.stranger):
        with pytest.raises(NotAllowed):
            services.propose(application=application, actor=person, hide=["Prix Poncelet"])


def test_an_organiser_who_applied_has_the_right_of_a_writer_alone(
    cast: Cast, application: Application, clock: Clock
) -> None:
    grant(user=cast.applicant, cohort=cast.cohort, role=Role.ORGANISER, actor=None, now=clock.at)
    give_out(cast)
    fill(read_of(cast, cast.reviewer, application), cast.at("call_closes", days=1), submit=False)
    with pytest.raises(Conflict):
        hide(application, cast.applicant, "Prix Poncelet", now=clock.at)
    other = Client()
    other.force_login(cast.applicant)
    for address in (page(cast, "blinding:list"), page(cast, "blinding:one", ref=application.ref)):
        assert other.get(address).status_code == 403


def test_a_correction_of_a_text_that_has_changed_is_refused(
    cast: Cast, application: Application, clock: Clock
) -> None:
    seen = copy_of(application).ref
    hide(application, cast.organiser, "in my village", now=clock.at)
    with pytest.raises(Stale):
        services.correct(
            application=application, actor=cast.organiser, hide=["stations"], expected=seen, now=clock.at
        )


def test_the_log_tells_of_a_correction_without_a_word_of_it(
    cast: Cast, application: Application, clock: Clock
) -> None:
    hide(application, cast.organiser, "Prix Poncelet", now=clock.at)
    event = AuditEvent.objects.get(verb="blinding.corrected")
    assert event.actor == cast.organiser.ref
    assert (event.data["hidden"], event.data["by"]) == (1, "organiser")
    assert "Poncelet" not in str(event.data)


@pytest.mark.parametrize(("role", "name"), [("applicant", "blinding:mine"), ("organiser", "blinding:one")])
def test_the_page_shows_what_would_change_before_anything_is_saved(
    cast: Cast, application: Application, role: str, name: str
) -> None:
    person: User = getattr(cast, role)
    client = signed_in(person)
    address = page(cast, name, **({} if role == "applicant" else {"ref": application.ref}))
    html = text_of(client, address)
    assert "Prix Poncelet" in html
    first = client.post(address, {**hidden(html), "hide": "Prix Poncelet"})
    assert first.status_code == 200
    text = first.content.decode()
    assert "<del>Prix Poncelet</del><ins>[hidden 1]</ins>" in text
    assert queries.corrections_of(application) == []
    done = client.post(address, {**hidden(text), "hide": "Prix Poncelet"}, follow=True)
    assert "<mark>[hidden 1]</mark>" in done.content.decode()
    assert [row.phrase for row in queries.corrections_of(application)] == ["Prix Poncelet"]


def test_other_words_than_those_looked_at_are_looked_at_first(cast: Cast, application: Application) -> None:
    client, address = signed_in(cast.organiser), page(cast, "blinding:one", ref=application.ref)
    first = client.post(address, {**hidden(text_of(client, address)), "hide": "Prix Poncelet"})
    second = client.post(address, {**hidden(first.content.decode()), "hide": "weather"})
    assert "<ins>[hidden 1]</ins>" in second.content.decode()
    assert not queries.corrections_of(application)


def test_words_that_stand_nowhere_and_an_old_page_are_told(
    cast: Cast, application: Application, clock: Clock
) -> None:
    client, address = signed_in(cast.organiser), page(cast, "blinding:one", ref=application.ref)
    assert client.post(address, {"hide": "nowhere"}).status_code == 422
    assert client.post(address, {"hide": " "}).status_code == 422
    html = client.post(address, {**hidden(text_of(client, address)), "hide": "weather"}).content.decode()
    hide(application, cast.applicant, "is small", now=clock.at)
    fields = {**hidden(html), "hide": "weather"}
    again = client.post(address, fields)
    assert "Is this what you mean?" in again.content.decode()
    fields["seen"] = hidden(again.content.decode())["seen"]
    assert client.post(address, fields).status_code == 409


def test_pages_of_what_is_not_finished_or_not_sent_say_so(cast: Cast, clock: Clock) -> None:
    clock.at = cast.at("call_opens", days=2, minutes=5)
    application = sent(cast, finished=False)
    writer, organiser = signed_in(cast.applicant), signed_in(cast.organiser)
    assert "It is being prepared" in text_of(writer, page(cast, "blinding:mine"))
    assert "They finish by themselves" in text_of(organiser, page(cast, "blinding:list"))
    one = page(cast, "blinding:one", ref=application.ref)
    assert "This copy is not finished" in text_of(organiser, one)
    assert organiser.post(one, {"hide": "Prix"}).status_code == 409
    assert not cards(
        cohort=cast.cohort, actor=cast.organiser, roles=frozenset({Role.ORGANISER}), now=clock.at
    )
    clock.at = cast.at("call_opens", days=2, minutes=20)
    assert "wait for longer" in text_of(organiser, page(cast, "blinding:list"))
    [card] = cards(cohort=cast.cohort, actor=cast.organiser, roles=frozenset({Role.ORGANISER}), now=clock.at)
    assert "cannot be read yet" in str(card.title)
    Application.objects.update(state="draft")
    assert "Nothing to look at yet" in text_of(writer, page(cast, "blinding:mine"))


def test_the_hub_leads_to_what_will_be_read(cast: Cast, application: Application) -> None:
    assert page(cast, "blinding:mine") in text_of(signed_in(cast.applicant), page(cast, "applications:hub"))


def test_lists_need_as_few_queries_for_many_as_for_one(
    cast: Cast, clock: Clock, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    clock.at = cast.at("call_opens", days=3)
    apply(cast.cohort, 30, now=clock.at, answers=ANSWERS)
    client, address = signed_in(cast.organiser), page(cast, "blinding:list")
    client.get(address)
    with django_assert_max_num_queries(12):
        assert client.get(address, {"only": "waiting"}).status_code == 200
    with django_assert_max_num_queries(12):
        assert "Writer 12" in client.get(address).content.decode()
