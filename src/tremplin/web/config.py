"""What an administrator may set: environment variables `TREMPLIN_*` or a file `tremplin.env`."""

import secrets
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from tremplin.core.keyfile import made_once

REHEARSAL_MARK = "this-is-a-rehearsal"
"""A data folder with this file in it holds invented people alone."""


class Config(BaseSettings):
    """Every setting of an installation, with its default.

    Each field is read from the environment as `TREMPLIN_` plus its name in capitals, else from the file
    `tremplin.env` of the current folder. `docs/administrators.md` documents them all; a test compares.
    """

    model_config = SettingsConfigDict(env_prefix="TREMPLIN_", env_file="tremplin.env", extra="ignore")

    data_dir: Path = Field(default=Path("tremplin-data"), description="Folder of database, files and secrets")
    database_url: str = Field(default="", description="postgresql://user:password@host/name; empty: SQLite")
    base_url: str = Field(default="http://127.0.0.1:8000", description="Public address, used in mails")
    trusted_proxies: str = Field(
        default="",
        description="Proxies whose X-Forwarded headers count, comma separated; empty: this machine, on https",
    )
    allowed_hosts: str = Field(default="", description="Further host names, comma separated")
    secret_key: str = Field(default="", description="Signing key; empty: kept in the data folder")
    demo: bool = Field(default=False, description="Demo pages and accounts; never for real people")
    debug: bool = Field(default=False, description="Show tracebacks in pages; never for real people")
    site_name: str = Field(default="Tremplin", description="Name of this installation")
    mail: Literal["console", "file", "smtp"] = Field(
        default="console", description="Where mail goes; file: kept in the data folder, never sent"
    )
    mail_from: str = Field(default="Tremplin <tremplin@localhost>", description="Sender of all mail")
    smtp_url: str = Field(default="", description="smtp://user:password@host:587 (smtps:// for TLS at once)")
    mail_undo_minutes: int = Field(
        default=10, ge=1, le=1440, description="How long mails to many can be taken back after their release"
    )
    upload_limit_mb: int = Field(default=10, ge=1, le=100, description="Largest file a person may upload")
    recording_limit_mb: int = Field(
        default=25, ge=1, le=200, description="Largest sound or film that a person may give as an answer"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Log detail")

    @field_validator("base_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @cached_property
    def home(self) -> Path:
        """The data folder, as an absolute path."""
        return self.data_dir.expanduser().resolve()

    @cached_property
    def rehearsed(self) -> bool:
        """Whether everybody in this data folder is invented, so that nothing may leave it."""
        return (self.home / REHEARSAL_MARK).exists()

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    def signing_key(self) -> str:
        """The secret key: the one set, or one made when it is first needed and kept in the data folder."""
        if self.secret_key:
            return self.secret_key
        return made_once(self.home / "secret-key", lambda: secrets.token_urlsafe(48)).strip()
