# ruff: noqa: E501  # markup and sentences, whole as a page has them
"""A portal of our own wording: pages that share their menus, and one article each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pipelines.items import RawPage
from storage.vocabulary import VIETNAM

HOST = "https://tamdong.example.vn"
FETCHED = datetime(2024, 6, 5, 9, 30, tzinfo=VIETNAM)
PLACES = "Hòa Bắc|Yên Thịnh|Sơn Trà|Tân Lộc|Phú Hội|Long Giang|An Bình|Vĩnh Lại|Đông Mỹ|Thạch Kim|Hưng Trạch|Quế Phú|Bình Minh|Cẩm Nam|Ninh Sơn|Đại Thắng".split(
    "|"
)


def links(name: str, count: int) -> str:
    """Returns the entries of a menu."""
    return "".join(
        f'<li><a href="/{name}/muc-{chr(97 + n % 26)}">Chuyên mục {name} {chr(97 + n % 26)}</a></li>'
        for n in range(count)
    )


NAV = f'<nav class="menu-chinh"><ul>{links("chinh", 160)}</ul></nav>'
SIDE = f'<div class="cot-phai"><ul class="lien-ket">{links("lien-ket", 180)}</ul></div>'
SCRIPT = (
    "<script>var dem = 0; function mo() { dem += 1; document.write('</div>'); }"
    + " // ghi chú" * 60
    + "</script>"
)


def markup(
    number: int, *, nav: str = NAV, side: str = SIDE, script: str = SCRIPT, above: str = "", inside: str = ""
) -> str:
    """Returns the page of article `number`; `above` stands before the headline, `inside` in the article."""
    place = PLACES[number % len(PLACES)]
    title = f"Thôn {place} hoàn thành tuyến kênh nội đồng trước vụ cấy đợt {number}"
    return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title>{script}</head><body>
<header><div class="bieu-trung">Trang của xã</div>{nav}</header>{above}
<div class="trang"><div class="bai"><h1>{title}</h1><div class="ngay">{1 + number % 28:02}/03/2024 08:{10 + number % 50}</div>
<div class="noi-dung"><p>Sáng {1 + number % 28}/3, bà con thôn {place} đắp xong đoạn kênh cuối cùng dài {300 + number} mét, kịp đưa nước về cánh đồng phía đông.</p>
<p>Ông Lê Văn Đoàn, trưởng thôn, cho biết mỗi hộ góp hai ngày công, xã hỗ trợ xi măng và cát cho toàn tuyến.</p>{inside}
<p>Theo kế hoạch, {number + 3} héc-ta ruộng bậc thang sẽ được cấy trước ngày rằm, sớm hơn năm ngoái một tuần.</p></div></div>
{side}</div><footer><p>Cơ quan chủ quản: UBND xã. Điện thoại: 0210 000 333.</p></footer></body></html>"""


def page(number: int, source: str | None = None, *, portal: str = HOST) -> RawPage:
    """Returns article `number` as fetched."""
    body = (source or markup(number)).encode()
    return RawPage(
        f"{HOST}/tin/kenh-noi-dong-{chr(97 + number % 26)}{number}x.html", body, FETCHED, portal=portal
    )


def whole(one: RawPage) -> RawPage:
    """Returns a page that nothing is learned from."""
    return replace(one, portal="")
