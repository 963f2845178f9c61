"""`tremplin manage let_go`: let go at once what the rounds would, in every cohort. A restore does it by itself."""

from typing import Any

from django.core.management.base import BaseCommand

from tremplin.core import clock
from tremplin.privacy import services


class Command(BaseCommand):
    help = "Let go what is over, in every cohort, without waiting for the next round."

    def handle(self, *_args: Any, **_options: Any) -> None:
        gone = services.catch_up(now=clock.now())
        if gone:
            self.stdout.write(f"{gone} records were over by now, and have gone.")
