"""`huyen files get ID`: the bytes of a file, out of the WARC, their digest checked."""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import asked, complain, opened, unwritten
from storage.language.messages import gettext as _
from storage.language.messages import message


def get(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The id of a file, as huyen files prints it.")],
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="PATH", help="A file or folder to write to (default: stdout)."
        ),
    ] = None,
    version: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="An earlier version (default: the current one).")
    ] = None,
) -> int:
    """Write the bytes of a file to a path or to standard output; their digest is checked first."""
    from crawler.config import load
    from storage.errors import RawReadingError
    from storage.files import draft
    from storage.serve.files import place_of
    from storage.warc.reader import read_capture

    config = load()
    if output is None and sys.stdout.isatty():
        raise Refused(message("bytes would garble the terminal; give -o PATH, or redirect the output"))
    with closing(opened(config)) as database, asked():
        ref, digest, name = place_of(database, id_, version)
    try:
        body = read_capture(config.warc, ref).content
    except RawReadingError as error:
        complain(_("huyen: {why}", why=error))
        return 1
    if body is None or hashlib.sha256(body).hexdigest() != digest:
        complain(
            _(
                "huyen: the bytes in {file} at offset {offset} are not those that were kept",
                file=ref.file,
                offset=ref.offset,
            )
        )
        return 1
    if output is None:
        sys.stdout.buffer.write(body)
        return 0
    target = Path(output)
    try:
        if output.endswith(os.sep):
            target.mkdir(parents=True, exist_ok=True)
        target = target / (name or id_) if target.is_dir() else target
        with draft(target) as stream:
            stream.write(body)
    except OSError as error:
        return unwritten(target, error)
    print(target)
    return 0
