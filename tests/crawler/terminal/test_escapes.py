"""No word of a page steers the terminal that it is shown on."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime

import pytest

from crawler.probe.proposal import _value
from crawler.terminal import console, tables
from crawler.terminal.escapes import inline, json_text, printable
from crawler.terminal.jsonstream import print_array, print_object
from storage.runs.records import RunRecord

HOSTILE = (
    "\x1b[2JXóa màn hình",
    "\x9b31mđỏ",
    "\x1b]0;tên cửa sổ\x07",
    "đảo \u202engược\u202c",
    "\u2066tách\u2069",
    "\u061ctrái",
    "lùi\x08\x08\x7f",
    "về đầu dòng\rghi đè",
    "\x90q\x9c",
)
PLAIN = ("Đường 26/3 – “mở rộng”", "cao 4 m²", "gia đình 👨\u200d👩\u200d👧", "tiếng Ả Rập: سلام")


def steers(text: str) -> bool:
    bidi = ("LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI")
    return any(
        (unicodedata.category(c) == "Cc" and c not in "\n\t") or unicodedata.bidirectional(c) in bidi
        for c in text
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_what_steers_is_shown_as_unknown(text: str) -> None:
    assert steers(text) or "\u061c" in text
    assert not steers(printable(text))
    assert "\u061c" not in printable(text)


@pytest.mark.parametrize("text", PLAIN)
def test_what_a_person_wrote_stays(text: str) -> None:
    assert printable(text) == inline(text) == text
    assert json_text(text) == json.dumps(text, ensure_ascii=False)


def test_a_cell_is_one_line() -> None:
    assert inline("một\nhai\tba\u2028bốn") == "một hai ba bốn"
    assert tables.table(("a",), [["x\ny"]]) == "a\nx y"


@pytest.mark.parametrize("text", HOSTILE)
def test_json_says_the_same_to_a_program(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    console.print_json({text: [text]})
    print_array([text])
    print_object({"tựa": text}, "bài", [text])
    assert console.print_answers([{"title": text}]) == 0
    out = capsys.readouterr().out
    assert not steers(out)
    assert json.loads(json_text({text: [text]})) == {text: [text]}
    assert json.loads(_value(text)) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_run_shows_addresses_and_evidence_of_a_page(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    run = RunRecord(
        id=1,
        district_id="ha-nam.x",
        portal=f"http://x.example/{text}",
        started_at=datetime(2026, 1, 2, tzinfo=UTC),
        finished_at=None,
        verdict="broken",
        counts={"failed": 1, f"failed:{text}": 1, text: 2},
        evidence=[f"listing /{text}: 0 links"],
        warc_files=[f"{text}.warc.gz"],
        listings={f"http://x.example/{text}": {"links": 1, "new": 0, "pages": 1}},
        host=text,
        pid=1,
    )
    console.say(tables.run(run), tables.runs([run]), tables.run_line(run))
    console.complain(f"not crawled: {text}")
    said = capsys.readouterr()
    assert not steers(said.out) and not steers(said.err)
    assert "x.example" in said.out
    assert "\n" not in tables.run_line(run)
