"""Differences of two values: which paragraphs belong together, which words changed, and how it is shown."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.terminal.diff import ADDED, REMOVED, SAME, compared, operations, paragraphs
from crawler.terminal.difflines import brief, lines, plain, printable, shown

LONG = "Sáng ngày 26/10/2023, UBND huyện Đô Lương tổ chức hội nghị giao ban thường kỳ tháng 10 năm 2023."


def told(before: Any, now: Any) -> list[str]:
    return [plain(line) for line in lines(before, now)]


def test_words_that_changed_within_a_paragraph() -> None:
    now = LONG.replace("26/10/2023", "27/10/2023").replace("tháng 10", "tháng 11")
    (found,) = compared(LONG, now)
    parts = [(word.op, word.text) for word in found.words if word.op != SAME]
    assert parts == [(REMOVED, "26/10/2023"), (ADDED, "27/10/2023"), (REMOVED, "10"), (ADDED, "11")]


def test_neighbouring_changes_are_one() -> None:
    assert told("hội nghị giao ban, tháng mười năm nay", "hội nghị tổng kết, quý ba năm nay") == [
        "~ hội nghị [-giao ban, tháng mười-]{+tổng kết, quý ba+} năm nay"
    ]


def test_paragraphs_that_came_and_went() -> None:
    old, new = (
        ["Đoạn một.", LONG, "Đoạn ba.", "Bỏ hẳn câu này đi nhé."],
        ["Đoạn một.", "Mới tinh.", LONG, "Đoạn ba."],
    )
    assert told("\n".join(old), "\n".join(new)) == [
        "… 1 paragraph unchanged",
        "+ Mới tinh.",
        "… 2 paragraphs unchanged",
        "- Bỏ hẳn câu này đi nhé.",
    ]


def test_a_changed_paragraph_is_found_among_new_ones() -> None:
    new = ["Thứ nhất, hoàn toàn khác.", LONG.replace("Sáng", "Chiều"), "Thứ hai, cũng khác."]
    assert [one.op for one in compared(LONG, "\n".join(new))] == ["added", "changed", "added"]


def test_what_stayed_is_shortened_to_the_words_near_a_change() -> None:
    words = [f"từ{n}" for n in range(100)]
    now = [*words[:50], "mới", *words[51:]]
    (line,) = told(" ".join(words), " ".join(now))
    near = f"{' '.join(words[42:50])} [-từ50-]{{+mới+}} {' '.join(words[51:59])}"
    assert line == f"~ … {near} …"


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (None, "Hoài Nam", ["+ Hoài Nam"]),
        ("Hoài Nam", None, ["- Hoài Nam"]),
        (False, True, ["- false", "+ true"]),
        (["Ảnh một"], ["Ảnh một", "Ảnh hai"], ["… 1 paragraph unchanged", "+ Ảnh hai"]),
        ([], [{"url": "http://a/b.pdf", "title": "Lịch", "type": "pdf"}], ["+ Lịch pdf <http://a/b.pdf>"]),
        ([{"url": "/a", "alt": None}], [{"url": "/a", "alt": ""}],
         ['~ [{"url": "/a", "alt": [-null-]{+""+}}]']),
    ],
)  # fmt: skip
def test_values_of_every_kind(before: Any, now: Any, expected: list[str]) -> None:
    assert told(before, now) == expected


def test_operations_for_json() -> None:
    before = "Đoạn một.\nĐoạn hai.\nhuyện có 12 xã"
    assert operations(compared(before, before.replace("12", "13"))) == [
        {"op": "same", "paragraphs": 2},
        {"op": "changed", "words": [
            {"op": "same", "text": "huyện có "},
            {"op": "removed", "text": "12"},
            {"op": "added", "text": "13"},
            {"op": "same", "text": " xã"},
        ]},
    ]  # fmt: skip


WORDS = st.lists(st.sampled_from("a b , 1.2 c. đ".split()), min_size=1, max_size=6)
PARAGRAPHS = st.lists(WORDS.map(" ".join), max_size=6)


@given(PARAGRAPHS, PARAGRAPHS)
def test_both_texts_can_be_read_off_their_difference(old: list[str], new: list[str]) -> None:
    found = compared(old, new)
    for side, gone, held in ((old, ADDED, paragraphs(old)), (new, REMOVED, paragraphs(new))):
        read = ["".join(w.text for w in one.words if w.op != gone) for one in found if one.op != gone]
        assert read == held, side


def test_very_long_texts_are_compared_by_sentences() -> None:
    many = [f"Câu thứ {n} của một văn bản rất dài." for n in range(3_000)]
    (found,) = compared(" ".join(many), " ".join([*many[:1500], "Một câu khác hẳn.", *many[1501:]]))
    assert [word.text for word in found.words if word.op != SAME] == [f"{many[1500]} ", "Một câu khác hẳn. "]


def test_a_sample_is_brief() -> None:
    found = brief("body", None, "\n".join(f"{n} " + "dài " * 100 for n in range(12)))
    assert len(found) == 11
    assert {len(line) for line in found[:10]} == {206}
    assert found[10] == "… and 2 more lines"


def test_no_text_steers_the_terminal() -> None:
    assert printable("a\x1b[2Jb\u202ec") == "a\ufffd[2Jb\ufffdc"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_colours_where_a_terminal_shows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    change = {"title": ("huyện có 12 xã", "huyện có 13 xã")}
    out = Terminal()
    shown(change, out)
    assert "\x1b[9;31m12\x1b[0m\x1b[1;32m13\x1b[0m" in out.getvalue()
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            shown(change, out := Terminal())
            assert out.getvalue() == "  title\n    ~ huyện có [-12-]{+13+} xã\n"
