"""A crawl and a replay of its WARC files say the same of every capture, and keep the same articles."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from crawler.registry.load import load
from crawler.reread.replay import replay
from crawler.reread.spans import readers
from storage.database import Database, open_database
from tests.crawler.nights import Nights, article, listing, path
from tests.crawler.site import Answer, serve
from tests.storage.making import rows

DAY = date(2026, 3, 2)
BANNER = "<p>Chung tay xây dựng quê hương ngày càng giàu đẹp, văn minh</p>"
STORY = "<p>Trạm y tế xã tiêm chủng cho trẻ em trong ba ngày, bà con đi theo giờ hẹn của thôn.</p>"
MORE = "<p>Đính chính: buổi cuối dời sang chiều thứ sáu tại nhà văn hóa thôn Đông.</p>"
MISSING = "<html><body><h1>Không tìm thấy trang</h1></body></html>".encode()
FIRST, TWIN, EDITED, UNLISTED = 1, 31, 32, 77  # 1 to 20 have a banner, and a counter of visitors
# What stands at an address: the answers of the first night and of the second, where they differ.
ODD: dict[int, tuple[Answer, ...]] = {
    40: (Answer(article(40, DAY)),),  # the same bytes again
    41: (Answer(article(41, DAY)), Answer(b"", 410)),
    42: (Answer(article(42, DAY)), Answer(MISSING)),
    43: (Answer(article(43, DAY)), Answer(b"", 302, {"Location": "/"})),
    44: (Answer(MISSING),),
    45: (Answer(b"", 302, {"Location": "/"}),),
    46: (Answer(b"", 302, {"Location": path(45)}),),  # which leads home
    47: (Answer(b"", 301, {"Location": path(UNLISTED)}),),
    48: (Answer(b"", 302, {"Location": path(FIRST)}),),
    49: (Answer(b"", 302, {"Location": path(41)}),),  # which is gone on the second night
    50: (Answer(b"", 302, {"Location": "http://192.0.2.7/"}),),
    51: (Answer(b"%PDF-1.4", 200, {"Content-Type": "application/pdf"}),),
    52: (Answer(b"", 403),),
    53: (Answer(b"\x1f\x8b\x08 torn", 200, {"Content-Encoding": "gzip"}),),
}
TAGGED = 54
CAPTURES = """SELECT url, status, method, outcome, content_type, etag, digest, content_digest, revisit,
warc_offset, warc_length FROM captures ORDER BY warc_file, warc_offset"""
ARTICLES = """SELECT a.url, a.status, a.version, a.duplicate_kind, v.number, v.title, v.body, v.warc_offset
FROM articles a JOIN versions v ON v.article_id = a.id ORDER BY a.url, v.number"""


class Portal:
    """Answers as the portal of the `night`, 1 or 2."""

    night = 1
    visits = 9_999

    def __call__(self, asked: str, headers: dict[str, str]) -> Answer:
        found = re.search(r"-(\d+)\.html$", asked)
        number = int(found[1]) - 1000 if found else 0
        if asked in ("/", "/tin-tuc"):
            return Answer(listing([*range(1, 21), TWIN, EDITED, *ODD, TAGGED]))
        if number in ODD:
            return ODD[number][: self.night][-1]
        if number == TAGGED:
            tag = {"ETag": '"mot"'}
            known = headers.get("If-None-Match") == tag["ETag"]
            return Answer(b"", 304, tag) if known else Answer(article(number, DAY), 200, tag)
        if number == EDITED:
            return Answer(self.counted(article(number, DAY, STORY * 2 + MORE * (self.night - 1))))
        if number == TWIN:
            return Answer(article(FIRST, DAY))
        return Answer(self.counted(article(number, DAY))) if found else Answer(b"", 404)

    def counted(self, page: bytes) -> bytes:
        """`page` between a banner and what counts its visitors: other bytes each time, the same text."""
        self.visits += 1
        page = page.replace(b"<div class='content'>", f"<div class='content'>{BANNER}".encode())
        return page.replace(b"</body>", f"<div class='footer'>Lượt xem: {self.visits}</div></body>".encode())


@pytest.mark.slow
def test_a_replay_gives_every_capture_the_outcome_that_its_crawl_gave_it(
    tmp_path: Path, database_url: str
) -> None:
    portal = Portal()
    with serve(portal) as site:
        nights = Nights(tmp_path, site.url, 'family = "generic"\ndelay = 0\nsections = ["/tin-tuc"]')
        nights.environment["HUYEN_DATABASE_URL"] = database_url
        for portal.night in (1, 2):
            _, said = nights.start("-a", "full=1").communicate(timeout=300)
            assert "Traceback" not in said, said[-3000:]
    again = replayed(nights, tmp_path / "again.db")
    with closing(open_database(database_url)) as crawl, closing(again):
        there, here = rows(crawl, CAPTURES), rows(again, CAPTURES)
        assert rows(again, ARTICLES) == rows(crawl, ARTICLES)
    assert [one for one in zip(there, here, strict=True) if one[0] != one[1]] == []
    seen = {(status, outcome) for _, status, _, outcome, *_ in there}
    told = {(200, "new"), (200, "changed"), (200, "unchanged"), (200, "not_an_article"), (200, "failed")}
    told |= {(304, "unchanged"), (302, "redirected"), (302, "gone"), (410, "gone"), (403, "failed")}
    assert told <= seen


def replayed(nights: Nights, path: Path) -> Database:
    """An archive of its own, read from the WARC files of `nights`."""
    database = open_database(f"sqlite:///{path}")
    folder = nights.data / "warc"
    registry = load(nights.registry).strict()
    with readers(1) as pool:
        report = replay(sorted(folder.iterdir()), folder, registry, database, readers=pool)
    assert report.faults == []
    return database
