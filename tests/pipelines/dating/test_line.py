"""One printed line to a date: the cases under fixtures/dates, and laws that hold for any day and any text."""

from __future__ import annotations

import json
import unicodedata
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.dating.find import line_of
from pipelines.dating.line import place_year, read_line, year_mentions
from pipelines.dating.terms import FLAT, GLUED, GLUED_CUE, SHAPES
from storage.text import fold
from storage.vocabulary import VIETNAM

CASES: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parents[3] / "fixtures/dates/lines.jsonl").read_text("utf-8").splitlines()
]
EXACT_FLOOR = 0.99  # of the cases; lowering it says that dates got worse
NOW = datetime(2024, 8, 20, 9, 0, tzinfo=VIETNAM)
DAYS = st.dates(date(1990, 1, 1), date(2024, 8, 19))
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


def answer(case: dict[str, Any]) -> str | None:
    return read_line(case["text"], datetime.fromisoformat(case["fetched_at"])).value


def right(case: dict[str, Any]) -> bool:
    def to_minute(value: str | None) -> str | None:
        return value[:16] if value else None

    accepted = {to_minute(value) for value in [case["expected"], *case.get("accept", [])]}
    return to_minute(answer(case)) in accepted


def test_cases_are_read_exactly() -> None:
    missed = [(case["id"], case["text"], answer(case), case["expected"]) for case in CASES if not right(case)]
    assert len(missed) <= (1 - EXACT_FLOOR) * len(CASES), missed


def test_no_trap_is_taken() -> None:
    assert [case["text"] for case in CASES if case["kind"] == "trap" and not right(case)] == []


@pytest.mark.parametrize(
    "glued", ["14:3026/10/2023", "26/10/20239:05", "26/10/2023123 lượt", "Xem: 12326/10/2023"]
)
def test_every_mark_is_seen_where_its_pattern_matches(glued: str) -> None:
    assert any(pattern.search(glued.lower().translate(FLAT)) for pattern in GLUED)
    assert GLUED_CUE.search(glued.translate(FLAT))
    for text in (case["text"] for case in CASES):
        flat = line_of(text).flat
        unseen = [s.name for s in SHAPES if s.cue and s.pattern.search(flat) and not s.cue.search(flat)]
        assert unseen == [], text


def test_kinds_and_ends_of_ranges() -> None:
    wrong = []
    for case in CASES:
        reading = read_line(case["text"], datetime.fromisoformat(case["fetched_at"]))
        if reading.value and (reading.kind != case["kind"] or reading.end != case.get("expected_end")):
            wrong.append((case["id"], case["text"], reading))
    assert wrong == []


def test_inferred_years_say_so() -> None:
    for case in CASES:
        reading = read_line(case["text"], datetime.fromisoformat(case["fetched_at"]))
        if reading.value and reading.role != "relative":
            assert reading.inferred is case.get("year_inferred", False), case["text"]


def test_the_print_is_kept() -> None:
    reading = read_line("Ngày đăng: 14/09/2022 10:30 - Lượt xem: 88", NOW)
    assert (reading.raw, reading.precision) == ("14/09/2022 10:30", "minute")


def test_a_fetch_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        read_line("14/09/2022", datetime(2024, 1, 1))  # noqa: DTZ001


NUMBER_WORDS = "không một hai ba bốn năm sáu bảy tám chín".split()


def spelled(number: int) -> str:
    """`number` (1 to 99) in Vietnamese words."""
    tens, unit = divmod(number, 10)
    head = {0: "", 1: "mười"}.get(tens, f"{NUMBER_WORDS[tens]} mươi")
    ending = {0: "", 5: "lăm" if tens else "năm"}.get(unit, NUMBER_WORDS[unit])
    return f"{head} {ending}".strip()


FORMS = (
    "{d}/{m}/{y}", "{d:02}/{m:02}/{y}", "{d:02}-{m:02}-{y}", "{d}.{m}.{y}",
    "{y}-{m:02}-{d:02}", "{y}/{m:02}/{d:02}",
    "Ngày đăng: {d:02}/{m:02}/{y}", "{d:02}/{m:02}/{y} | Lượt xem: 2.019", "(Đăng ngày {d}/{m}/{y})",
    "ngày {d} tháng {m} năm {y}", "{d} Tháng {m}, {y}",
    "Tháng {m} {d}, {y}", "{d} Th{m} {y}", "{d} thg {m}, {y}",
    "{en} {d}, {y}", "{d} {en} {y}", "{weekday}, {d:02}/{m:02}/{y}",
    "Tin tức{d:02}/{m:02}/{y}",
    "Xã hội - {d}/{m}/{y}",
    "ngày {d_words} tháng {m_words} năm hai nghìn không trăm {y_words}",
)  # fmt: skip
ENGLISH = "January February March April May June July August September October November December".split()
WEEKDAYS = ["Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật"]


def printed(form: str, day: date) -> str:
    return form.format(
        d=day.day,
        m=day.month,
        y=day.year,
        en=ENGLISH[day.month - 1],
        weekday=WEEKDAYS[day.weekday()],
        d_words=spelled(day.day),
        m_words=spelled(day.month),
        y_words=spelled(day.year % 100),
    )


@given(DAYS, st.sampled_from(FORMS))
def test_any_day_reads_back_from_any_form(day: date, form: str) -> None:
    if "y_words" in form:
        day = day.replace(year=2001 + day.year % 23, day=min(day.day, 28))
    assert read_line(printed(form, day), NOW).value == day.isoformat()


@given(
    DAYS,
    CLOCKS,
    st.sampled_from(
        [
            "{c:%H:%M} {d:%d/%m/%Y}",
            "{d:%d/%m/%Y} - {c:%H:%M}",
            "{c:%H}h{c:%M} ngày {d:%d/%m/%Y}",
            "{d:%Y-%m-%dT}{c:%H:%M:%S}+07:00",
            "{d:%d/%m/%Y}, lúc {c:%H} giờ {c:%M}",
            "{d:%d/%m/%Y} {c:%I:%M} {half}",
        ]
    ),
)
def test_any_clock_reads_back(day: date, clock: Any, form: str) -> None:
    half = "SA" if clock.hour < 12 else "CH"
    expected = datetime.combine(day, clock, VIETNAM).isoformat()
    assert read_line(form.format(d=day, c=clock, half=half), NOW).value == expected


@given(DAYS)
def test_an_event_is_no_publication(day: date) -> None:
    reading = read_line(f"Sáng ngày {day.day}/{day.month}/{day.year}, UBND xã tổ chức hội nghị", NOW)
    assert (reading.value, reading.kind) == (day.isoformat(), "event")


@given(st.sampled_from(CASES))
def test_normal_forms_read_alike(case: dict[str, Any]) -> None:
    fetched_at = datetime.fromisoformat(case["fetched_at"])
    composed = unicodedata.normalize("NFC", case["text"])
    expected = read_line(composed, fetched_at).value
    assert read_line(unicodedata.normalize("NFD", composed), fetched_at).value == expected
    assert read_line(composed.replace(" ", " \u00a0"), fetched_at).value == expected


@given(DAYS, st.sampled_from([form for form in FORMS if "words" not in form]))
def test_capitals_and_missing_diacritics_read_alike(day: date, form: str) -> None:
    line = printed(form, day)
    assert {read_line(text, NOW).value for text in (line, line.upper(), fold(line))} == {day.isoformat()}


SCRAPS = st.lists(
    st.one_of(
        st.sampled_from([*"/-.:,|()[] ", "ngày ", "tháng ", "năm ", "sáng ",
            "Ngày đăng: ", "thứ ", "trước", "đến ", "SA", "GMT+7", "âm lịch", "số "]),
        st.integers(0, 99999).map(str),
        st.text(max_size=5),
    ),
    max_size=25,
).map("".join)  # fmt: skip


@settings(max_examples=300)
@given(st.one_of(st.text(), SCRAPS))
def test_any_text_gives_a_sane_answer(text: str) -> None:
    reading = read_line(text, NOW)
    assert (reading.value is None) == (reading.kind == "trap")
    if reading.value and reading.kind == "published" and reading.day:
        assert date(1990, 1, 1) <= reading.day <= (NOW + timedelta(days=1)).date()


@pytest.mark.parametrize(
    "text",
    ["1/" * 100_000, "ngày " * 50_000, "12:30 " * 50_000, "(1/2/2020 - " * 20_000,
     "nghị quyết số 1 " * 20_000, "\u0301" * 100_000],
)  # fmt: skip
def test_only_the_head_of_a_long_line_is_read(text: str) -> None:
    short, long = text[:2_000], text
    assert read_line(long, NOW) == read_line(short, NOW)


@pytest.mark.parametrize(
    ("month", "day", "text", "year"),
    [
        (10, 26, "Về nhiệm vụ tháng 11 năm 2020", 2020),
        (12, 27, "nhiệm vụ tháng 01/2022", 2021),
        (9, 5, "khai giảng năm học 2019-2020", 2019),
        (5, 28, "tổng kết năm học 2019 - 2020", 2020),
        (1, 6, "hội nghị tổng kết năm 2022", 2023),
        (12, 28, "triển khai nhiệm vụ năm 2023", 2022),
        (3, 12, "đại hội Đoàn xã năm 2022", 2022),
        (3, 12, "giai đoạn 2016 - 2020, định hướng đến năm 2030, nhiệm kỳ 2020-2025", None),
    ],
)
def test_the_year_of_a_day_comes_from_the_text(month: int, day: int, text: str, year: int | None) -> None:
    assert place_year(month, day, year_mentions(text), NOW.date()) == year
