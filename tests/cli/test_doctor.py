"""`tremplin doctor`: finds what is wrong, says how to mend it, and never falls over itself."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bench.installation import Installation
from pytest_django import Settings

from tremplin.cli.deeds import examination
from tremplin.cli.finding import Finding
from tremplin.web.config import Config

ORDER = ["ok", "warn", "fail"]


def examine(site: Installation, **settings: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit status, and the worst finding of each name."""
    done = site.run("doctor", "--json", env={**site.environment, **settings})
    assert done.stderr == ""
    worst: dict[str, dict[str, Any]] = {}
    for finding in json.loads(done.stdout)["findings"]:
        known = worst.get(finding["name"])
        if known is None or ["ok", "warn", "fail"].index(known["state"]) < ["ok", "warn", "fail"].index(
            finding["state"]
        ):
            worst[finding["name"]] = finding
    return done.returncode, worst


STRONG = {"TREMPLIN_SECRET_KEY": "k" * 50}


def test_a_sound_installation_has_nothing_to_mend(site: Installation) -> None:
    status, found = examine(site, **STRONG)
    assert status == 0, found
    for name in ("Python", "Packages", "Data folder", "Database", "Clock", "Time zones", "Static files"):
        assert found[name]["state"] == "ok", found[name]
    assert any(name.startswith("Grader") for name in found)


def test_people_read_a_line_a_finding_and_how_to_mend_it(site: Installation) -> None:
    done = site.run("doctor")
    assert "ok    Database" in done.stdout
    assert "→ Set TREMPLIN_MAIL=smtp" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("in order.")


def test_before_migrate_the_database_is_to_mend(empty: Installation) -> None:
    status, found = examine(empty, **STRONG)
    assert status == 1
    assert found["Database"]["remedy"] == "Run: tremplin migrate"


@pytest.mark.parametrize(
    ("values", "name", "state", "word"),
    [
        ({"base_url": "http://scholars.example.org"}, "Address", "fail", "https"),
        ({"base_url": "https://scholars.example.org"}, "Address", "ok", ""),
        ({"base_url": "https://x.example.org", "demo": True}, "Settings", "fail", "Never"),
        ({"debug": True}, "Settings", "warn", "Never"),
        ({"mail": "console"}, "Mail", "warn", "smtp"),
        ({"mail": "file"}, "Mail", "warn", "smtp"),
        ({"mail": "smtp"}, "Mail", "fail", "smtp://"),
        ({"mail": "smtp", "smtp_url": "smtp://127.0.0.1:1"}, "Mail", "fail", "TREMPLIN_SMTP_URL"),
        ({"secret_key": "short"}, "Secrets", "fail", "50 characters"),
        ({"trusted_proxies": "proxy"}, "Address", "fail", "10.0.0.0/8"),
    ],
)
def test_a_setting_that_would_hurt_is_found(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    values: dict[str, Any],
    name: str,
    state: str,
    word: str,
) -> None:
    config = Config(**{"data_dir": tmp_path, "demo": False, "secret_key": "k" * 50, **values})
    settings.CONFIG, settings.BASE_URL, settings.SECRET_KEY = config, config.base_url, config.secret_key
    settings.DEMO, settings.DEBUG = config.demo, config.debug
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    checks = {"Address": examination._address, "Settings": examination._address, "Mail": examination._mail}
    monkeypatch.setattr(examination, "CHECKS", (checks.get(name, examination._secrets),))
    worst = max(
        (found for found in examination.examine() if found.name == name), key=lambda f: ORDER.index(f.state)
    )
    assert worst.state == state
    assert word in worst.remedy


def test_a_setting_that_cannot_be_does_not_stop_the_doctor(site: Installation) -> None:
    status, found = examine(site, TREMPLIN_MAIL="pigeon")
    assert status == 1
    assert "TREMPLIN_MAIL" in found["Settings"]["detail"]


def test_a_check_that_falls_over_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def _odd_thing() -> Iterator[Finding]:
        raise ZeroDivisionError
        yield

    monkeypatch.setattr(examination, "CHECKS", (_odd_thing,))
    assert [(found.name, found.state) for found in examination.examine()] == [("Odd thing", "fail")]


def test_keys_that_others_can_read_are_found(site: Installation) -> None:
    (site.data / "secret-key").write_text("k" * 50)
    (site.data / "secret-key").chmod(0o644)
    status, found = examine(site, **STRONG)
    assert status == 1
    assert found["Secrets"]["remedy"].startswith("chmod 600")


def test_a_data_folder_that_others_can_read_is_found(site: Installation) -> None:
    site.data.chmod(0o755)
    _status, found = examine(site, **STRONG)
    assert found["Data folder"]["state"] == "warn"


def test_a_clock_that_went_back_is_found(site: Installation) -> None:
    ahead = (site.data / "files").stat().st_mtime + 3600
    os.utime(site.data / "files", (ahead, ahead))
    status, found = examine(site, **STRONG)
    assert status == 1
    assert "NTP" in found["Clock"]["remedy"]


def test_work_that_nobody_does_is_found(site: Installation) -> None:
    code = (
        "from bench.site.tasks import effect; from tremplin.core.jobs.models import Job\n"
        "from datetime import timedelta; from django.utils import timezone\n"
        "effect.enqueue('late'); Job.objects.update(run_after=timezone.now() - timedelta(minutes=20))"
    )
    assert site.run("manage", "shell", "-v", "0", "-c", code).returncode == 0
    status, found = examine(site, **STRONG)
    assert status == 1
    assert "20 minutes" in found["Background work"]["detail"]
    assert "tremplin worker" in found["Background work"]["remedy"]


def test_an_installation_on_which_nothing_runs_is_not_called_well(site: Installation) -> None:
    _status, found = examine(site, **STRONG)
    assert found["Background work"]["state"] == "warn"
    assert "Nothing is running now" in found["Background work"]["detail"]


def test_a_job_that_waits_for_a_decision_is_found(site: Installation) -> None:
    code = (
        "from bench.site.tasks import effect; from tremplin.core.jobs.models import Job\n"
        "effect.enqueue('bad'); Job.objects.update(state='failed')"
    )
    assert site.run("manage", "shell", "-v", "0", "-c", code).returncode == 0
    _status, found = examine(site, **STRONG)
    assert found["Background work"]["state"] == "warn"
    assert "1 jobs" in found["Background work"]["detail"]


def test_changed_static_files_are_found(site: Installation) -> None:
    (Path(site.data) / "static" / ".gathered").write_text("other")
    _status, found = examine(site, **STRONG)
    assert found["Static files"]["state"] == "warn"


def test_a_remedy_stands_under_its_finding_unless_all_is_well() -> None:
    assert (
        Finding("Disk", "warn", "Little room.", "Make room.").line().splitlines()[1].strip() == "→ Make room."
    )
    assert "\n" not in Finding("Disk", "ok", "Room.", "Make room.").line()
