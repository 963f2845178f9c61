"""What an administrator may set: environment variables `TREMPLIN_*` or a file `tremplin.env`."""

import secrets
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from tremplin.core.errors import UserError
from tremplin.core.keyfile import made_once
from tremplin.web import addresses

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

    def __init__(self, **given: Any) -> None:
        try:
            super().__init__(**given)
        except UnicodeDecodeError:
            raise UserError(
                "The file tremplin.env holds something that is no text in UTF-8.",
                "Save it as UTF-8, then try again.",
            ) from None

    @field_validator("mail", "log_level", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("base_url")
    @classmethod
    def _site(cls, value: str) -> str:
        return addresses.site(value)

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        return addresses.database(value)

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: str) -> str:
        return addresses.mail_server(value)

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str) -> str:
        return addresses.sender(value)

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
