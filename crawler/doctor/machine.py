"""Checks of this machine: folders and who owns them, space, open files, memory, programs."""

from __future__ import annotations

import os
import pwd
import resource
import shutil
from collections.abc import Iterator

from crawler.config import Config
from crawler.doctor.findings import Finding, attention, ok
from crawler.night.night import SPARE_MB, available_mb, cores, scarce
from crawler.terminal.console import ENOUGH_FILES
from storage.errors import StoreError
from storage.language.messages import message
from storage.secrets import masked
from storage.text import counted
from storage.warc import store

_FEW_INODES = 10_000  # a night of 700 portals makes a few thousand files


def machine(config: Config) -> Iterator[Finding]:
    """Yields what the machine says of the folder of the archive, its disk, its limits and its programs."""
    yield folder(config)
    if config.data.is_dir():
        yield space(config)
    yield limits()
    if config.ocr_minutes:
        yield recogniser(config.ocr_minutes)
    if config.warc_store:
        yield warc_store()


def folder(config: Config) -> Finding:
    """Checks that the data folder, and all that a night changes in it, can be written by this user."""
    data = config.data
    if not data.is_dir():
        return attention(
            "data folder",
            message("{data} does not exist; a cron line that writes its log there fails", data=data),
            f"mkdir -p {data}",
        )
    inside = [data, config.warc, *data.glob("*.lock"), *data.glob("archive.db*")]
    inside += [data / name for name in ("logs", "metrics", "reports", "locks")]
    shut = [path for path in inside if path.exists() and not os.access(path, os.W_OK)]
    if shut:
        user = account()
        name = user.pw_name if user else str(os.geteuid())
        return attention(
            "data folder",
            message(
                "this user cannot write {paths}; did another user run huyen here?",
                paths=", ".join(map(str, shut[:3])),
            ),
            message("As root: chown -R {user}: {data}", user=name, data=data),
        )
    owner = data.stat().st_uid
    if os.geteuid() == 0 and owner != 0:
        return attention(
            "data folder",
            message(
                "{data} belongs to another user, and you are root: that user cannot change what you "
                "write now",
                data=data,
            ),
            message("Run huyen as the user of the nights: su -s /bin/sh huyen"),
        )
    return ok("data folder", message("{data} can be written", data=data))


def space(config: Config) -> Finding:
    """Checks that the disk of the data folder has what HUYEN_MIN_FREE_MB asks for, and inodes."""
    if why := scarce(config):
        return attention(
            "space",
            why,
            message("Make room, or move HUYEN_DATA to a larger disk. Raw pages (data/warc) take most"),
        )
    system = os.statvfs(config.data)
    if system.f_files and system.f_favail < _FEW_INODES:
        return attention(
            "space",
            message("the disk has inodes for {left} more files", left=system.f_favail),
            message("Remove small files there"),
        )
    free = shutil.disk_usage(config.data).free / 2**30
    articles = max(0.0, free - config.min_free_mb / 1024) * 2**20 / 20  # 20 KB an article: docs/operators.md
    return ok(
        "space",
        message(
            "{free:.1f} GB are free in {data}, enough for some {articles:,.0f} pages",
            free=free,
            data=config.data,
            articles=articles,
        ),
    )


def warc_store() -> Finding:
    """Checks that the store of WARC files answers; writes nothing there."""
    try:
        count = len(store.names())
    except StoreError as error:
        return attention(
            "store",
            str(error),
            message("Until it answers, WARC files stay here and are shipped by a later night"),
        )
    return ok(
        "store",
        message(
            "{store} answers and has {count}", store=masked(store.in_use()), count=counted(count, "WARC file")
        ),
    )


def limits() -> Finding:
    """Checks how many files may be open, and the memory that is left."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < ENOUGH_FILES:
        return attention(
            "limits",
            message(
                "this user may have {hard} files open at a time; a night needs {enough}",
                hard=hard,
                enough=ENOUGH_FILES,
            ),
            message("Raise nofile in /etc/security/limits.conf, or LimitNOFILE in the systemd unit"),
        )
    memory = available_mb()
    if memory < SPARE_MB:
        return attention(
            "limits",
            message(
                "only {memory:.0f} MB are available; below {spare_mb} MB a night crawls one district per "
                "core",
                memory=memory,
                spare_mb=SPARE_MB,
            ),
            message("Stop other programs, or add memory or swap"),
        )
    told = message("memory unknown")
    if memory != float("inf"):
        told = message("{memory:.1f} GB of memory available", memory=memory / 1024)
    return ok("limits", message("{cores} cores, {told}, enough open files", cores=cores(), told=told))


def recogniser(minutes: int) -> Finding:
    """Checks that tesseract with its Vietnamese is installed, since HUYEN_OCR_MINUTES asks for it."""
    from pipelines.files.ocr import can_recognise

    if can_recognise():
        return ok(
            "tesseract",
            message(
                "is installed with Vietnamese; a night reads scans for {minutes} minutes", minutes=minutes
            ),
        )
    return attention(
        "tesseract",
        message(
            "HUYEN_OCR_MINUTES is {minutes}, but tesseract with Vietnamese is not installed: scans "
            "stay unread",
            minutes=minutes,
        ),
        message("Debian: apt install tesseract-ocr tesseract-ocr-vie. Or set HUYEN_OCR_MINUTES to 0"),
    )


def contact(config: Config) -> Finding:
    """Checks that webmasters learn whom to write to."""
    if config.contact:
        return ok("contact", message("{contact} stands in the user agent", contact=config.contact))
    return attention(
        "contact",
        message(
            "HUYEN_CONTACT is not set: a webmaster who sees the crawler cannot reach you, and may block it"
        ),
        message('Put a line into huyen.toml: HUYEN_CONTACT = "you@example.org"'),
    )


def account() -> pwd.struct_passwd | None:
    """Returns the account of this user; None for a container's user without an entry."""
    try:
        return pwd.getpwuid(os.geteuid())
    except KeyError:
        return None
