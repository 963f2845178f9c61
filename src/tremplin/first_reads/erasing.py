"""What of first reads goes: what was written about somebody, and what somebody wrote."""

from datetime import datetime

from tremplin.applications.models import Application
from tremplin.first_reads.models import Agreed, FirstRead, LetGo, Remark
from tremplin.people.models import User
from tremplin.programmes.scopes import within

_COHORT = "piece__first_reads__cohort"


def let_go(application: Application) -> None:
    """The words of an application go: what was said about them goes too. Scores stay."""
    FirstRead.objects.filter(piece__application=application.pk).update(comment="")
    Remark.objects.filter(piece__application=application.pk).update(text="")
    Agreed.objects.filter(piece__application=application.pk).update(words="")


def erase(user: User, scope: str, _now: datetime) -> None:
    """What a reviewer said in discussions goes; their scores stay among the others, without a name beside them."""
    LetGo.objects.filter(within(scope, "first_reads__cohort"), reviewer=user).delete()
    Remark.objects.filter(within(scope, _COHORT), author=user).update(text="")
    FirstRead.objects.filter(within(scope, _COHORT), reviewer=user).update(comment="")
