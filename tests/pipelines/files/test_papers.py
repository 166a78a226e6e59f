"""The six kinds of documents that the fixture portals attach, as the readers see them."""

from __future__ import annotations

import pytest

from fixtures.files.papers import PAPERS
from pipelines.files.filetext import FileStatus
from pipelines.files.read import read_file

KINDS = {
    "tb-tuyen-dung-vien-chuc-2023.pdf": ("pdf", FileStatus.TEXT, None, "mỗi thí sinh 30 phút."),
    "phu-luc-38-lo-dat-nhan-my.pdf": ("pdf", FileStatus.TEXT, None, "người trúng đấu giá tự san nền."),
    "thuyet-minh-quy-hoach-vung-huyen-ly-nhan.pdf": ("pdf", FileStatus.SCAN, None, "Ký bởi: "),
    "mau-phieu-gop-y.docx": ("docx", FileStatus.TEXT, None, "Phân vùng công nghiệp phía bắc"),
    "mau-don-dang-ky-du-tuyen.doc": ("doc", FileStatus.TEXT, "tcvn3", "nhiệm sở mong muốn"),
    "bang-gia-khoi-diem-38-lo.xlsx": ("xlsx", FileStatus.TEXT, None, "N38\t161\t4800000"),
}  # fmt: skip


def test_every_paper_is_of_a_kind_of_its_own() -> None:
    assert list(KINDS) == list(PAPERS)


@pytest.mark.parametrize("name", KINDS)
def test_a_paper_is_read_as_what_it_is(name: str) -> None:
    made = PAPERS[name]()
    found = read_file(made)
    kind, status, font, said = KINDS[name]
    assert (found.type, found.status, found.font) == (kind, status, font)
    assert said in found.text
    assert PAPERS[name]() == made  # the same bytes each time
