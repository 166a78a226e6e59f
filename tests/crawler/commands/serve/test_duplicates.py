"""`huyen duplicates`: delays as precise as the dates allow, what is printed, wrong use."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.terminal.stories import SHOWN, delay, later, story_lines
from storage.articles.queries import sync_registry
from storage.database import Database
from storage.serve.stories import Member, Story
from tests.storage.duplicates.test_link import STORY, copy, record
from tests.storage.making import DISTRICTS, PORTAL, article, keep

Run = Callable[..., tuple[int, str, str]]
AWAY = "https://giavien.ninhbinh.gov.vn"


def member(published_at: str | None, event: bool = False) -> Member:
    seen = datetime(2026, 1, 1, tzinfo=UTC)
    precision = "day" if published_at else "none"
    return Member(
        "0" * 16,
        "a.b",
        "B",
        "A",
        PORTAL,
        f"{PORTAL}/x",
        "Tin",
        published_at,
        precision,
        event,
        seen,
        "exact",
        None,
    )


@pytest.mark.parametrize(
    ("first", "copy", "expected", "words"),
    [
        ("2023-02-03T09:33:00+07:00", "2023-02-03T09:33:40+07:00", (0, "minute"), "the same minute"),
        ("2023-02-03T09:33:00+07:00", "2023-02-03T10:00:00+07:00", (27, "minute"), "27 minutes later"),
        ("2023-02-03T22:00:00+07:00", "2023-02-04T09:05:00+07:00", (665, "minute"), "11 h 05 min later"),
        ("2023-02-03T22:00:00+07:00", "2023-02-06T09:00:00+07:00", (3540, "minute"), "2 days later"),
        ("2023-02-03T22:00:00+07:00", "2023-02-04", (1, "day"), "1 day later"),
        ("2023-02-03", "2023-02-03T22:00:00+07:00", (0, "day"), "the same day"),
        ("2023-02-28", "2023-03-02", (2, "day"), "2 days later"),
        ("2022-12", "2023-02-03", (2, "month"), "2 months later"),
        ("2023", "2023-10-05", (0, "year"), "the same year"),
        ("2021", "2023-01", (2, "year"), "2 years later"),
        ("2023-02-03", None, None, ""),
        (None, None, None, ""),
    ],
)
def test_a_delay_is_as_precise_as_the_dates(
    first: str | None, copy: str | None, expected: tuple[int, str] | None, words: str
) -> None:
    found = delay(member(first), member(copy))
    assert (found, later(found)) == (expected, words)


def test_the_day_of_an_event_gives_no_delay() -> None:
    assert delay(member("2023-02-03"), member("2023-02-04", event=True)) is None
    assert delay(member("2023-02-03", event=True), member("2023-02-04")) is None


def test_of_very_many_copies_the_first_are_shown() -> None:
    found = list(story_lines(Story(member("2023"), (member("2024"),) * (SHOWN + 3))))
    assert len(found) == 1 + 2 * (1 + SHOWN) + 1
    assert found[-1] == "  … and 3 more copies; --json has them all"


@pytest.fixture
def huyen(
    db: Database,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs `huyen duplicates` on an archive with one story in four articles and one in two without a date."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUYEN_DATABASE_URL", database_url)
    sync_registry(db, DISTRICTS)
    away = {"district_id": "ninh-binh.gia-vien", "portal": AWAY, "url": f"{AWAY}/x"}
    keep(db, [
        record(STORY, "a", 0, "2023-05-01"),
        record(STORY, "b", 0, "2023-05-04T08:00:00+07:00", **away),
        record(copy(1), "c", 0, "2023-05-09", published_is_event=True),
        record(copy(1), "d"),
        article("e", 1, exact="same"),
        article("f", 2, exact="same", title="Tin khác"),
    ])  # fmt: skip

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(["duplicates", *arguments])
        return status, *capsys.readouterr()

    return run


def test_who_was_first_who_repeated_it_and_when(huyen: Run) -> None:
    status, out, err = huyen()
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == STORY.title
    assert [line[2:] for line in lines[1:9:2]] == [
        "first      2023-05-01        Đô Lương, Nghệ An",
        "exact      2023-05-04 08:00  Gia Viễn, Ninh Bình; 3 days later",
        f"near {lines[5][7:11]}  2023-05-09        Đô Lương, Nghệ An; date of the event",
        f"near {lines[7][7:11]}  date unknown      Đô Lương, Nghệ An",
    ]
    assert 0.8 <= float(lines[5][7:11]) < 1
    assert lines[2].split() == [article("a").id, f"{PORTAL}/a"]
    assert lines[10:12] == [
        "Tin về e",
        "  first      date unknown      Đô Lương, Nghệ An; first seen 2024-01-01",
    ]
    assert lines[16:] == [
        "2 stories in 6 articles: 2 exact and 2 near copies",
        "who repeats whom most (copy ← original)",
        "  Gia Viễn (giavien.ninhbinh.gov.vn) ← Đô Lương (doluong.nghean.gov.vn): 1 (1 exact, 0 near)",
        "3 of the copies stand on the portal of their original",
    ]


def test_json_is_the_same_as_a_machine_reads_it(huyen: Run) -> None:
    status, out, _ = huyen("--json")
    told = json.loads(out)
    assert status == 0
    assert (told["totals"], told["same_portal"]) == ({"stories": 2, "exact": 2, "near": 2}, 3)
    assert [(one["copy_portal"], one["original_portal"], one["exact"]) for one in told["pairs"]] == [
        (AWAY, PORTAL, 1)
    ]
    first, second = told["stories"]
    assert (first["original"]["id"], first["original"]["published_at"]) == (article("a").id, "2023-05-01")
    assert [one["delay"] for one in first["copies"]] == [{"value": 3, "unit": "day"}, None, None]
    assert [one["kind"] for one in first["copies"]] == ["exact", "near", "near"]
    assert second["original"]["first_seen_at"] == "2024-01-01T09:00:00+07:00"


def test_a_limit_says_what_it_leaves_out(huyen: Run) -> None:
    assert "… and 1 more stories; --limit 0 lists all\n" in huyen("--limit", "1")[1]
    assert "more stories" not in huyen("--limit", "0")[1]
    assert len(json.loads(huyen("--limit", "0", "--json")[1])["stories"]) == 2


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_a_reader_that_leaves_early_is_no_fault(
    huyen: Run,
    arguments: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    gone = io.TextIOWrapper(io.FileIO(writer, "w"), "utf-8", write_through=True)
    with gone, monkeypatch.context() as patched:
        patched.setattr("sys.stdout", gone)
        assert main(["duplicates", *arguments]) == 0
    assert caplog.records == []  # SQLAlchemy logs a cursor that cannot be closed any more


def test_a_district_and_a_kind_narrow_it(huyen: Run) -> None:
    (story,) = json.loads(huyen("--district", "gia-vien", "--json")[1])["stories"]
    assert len(story["copies"]) == 3
    assert huyen("--province", "Ninh Bình", "--kind", "exact")[1].splitlines()[6] == (
        "1 story in 2 articles: 1 exact and 0 near copies"
    )
    assert huyen("--district", "gia-vien", "--province", "nghe-an") == (
        0,
        "",
        "no story was published more than once\n",
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--kind", "alike"), "one of exact, near"),
        (("--district", "khong-co"), "has no district 'khong-co'"),
        (("--province", "khong-co"), "it knows Nghệ An, Ninh Bình"),
        (("--limit", "-1"), "--limit"),
    ],
)
def test_wrong_use_is_status_2_and_one_line(huyen: Run, arguments: tuple[str, ...], words: str) -> None:
    status, out, err = huyen(*arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert words in err
