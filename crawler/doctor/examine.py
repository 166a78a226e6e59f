"""All checks of `huyen doctor`, in the order in which a night needs what they look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from crawler.config import Config
from crawler.doctor import archive, machine, receivers, settings
from crawler.doctor.findings import Finding, attention
from crawler.terminal.escapes import words_of
from storage.language.messages import message


def examine(config: Config, folder: Path, *, send: bool = False) -> Iterator[Finding]:
    """Yields the findings of all checks for a night that starts in `folder`; changes nothing.

    With `send`, a test goes to each receiver of alerts. Raises RegistryError where a layer cannot be read.
    """
    yield from settings.registry(config)
    checks: tuple[tuple[str, Callable[[], Iterable[Finding]]], ...] = (
        ("huyen.toml", lambda: [settings.file(folder)]),
        ("environment", settings.strangers),
        ("contact", lambda: [machine.contact(config)]),
        ("database", lambda: archive.archive(config)),
        ("machine", lambda: machine.machine(config)),
        ("alerts", lambda: receivers.receivers(config, send=send)),
        ("cron", lambda: settings.cron(config, folder)),
    )
    for name, check in checks:
        try:
            yield from check()
        except Exception as error:  # one check that fails must not hide the others
            said = message("could not be checked: {words}", words=words_of(error, 200))
            yield attention(name, said, message("Report this"))
