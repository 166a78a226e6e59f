"""`huyen read` of a page names communes and documents, where it knows the district."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from crawler.registry.load import Registry, load
from crawler.reread.onepage import read_page

URL = "https://doluong.nghean.gov.vn/tin-tuc/ra-quan-dau-nam"
AT = datetime.fromisoformat("2023-06-01T08:00:00+07:00")
SENTENCES = (
    "Sáng 4/5/2023, UBND huyện tổ chức lễ ra quân làm thủy lợi với sự tham gia của đông đảo đoàn viên.",
    "Các xã Bồi Sơn, Yên Sơn nạo vét 12 km kênh mương; thị trấn Đô Lương dọn vệ sinh các tuyến phố chính.",
    "Kế hoạch số 45/KH-UBND ngày 12/3/2023 của UBND huyện Đô Lương giao mỗi đơn vị hai công trình.",
)
PAGE = (
    "<html><head><title>Ra quân đầu năm</title></head><body><article><h1>Ra quân đầu năm</h1>"
    "<p class='date'>04/05/2023 09:15</p>"
    + "".join(f"<p>{one}</p>" for one in SENTENCES)
    + "</article></body></html>"
)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    (tmp_path / "nghe-an.toml").write_text(
        '[do-luong]\nname = "Đô Lương"\nkind = "huyện"\ncode = "427"\n[[do-luong.portals]]\n'
        'url = "https://doluong.nghean.gov.vn"\nfamily = "generic"\nsections = ["/tin-tuc"]\n',
        encoding="utf-8",
    )
    return load([tmp_path])


def test_a_page_of_a_portal_names_communes_and_documents(registry: Registry) -> None:
    told = read_page(PAGE.encode(), URL, AT, registry)
    assert told["communes"] == ["17617", "17626", "17662"]
    assert told["communes_now"] == ["17623", "17662"]
    assert {one["text"] for one in told["mentions"]} == {"Bồi Sơn", "Yên Sơn", "Đô Lương"}
    (document,) = told["documents_named"]
    assert (document["code"], document["issuer"]) == ("45/KH-UBND", "UBND huyện Đô Lương")


def test_a_page_of_nobody_knows_has_documents_alone() -> None:
    told = read_page(PAGE.encode(), "https://example.vn/a", AT, None)
    assert told["communes"] is told["communes_now"] is None
    assert told["mentions"] == []
    assert [one["code"] for one in told["documents_named"]] == ["45/KH-UBND"]
