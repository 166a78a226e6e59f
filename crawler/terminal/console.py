"""What commands share: the configuration and what it names, opened; and what they print."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from crawler.errors import Refused
from crawler.terminal.escapes import json_text, printable
from storage.language.messages import gettext as _
from storage.language.messages import message, shown
from storage.text import counted

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.config import Config
    from crawler.registry.entries import District
    from crawler.registry.faults import Fault
    from crawler.registry.load import Registry
    from storage.database import Database


ENOUGH_FILES = 1024  # open at a time: the usual limit of a session
FEW_FILES = 64  # a crawl was seen to need 30, and each further one beside it two


def configured() -> tuple[Config, Registry]:
    from crawler import config
    from crawler.registry import load as registry

    settings = config.load()
    return settings, registry.load(settings.registry)


def opened(config: Config, *, create: bool = False) -> Database:
    """Returns the archive; Refused where it cannot be opened."""
    from storage.database import open_database
    from storage.errors import StorageError

    try:
        return open_database(config.database_url, create=create)
    except StorageError as error:
        raise Refused(str(error)) from error


def waited_for(config: Config) -> Database:
    """Returns the archive of a crawl; waits a minute for a database that is out of reach, and says so."""
    from storage.database import RETRY_SECONDS
    from storage.errors import DatabaseGone

    patience = time.monotonic() + RETRY_SECONDS
    told = False
    while True:
        try:
            return opened(config, create=True)
        except Refused as refused:
            if not isinstance(refused.__cause__, DatabaseGone) or time.monotonic() > patience:
                raise
            if not told:
                seconds = RETRY_SECONDS
                complain(_("{why}; trying again for {seconds:g} s", why=refused, seconds=seconds))
                told = True
            time.sleep(1)


@contextmanager
def asked() -> Iterator[None]:
    """Turns an error of storage that lies in what was asked into Refused; one with a cause lies elsewhere."""
    from storage.errors import StorageError

    try:
        yield
    except StorageError as error:
        if error.__cause__ is None:
            raise Refused(str(error)) from error
        raise


class Chosen(NamedTuple):
    """Districts that are meant, the faults that hide others, and how many portals nobody has looked at."""

    districts: list[District]
    faults: list[Fault]
    unseen: int = 0


def chosen(
    registry: Registry, names: list[str], province: Sequence[str] | None, *, unseen_too: bool = False
) -> Chosen:
    """Returns the districts that are meant, each once. Unless it is named, or `unseen_too`, a district is
    without its portals that are `unseen`; Refused where nothing is left.
    """
    from crawler.registry.faults import refusal

    if names:
        return Chosen(registry.named(names), [])
    wanted = registry.of_provinces(province or ())
    if not wanted.districts:
        raise refusal(wanted.errors) if wanted.errors else Refused(message("the registry has no districts"))
    if unseen_too:
        return Chosen(list(wanted.districts), list(wanted.errors))
    seen = [left for district in wanted.districts if (left := district.seen())]
    portals = sum(len(district.portals) for district in wanted.districts)
    unseen = portals - sum(len(district.portals) for district in seen)
    if not seen:
        raise Refused(
            message(
                "nobody has looked at the {portals}; name a district to crawl it, "
                "or look first: huyen districts check",
                portals=counted(unseen, "unseen portal"),
            )
        )
    return Chosen(seen, list(wanted.errors), unseen)


def district_id(registry: Registry, name: str | None) -> str | None:
    """Returns the id that `name` means; a full id may be one that only the archive knows."""
    from crawler.errors import UnknownDistrict

    try:
        return registry.resolve(name).id if name else None
    except UnknownDistrict:
        if name and "." in name:
            return name
        raise


def require_files() -> None:
    """Raises the limit of open files as far as this user may; Refused where it stays too low to work with."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH_FILES if hard == resource.RLIM_INFINITY else min(ENOUGH_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    if soft != resource.RLIM_INFINITY and soft < FEW_FILES:
        raise Refused(
            message(
                "only {soft} files may be open at a time; raise the limit: ulimit -n {enough}",
                soft=soft,
                enough=ENOUGH_FILES,
            )
        )


def print_json(value: object) -> None:
    from crawler.terminal import tables as display

    print(json_text(value, indent=2, default=display.plain))


def say(*lines: str) -> None:
    """Prints lines for a person on standard output; what a page wrote into them steers no terminal."""
    print(*(printable(shown(line)) for line in lines), sep="\n")


def complain(text: str) -> None:
    """Prints lines for a person on standard error, as `say` does."""
    print(printable(shown(text)), file=sys.stderr)


def unwritten(path: Path, error: OSError) -> int:
    """Says that `path` could not be written, and why; returns the exit status for it."""
    complain(_("huyen: cannot write {path}: {strerror}", path=path, strerror=error.strerror or error))
    return 1


def print_answers(answers: Iterable[Mapping[str, object]]) -> int:
    """Prints each answer as one line of JSON, at once; returns 1 where an input could not be read, else 0."""
    count = failed = 0
    for answer in answers:
        print(json_text(answer), flush=True)
        count += 1
        failed += "error" in answer and "reason" not in answer  # "no article" is an answer
    if failed:
        complain(_("{failed} of {count} lines could not be read", failed=failed, count=count))
    return 1 if failed else 0


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Yields what shows progress on standard error: in place on a terminal, else a line each time."""
    if not sys.stderr.isatty():
        yield complain
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status("") as status:
        yield lambda line: status.update(Text(printable(shown(line))))
