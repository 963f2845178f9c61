import pytest

from tests.cast import Cast
from tests.stipends.world import DETAILS, OTHER_ACCOUNT, instalment, with_details
from tremplin.core.errors import Invalid, NotAllowed
from tremplin.core.outbox.models import OutboxMessage
from tremplin.selection import services as selection
from tremplin.selection.models import Scholar
from tremplin.stipends import services
from tremplin.stipends.forms import PayeeDetailsForm
from tremplin.stipends.models import DETAILS_CHANGED, LedgerEntry, PayeeForm


def mails(kind: str = "stipend-details") -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind=kind).order_by("pk"))


def test_details_are_kept_as_banks_write_them(cast: Cast, scholar: Scholar) -> None:
    form = with_details(cast, scholar, account="fr76 3000 6000 0112 3456 7890 189", holder=" Sami  Scholar ")
    assert form.last_four == "0189"
    stored = services.payee_details(scholar=scholar, actor=cast.scholar, now=cast.at("training_starts"))
    assert stored == DETAILS


def test_the_first_details_bring_no_alarm_and_a_change_does(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    assert mails() == []
    with_details(cast, scholar, version=1, account=OTHER_ACCOUNT)
    (alarm,) = mails()
    assert alarm.language == "fr"
    assert OTHER_ACCOUNT not in alarm.body


def test_saving_the_same_details_again_disturbs_nothing(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    services.prepare(instalment=instalment(scholar), actor=cast.finance, now=cast.at("training_starts"))
    assert with_details(cast, scholar, version=1).version == 1
    assert instalment(scholar).state == "prepared"
    assert mails() == []


def test_a_change_says_in_the_ledger_why_a_payment_starts_anew(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    services.prepare(instalment=instalment(scholar), actor=cast.finance, now=cast.at("training_starts"))
    with_details(cast, scholar, version=1, account=OTHER_ACCOUNT)
    assert LedgerEntry.objects.filter(before="prepared", after="planned", note=DETAILS_CHANGED).exists()


def test_too_long_details_are_refused_by_field(cast: Cast, scholar: Scholar) -> None:
    with pytest.raises(Invalid) as refusal:
        with_details(cast, scholar, holder="a" * 141, account="1" * 41, town="b" * 141)
    assert set(refusal.value.errors) == {"holder", "account", "town"}
    assert not PayeeForm.objects.exists()


def test_nobody_else_gives_details(cast: Cast, scholar: Scholar) -> None:
    for role in ("finance", "organiser", "mentor", "stranger"):
        with pytest.raises(NotAllowed):
            services.save_payee_form(
                scholar=scholar,
                details=DETAILS,
                expected_version=0,
                actor=getattr(cast, role),
                now=cast.at("training_starts"),
            )


def test_missing_details_are_asked_for_two_weeks_before_and_on_the_day(cast: Cast, scholar: Scholar) -> None:
    def ask(**offset: int) -> int:
        return services.ask_for_details(cohort=cast.cohort, now=cast.at("training_starts", **offset))

    assert ask(days=-15) == 0
    assert ask(days=-14) == 1
    ask(days=-3)
    assert len(mails()) == 1
    ask(days=0)
    ask(days=5)
    assert len(mails()) == 2
    assert "manquent" in mails()[0].body
    with_details(cast, scholar)
    assert ask(days=6) == 0


def test_who_pauses_or_left_is_not_asked(cast: Cast, scholar: Scholar) -> None:
    now = cast.at("training_starts", days=-5)
    selection.pause_scholar(scholar=scholar, actor=cast.organiser, now=now)
    assert services.ask_for_details(cohort=cast.cohort, now=now) == 0


@pytest.mark.parametrize(
    ("account", "bank", "wrong"),
    [
        ("FR76 3000 6000 0112 3456 7890 189", "", set()),
        ("FR76 3000 6000 0112 3456 7890 188", "", {"account"}),
        ("12345678", "", {"bank"}),
        ("12345678", "20-20-15", set()),
        ("", "", {"account"}),
    ],
)
def test_a_slip_is_found_before_the_bank_finds_it(account: str, bank: str, wrong: set[str]) -> None:
    form = PayeeDetailsForm(
        {
            "holder": "Sami",
            "account": account,
            "bank": bank,
            "town": "Lyon",
            "country": "France",
            "version": "0",
        }
    )
    form.is_valid()
    assert set(form.errors) == wrong
