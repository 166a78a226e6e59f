"""Which tables hold data, and their rows as text."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import html

from pipelines.html.hidden import is_hidden
from pipelines.html.inline import inline_text
from pipelines.html.pictures import is_small

_LONG = 120  # letters of a cell on average; more are paragraphs in a table that lays out a page
_SHORT = 20  # letters of a figure with its unit
_LONGEST = 800  # letters of a cell beside a column of figures


def data_rows(table: html.HtmlElement) -> list[str]:
    """Returns the rows of a table of data, cells joined by " | "; empty where the table only lays out a page.

    Data has two or more rows of two or more cells that hold short text (on average under 120 letters, longer
    beside a column of figures), and no picture or table of their own; icons and empty tables do not count.
    """
    rows: list[list[str]] = []
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is not table:
            if "".join(row.itertext()).strip():
                return []
            continue
        cells = [cell for cell in row if cell.tag in ("td", "th") and not is_hidden(cell)]
        if any(_holds_more(cell) for cell in cells):
            return []
        rows.append([inline_text(cell) for cell in cells])
    filled = [row for row in rows if any(row)]
    letters = [len(cell) for row in filled for cell in row if cell]
    if sum(1 for row in filled if len(row) > 1) < 2 or not letters:
        return []
    if sum(letters) / len(letters) > _LONG and not (max(letters) <= _LONGEST and _has_figures(filled)):
        return []
    return [" | ".join(row) for row in filled]


def _holds_more(cell: html.HtmlElement) -> bool:
    """Whether a cell holds a picture to look at, a form or a table with text."""
    inner: Iterator[html.HtmlElement] = cell.iter("img", "table", "form")
    return any(
        not is_small(e)
        if e.tag == "img"
        else bool("".join(e.itertext()).strip()) or e.find(".//img") is not None
        for e in inner
    )


def _has_figures(rows: list[list[str]]) -> bool:
    """Whether a column of the table holds a figure in every row."""
    width = min(len(row) for row in rows)
    return any(
        all(len(row[column]) <= _SHORT and any(map(str.isdigit, row[column])) for row in rows)
        for column in range(1, width)
    )
