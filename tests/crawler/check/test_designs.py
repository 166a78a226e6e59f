"""States told on pages of other designs: old tables, no classes, systems' own markup, pages that mislead."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.check.judge import judge
from crawler.check.look import Hop, Judgement, Look, Subject
from crawler.check.offices import claim
from storage.vocabulary import State

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
SUBJECT = Subject("q.h", "https://hoaan.quangvi.gov.vn", "Hòa An", "huyện", "Quảng Vĩ")


def judged(body: str, status: int = 200, subject: Subject = SUBJECT) -> Judgement:
    headers = {"content-type": "text/html; charset=utf-8"}
    hop = Hop(f"{subject.portal}/", status, headers, body.encode(), NOW)
    return judge(subject, Look(subject.portal, NOW, (hop,)))


def rows(*days: str) -> str:
    return "".join(
        f"<div class='row'><div class='col'><a href='/tin/thu-{n}-{77000 + n}'>Bản tin số {n} về đời sống"
        f" bà con</a></div><div class='ngaydang'>{day}</div></div>"
        for n, day in enumerate(days)
    )


NEW = rows("25/11/2026", "24/11/2026", "20/11/2026", "18/11/2026")
OLD = rows("30/06/2025", "28/06/2025", "27/06/2025", "20/06/2025")

TABLES = """<html><head><title>Trang chủ</title></head><body><table width=1000><tr><td>
<font size=5>CỔNG THÔNG TIN ĐIỆN TỬ<br>{owner}</font></td></tr><tr><td>{news}</td></tr>
<tr><td>© {owner}. Điện thoại 0200 000. Thiết kế: Trung tâm CNTT tỉnh Quảng Vĩ</td></tr></table></body>"""

PORTLETS = """<html><head><title>{title}</title><meta property="og:site_name" content="{title}"></head><body>
<div id="s4-workspace"><div class="top-header"><a href="/Pages/default.aspx"><img alt="{owner}"></a></div>
<div class="ms-webpart">{news}</div><div id="chan-trang"><p>Cơ quan chủ quản: {owner}</p>
<p>Giấy phép số 44/GP-TTĐT do Sở Thông tin và Truyền thông tỉnh Quảng Vĩ cấp ngày 3/4/2019</p></div></div>"""


@pytest.mark.parametrize(
    ("owner", "news", "state"),
    [
        ("HUYỆN HÒA AN", NEW, State.LIVES),
        ("HUYỆN HOÀ AN", OLD, State.FROZEN),
        ("XÃ HÒA AN", NEW, State.ANOTHER_OFFICE),
        ("PHƯỜNG TÂN BÌNH", NEW, State.ANOTHER_OFFICE),
    ],
)
def test_tables_without_names(owner: str, news: str, state: State) -> None:
    assert judged(TABLES.format(owner=owner, news=news)).state == state


@pytest.mark.parametrize(
    ("title", "owner", "news", "state"),
    [
        ("Cổng TTĐT Hòa An", "UBND huyện Hòa An", NEW, State.LIVES),
        ("Trang thông tin điện tử huyện Hoà An", "UBND huyện Hoà An, tỉnh Quảng Vĩ", OLD, State.FROZEN),
        ("UBND xã Hòa An", "Ủy ban nhân dân xã Hòa An, tỉnh Quảng Vĩ", NEW, State.ANOTHER_OFFICE),
        ("Cổng thông tin điện tử đặc khu Hòa An", "UBND đặc khu Hòa An", NEW, State.ANOTHER_OFFICE),
        ("Cổng thông tin điện tử huyện Hòa An", "Ủy ban nhân dân tỉnh Quảng Vĩ", NEW, State.LIVES),
        ("Huyện ủy Hòa An", "Huyện ủy Hòa An", NEW, State.LIVES),
        ("Đảng bộ xã Nam Tuấn", "Đảng ủy xã Nam Tuấn", NEW, State.ANOTHER_OFFICE),
        ("Trung tâm Văn hóa và Truyền thông huyện Hòa An", "UBND huyện Hòa An", NEW, State.LIVES),
        ("Phòng Giáo dục và Đào tạo", "Phòng Giáo dục và Đào tạo", NEW, State.ANOTHER_OFFICE),
    ],
)
def test_portlets_with_a_site_name(title: str, owner: str, news: str, state: State) -> None:
    assert judged(PORTLETS.format(title=title, owner=owner, news=news)).state == state


def test_a_footer_alone_names_whoever_runs_the_server() -> None:
    foot = "<div class='footer'>Bản quyền thuộc về UBND tỉnh Quảng Vĩ</div>"
    news = f"<p>Huyện Hòa An mở lớp dạy nghề.</p><p>Hòa An được mùa.</p>{NEW}{foot}"
    assert judged(page("Trang chủ", news)).state == State.LIVES
    taken = news.replace("UBND tỉnh Quảng Vĩ", "UBND xã Hòa An")
    assert judged(page("Trang chủ", taken)).state == State.ANOTHER_OFFICE


def test_dates_apart_from_their_links_tell_as_well() -> None:
    days = " ".join(f"<i>{n:02}/06/2025</i>" for n in range(11, 19))
    links = "".join(f"<p><a href='/x-{n}'>Mục {n}</a></p>" for n in range(8))
    page = f"<title>Cổng thông tin điện tử huyện Hòa An</title><b>Hôm nay 27/11/2026</b>{links}{days}"
    found = judged(page)
    assert (found.state, str(found.newest)) == (State.FROZEN, "2025-06-18")
    few = f"<title>Cổng thông tin điện tử huyện Hòa An</title>{links}<p>Giấy phép 3/4/2019, sửa 5/6/2020</p>"
    assert judged(few).state == State.LIVES


MANY = "hơn hai trăm đoàn viên của bốn chi đoàn và nhiều bà con ở ba xóm đã cùng tham gia từ sáng sớm."
SITE = "<title>Cổng thông tin điện tử huyện Hòa An</title><header><h2>UBND huyện Hòa An</h2></header>{}" + NEW


@pytest.mark.parametrize(
    "said",
    [
        "<p>Mời bà con truy cập Cổng dịch vụ công quốc gia tại địa chỉ mới https://dichvucong.gov.vn</p>",
        "<p>Trang thông tin tạm ngừng cung cấp dịch vụ trong đêm 28/11 để nâng cấp đường truyền.</p>",
        "<p>Hacker từng chiếm trang của một sở; công an khuyến cáo đổi mật khẩu.</p>",
        "<form action='/login'><input type='password'><button>Đăng nhập</button></form>",
        "<p>Tòa án rao bán tài sản thi hành án; tên miền quốc gia .vn được bảo vệ.</p>",
        "<script>var x = 'casino slot nhà cái';</script>",
        "<div id='footer'><a href='#'>Cổng TTĐT tỉnh Quảng Vĩ</a> <a href='#'>UBND xã Nam Tuấn</a></div>",
        f"<div class='panel-header'><p>UBND xã Nam Tuấn vừa tổ chức lễ phát động trồng cây, {MANY}</p></div>",
    ],
)
def test_a_living_page_that_says_something_like_it(said: str) -> None:
    assert judged(SITE.format(said)).state == State.LIVES


def page(title: str, body: str) -> str:
    return f"<html><meta charset=utf-8><title>{title}</title><body>{body}</body></html>"


OWN = "Cổng thông tin điện tử huyện Hòa An"
BLOG = "<p>OK99 là sân chơi cá cược, nhà cái có nổ hũ, bắn cá, xổ số, đá gà.</p>"
TALES = (
    "<p>Một trang tin tức không nói của ai, kể chuyện làng quê và mùa màng, hội làng, chợ phiên, dòng sông,"
    " con đường, đàn trâu, cánh đồng, mái đình, cây đa, bến nước, lũy tre, bờ ao, cổng làng, giếng làng,"
    " tiếng trống.</p>"
)
THERE = "<a href='https://xahoaan.quangvi.gov.vn'>xahoaan.quangvi.gov.vn</a>"


@pytest.mark.parametrize(
    ("state", "title", "body"),
    [
        (
            State.HIJACKED,
            "OK99 | Trang chủ chính thức",
            BLOG + rows("20/11/2026", "21/11/2026", "22/11/2026"),
        ),
        (State.HIJACKED, "Best Online Casino Bonus 2026", "<h1>Online casino and poker bonus</h1>"),
        (State.HIJACKED, "h4x0r", "<h1>Owned by Team Rắn Lục</h1>"),
        (State.HIJACKED, f"{OWN} - Nhà cái Kubet uy tín, đăng nhập Kubet", "<p>Kubet, nổ hũ</p>"),
        (State.LIVES, OWN, "<p>Tài xỉu online, nhà cái uy tín</p>"),
        (State.PARKED, "hoaan.quangvi.gov.vn", "<p>The domain hoaan.quangvi.gov.vn is for sale.</p>"),
        (State.PARKED, "Tạm khóa", "<p>Website này đã bị tạm khóa, vui lòng liên hệ nhà cung cấp.</p>"),
        (State.DEFAULT_PAGE, "Chúc mừng", "<p>Hosting của bạn đã được kích hoạt thành công.</p>"),
        (State.MAINTENANCE, "Under construction", "<p>Our website is coming soon.</p>"),
        (State.MAINTENANCE, "Thông báo", "<p>Cổng thông tin điện tử đang nâng cấp, mời quay lại sau.</p>"),
        (State.MOVED, "Thông báo", f"<p>Trang thông tin huyện đã chuyển sang địa chỉ mới: {THERE}</p>"),
        (State.ERROR, "404 - Không tìm thấy", "<p>Trang bạn tìm không có.</p>"),
        (State.ERROR, "Runtime Error", "<h1>Server Error in '/' Application.</h1>"),
        (State.ERROR, "Error establishing a database connection", "<h1>Error</h1>"),
        (State.REFUSED, "Attention Required! | Cloudflare", "<p>Sorry, you have been blocked</p>"),
        (State.REFUSED, "Quản trị", "<form>Tên <input> Mật khẩu <input type=password></form>"),
        (State.UNCLEAR, "", "<script>document.cookie='D1N=1';location.reload()</script>"),
        (State.UNCLEAR, "Tin tức", TALES),
    ],
)
def test_pages_of_other_hands(state: State, title: str, body: str) -> None:
    assert judged(page(title, body)).state == state


@pytest.mark.parametrize(
    ("line", "name", "province", "office"),
    [
        ("Cổng thông tin điện tử Hội An", "Hội An", "Quảng Nam", "district"),
        ("Thành phố Hội An", "Hội An", "Quảng Nam", "district"),
        ("Hội Nông dân huyện Hòa An", "Hòa An", "Quảng Vĩ", "department"),
        ("Trang TTĐT huyện Trường Sa", "Trường Sa", "Khánh Hòa", "district"),
        ("Trường Sa", "Trường Sa", "Khánh Hòa", None),
        ("UBND Quận 1", "1", "Hồ Chí Minh", "district"),
        ("UBND Quận 10", "1", "Hồ Chí Minh", "other_district"),
        ("Cổng TTĐT Cao Bằng", "Cao Bằng", "Cao Bằng", None),
        ("UBND thị xã Kỳ Anh", "Kỳ Anh", "Hà Tĩnh", "district"),
        ("UBND xã Kỳ Anh", "Kỳ Anh", "Hà Tĩnh", "commune"),
        ("Kinh tế - xã hội", "Hòa An", "Quảng Vĩ", None),
        ("Co quan chu quan: UBND huyen Hoa An", "Hòa An", "Quảng Vĩ", "district"),
        ("Tin hoạt động của các xã, phường", "Hòa An", "Quảng Vĩ", None),
        ("Thành phố Huế", "Huế", "Huế", "district"),
        ("Quận Phú Xuân, thành phố Huế", "Phú Xuân", "Huế", "district"),
        ("Cổng thông tin điện tử thành phố Huế", "Phú Xuân", "Huế", "province"),
    ],
)
def test_whose_line_it_is(line: str, name: str, province: str, office: str | None) -> None:
    found = claim(line, name, province)
    assert (found.office if found else None) == office


@pytest.mark.parametrize(
    "body",
    [
        b"\x00\xff\xfe" * 500,
        b"<b>" * 5_000 + "huyện Hòa An".encode(),
        b"<title>" + b"a" * 300_000,
        b"<a href='http://[x'>" * 200,
        b"<html><frameset><frame src=/a></frameset></html>",
        "Cổng thông tin điện tử huyện Hòa An".encode("utf-16"),
        b"<!DOCTYPE html><html><head><title></title></head></html>",
        "<p>huyện </p>".encode() * 3_000,
    ],
)
def test_no_page_is_too_odd(body: bytes) -> None:
    hop = Hop(f"{SUBJECT.portal}/", 200, {"content-type": "text/html"}, body, NOW)
    found = judge(SUBJECT, Look(SUBJECT.portal, NOW, (hop,)))
    assert found.state in (State.UNCLEAR, State.LIVES)
    assert len(found.evidence) < 1_000


@pytest.mark.parametrize("target", ["http://[", "//", "tel:0383", "javascript:void(0)"])
def test_a_redirect_to_no_address_is_an_error(target: str) -> None:
    hop = Hop(f"{SUBJECT.portal}/", 302, {"location": target}, b"", NOW)
    found = judge(SUBJECT, Look(SUBJECT.portal, NOW, (hop,)))
    assert (found.state, found.sure) == (State.ERROR, "likely")
