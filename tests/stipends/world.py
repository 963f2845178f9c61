"""Payments at each point of their way."""

from tests.cast import PLANS, Cast
from tests.mentoring.world import pair, send
from tremplin.mentoring.models import Pairing
from tremplin.selection.models import Scholar
from tremplin.stipends import services
from tremplin.stipends.models import Instalment, PayeeForm

DETAILS = services.PayeeDetails(
    holder="Sami Scholar", account="FR7630006000011234567890189", bank="", country="FR", town="Lyon"
)
OTHER_ACCOUNT = "DE75512108001245126199"
_SECOND = 'amount = "2000.00"\ngate = "week-2"\n'
THREE_INSTALMENTS = (
    (PLANS / "small.toml")
    .read_text("utf-8")
    .replace(
        _SECOND,
        f'{_SECOND}\n[[stipend.instalments]]\ncode = "third"\ndue = "training_starts+20w"\namount = "3000.00"\n',
    )
)
"""The small programme with a payment after the mid-point, which an extension can move."""


def instalment(scholar: Scholar, code: str = "start") -> Instalment:
    return Instalment.objects.get(scholar=scholar, code=code)


def with_details(cast: Cast, scholar: Scholar, version: int = 0, **changed: str) -> PayeeForm:
    return services.save_payee_form(
        scholar=scholar,
        details=DETAILS._replace(**changed),
        expected_version=version,
        actor=scholar.user,
        now=cast.at("training_starts", days=-8),
    )


def through(cast: Cast, row: Instalment, upto: str = "paid") -> Instalment:
    """A payment from planned to paid, or up to a step before, by two people."""
    now = cast.at("training_starts")
    row = services.prepare(instalment=row, actor=cast.finance, now=now)
    if upto != "prepared":
        row = services.approve(instalment=row, actor=cast.second_finance, now=now)
    if upto in {"ordered", "paid"}:
        row = services.order(instalment=row, reference="SEPA-1", actor=cast.finance, now=now)
    if upto == "paid":
        row = services.mark_paid(instalment=row, actor=cast.finance, now=now)
    return row


def with_mentor(cast: Cast, scholar: Scholar) -> Pairing:
    return pair(cast, scholar)


def check_in(cast: Cast, scholar: Scholar) -> None:
    send(with_mentor(cast, scholar), scholar.user, cast.at("training_starts", weeks=2))
