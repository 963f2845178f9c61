"""One thing that the doctor looked at."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what a person can do about it."""

    name: str
    state: State
    detail: str
    remedy: str = ""

    def line(self) -> str:
        line = f"{self.state:<5} {self.name:<18} {self.detail}"
        return f"{line}\n{'':<25}→ {self.remedy}" if self.remedy and self.state != "ok" else line
