"""`huyen verify`: the archive held against its WARC files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.terminal.console import complain, opened, print_json, progress, require_files
from crawler.terminal.escapes import inline
from crawler.terminal.options import MOST, AsJson, Jobs
from storage.language.codes import word
from storage.language.messages import gettext as _
from storage.language.messages import joined, message, shown
from storage.text import counted

if TYPE_CHECKING:
    from storage.care.verify import Checked, Fault


def verify(
    sample: Annotated[
        int | None,
        typer.Option(min=1, max=MOST, metavar="N", help="Check only N versions, picked at random."),
    ] = None,
    jobs: Jobs = None,
    as_json: AsJson = False,
) -> int:
    """Check the archive against its WARC files. Every text must have its bytes, unchanged."""
    from crawler.config import load
    from storage.care.verify import Checked, verify
    from storage.care.verify import sample as look

    require_files()
    config, checked = load(), Checked()
    found: list[Fault] = []
    with closing(opened(config)) as database, progress() as tell:
        faults = (
            look(database, config.warc, sample, checked)
            if sample
            else verify(database, config.warc, checked, tell, jobs or os.cpu_count() or 1)
        )
        for fault in faults:
            found.append(fault)
            if not as_json:
                said = joined([word("fault", fault.kind), str(fault)], ": ")
                print(inline(said), flush=True)
    if as_json:
        print_json({**_counts(checked), "faults": [fault._asdict() for fault in found]})
    else:
        print(shown(joined(_told(checked))))
    if checked.unlisted and not as_json:
        print(
            _(
                "in no table of the archive: {unlisted}; `huyen replay` adds them",
                unlisted=counted(checked.unlisted, "record"),
            )
        )
    if found:
        complain(_("{count} in the archive", count=counted(len(found), "fault")))
    return 1 if found else 0


def _told(checked: Checked) -> list[str]:
    """Returns in words how much was looked at."""
    return [
        counted(checked.files, "file"),
        counted(checked.bytes, "byte"),
        counted(checked.captures, "capture"),
        counted(checked.versions, "version"),
        counted(checked.documents, "document"),
        message("{n} unlisted", n=checked.unlisted),
    ]


def _counts(checked: Checked) -> Mapping[str, int]:
    return {name: getattr(checked, name) for name in checked.__slots__}
