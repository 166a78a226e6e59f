"""`huyen doctor`: whether everything is there that a night needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crawler.terminal.console import complain, print_json, say
from crawler.terminal.options import AsJson
from storage.language.codes import word
from storage.language.messages import gettext as _
from storage.language.messages import joined
from storage.text import counted


def doctor(
    send: Annotated[
        bool, typer.Option("--send", help="Also send a test to the webhook and the mail addresses.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Check what a night needs: settings, registry, database, disk, clock, alerts, cron. Changes nothing."""
    from crawler.config import load
    from crawler.doctor.examine import examine
    from crawler.doctor.findings import bad
    from crawler.terminal.tables import findings

    found = list(examine(load(), Path.cwd(), send=send))
    wrong = bad(found)
    status = 1 if wrong else 0
    if as_json:
        checks = [{"name": f.name, "state": f.state, "said": f.said, "todo": f.todo} for f in found]
        print_json({"status": status, "checks": checks})
    else:
        say(findings((one.name, one.state, one.said, one.todo) for one in found))
    if wrong:
        names = joined(word("check", name) for name in dict.fromkeys(one.name for one in wrong))
        complain(
            _(
                "{count} of {checks} need attention: {names}",
                count=len(wrong),
                checks=counted(len(found), "check"),
                names=names,
            )
        )
    return status
