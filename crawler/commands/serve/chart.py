"""`huyen chart`: figures of the archive as pictures."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import asked, complain, opened
from crawler.terminal.options import From, InDistrict, InPlace, Province, To
from storage.language.messages import LANGUAGES, language, message, speaking

_PICTURES = (".svg", ".png")


def chart(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="articles-by-month, coverage, precision or duplicates.")
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="File to write: X.svg or X.png.")
    ],
    district: InDistrict = None,
    province: Province = None,
    place: InPlace = None,
    first: From = None,
    last: To = None,
    query: Annotated[
        str | None, typer.Option(metavar="Q", help="Only articles that this search finds.")
    ] = None,
    spoken: Annotated[
        str | None,
        typer.Option("--lang", metavar="en|vi", help="Language of the chart (default: that of messages)."),
    ] = None,
) -> int:
    """Draw a chart of the archive, for a paper or a page: labelled, with its source.

    articles-by-month: articles by month of publication. coverage: every portal by month, and why months are
    empty. precision: how precise dates are. duplicates: what was published before. Undated articles are
    counted below the chart.
    """
    from crawler.charts.kinds import KINDS, Asked
    from crawler.charts.picture import png
    from crawler.config import load
    from crawler.registry.load import load as load_registry
    from storage.files import draft
    from storage.search.selection import Filters, told

    if kind not in KINDS:
        raise Refused(message("no chart {kind!r}; there are {known}", kind=kind, known=", ".join(KINDS)))
    ending = output.suffix.lower()
    if ending not in _PICTURES:
        raise Refused(message("a chart is SVG or PNG: name {file} with .svg or .png at its end", file=output))
    if spoken is not None and spoken not in LANGUAGES:
        raise Refused(
            message("no language {name!r}; there are {known}", name=spoken, known=", ".join(LANGUAGES))
        )
    if kind == "coverage" and query is not None:
        raise Refused(message("the chart of coverage counts all articles; leave out --query"))
    if not output.absolute().parent.is_dir():
        raise Refused(message("the folder {folder} does not exist", folder=output.absolute().parent))
    filters = Filters(tuple(district or ()), tuple(province or ()), first, last, query, tuple(place or ()))
    config = load()
    known = [one.record() for one in load_registry(config.registry).districts] if kind == "coverage" else []
    with closing(opened(config)) as database, asked():
        for line in told(database, filters):
            complain(line)
        with database.reading() as connection, speaking(spoken or language()):
            figure = KINDS[kind](Asked(connection, database, filters, known))
    if not figure.chart:
        raise Refused(message("nothing to draw: no article of the selection has a date"))
    svg = figure.svg().encode()
    picture = png(svg.decode()) if ending == ".png" else svg
    try:
        with draft(output) as stream:
            stream.write(picture)
    except OSError as error:
        raise Refused(message("cannot write {file}: {why}", file=output, why=error.strerror)) from None
    print(f"{figure.title}: {output}")
    return 0
