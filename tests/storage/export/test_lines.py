"""Lines of CSV from what the database gives, held against csv.writer."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as some

from storage.articles.queries import sync_registry
from storage.database import Database
from storage.export.columns import ALL, timed
from storage.export.export import export
from storage.export.lines import cell, lines
from storage.schema import Article
from storage.vocabulary import iso
from tests.storage.making import DISTRICTS, article, keep, ref

TRICKY = some.text(alphabet=some.sampled_from('ă, "\r\n\t;x'), max_size=6)
CELLS = some.one_of(some.none(), TRICKY, some.text())
WIDTHS = some.integers(1, 4)
ROWS = WIDTHS.flatmap(lambda n: some.lists(some.lists(CELLS, min_size=n, max_size=n), max_size=5))


def written(rows: Sequence[Sequence[str | None]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


@given(ROWS)
def test_lines_are_those_of_csv_writer(rows: list[list[str | None]]) -> None:
    width = len(rows[0]) if rows else 1
    encodable = [[v if v is None else v.encode(errors="ignore").decode() for v in row] for row in rows]
    as_bytes = [[v if v is None else v.encode() for v in row] for row in encodable]
    for given_ in (encodable, as_bytes):
        made = list(lines(given_, [None] * width))
        assert b"".join(data for _, data in made).decode() == written(encodable)
        assert sum(count for count, _ in made) == len(rows)


@given(some.integers(631_152_000, 4_102_444_800), some.booleans())  # 1990 to 2100
def test_moments_are_told_as_everywhere(seconds: int, fraction: bool) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    kept = f"{moment:%Y-%m-%d %H:%M:%S}{'.250000' if fraction else ''}"
    made = cell(timed("at", Article.first_seen_at))
    assert made is not None
    assert made(kept.encode()).decode() == iso(moment)


def test_an_export_by_lines_is_that_of_values(db: Database) -> None:
    """Every column, once as lines and once as the slower way for spreadsheets writes it."""
    sync_registry(db, DISTRICTS)
    odd = {"url": "https://a/ảnh,1.jpg", "caption": 'Ông "Tư"', "alt": None}
    full = article(
        title='Họp "giao ban", tháng 10', lead="Một\ndòng", author="Sỹ Bắc", captions=('"Ảnh", 1',),
        images=(odd,), attachments=({"url": "https://a/b.pdf", "title": "B,", "type": "pdf"},),
        published_at="2023-10", published_precision="month", published_is_event=True, confidence=0.7,
        witnesses=("vote",), capture=ref(7),
    )  # fmt: skip
    keep(db, [full, article("tin-2", lead="", confidence=None), article("tin-3", hours=23.5)])
    keep(db, [article(hours=30, title="Khác", body=("Mới",))])
    for columns in ("all", "lead", "published_is_event,version", ",".join(c.name for c in reversed(ALL))):
        texts = []
        for excel in (False, True):
            out = io.StringIO(newline="")
            assert export(db, out, columns=columns, excel=excel) == 3
            texts.append(out.getvalue().removeprefix("\ufeff"))
        assert texts[0] == texts[1]
