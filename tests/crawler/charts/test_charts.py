"""Charts as XML: what they show is what their table says."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from crawler.charts.bars import HEIGHT, bars
from crawler.charts.draw import Words, ticks
from crawler.charts.heat import State, heat
from storage.coverage.months import months

WORDS = Words("Bài <theo> tháng", "tháng", "bài", lambda n: f"{n:,}".replace(",", "."))
STATES = {"silent": State("không có bài", "empty"), "away": State("không trả lời", "slash")}
SVG = "{http://www.w3.org/2000/svg}"


def marks(svg: str, class_: str) -> list[ElementTree.Element]:
    return [one for one in ElementTree.fromstring(svg).iter() if one.get("class") == class_]


def told(svg: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(svg).iter(f"{SVG}title")]


def test_bars_are_as_high_as_their_numbers_and_gaps_stay() -> None:
    chart = bars({"gốc": {"2023-11": 10, "2024-02": 5}, "trùng": {"2024-02": 5}}, WORDS)
    first, later, _ = marks(chart.svg, "c0")  # the last one stands in the legend
    assert [float(one.get("height", "")) for one in (first, later)] == [HEIGHT, HEIGHT / 2]
    copied, _ = marks(chart.svg, "c1")
    assert float(copied.get("y", "")) == float(first.get("y", ""))
    assert copied.get("x") == later.get("x")
    assert told(chart.svg) == ["2023-11, gốc: 10", "2024-02, gốc: 5", "2024-02, trùng: 5"]
    assert chart.head == ("tháng", "gốc", "trùng")
    assert chart.rows == [("2023-11", 10, 0), ("2024-02", 5, 5)]


def test_a_chart_is_named_labelled_and_escaped() -> None:
    root = ElementTree.fromstring(bars({"<b>": {"2023": 1_200}, "x": {"2024": 1}}, WORDS).svg)
    assert (root.get("role"), root.get("aria-label")) == ("img", "Bài <theo> tháng")
    texts = {one.text for one in root.iter(f"{SVG}text")}
    assert {"bài", "0", "1.500", "2023", "2024", "<b>", "x"} <= texts


@pytest.mark.parametrize("counts", [{}, {"2023-01": 0}])
def test_nothing_is_no_chart(counts: dict[str, int]) -> None:
    chart = bars({"bài": counts}, WORDS)
    assert (chart.svg, chart.rows, bool(chart)) == ("", [], False)
    assert not heat([], ["2023"], STATES, WORDS)


@pytest.mark.parametrize("rows", [1, 200])
def test_a_map_tells_numbers_from_reasons(rows: int) -> None:
    shown = months("2023-01", "2024-06")
    values: dict[str, int | str] = {"2023-01": 3, "2023-02": "silent", "2023-03": "away", "2024-06": 400}
    chart = heat([(f"Huyện {n}", values) for n in range(rows)], shown, STATES, WORDS)
    assert len(marks(chart.svg, "h1")) == len(marks(chart.svg, "h4")) == rows + 1  # one stands in the legend
    assert len(marks(chart.svg, "empty")) == len(marks(chart.svg, "slash")) == rows + 1
    assert chart.rows[0][:5] == ("Huyện 0", 3, "không có bài", "không trả lời", "")
    assert len(chart.rows) == rows
    assert ("Huyện 0, 2023-02: không có bài" in told(chart.svg)) == (rows == 1)  # many cells are joined


def test_a_row_of_equal_cells_is_one_mark_where_there_are_many() -> None:
    shown = months("2010-01", "2024-12")
    chart = heat([(str(n), dict.fromkeys(shown, 2)) for n in range(100)], shown, STATES, WORDS)
    assert len(chart.svg) < 40_000


def test_a_file_carries_its_colours() -> None:
    file = bars({"bài": {"2023": 1}}, WORDS).alone()
    root = ElementTree.fromstring(file)
    style = root.find(f"{SVG}style")
    assert style is not None
    assert ".c0" in (style.text or "")
    assert "dark" not in (style.text or "")


@pytest.mark.parametrize(("most", "last"), [(1, 1), (4, 4), (7, 8), (10, 10), (399, 400), (1086, 1500)])
def test_ticks_are_round_and_reach_the_largest(most: int, last: int) -> None:
    found = ticks(most)
    assert (found[0], found[-1]) == (0, last)
    assert 2 <= len(found) <= 6
