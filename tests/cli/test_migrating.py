"""Tests run on tables made straight from the models, which is quick; migrations make the very same ones."""

import pytest
from bench.installation import Installation

from tests.cli.tables import described


def test_no_model_is_ahead_of_its_migrations(house: Installation) -> None:
    done = house.run("manage", "makemigrations", "--check", "--dry-run")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.django_db
def test_migrating_makes_the_tables_that_the_tests_run_on(house: Installation) -> None:
    code = "from tests.cli.tables import described; print(described())"
    done = house.run("manage", "shell", "-v", "0", "-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == described()
