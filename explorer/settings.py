"""The registry of settings: command-line options, environment, web arguments and docs are read from it.

A default stands here and nowhere else; the help text is `settings.<name>` of the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from explorer.errors import BadSetting

Value = str | int | float


@dataclass(frozen=True)
class Setting:
    """One setting. `bounds` is (least, most) for numbers, the allowed words for text, () for free text."""

    name: str
    default: Value
    bounds: tuple[Any, ...] = ()

    @property
    def environment(self) -> str:
        return f"EXPLORER_{self.name.upper()}"

    def parse(self, text: object) -> Value:
        """Read a value as it comes from any door; raise BadSetting with the bounds."""
        kind = type(self.default)
        try:
            value = kind(str(text))
        except ValueError:
            raise BadSetting("setting_type", name=self.name, value=text, kind=kind.__name__) from None
        if isinstance(value, str):
            if self.bounds and value not in self.bounds:
                raise BadSetting("setting_choice", name=self.name, value=value, choices=", ".join(self.bounds))
        elif self.bounds and not self.bounds[0] <= value <= self.bounds[1]:
            low, high = self.bounds
            raise BadSetting("setting_bounds", name=self.name, value=text, low=low, high=high)
        return value


@dataclass(frozen=True)
class Weights(Setting):
    """Several numbers from 0 to 1, each with its word: "kin=0.9, other=0.3"; words not given keep their default."""

    def parse(self, text: object) -> Value:
        try:
            given = weights(str(text))
        except ValueError:
            raise BadSetting("setting_weights", name=self.name, value=text) from None
        united = weights(str(self.default)) | given
        return ", ".join(f"{word}={weight}" for word, weight in united.items())


def weights(text: str) -> dict[str, float]:
    """Read "kin=0.9, other=0.3"; raises ValueError for what is no number from 0 to 1."""
    pairs = [part.rpartition("=") for part in text.split(",") if part.strip()]
    found = {word.strip(): float(weight) for word, _, weight in pairs}
    if not all(word and 0 <= weight <= 1 for word, weight in found.items()):
        raise ValueError(text)
    return found


TIES = "spouse=0.95, kin=0.9, legal_representative=0.9, friend=0.6, partner=0.5, colleague=0.5, classmate=0.5,"
SHARE = (0.0, 1.0)
BONDS = ("tie", "referral", "ownership", "guarantee", "trade", "group")
"""Types of relations that make acquaintance, in the order in which they are multiplied."""

SETTINGS = (
    Setting("store", "./explorer-store"),
    Setting("home", ""),
    Setting("lang", "auto", ("auto", "zh", "en")),
    Setting("threads", 0, (0, 256)),
    Setting("memory", 3.0, (0.5, 4096.0)),
    Setting("neo4j_batch", 10_000, (100, 200_000)),
    Setting("reject_ceiling", 0.05, (0.0, 1.0)),
    Setting("direction", "both", ("upstream", "downstream", "both")),
    Setting("tiers", 4, (1, 6)),
    Setting("top", 200, (1, 10_000_000)),
    Setting("min_score", 0.0, (0.0, 1.0)),
    Setting("encoding", "utf-8-sig", ("utf-8-sig", "utf-8", "gb18030")),
    Setting("find_limit", 20, (1, 1000)),
    Setting("view_nodes", 300, (1, 1000)),
    Setting("view_hub", 1000, (1, 1_000_000)),
    Setting("path_hops", 4, (1, 6)),
    Setting("paths", 10, (1, 50)),
    Setting("view_expand", 50, (1, 1000)),
    Setting("settled", "结清, 已结清, settled, repaid, closed"),
    Setting("cycle_limit", 100_000, (1, 100_000_000)),
    Setting("query_rows", 1000, (1, 1_000_000)),
    Setting("query_seconds", 30.0, (0.1, 3600.0)),
    Setting("query_hops", 6, (1, 15)),
    Setting("query_memory", 2.0, (0.5, 4096.0)),
    Weights("tie_weights", f"{TIES} neighbour=0.4, other=0.3"),
    Setting("tie_half_life", 36.0, (0.1, 1200.0)),
    Setting("referral_weight", 0.6, SHARE),
    Setting("ownership_weight", 0.5, SHARE),
    Setting("ownership_share_weight", 0.45, SHARE),
    Setting("ownership_unknown_weight", 0.7, SHARE),
    Setting("guarantee_weight", 0.7, SHARE),
    Setting("trade_weight", 0.7, SHARE),
    Setting("group_weight", 0.3, SHARE),
    Setting("group_members", 50, (2, 1000)),
    Setting("introductions", 5, (1, 1_000_000)),
    Setting("contact", 0.5, SHARE),
    Setting("simulations", 500, (2, 1_000_000)),
    Setting("simulation_seed", 1, (0, 2**31 - 1)),
    Setting("certificate", 0.9, SHARE),
    Setting("campaign_sets", 16_000_000, (1000, 100_000_000)),
    Setting("ring_length", 4, (2, 6)),
    Setting("burst_referrals", 5, (2, 1000)),
    Setting("burst_days", 7, (1, 366)),
    Setting("host", "127.0.0.1"),
    Setting("port", 8000, (1, 65535)),
    Setting("web_workers", 2, (1, 64)),
    Setting("web_threads", 8, (1, 256)),
    Setting("web_patience", 2.0, (0.05, 600.0)),
    Setting("page_rows", 50, (1, 1000)),
    Setting("workbook", ""),
    Setting("proxy", ""),
    Setting("user_header", ""),
    Setting("https", "no", ("no", "yes")),
    Setting("engine", "local", ("local", "spark")),
    Setting("spark_master", ""),
    Setting("spark_plan", "auto", ("auto", "snapshot", "tiers")),
    Setting("spark_snapshot", 2.0, (0.0, 4096.0)),
    Setting("session_hours", 12.0, (0.1, 720.0)),
    Setting("session_idle_hours", 2.0, (0.1, 720.0)),
)
SETTING = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True)
class Login:
    """Who asks a Neo4j server, and which of its databases ("" for the user's own).

    It is no setting: settings are shown by `status` and may stand on a command line, a password may not.
    """

    username: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str = ""

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Login:
        """NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE, as Neo4j's own programs read them."""
        names = {one: f"NEO4J_{one.upper()}" for one in ("username", "password", "database")}
        return cls(**{one: environ[name] for one, name in names.items() if environ.get(name)})


class Settings:
    """Checked values of all settings: given ones, else the environment's, else the defaults."""

    def __init__(self, given: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None) -> None:
        """Raises BadSetting for an unknown name or a value outside its bounds."""
        values: dict[str, Value] = {}
        for setting in SETTINGS:
            found = (environ or {}).get(setting.environment)
            values[setting.name] = setting.default if found is None else setting.parse(found)
        for name, value in (given or {}).items():
            if name not in SETTING:
                raise BadSetting("setting_unknown", name=name)
            if value is not None:
                values[name] = SETTING[name].parse(value)
        self.values = values
        self.login = Login.of(environ or {})
        self._data = Path((environ or {}).get("XDG_DATA_HOME") or Path.home() / ".local" / "share")

    def but(self, given: Mapping[str, object]) -> Settings:
        """These settings with others in the place of some; None leaves what is there. Raises BadSetting."""
        return Settings(
            self.values | {name: self.values.get(name) if value is None else value for name, value in given.items()}
        )

    @property
    def shown(self) -> dict[str, Value]:
        """All values for people to see: a password within an address is left out."""
        return {
            name: re.sub(r"(://[^/@]*?:).*@", r"\1***@", value) if isinstance(value, str) else value
            for name, value in self.values.items()
        }

    @property
    def home(self) -> Path:
        """The folder under which loads into servers are kept: the setting, else one in the user's data folder."""
        return Path(self.text("home")) if self.text("home") else self._data / "prospect-explorer"

    def text(self, name: str) -> str:
        return str(self.values[name])

    def words(self, name: str) -> tuple[str, ...]:
        """A text of words with commas between them."""
        return tuple(word.strip() for word in self.text(name).split(",") if word.strip())

    def integer(self, name: str) -> int:
        return int(self.values[name])

    def number(self, name: str) -> float:
        return float(self.values[name])
