"""The status page: what it brings together, how it is written, and that the archive's text stays text."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.cli import main
from crawler.registry import load as registry
from crawler.report import page as reportpage
from crawler.report.calendars import enter, packed
from crawler.report.figures import gather
from crawler.report.rows import Figures, Row
from crawler.report.strings import strings as page_strings
from storage.database import Database, open_database
from storage.runs import runs
from storage.serve.statistics import Dated
from storage.vocabulary import VIETNAM, Verdict
from tests.storage.making import PORTAL, article, keep

Run = Callable[..., tuple[int, str, str]]
ROOT = Path(reportpage.__file__).parent
NOW = datetime(2024, 3, 1, 6, 0, tzinfo=VIETNAM)
NGHE_AN = f"""
[do-luong]
name = "Đô Lương"
kind = "huyện"
code = "427"
[[do-luong.portals]]
url = "{PORTAL}"
family = "vnpt"
[[do-luong.portals]]
url = "https://doluong.gov.vn"
family = "wordpress"
status = "moved"
note = "Đã chuyển."
"""
HA_NAM = """
[ly-nhan]
name = "Lý Nhân"
kind = "huyện"
code = "353"
[[ly-nhan.portals]]
url = "https://lynhan.hanam.gov.vn"
family = "hanam"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a registry of two provinces."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("HUYEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HUYEN_REGISTRY", str(tmp_path / "registry"))
    (tmp_path / "registry").mkdir()
    for name, content in (("nghe-an", NGHE_AN), ("ha-nam", HA_NAM)):
        (tmp_path / "registry" / f"{name}.toml").write_text(content, encoding="utf-8")
    return tmp_path


@pytest.fixture
def archive(folder: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{folder / 'data' / 'archive.db'}")
    yield database
    database.close()


@pytest.fixture
def huyen(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(list(arguments))
        return status, *capsys.readouterr()

    return run


def unpacked(text: str) -> list[int]:
    counts: list[int] = []
    for whole, big in re.findall(r"(\((\d+)\)|[A-Z]|[0-9a-z])", text):
        counts += [int(big)] if big else [0] * (ord(whole) - 64) if whole.isupper() else [int(whole, 36)]
    return counts


def figures(database: Database, folder: Path, province: str | None = None) -> Figures:
    return gather(database, registry.load(folder / "registry"), [province] if province else (), NOW)


def embedded(page: str, name: str) -> Any:
    """What a data block of the page holds, found as a browser finds its end: at the first end tag."""
    start = page.index(f'<script type="application/json" id="{name}">')
    block = page[page.index(">", start) + 1 :]
    return json.loads(block[: re.search("</script", block, re.IGNORECASE).start()])  # type: ignore[union-attr]


@given(st.lists(st.integers(0, 40) | st.just(0)))
def test_packed_counts_can_be_read_again(counts: list[int]) -> None:
    assert unpacked(packed(counts)) == counts


def test_ten_years_of_a_daily_portal_take_a_byte_a_day_at_most() -> None:
    assert len(packed([1, 2, 0, 1, 0, 0, 3] * 520)) <= 3640
    assert packed([0] * 60) == "ZZH"


def test_dates_enter_the_calendar_as_precise_as_they_are() -> None:
    row = Row("a.b", PORTAL, "B", "huyện", "A", "", "active")
    months: Counter[int] = Counter()
    dates = {
        "": 1,
        "1930-02-03": 2,
        "2023": 3,
        "2023-10": 4,
        "2023-10-26": 5,
        "2023-11-02": 6,
        "2023-02-30": 7,
    }
    enter(row, [Dated("a.b", PORTAL, day, count) for day, count in dates.items()], months, date(2024, 3, 1))
    assert (row.undated, row.detail.outside, row.detail.year_only) == (1 + 7, 2, 3)
    assert (row.first_day, row.last_day, row.detail.month_only) == ("2023-10-26", "2023-11-02", 4)
    assert row.months == {"from": "2023-10", "counts": "96"}
    assert row.detail.days == {"from": "2023-10-26", "counts": "5F6"}
    assert sum(months.values()) == 15


def test_registry_and_archive_come_together(archive: Database, folder: Path) -> None:
    keep(archive, [article(published_at="2023-10-26", published_precision="day")])
    keep(archive, [article("la", district_id="son-la.la", portal="https://la.gov.vn")])
    old = runs.start(archive, "nghe-an.do-luong", PORTAL)
    runs.finish(archive, old, Verdict.OK, {"new": 1})
    new = runs.start(archive, "nghe-an.do-luong", PORTAL)
    runs.finish(archive, new, Verdict.BROKEN, {"listing": 1}, ["no link to an article"])
    runs.start(archive, "son-la.la", "https://la.gov.vn")
    found = figures(archive, folder)
    rows = {row.portal: row for row in (*found.portals, *found.history)}
    assert [row.portal for row in found.history] == ["https://la.gov.vn"]
    assert "unlisted" not in found.totals.verdicts
    shown = {portal: (row.status, row.verdict) for portal, row in rows.items()}
    assert shown == {
        PORTAL: ("live", "broken"),
        "https://doluong.gov.vn": ("moved", "moved"),
        "https://lynhan.hanam.gov.vn": ("live", "never"),
        "https://la.gov.vn": ("unlisted", "unlisted"),
    }
    assert rows[PORTAL].evidence == ["no link to an article"]
    assert rows["https://doluong.gov.vn"].evidence == ["Đã chuyển."]
    assert [run.verdict for run in rows[PORTAL].detail.runs] == ["broken", "ok"]
    assert str(rows[PORTAL].last_healthy_at).endswith("+07:00")
    assert [run.id for run in found.runs][1:] == [new, old]
    assert (found.totals.articles, found.totals.undated) == (2, 1)
    assert [run.verdict for run in rows["https://la.gov.vn"].detail.runs] == ["running"]  # as history


def test_the_share_that_is_held_is_that_of_the_last_walk_to_the_ends(archive: Database, folder: Path) -> None:
    walks = ({"named": 40, "held": 40, "complete": 1}, {"named": 44, "held": 41, "unwalked": 2}, {"named": 9})
    for counts in walks:  # the last one is a night, which looks at a few listings
        runs.finish(archive, runs.start(archive, "nghe-an.do-luong", PORTAL), Verdict.OK, counts)
    rows = {row.portal: row for row in figures(archive, folder).portals}
    assert (rows[PORTAL].named, rows[PORTAL].held, rows[PORTAL].unwalked) == (44, 41, 2)
    other = rows["https://lynhan.hanam.gov.vn"]
    assert (other.named, other.held, other.unwalked) == (None, None, 0)


def test_a_portal_that_was_filled_from_warc_files_was_not_never_crawled(
    archive: Database, folder: Path
) -> None:
    keep(archive, [article()])
    rows = {row.portal: row for row in figures(archive, folder).portals}
    assert (rows[PORTAL].verdict, rows["https://lynhan.hanam.gov.vn"].verdict) == ("rebuilt", "never")
    assert "WARC" in rows[PORTAL].evidence[0]


def test_a_portal_that_a_fault_hides_keeps_its_verdict(archive: Database, folder: Path) -> None:
    keep(archive, [article()])
    runs.finish(archive, runs.start(archive, "nghe-an.do-luong", PORTAL), Verdict.BROKEN, {})
    (folder / "registry" / "nghe-an.toml").write_text("[do-luong]\nname = 3\n", encoding="utf-8")
    (row,) = [row for row in figures(archive, folder).portals if row.portal == PORTAL]
    assert (row.status, row.verdict) == ("unlisted", "broken")


def test_a_province_by_id_or_name_keeps_the_rest_out(archive: Database, folder: Path) -> None:
    keep(archive, [article(), article("la", district_id="son-la.la", portal="https://la.gov.vn")])
    for name in ("nghe-an", "Nghệ An", "NGHE AN"):
        found = figures(archive, folder, name)
        assert {row.district_id for row in found.portals} == {"nghe-an.do-luong"}
        assert (found.totals.articles, found.province) == (1, "Nghệ An")
    assert figures(archive, folder, "son-la").totals.articles == 1
    today = figures(archive, folder, "nghe-an@2025")
    assert {row.district_id for row in today.portals} == {"nghe-an.do-luong"}
    assert (today.totals.articles, today.province) == (1, "nghe-an@2025")


def test_text_of_the_archive_cannot_leave_its_data_block(archive: Database, folder: Path) -> None:
    hostile = "</script><script>alert(1)</script><!--<script> {{script}} \u2028 &amp;"
    same: dict[str, Any] = {"title": hostile, "exact": "0" * 16}
    keep(archive, [article("a", **same), article("b", 1, **same)])
    run = runs.start(archive, "nghe-an.do-luong", PORTAL)
    runs.finish(archive, run, Verdict.BROKEN, {}, [hostile])
    page = reportpage.page(figures(archive, folder))
    assert embedded(page, "report")["clusters"][0]["title"] == hostile
    assert embedded(page, f"d{_index(page)}")["runs"][0]["evidence"] == [hostile]
    assert page.count("<script>") == 1
    assert "alert(1)</script>" not in page


def _index(page: str) -> int:
    return next(n for n, row in enumerate(embedded(page, "report")["portals"]) if row["portal"] == PORTAL)


def test_nothing_in_the_page_comes_from_elsewhere(archive: Database, folder: Path) -> None:
    page = reportpage.page(figures(archive, folder))
    assert "default-src 'none'" in page
    assert not re.search(
        r"""<link|<img|<iframe|\s(src|srcset)=|url\(|@import|fetch\(|XMLHttp|import\(""", page
    )
    assert "{{" not in page


def test_both_languages_say_everything() -> None:
    strings = page_strings()
    assert strings["vi"].keys() == strings["en"].keys()
    slots = {
        lang: {k: set(re.findall(r"\{\w+\}", v)) for k, v in words.items()} for lang, words in strings.items()
    }
    assert slots["vi"] == slots["en"]
    code = "\n".join(part.read_text(encoding="utf-8") for part in ROOT.glob("*.*") if part.suffix != ".py")
    used = set(re.findall(r"""\bt\("([\w.]+)"|data-(?:t|label)="(\w+)\"""", code))
    missing = {key for pair in used for key in pair if key} - strings["en"].keys()
    assert not missing


def test_the_command_writes_the_page_and_says_where(archive: Database, huyen: Run, folder: Path) -> None:
    status, out, err = huyen("report")
    path = folder / "data" / "reports" / "index.html"
    assert (status, err) == (0, "")
    assert f"3 portals (1 moved, 2 never) in {path}" in out
    assert [p.name for p in path.parent.iterdir()] == ["index.html"]
    assert embedded(path.read_text(encoding="utf-8"), "report")["totals"]["articles"] == 0


def test_json_is_alone_on_standard_output(archive: Database, huyen: Run, folder: Path) -> None:
    status, out, err = huyen("report", "--json", "-o", str(folder / "seite.html"), "--province", "ha-nam")
    answer = json.loads(out)
    assert (status, err, answer["path"]) == (0, "", str(folder / "seite.html"))
    assert [row["portal"] for row in answer["portals"]] == ["https://lynhan.hanam.gov.vn"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--province", "atlantis"], 'no province "atlantis"'),
        (["-o", "nowhere/page.html"], "does not exist; create it"),
        (["-o", "registry"], "is a folder"),
    ],
)
def test_wrong_use_starts_nothing(archive: Database, huyen: Run, arguments: list[str], said: str) -> None:
    status, out, err = huyen("report", *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_without_an_archive_it_says_what_makes_one(huyen: Run) -> None:
    status, _, err = huyen("report")
    assert status == 2
    assert "no archive at" in err


def test_a_page_that_cannot_be_written_leaves_the_old_one(
    archive: Database, huyen: Run, folder: Path
) -> None:
    (folder / "data" / "reports").write_text("in the way", encoding="utf-8")
    status, _, err = huyen("report")
    assert (status, len(err.splitlines())) == (1, 1)
    assert "cannot write" in err


def test_a_damaged_entry_is_named_and_the_rest_is_shown(archive: Database, huyen: Run, folder: Path) -> None:
    (folder / "registry" / "ha-nam.toml").write_text("[ly-nhan]\nname = 3\n", encoding="utf-8")
    status, out, err = huyen("report", "--json")
    assert status == 1
    assert "ha-nam.toml" in err
    assert any("ha-nam.toml" in fault for fault in json.loads(out)["faults"])
