"""`huyen diff`: which article is meant, which versions are compared, what is printed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.cli import main
from storage.database import Database
from tests.storage.making import PORTAL, article, keep, keep_again, ref

Run = Callable[..., tuple[int, str, str]]
BODY = ("Sáng ngày 26/10/2023, UBND huyện họp giao ban.", "Cuộc họp có 12 xã dự.")
EDITED = (BODY[0], "Cuộc họp có 13 xã dự.", "Đoạn thêm.")
TWINS = ("tin-19967", "tin-105245")  # their ids begin with the same eight digits
ID = article().id


@pytest.fixture
def huyen(
    db: Database,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs `huyen` on an archive with one article of three versions, two read from one capture."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUYEN_DATABASE_URL", database_url)
    first = article(hours=1, body=BODY, capture=ref(1), reader_version="r1")
    keep(db, [first])
    keep(db, [article(hours=2, body=EDITED, capture=ref(2), reader_version="r1")])
    keep_again(db, [article(hours=2, body=EDITED, author="Hoài Nam", capture=ref(2), reader_version="r2")])
    keep(db, [article(path) for path in (*TWINS, "alone")])

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(["diff", *arguments])
        return status, *capsys.readouterr()

    return run


def test_each_version_after_the_one_before_it(huyen: Run) -> None:
    status, out, err = huyen(ID)
    assert (status, err) == (0, "")
    assert (
        out
        == f"""\
{PORTAL}/tin-1
{ID}: 3 versions

version 1 → 2: edited on the portal
  1: fetched 2024-01-01 09:00:00
     a.warc.gz, offset 1
     sha256:1
  2: fetched 2024-01-01 10:00:00
     a.warc.gz, offset 2
     sha256:2
  body
    … 1 paragraph unchanged
    ~ Cuộc họp có [-12-]{{+13+}} xã dự.
    + Đoạn thêm.

version 2 → 3: the same page, read by another reader
  2: fetched 2024-01-01 10:00:00, read by r1
     a.warc.gz, offset 2
     sha256:2
  3: fetched 2024-01-01 10:00:00, read by r2
     a.warc.gz, offset 2
     sha256:2
  author
    + Hoài Nam
"""
    )


def test_json_has_the_same_and_its_proof(huyen: Run) -> None:
    status, out, _ = huyen(ID, "--json")
    first, second = json.loads(out)
    assert status == 0
    assert (first["from"], first["to"], first["why"]) == (1, 2, "edited")
    assert (second["from"], second["to"], second["why"]) == (2, 3, "reread")
    assert first["fetched_at"] == {"from": "2024-01-01T09:00:00+07:00", "to": "2024-01-01T10:00:00+07:00"}
    assert first["evidence"]["to"] == {
        "warc_file": "a.warc.gz", "warc_offset": 2, "warc_length": 100, "warc_digest": "sha256:2",
    }  # fmt: skip
    assert list(first["changes"]) == ["body"]
    assert first["changes"]["body"]["before"].split("\n") == list(BODY)
    assert [one["op"] for one in first["changes"]["body"]["operations"]] == ["same", "changed", "added"]
    assert second["changes"]["author"] == {
        "before": None, "now": "Hoài Nam", "operations": [{"op": "added", "text": "Hoài Nam"}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "pairs"),
    [
        (("--from", "1", "--to", "3"), [(1, 3)]),
        (("--from", "1"), [(1, 3)]),
        (("--to", "2"), [(1, 2)]),
        (("--from", "3", "--to", "1"), [(3, 1)]),
    ],
)
def test_two_versions(huyen: Run, options: tuple[str, ...], pairs: list[tuple[int, int]]) -> None:
    assert [(one["from"], one["to"]) for one in json.loads(huyen(ID, *options, "--json")[1])] == pairs


@pytest.mark.parametrize(
    "name",
    [
        ID[:8],
        ID[:9].upper(),
        f"{PORTAL}/tin-1",
        f"{PORTAL}:443/./tin-1?utm_source=x#top",
        "www.doluong.nghean.gov.vn/tin-1",
    ],
)
def test_any_name_of_the_article(huyen: Run, name: str) -> None:
    status, out, _ = huyen(name)
    assert (status, out.split("\n")[1]) == (0, f"{ID}: 3 versions")


def test_an_article_with_one_version_says_so(huyen: Run) -> None:
    alone = article("alone").id
    status, out, err = huyen(alone)
    assert (status, err) == (0, "")
    assert out == f"{PORTAL}/alone\n{alone}: 1 version; there is nothing to compare it with\n"
    assert huyen(alone, "--json")[:2] == (0, "[]\n")
    assert huyen(alone, "--from", "1")[0] == 0


def test_an_ambiguous_id_lists_the_candidates(huyen: Run) -> None:
    both = sorted((article(path).id, article(path).url) for path in TWINS)
    status, out, err = huyen(both[0][0][:8])
    assert (status, out) == (2, "")
    assert err.splitlines()[1:] == [f"  {id_}  {url}" for id_, url in both]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("0123456789abcdef",), "no article 0123456789abcdef"),
        ((f"{PORTAL}/nowhere",), f"no article {PORTAL}/nowhere"),
        ((ID[:7],), "8 digits"),
        (("hội-nghị",), "neither an id"),
        (("ftp://doluong.nghean.gov.vn/x",), "not an http or https URL"),
        ((ID, "--from", "9"), "the versions are 1, 2, 3"),
        ((ID, "--to", "1"), "version 1 is the earliest"),
        ((ID, "--from", "3"), "version 3 cannot be compared with itself"),
        ((ID, "--from", "0"), "--from"),
    ],
)
def test_wrong_use_is_status_2_and_one_line(huyen: Run, arguments: tuple[str, ...], words: str) -> None:
    status, out, err = huyen(*arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert words in err
