"""The floor of our reading on every page of the fixture portals, and on the golden pages.

The variants of pages in tests/pipelines/variants are a floor too: each has to be read without a fault.

To lower a figure, edit it here, in sight of a reviewer; `python benchmarks/reading.py --show` names the pages
behind a loss.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from benchmarks.pages import golden_pages, pages, portals
from benchmarks.reading import article_cases, configured, ours, scored
from benchmarks.scoring import Figures, together
from pipelines.chain import read
from pipelines.items import NotAnArticle


class Floor(NamedTuple):
    """Bounds over the article pages of one portal."""

    f1_mean: float  # token F1 of lead and body, at least
    f1_min: float  # of the worst page
    leaked: int  # lines of other origin in all bodies, at most
    captions: int  # captions in all bodies, at most
    undated_or_wrong: int  # dates that are not exactly the printed one, at most


# portal: (with the family's selectors, without)
FLOORS = {
    "do-luong-vnpt": (Floor(1, 1, 0, 0, 2), Floor(1, 1, 0, 0, 3)),
    "do-luong-wp": (Floor(1, 1, 0, 0, 0), Floor(1, 1, 0, 0, 0)),
    "gia-vien": (Floor(1, 1, 0, 0, 0), Floor(1, 1, 0, 0, 0)),
    "ly-nhan": (Floor(1, 1, 0, 0, 0), Floor(1, 1, 0, 0, 0)),
    "ky-anh": (Floor(1, 1, 0, 0, 1), Floor(1, 1, 0, 0, 1)),
    "yen-thanh": (Floor(1, 1, 0, 0, 0), Floor(1, 1, 0, 0, 0)),
}


def shortfalls(figures: Figures, floor: Floor) -> list[str]:
    """What of `figures` is worse than `floor`, in words."""
    lost = figures.wrong + figures.missing
    checks = {
        f"mean F1 {figures.f1_mean:.4f} < {floor.f1_mean}": figures.f1_mean < floor.f1_mean,
        f"least F1 {figures.f1_min:.4f} < {floor.f1_min}": figures.f1_min < floor.f1_min,
        f"{figures.leaked} leaked lines > {floor.leaked}": figures.leaked > floor.leaked,
        f"{figures.captions} captions in bodies > {floor.captions}": figures.captions > floor.captions,
        f"{lost} dates wrong or missing > {floor.undated_or_wrong}": lost > floor.undated_or_wrong,
    }
    return [text for text, worse in checks.items() if worse]


def test_every_portal_has_a_floor() -> None:
    assert set(FLOORS) == set(portals())


@pytest.mark.parametrize("told", [True, False], ids=["configured", "unconfigured"])
@pytest.mark.parametrize("portal", FLOORS)
def test_reading_keeps_its_floor(portal: str, told: bool) -> None:
    reader, floor = (configured(portal), FLOORS[portal][0]) if told else (ours, FLOORS[portal][1])

    scores, _ = scored(pages(portal), reader)

    assert len(scores) >= 20
    assert shortfalls(together(scores), floor) == []


@pytest.mark.parametrize("portal", FLOORS)
def test_a_page_without_article_is_not_kept(portal: str) -> None:
    cases = pages(portal)
    planted = [page for truth, page in cases if truth["kind"] != "article"]

    assert len(cases) - len(planted) == len(article_cases(cases))
    assert [page.url for page in planted if not isinstance(read(page), NotAnArticle)] == []


def test_golden_pages_keep_their_floor() -> None:
    scores, _ = scored(golden_pages(), ours)

    assert len(scores) >= 29
    assert shortfalls(together(scores), Floor(1, 1, 0, 0, 0)) == []
