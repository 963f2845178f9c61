"""`serve`, `worker` and `migrate`: what could stop them is told before, in a sentence."""

import ctypes
import os
import resource
import socket
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from bench.installation import Installation

ON_SQLITE = pytest.mark.skipif(
    bool(os.environ.get("TREMPLIN_DATABASE_URL")), reason="about the database file of SQLite"
)


def like_anybody() -> None:
    """In a child process: root gives up its power over other people's files (and keeps everything else)."""
    if os.geteuid() == 0:
        for power in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            ctypes.CDLL(None).prctl(24, power, 0, 0, 0)


def told(done: "subprocess.CompletedProcess[str]", *words: str) -> None:
    """One sentence, one remedy, exit status 1, no traceback."""
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 2, done.stderr
    assert lines[0].startswith("tremplin: ")
    assert lines[1].startswith("  ")
    for word in words:
        assert word in done.stderr


def test_a_new_installation_is_migrated_and_is_its_owners_alone(empty: Installation) -> None:
    done = empty.run("migrate")
    assert done.returncode == 0, done.stderr
    assert "Database ready" in done.stdout
    assert (empty.data / "static" / "staticfiles.json").exists()
    assert empty.data.stat().st_mode & 0o077 == 0
    for path in empty.data.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
    assert empty.run("migrate").stdout == "Database ready (nothing to do).\n"
    assert empty.run("migrate", "--check").returncode == 0


@pytest.mark.parametrize("command", ["serve", "worker", "backup"])
def test_before_migrate_nothing_runs(empty: Installation, command: str) -> None:
    words = [command, str(empty.folder)] if command == "backup" else [command]
    told(empty.run(*words), "not ready", "tremplin migrate")
    assert empty.run("migrate", "--check").returncode == 1


def test_a_taken_port_is_told_with_a_free_one(site: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", site.port))
        other.listen()
        told(site.run("serve", "--port", str(site.port)), str(site.port), f"--port {site.port + 1}")


def test_two_servers_never_share_a_port(site: Installation) -> None:
    """Granian opens its socket for sharing, so the kernel would let a second one in."""
    with site.serving("--no-jobs"):
        told(site.run("serve", "--port", str(site.port)), "taken")


@pytest.mark.parametrize(
    ("words", "told_word"),
    [
        (("--host", "198.51.100.7"), "is not one of this machine’s"),
        (("--host", "no.such.host.invalid"), "no address"),
    ],
)
def test_an_address_that_is_not_ours_is_told(
    site: Installation, words: tuple[str, ...], told_word: str
) -> None:
    told(site.run("serve", "--port", str(site.port), *words), told_word)


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_a_port_that_is_none_is_wrong_usage(empty: Installation, port: str) -> None:
    assert empty.run("serve", "--port", port).returncode == 2


@pytest.mark.parametrize("count", ["0", "65", "two"])
def test_a_number_of_processes_that_cannot_be_is_wrong_usage(empty: Installation, count: str) -> None:
    assert empty.run("serve", "--workers", count).returncode == 2


@ON_SQLITE
@pytest.mark.parametrize("command", ["serve", "worker", "migrate"])
def test_a_read_only_database_is_told(site: Installation, command: str) -> None:
    (site.data / "tremplin.db").chmod(0o400)
    told(site.run(command, preexec_fn=like_anybody), "read-only", "write access")


def test_a_read_only_data_folder_is_told(site: Installation) -> None:
    site.data.chmod(0o500)
    try:
        told(site.run("serve", preexec_fn=like_anybody), "cannot be written", "write access")
    finally:
        site.data.chmod(0o700)


def test_a_data_folder_that_cannot_be_made_is_told(empty: Installation) -> None:
    (empty.folder / "blocked").write_text("a file, not a folder")
    environment = {**empty.environment, "TREMPLIN_DATA_DIR": str(empty.folder / "blocked" / "data")}
    told(empty.run("serve", env=environment), "data")


@ON_SQLITE
def test_a_locked_database_is_told(site: Installation) -> None:
    with closing(sqlite3.connect(site.data / "tremplin.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        told(site.run("serve"), "locked", "Stop that program")
        other.execute("ROLLBACK")


@ON_SQLITE
def test_a_damaged_database_is_told(site: Installation) -> None:
    for path in site.data.glob("tremplin.db*"):
        path.unlink()
    (site.data / "tremplin.db").write_bytes(b"this is not a database" * 1000)
    told(site.run("serve"), "not a database", "tremplin restore")


def no_room() -> None:
    """In a child process: no file may grow beyond 64 kB, which looks like a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))


@ON_SQLITE
def test_a_full_disk_is_told(empty: Installation) -> None:
    done = empty.run("migrate", preexec_fn=no_room, env=empty.unmeasured())
    told(done, "disk is full", "Free some space")


def test_a_database_server_that_does_not_answer_is_told(empty: Installation) -> None:
    pytest.importorskip("psycopg")
    environment = {**empty.environment, "TREMPLIN_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    told(empty.run("serve", env=environment), "does not answer", "TREMPLIN_DATABASE_URL")


def test_a_setting_that_cannot_be_is_told(empty: Installation) -> None:
    environment = {**empty.environment, "TREMPLIN_MAIL": "pigeon"}
    told(empty.run("serve", env=environment), "TREMPLIN_MAIL", "tremplin.env")


def test_a_proxy_that_is_no_address_is_told(site: Installation) -> None:
    environment = {**site.environment, "TREMPLIN_TRUSTED_PROXIES": "the-proxy"}
    told(
        site.run("serve", "--port", str(site.port), env=environment), "TREMPLIN_TRUSTED_PROXIES", "10.0.0.0/8"
    )


def test_a_worker_can_run_what_is_due_and_stop(site: Installation) -> None:
    code = "from bench.site.tasks import effect\nfor number in range(3): effect.enqueue(f'once-{number}')"
    assert site.run("manage", "shell", "-v", "0", "-c", code).returncode == 0
    done = site.run("worker", "--once", "--queues", "mail")
    assert done.returncode == 0, done.stderr
    assert site.count("SELECT count(*) FROM bench_site_effect") == 0
    assert "jobs done" in site.run("worker", "--once").stdout
    assert site.count("SELECT count(*) FROM bench_site_effect") == 3


def test_an_unknown_queue_is_told_with_those_that_are(site: Installation) -> None:
    told(site.run("worker", "--queues", "mial"), "mial", "default, grading, mail")


def test_management_commands_pass_through(site: Installation) -> None:
    assert "System check identified" in site.run("manage", "check").stdout
    assert site.run("manage", "no-such-thing").returncode != 0


def test_two_workers_at_once_do_every_job_once(site: Installation) -> None:
    code = "from bench.site.tasks import effect\nfor number in range(60): effect.enqueue(f'both-{number}')"
    assert site.run("manage", "shell", "-v", "0", "-c", code).returncode == 0
    workers = [
        site.start("worker", "--once", log=Path(site.folder / f"worker-{number}")) for number in range(2)
    ]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    assert site.count("SELECT count(*) FROM bench_site_effect") == 60
    assert site.count("SELECT count(DISTINCT key) FROM bench_site_effect") == 60
    shares = [int((site.folder / f"worker-{number}").read_text().split()[0]) for number in range(2)]
    assert min(shares) > 0
