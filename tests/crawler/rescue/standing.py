"""A dead portal, what archives hold of it, and `huyen rescue` run against them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from fixtures.archives.commoncrawl import CommonCrawl
from fixtures.archives.dead import DISTRICT, entry
from fixtures.archives.wayback import Wayback
from storage.database import open_database

# Waits that the archives ask for, shortened; the pace between requests follows HUYEN_RESCUE_RATE.
_PROGRAM = (
    "import sys, crawler.rescue.asking as asking; asking.PAUSE, asking._BUSY = 0.4, 0.02;"
    "from crawler.cli import main; sys.exit(main())"
)


@dataclass(slots=True)
class Standing:
    """Runs `huyen rescue` into `data`, with `wayback` and `common` for the archives."""

    data: Path
    wayback: Wayback | None = None
    common: CommonCrawl | None = None
    rate: float = 500
    keys: str = ""  # further lines of the portal's entry
    others: str = ""  # further portals
    environment: dict[str, str] = field(default_factory=dict)

    def process(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Starts a command, as a process of its own; its output goes to files in `data`."""
        self.data.mkdir(parents=True, exist_ok=True)
        registry = self.data / "hoa-binh.toml"
        registry.write_text(entry(self.keys) + self.others, encoding="utf-8")
        nowhere = "http://127.0.0.1:9"
        settings = {
            "HUYEN_DATA": str(self.data),
            "HUYEN_REGISTRY": str(registry),
            "HUYEN_WAYBACK_URL": self.wayback.url if self.wayback else nowhere,
            "HUYEN_COMMONCRAWL_INDEX_URL": self.common.url if self.common else nowhere,
            "HUYEN_COMMONCRAWL_DATA_URL": self.common.url if self.common else nowhere,
            "HUYEN_RESCUE_RATE": str(self.rate),
            "HUYEN_DEBUG": "1",
            "TMPDIR": str(self.data),
            "no_proxy": "127.0.0.1",
        }
        command = [sys.executable, "-c", _PROGRAM, *arguments]
        with (self.data / "out").open("wb") as out, (self.data / "err").open("wb") as err:
            environment = os.environ | settings | self.environment
            return subprocess.Popen(command, env=environment, stdout=out, stderr=err)

    def run(self, *arguments: str) -> tuple[int, str]:
        """Runs a command to its end; returns its status and what it said."""
        status = self.process(*arguments).wait(timeout=120)
        return status, (self.data / "out").read_text() + (self.data / "err").read_text()

    def rescue(self, *more: str) -> tuple[int, dict[str, Any]]:
        """Rescues the portal; returns the status, and what became of it."""
        archive = () if self.common else ("--from", "wayback")
        status = self.process("rescue", DISTRICT, "--json", *archive, *more).wait(timeout=120)
        out = (self.data / "out").read_text()
        assert out, (self.data / "err").read_text()
        told: dict[str, Any] = json.loads(out)["portals"][0]
        return status, told

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Returns the rows of a query."""
        with closing(open_database(f"sqlite:///{self.data / 'archive.db'}")) as db:
            return db.read(lambda connection: [tuple(row) for row in connection.execute(text(query))])
