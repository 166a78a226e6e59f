"""Checks of the settings: huyen.toml, who may read it, the registry, and what a night from cron would see."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from crawler.config import Config, Row, describe, not_in_force, unknown
from crawler.doctor.findings import Finding, attention, note, ok
from crawler.doctor.machine import account
from crawler.lang import FILE
from crawler.lang import NAME as LANG
from crawler.registry import load
from storage.language.messages import joined, message, nmessage
from storage.text import counted

CRON_PATH = "/usr/bin:/bin"  # cron(8) of Debian and of most others
_SECONDS = 60.0  # a loaded machine may take some to start Python
# What programs and libraries that a night uses take from the environment, beside HUYEN_*.
_NEEDED = (
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "TMPDIR", "TESSDATA_PREFIX", "LD_LIBRARY_PATH", "PYTHONPATH"),
    *("PGPASSWORD", "PGPASSFILE", "PGSERVICE", "PGSSLMODE", "PGHOST", "PGPORT", "PGUSER"),
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_ENDPOINT_URL"),
)


def registry(config: Config) -> Iterator[Finding]:
    """Yields what a night would crawl, and each entry that cannot be read. Raises RegistryError."""
    listed = load.load(config.registry)
    for fault in listed.errors:
        yield attention(
            "registry", str(fault), message("Correct the entry; the others are crawled meanwhile")
        )
    portals = [portal for district in listed.districts for portal in district.portals]
    due = [portal for portal in portals if portal.status in ("live", "frozen")]
    unseen = sum(portal.status == "unseen" for portal in portals)
    told = message(
        "{districts}; a night crawls {due} of {portals}",
        districts=counted(len(listed.districts), "district"),
        due=len(due),
        portals=counted(len(portals), "portal"),
    )
    if unseen:
        told = joined([told, message("({unseen} unseen)", unseen=unseen)], " ")
    if due:
        yield ok("registry", told)
    elif not listed.errors:
        yield attention(
            "registry",
            told,
            message(
                "Look at a portal (huyen districts check ID), then set its status to live: docs/registry.md"
            ),
        )


def file(folder: Path) -> Finding:
    """Checks that the huyen.toml of `folder` is there, and that nobody else reads a password in it."""
    path = folder / FILE
    if not path.is_file():
        elsewhere = [
            at / FILE for at in (Path(__file__).parents[2], *folder.parents) if (at / FILE).is_file()
        ]
        if elsewhere:
            return attention(
                FILE,
                message(
                    "there is none in {folder}, so the one in {other} is not read",
                    folder=folder,
                    other=elsewhere[0].parent,
                ),
                message("Run huyen there: cd {folder}", folder=elsewhere[0].parent),
            )
        return note(
            FILE, message("there is none in {folder}: the environment and the defaults hold", folder=folder)
        )
    if _tracked(folder):
        return attention(
            FILE,
            message("git would send {path} to others: it is not ignored", path=path),
            message(
                "echo {file} >> .gitignore; if it is committed already: git rm --cached {file}", file=FILE
            ),
        )
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077 and _secret(path):
        return attention(
            FILE,
            message(
                "other users of this machine can read the password in {path} (mode {mode:o})",
                path=path,
                mode=mode,
            ),
            f"chmod 600 {path}",
        )
    return ok(FILE, message("{path}, mode {mode:o}", path=path, mode=mode))


def _secret(path: Path) -> bool:
    """Returns whether a setting in `path` holds what must not be read: it is what `huyen config` masks."""
    import tomllib

    from crawler.config import load as settings

    named = set(tomllib.loads(path.read_text(encoding="utf-8")))
    return any("***" in row.value for row in describe(settings(path.parent)) if row.name in named)


def _tracked(folder: Path) -> bool:
    """Returns whether git would take huyen.toml along: in a work tree, and not ignored or already tracked."""
    git = shutil.which("git")
    if git is None:
        return False

    def status(*arguments: str) -> int:
        command = [git, "-C", str(folder), *arguments]
        return subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS).returncode  # noqa: S603

    if status("rev-parse", "--is-inside-work-tree") != 0:
        return False
    return status("ls-files", "--error-unmatch", FILE) == 0 or status("check-ignore", "-q", FILE) != 0


def strangers() -> Iterator[Finding]:
    """Yields a line for each HUYEN_* of the environment that means nothing: a typing error, mostly."""
    for name in unknown():
        yield attention("environment", not_in_force(name), message("huyen config lists the names"))


def cron(config: Config, folder: Path, crontab: str | None = None) -> Iterator[Finding]:
    """Yields what a night from cron would lack: it has another PATH, no LANG, no variable of this shell, and
    another working directory. Starts `huyen config` the way cron would, and compares.

    `crontab` is that of this user; by default it is asked for.
    """
    line = f"cd {folder} && {_program()} crawl --all"
    seen = _as_cron_sees(folder)
    if isinstance(seen, str):
        yield attention(
            "cron",
            message("huyen does not start in the environment of cron: {seen}", seen=seen),
            message("Set what is missing in the crontab, above the line"),
        )
        return
    ours = {row.name: row for row in describe(config)}
    here = sorted(name for name, row in ours.items() if name in seen and seen[name] != row.value)
    if LANG in here and ours[LANG].source != "environment":  # this shell has a LANG, and cron has none
        here.remove(LANG)
        yield note(
            "cron",
            message("cron has no LANG: what it prints and mails is in English"),
            message("Write {name} into {file}", name=LANG, file=folder / FILE),
        )
    if here := [name for name in here if ours[name].source == "environment"]:
        yield attention(
            "cron",
            message("cron does not see {names}: set in this shell only", names=", ".join(here)),
            nmessage("Write it into {file}", "Write them into {file}", len(here), file=folder / FILE),
        )
    if lost := [name for name in _NEEDED if os.environ.get(name)]:
        yield note(
            "cron",
            message("cron does not have {names} of this shell", names=", ".join(lost)),
            message("If a night needs them, set them in the crontab above the line, or in the systemd unit"),
        )
    if config.ocr_minutes and shutil.which("tesseract") and not shutil.which("tesseract", path=CRON_PATH):
        yield attention(
            "cron",
            message(
                "{program} is not in the PATH of cron ({path})",
                program=shutil.which("tesseract"),
                path=CRON_PATH,
            ),
            message(
                "Put a line above the others in the crontab: PATH={path}",
                path=os.environ.get("PATH", os.defpath),
            ),
        )
    lines = _crontab() if crontab is None else crontab
    nights = [one for one in lines.splitlines() if "huyen" in one and " crawl" in one and one[:1] != "#"]
    if astray := [one for one in nights if "cd " not in one and (folder / FILE).is_file()]:
        yield attention(
            "cron",
            message(
                "the crontab line {line!r} starts in the home folder, where there is no {file}",
                line=astray[0].strip(),
                file=FILE,
            ),
            message("The command must be: {line}", line=line),
        )
        return
    yield ok(
        "cron",
        message("has a line for a night; it sees the same settings: {line}", line=line)
        if nights
        else message("a line sees the same settings: {line}", line=line),
    )


def _as_cron_sees(folder: Path) -> Mapping[str, str] | str:
    """Returns the values in force for a command that cron starts in `folder`, or the words of its failure."""
    user = account()
    environment = {"PATH": CRON_PATH, "SHELL": "/bin/sh", "HOME": user.pw_dir if user else "/"}
    environment |= {"LOGNAME": user.pw_name, "USER": user.pw_name} if user else {}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "crawler.cli", "config", "--json"],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    if done.returncode:
        return (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
    return {row.name: row.value for row in (Row(**one) for one in json.loads(done.stdout))}


def _program() -> str:
    """Returns the path of the console script beside this Python, as a cron line must name it."""
    beside = Path(sys.executable).with_name("huyen")
    return str(beside) if beside.exists() else f"{sys.executable} -m crawler.cli"


def _crontab() -> str:
    """Returns the crontab of this user; "" where there is none, or no cron."""
    program = shutil.which("crontab")
    if program is None:
        return ""
    done = subprocess.run([program, "-l"], capture_output=True, text=True, check=False, timeout=_SECONDS)  # noqa: S603
    return done.stdout if done.returncode == 0 else ""
