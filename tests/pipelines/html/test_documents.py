"""Which links lead to a document, and which viewers show one."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.html.documents import linked_type, may_be_document, shown_document
from pipelines.html.parse import parse_text


def first(markup: str, tag: str) -> Any:
    return parse_text(f"<body>{markup}</body>").find(f".//{tag}")


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("<a href=/a.pdf>Xem</a>", "pdf"),
        ("<a href=/tai/5 download='Du thao.docx'>Xem</a>", "docx"),
        ("<a href=/tai/5 download>Xem</a>", "file"),
        ("<a href=/tai/5 type='application/msword'>Xem</a>", "doc"),
        ("<a href='/Handler/Get.ashx?id=5'>Bieu 02.xlsx</a>", "xlsx"),
        ("<a href='/Handler/Get.ashx?id=5' title='Bieu 02.xlsx'>Tải</a>", "xlsx"),
        ("<li>To trinh.pdf (2 MB) <a href='/tin/bai-5&download=1&id=0'>Tải</a></li>", "pdf"),
        ("<a href='/LinkClick.aspx?fileticket=x%3d&tabid=5'>Tải</a>", "file"),
        ("<a href='https://drive.google.com/file/d/5/view'>Dự thảo (word)</a>", "doc"),
        ("<a href='/download/5'>Tải bản PDF</a>", "pdf"),
        ("<a href='/download/5'>Phần mềm học tập</a>", None),
        ("<a href='/LinkClick.aspx?link=71'>Trang khác</a>", None),
        ("<a href='/Handler/Rss.ashx'>RSS</a>", None),
        ("<a href='/tin/tai-ve-du-thao-71.html'>Tải về dự thảo</a>", None),
        ("<a href='#a.pdf'>Xem</a>", None),
        ("<a href='mailto:xa@example.vn'>a.doc</a>", None),
        ("<a>a.pdf</a>", None),
    ],
)
def test_links_to_documents(link: str, kind: str | None) -> None:
    assert linked_type(first(link, "a")) == kind


@pytest.mark.parametrize(
    ("viewer", "address"),
    [
        ("<iframe src='/xem?file=/f/a.pdf'></iframe>", "/xem?file=/f/a.pdf"),
        ("<object data=/f/a.pdf><p>Không xem được.</p></object>", "/f/a.pdf"),
        ("<object><param name=src value=/f/a.pdf></object>", "/f/a.pdf"),
        ("<div class=pdf data-url=/f/a.pdf></div>", "/f/a.pdf"),
        ("<iframe src='https://video.example/5'></iframe>", ""),
        ("<div data-url=/tin/5>chữ</div>", ""),
    ],
)
def test_viewers_of_documents(viewer: str, address: str) -> None:
    assert shown_document(first(viewer, viewer[1:].replace(">", " ").split()[0])) == address


@pytest.mark.parametrize(
    ("link", "may_be"),
    [
        ("<a href='/DownloadFile.ashx?id=77'>Biểu mẫu</a>", True),
        ("<a href='/tai-ve?fileId=9'>Xem</a>", True),
        ("<a href='/van-ban/download/ke-hoach-mua-lu'>Kế hoạch mùa lũ</a>", True),
        ("<a href='/Default.aspx?tabid=3&amp;docid=12'>Chi tiết</a>", True),
        ("<a href='/c/document_library/get_file?uuid=1'>Bản in</a>", True),
        ("<a href='/vb/xem/12'>Phụ lục kèm theo</a>", True),
        ("<a href='/vb?so=12'>Quyết định số 12/QĐ-UBND</a>", True),
        ("<a href='/ke-hoach-so-12-phong-chong-bao'>Kế hoạch số 12 phòng chống bão</a>", False),
        ("<a href='/tin/tai-ve-du-thao-71.html'>Tải về dự thảo</a>", False),
        ("<a href='/tin/tai-ve-ung-dung-dich-vu-cong'>Dùng dịch vụ công</a>", False),
        ("<a href='/tin-tuc'>Tin tức</a>", False),
        ("<a href='javascript:tai()'>Tải về</a>", False),
        ("<a href='#phu-luc'>Phụ lục</a>", False),
    ],
)
def test_links_that_may_lead_to_documents(link: str, may_be: bool) -> None:
    assert may_be_document(first(link, "a")) is may_be
