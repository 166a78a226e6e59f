"""Dates with the month names of other languages."""

from __future__ import annotations

from datetime import datetime

import pytest
from lxml import html

from pipelines.dates import date_article
from pipelines.dating.foreign import in_digits
from pipelines.items import Article, RawPage


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("12. März 2019", "12/3/2019"),
        ("Mittwoch, 5. Jänner 2011", "mittwoch, 5/1/2011"),
        ("le 1er août 2020", "le 1/8/2020"),
        ("3 de mayo de 2020, 14:05", "3/5/2020, 14:05"),
        ("21 settembre 2018", "21/9/2018"),
        ("30 grudnia 2021", "30/12/2021"),
        ("7. dubna 2017", "7/4/2017"),
        ("4 oktober 2016", "4/10/2016"),
        ("12 Mayors of 2019", "12 Mayors of 2019"),
        ("12 Personen 2019", "12 Personen 2019"),
    ],
)
def test_month_names(text: str, digits: str) -> None:
    assert in_digits(text) == digits


def test_a_foreign_page_is_dated_by_its_own_words() -> None:
    title = "Neuer Spielplatz am Waldrand ist eröffnet"
    tree = html.document_fromstring(
        f"<h1>{title}</h1><time>12. März 2019</time><p>Die Kinder freuen sich.</p>"
    )
    page = RawPage("https://dorf.example/a", b"", datetime.fromisoformat("2024-06-20T09:00:00+07:00"))
    assert date_article(Article(page, title, tree=tree)).value == "2019-03-12"
