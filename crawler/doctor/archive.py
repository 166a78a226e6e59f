"""Checks of the database and of the clocks: this machine's, the database server's, and the archive's past."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.config import Config
from crawler.doctor.findings import Finding, attention, note, ok
from crawler.terminal.tables import clock as shown
from storage.care.readiness import Readiness, look
from storage.errors import NoArchive, StorageError
from storage.secrets import masked
from storage.text import counted

SKEW = 60.0  # seconds between two clocks that agree; NTP keeps them within one
_FEW_CRAWLS = 2  # at a time; a server with fewer free connections makes a night of 700 portals endless


def archive(config: Config) -> list[Finding]:
    """Checks the database, then the clock against what the database and the files of the archive say."""
    now = datetime.now(UTC)
    try:
        found = look(config.database_url)
    except NoArchive as missing:
        return [note("database", f"{missing}; the first crawl makes it"), clock(config, Readiness(), now)]
    except StorageError as error:
        todo = "Mend that, then run huyen doctor again. docs/operators.md says how to set the database up"
        return [attention("database", str(error), todo), clock(config, Readiness(), now)]
    return [database(config.database_url, found), clock(config, found, now)]


def database(url: str, found: Readiness) -> Finding:
    """Returns what the state of the database at `url` means for a night."""
    name, is_sqlite = masked(url), url.startswith("sqlite")
    if not found.writable:
        return attention(
            "database",
            f"{name} cannot be written: {found.why_not}",
            "Run huyen as the user that owns the archive, or give this user the rights to write it",
        )
    if found.revision is None:
        return note("database", f"{name} is empty; the first crawl makes its tables")
    if found.pending and not is_sqlite:
        return attention(
            "database",
            f"{name} has schema {found.revision}, which is older than this huyen",
            "Back it up, then run huyen db upgrade",
        )
    if found.pending:
        return note(
            "database",
            f"{name} has schema {found.revision}; the next command that opens it brings it to today's",
            "Back it up first: huyen backup PATH",
        )
    if found.room is not None and found.room.crawls < _FEW_CRAWLS:
        return attention(
            "database",
            f"{name} has connections left for {counted(max(0, found.room.crawls), 'crawl')} at a time",
            "Raise max_connections, or CONNECTION LIMIT of the role or the database",
        )
    return ok("database", f"{name}, schema {found.revision}, takes writes")


def clock(config: Config, found: Readiness, now: datetime) -> Finding:
    """Compares `now` with the clock of the database server and with what the archive and huyen's own files
    note of the past; a clock that was wrong for one night leaves its marks there, too.
    """
    if found.ahead is not None and abs(found.ahead) > SKEW:
        way = "ahead of" if found.ahead > 0 else "behind"
        return attention(
            "clock",
            f"the clock of the database server is {_span(abs(found.ahead))} {way} that of this machine",
            "Let both take the time from the network (NTP): timedatectl set-ntp true",
        )
    for what, moment in (
        ("the newest run in the archive", found.newest),
        ("the newest WARC file", _newest(config.warc)),
        ("huyen itself", _newest(Path(__file__).parent)),
    ):
        if moment is not None and moment - now > timedelta(seconds=SKEW):
            return attention(
                "clock",
                f"this machine's clock shows {shown(now)} (Vietnam), but {what} is of {shown(moment)}: "
                "the clock is behind, or was ahead then",
                "Let it take the time from the network: timedatectl set-ntp true",
            )
    zone = time.strftime("%Z (UTC%z)")
    beside = "" if found.ahead is None else "; the database server agrees"
    return ok("clock", f"{shown(now)} in Vietnam, {datetime.now():%H:%M} here in {zone}{beside}")  # noqa: DTZ005


def _newest(folder: Path) -> datetime | None:
    """Returns when the newest file of `folder` was changed, UTC; None where there is none."""
    try:
        times = [path.stat().st_mtime for path in folder.iterdir() if path.is_file()]
    except OSError:
        return None
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _span(seconds: float) -> str:
    for size, word in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {word}"
    return f"{seconds:.0f} seconds"
