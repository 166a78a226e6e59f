"""`huyen release`: a dataset that can be cited."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import asked, complain, opened, progress
from storage.language.messages import gettext as _
from storage.language.messages import message, shown
from storage.text import counted


def release(
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="DIR", help="Folder of the releases (default: HUYEN_DATA/releases)."
        ),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(metavar="PREVIOUS", help="Earlier release, a folder: list what changed since."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="body|lead|captions", help="Leave out these texts; several with commas between."
        ),
    ] = None,
    partition: Annotated[
        str | None, typer.Option(metavar="year", help="Write a folder of Parquet for each year.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if no licence is stated.")] = False,
    bag: Annotated[bool, typer.Option("--bag", help="Make the folder a BagIt bag, too.")] = False,
) -> int:
    """Write a release: the archive as a described, checkable dataset in a folder named by today's date.

    Licence, creators, publisher, contact and DOI are taken from the table [release] of huyen.toml. Parquet
    needs pyarrow (the extra huyen[release]); without it, the release has CSV only.
    """
    from datetime import datetime

    from crawler.config import load, release_table
    from crawler.registry import load as registry
    from storage.release import parquet
    from storage.release.about import about
    from storage.release.release import Options
    from storage.release.release import release as write
    from storage.vocabulary import VIETNAM

    if partition not in (None, "year"):
        raise Refused(message("--partition takes year, not {value!r}", value=partition))
    config = load()
    known = [one.record() for one in registry.load(config.registry).districts]
    with asked():
        said = about(release_table())
    left_out = tuple(name.strip() for part in without or () for name in part.split(",") if name.strip())
    options = Options(left_out, partition == "year", bag, since)
    with closing(opened(config)) as database, asked(), progress() as tell:
        today = datetime.now(VIETNAM).date()
        made = write(database, (output or config.releases).absolute(), said, today, options, known, tell)
    for name in made.removed:
        complain(_("removed {name}, which a killed release had left", name=name))
    if not parquet.available():
        complain(_("the release has no Parquet files"))
        complain(shown(parquet.NEEDED))
    if not said.licence:
        complain(_("the licence is not stated; name it in huyen.toml, in the table [release]"))
    print(f"{shown(counted(made.rows, 'article'))}: {made.folder}")
    return 1 if strict and not said.licence else 0
