"""Options that several commands take, each defined once. Imports nothing heavy: `huyen --help` loads it."""

from __future__ import annotations

from typing import Annotated

import typer

MOST = 2**63 - 1  # the largest number that both databases count to
_PROCESSES = 1024  # far more than any machine has cores; each takes memory
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on standard output.")]
Province = Annotated[
    list[str] | None,
    typer.Option(
        "--province",
        metavar="P",
        help="Only this province: nghe-an, or its name; that of today: nghe-an@2025. Repeat it for several.",
    ),
]
InDistrict = Annotated[
    list[str] | None,
    typer.Option("--district", metavar="ID", help="Only this district. Repeat it for several."),
]
InPlace = Annotated[
    list[str] | None,
    typer.Option(
        "--place",
        metavar="CODE|NAME",
        help="Only articles of the districts that became this commune, ward or special zone of today.",
    ),
]
From = Annotated[
    str | None, typer.Option("--from", metavar="DAY", help="First day, as in 2026-11-21 (Vietnamese time).")
]
To = Annotated[str | None, typer.Option("--to", metavar="DAY", help="Last day; it is included.")]
Since = Annotated[str | None, typer.Option("--since", hidden=True)]  # earlier names of --from and --to
Until = Annotated[str | None, typer.Option("--until", hidden=True)]
FetchedAt = Annotated[
    str | None,
    typer.Option(
        "--fetched-at", metavar="ISO", help="When the page was fetched, as ISO 8601 (default: now)."
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs", min=1, max=_PROCESSES, metavar="N", help="Processes that read (default: one per core)."
    ),
]
Districts = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        min=1,
        max=_PROCESSES,
        metavar="N",
        help="Districts crawled in parallel (default: up to 8 per core, depending on load).",
    ),
]
