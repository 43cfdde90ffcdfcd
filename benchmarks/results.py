"""The records of a measurement: what was measured, on which machine, and all of it as JSON."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .cases import Setting
from .quiet import LIMIT


@dataclass(frozen=True)
class Row:
    """A contender for one network in one setting: seconds a call, and the ratio to the bare products."""

    kernels: str | None
    threads: int
    network: str
    dtype: str
    contender: str
    seconds: float
    bare: float
    ratio: float
    least_seconds: float
    least_ratio: float
    pairs: int
    others: float | None
    """Cores that other processes used meanwhile."""

    @property
    def setting(self) -> Setting:
        """Where it was measured."""
        return Setting(self.kernels, self.threads)

    @property
    def disturbed(self) -> bool:
        """Whether other processes loaded the machine meanwhile."""
        return (self.others or 0.0) > LIMIT


@dataclass
class Results:
    """All rows, with what they are read with."""

    machine: str
    busy: str | None = None
    """What kept the machine busy at the start."""
    rows: list[Row] = field(default_factory=list)
    memory: list[dict] = field(default_factory=list)
    products: dict[str, dict[str, str]] = field(default_factory=dict)
    """By setting, whose matrix products each contender takes."""
    absent: dict[str, str] = field(default_factory=dict)
    """Contenders that could not take part, and why."""

    def row(self, setting: Setting, network: str, dtype: str, contender: str) -> Row | None:
        """A row, where it was measured."""
        wanted = (setting, network, dtype, contender)
        return next((r for r in self.rows if (r.setting, r.network, r.dtype, r.contender) == wanted), None)

    def found(self, setting: Setting) -> dict[tuple[str, str], dict[str, Row]]:
        """The rows of a setting: by network and type, then by contender."""
        by: dict[tuple[str, str], dict[str, Row]] = {}
        for row in self.rows:
            if row.setting == setting:
                by.setdefault((row.network, row.dtype), {})[row.contender] = row
        return by

    @property
    def settings(self) -> list[Setting]:
        """Those measured, in order."""
        return list(dict.fromkeys(row.setting for row in self.rows))

    def dumps(self) -> str:
        """As JSON, a row a line."""
        whole = asdict(self)
        rows = ",\n".join(f"    {json.dumps(row)}" for row in whole.pop("rows"))
        return json.dumps(whole, indent=2)[:-2] + f',\n  "rows": [\n{rows}\n  ]\n}}\n'

    @classmethod
    def loads(cls, text: str) -> Results:
        """From JSON."""
        whole = json.loads(text)
        return cls(**{**whole, "rows": [Row(**row) for row in whole["rows"]]})


def machine() -> str:
    """The machine in a few words: its processor, its cores, its Python."""
    system = {"Darwin": "macOS"}.get(platform.system(), platform.system())
    return f"{_processor()}, {os.cpu_count()} cores, {system}, Python {'.'.join(map(str, sys.version_info[:3]))}"


def _processor() -> str:
    """What the processor calls itself."""
    try:
        lines: Iterable[str] = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = ()
    named = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return f"{named} ({platform.machine()})" if named else platform.machine()
