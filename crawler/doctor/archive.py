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
from storage.language.messages import joined, marked, message
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
        return [
            note("database", message("{missing}; the first crawl makes it", missing=missing)),
            clock(config, Readiness(), now),
        ]
    except StorageError as error:
        todo = message(
            "Mend that, then run huyen doctor again. docs/operators.md says how to set the database up"
        )
        return [attention("database", str(error), todo), clock(config, Readiness(), now)]
    return [database(config.database_url, found), clock(config, found, now)]


def database(url: str, found: Readiness) -> Finding:
    """Returns what the state of the database at `url` means for a night."""
    name, is_sqlite = masked(url), url.startswith("sqlite")
    if not found.writable:
        return attention(
            "database",
            message("{name} cannot be written: {why_not}", name=name, why_not=found.why_not),
            message("Run huyen as the user that owns the archive, or give this user the rights to write it"),
        )
    if found.revision is None:
        return note("database", message("{name} is empty; the first crawl makes its tables", name=name))
    if found.pending and not is_sqlite:
        return attention(
            "database",
            message(
                "{name} has schema {revision}, which is older than this huyen",
                name=name,
                revision=found.revision,
            ),
            message("Back it up, then run huyen db upgrade"),
        )
    if found.pending:
        return note(
            "database",
            message(
                "{name} has schema {revision}; the next command that opens it brings it to today's",
                name=name,
                revision=found.revision,
            ),
            message("Back it up first: huyen backup PATH"),
        )
    if found.room is not None and found.room.crawls < _FEW_CRAWLS:
        return attention(
            "database",
            message(
                "{name} has connections left for {crawls} at a time",
                name=name,
                crawls=counted(max(0, found.room.crawls), "crawl"),
            ),
            message("Raise max_connections, or CONNECTION LIMIT of the role or the database"),
        )
    return ok(
        "database", message("{name}, schema {revision}, takes writes", name=name, revision=found.revision)
    )


def clock(config: Config, found: Readiness, now: datetime) -> Finding:
    """Compares `now` with the clock of the database server and with what the archive and huyen's own files
    note of the past; a clock that was wrong for one night leaves its marks there, too.
    """
    if found.ahead is not None and abs(found.ahead) > SKEW:
        ahead = marked("the clock of the database server is {span} ahead of that of this machine")
        behind = marked("the clock of the database server is {span} behind that of this machine")
        return attention(
            "clock",
            message(ahead if found.ahead > 0 else behind, span=_span(abs(found.ahead))),
            message("Let both take the time from the network (NTP): timedatectl set-ntp true"),
        )
    for what, moment in (
        (message("the newest run in the archive"), found.newest),
        (message("the newest WARC file"), _newest(config.warc)),
        (message("huyen itself"), _newest(Path(__file__).parent)),
    ):
        if moment is not None and moment - now > timedelta(seconds=SKEW):
            return attention(
                "clock",
                message(
                    "this machine's clock shows {now} (Vietnam), but {what} is of {moment}: the clock is "
                    "behind, or was ahead then",
                    now=shown(now),
                    what=what,
                    moment=shown(moment),
                ),
                message("Let it take the time from the network: timedatectl set-ntp true"),
            )
    zone = time.strftime("%Z")
    here = datetime.now().strftime("%H:%M")  # noqa: DTZ005
    said = message(
        "{now} in Vietnam; {here} on this machine (time zone {zone})", now=shown(now), here=here, zone=zone
    )
    if found.ahead is not None:
        said = joined([said, message("the database server agrees")], "; ")
    return ok("clock", said)


def _newest(folder: Path) -> datetime | None:
    """Returns when the newest file of `folder` was changed, UTC; None where there is none."""
    try:
        times = [path.stat().st_mtime for path in folder.iterdir() if path.is_file()]
    except OSError:
        return None
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _span(seconds: float) -> str:
    if seconds >= 2 * 86_400:
        return counted(round(seconds / 86_400), "day")
    if seconds >= 2 * 3600:
        return counted(round(seconds / 3600), "hour")
    if seconds >= 2 * 60:
        return counted(round(seconds / 60), "minute")
    return counted(round(seconds), "second")
