"""What a portal is judged to be: pages of every state in several wordings, and pages that only look so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.check.judge import judge
from crawler.check.look import Hop, Judgement, Look, Subject, told
from crawler.check.zones import newest
from fixtures.country.pages import STATES, Page, Place, frozen, lives, site
from pipelines.html.parse import parse_text
from storage.vocabulary import State

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
TODAY = date(2026, 11, 27)
FRESH, OLD = TODAY - timedelta(days=3), date(2025, 6, 28)
PORTAL = "https://doluong.nghean.gov.vn"
HERE = Place("Đô Lương")
PLACES = (
    HERE,
    Place("Cao Bằng", "thành phố", "Cao Bằng"),
    Place("Kỳ Anh", "thị xã", "Hà Tĩnh"),
    Place("1", "quận", "Hồ Chí Minh"),
    Place("Huế", "thành phố", "Huế"),
    Place("Ba Đình", "quận", "Hà Nội"),
)


def hop(page: Page, url: str = f"{PORTAL}/") -> Hop:
    headers = {"content-type": "text/html; charset=utf-8"} | {k.lower(): v for k, v in page.headers.items()}
    return Hop(url, page.status, headers, page.body.encode(), NOW)


def judged(*hops: Hop, place: Place = HERE, portal: str = PORTAL, **seen: object) -> Judgement:
    subject = Subject("x.y", portal, place.name, place.kind, place.province)
    return judge(subject, Look(portal, NOW, hops, **seen))  # type: ignore[arg-type]


def state(page: Page, place: Place = HERE) -> str:
    return judged(hop(page), place=place).state


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
@pytest.mark.parametrize("name", STATES)
def test_every_state_is_told_from_its_page(name: str, place: Place) -> None:
    found = [state(STATES[name](place, TODAY, variant), place) for variant in range(6)]
    assert found == [name] * 6


def test_a_living_portal_says_who_it_is_and_how_new() -> None:
    found = judged(hop(lives(HERE, TODAY)))
    assert (found.state, found.sure, found.language) == (State.LIVES, "certain", "vi")
    assert found.newest == TODAY - timedelta(days=2)
    assert "Cổng thông tin điện tử huyện Đô Lương" in found.evidence
    assert found.title == "Trang chủ | Cổng thông tin điện tử huyện Đô Lương"


def test_a_clock_and_an_announced_event_make_no_portal_new() -> None:
    more = (
        "<p>Hôm nay, thứ sáu 27/11/2026 10:22</p><p>Lịch tiếp dân ngày 05/12/2026</p>"
        "<li><a href='/tin-tuc/hoi-cho-4999.html'>Hội chợ mùa xuân của các xã ven sông khai mạc</a>"
        "<span>20/12/2026</span></li>"
    )
    found = judged(hop(site(HERE, OLD, more=more)))
    assert (found.state, found.newest) == (State.FROZEN, OLD)
    assert told(found.state, newest=found.newest) == "frozen since 2025-06-28"


@pytest.mark.parametrize(
    "below",
    [
        "<div class='footer'><p>Trang tin huyện. Cập nhật 26/11/2026</p></div>",
        "<footer>Cập nhật lần cuối: <b>26/11/2026</b> 09:12</footer>",
        "<footer><p><a href='/tin/bo-may-cua-huyen-nha-1999.html'>Cơ cấu bộ máy</a> 26/11/2026</p></footer>",
        "<div class='copyright'>Thứ năm, ngày 26/11/2026. Đang truy cập: 14</div>",
    ],
)
def test_a_day_that_the_site_prints_of_itself_makes_no_portal_new(below: str) -> None:
    found = judged(hop(site(HERE, OLD, more=below)))
    assert (found.state, found.newest) == (State.FROZEN, OLD)


def test_a_day_below_a_page_whose_dates_stand_apart_from_their_links() -> None:
    days = "".join(f"<tr><td>Bản tin số {n}</td><td>{n + 10}/06/2025</td></tr>" for n in range(8))
    stamp = "<div>Trang được cập nhật ngày 26/11/2026</div>"
    assert newest(parse_text(f"<body><table>{days}</table>{stamp}</body>"), PORTAL, NOW)[0] == date(
        2025, 6, 17
    )


def test_a_list_may_say_that_each_entry_was_updated() -> None:
    rows = "".join(
        f"<li><a href='/tin-tuc/mo-duong-{n}-{4000 + n}.html'>Bà con góp công mở đường liên thôn {n}</a>"
        f"<span>Cập nhật: {n + 10}/11/2026</span></li>"
        for n in range(6)
    )
    assert newest(parse_text(f"<body><ul>{rows}</ul></body>"), PORTAL, NOW) == (date(2026, 11, 15), 6)


@pytest.mark.parametrize(("days", "expected"), [(20, State.LIVES), (89, State.LIVES), (91, State.FROZEN)])
def test_a_quiet_quarter_is_not_frozen(days: int, expected: State) -> None:
    assert state(site(HERE, TODAY - timedelta(days=days))) == expected


def test_a_page_that_says_it_is_closed_is_frozen_even_with_new_dates() -> None:
    said = "<div>Trang thông tin điện tử huyện dừng cập nhật từ 01/7/2025 theo mô hình chính quyền mới.</div>"
    found = judged(hop(site(HERE, FRESH, more=said)))
    assert (found.state, found.sure) == (State.FROZEN, "certain")


@pytest.mark.parametrize(
    "title",
    [
        "Công an huyện Đô Lương bắt 5 đối tượng đánh bạc trên mạng - Cổng thông tin điện tử huyện Đô Lương",
        "Trang thông tin điện tử huyện Đô Lương | Cảnh báo nhà cái, cá cược trực tuyến",
        "CỔNG THÔNG TIN ĐIỆN TỬ HUYỆN ĐÔ LƯƠNG",
        "Cong thong tin dien tu huyen Do Luong",
        "UBND huyện Đô Lương",
        "Huyện ủy Đô Lương - tỉnh Nghệ An",
        "Tỉnh Nghệ An | Huyện Đô Lương",
        "Văn phòng HĐND và UBND huyện Đô Lương",
        "Trang chủ",
        "",
    ],
)
def test_titles_of_the_district_are_no_others(title: str) -> None:
    assert state(site(HERE, FRESH, title=title)) == State.LIVES


@pytest.mark.parametrize(
    ("title", "office"),
    [
        ("UBND xã Đô Lương - tỉnh Nghệ An", "xã Đô Lương"),
        ("Trang thông tin điện tử Xã Đô Lương", "Xã Đô Lương"),
        ("TRANG THÔNG TIN ĐIỆN TỬ XÃ ĐÔ LƯƠNG TỈNH NGHỆ AN", "XÃ ĐÔ LƯƠNG"),
        ("Cổng TTĐT phường Đô Lương", "phường Đô Lương"),
        ("Đảng ủy - HĐND - UBND - UBMTTQ xã Bạch Ngọc", "xã Bạch Ngọc"),
        ("Cổng thông tin điện tử tỉnh Nghệ An", "tỉnh Nghệ An"),
        ("Cổng thông tin điện tử thành phố Hà Nội", "thành phố Hà Nội"),
        ("Sở Khoa học và Công nghệ", "Sở Khoa học và Công nghệ"),
        ("Trường THCS Đô Lương", "Trường THCS Đô Lương"),
        ("Cổng thông tin điện tử huyện Anh Sơn", "huyện Anh Sơn"),
    ],
)
def test_another_office_is_named(title: str, office: str) -> None:
    found = judged(hop(site(HERE, FRESH, title=title, banner=title, footer=f"Bản quyền: {title}")))
    assert (found.state, found.office) == (State.ANOTHER_OFFICE, office)


def test_the_banner_and_the_footer_outvote_a_title_that_was_left() -> None:
    taken = site(HERE, FRESH, banner="UBND XÃ ĐÔ LƯƠNG", footer="Cơ quan chủ quản: UBND xã Đô Lương")
    assert state(taken) == State.ANOTHER_OFFICE
    footer_only = site(HERE, FRESH, footer="Cơ quan chủ quản: UBND xã Đô Lương")
    assert state(footer_only) == State.LIVES


@pytest.mark.parametrize(
    "more",
    [
        "<ul><li><a href='https://xatanson.vidu.vn'>Trang thông tin điện tử xã Tân Sơn</a></li></ul>",
        "<select><option>Trang thông tin điện tử xã Đô Lương</option></select>",
        "<p>UBND xã Đô Lương tổ chức lễ ra quân làm thủy lợi; phường Đô Lương cũng tham gia.</p>",
        "<p>Kinh tế - xã hội huyện Đô Lương tăng trưởng khá trong quý vừa qua, xã hội ổn định.</p>",
    ],
)
def test_communes_in_menus_and_news_are_no_owners(more: str) -> None:
    assert state(site(HERE, FRESH, more=more)) == State.LIVES


def test_an_address_in_the_footer_names_no_owner() -> None:
    foot = "UBND huyện Đô Lương. Trụ sở: khối 4, thị trấn Đô Lương, tỉnh Nghệ An"
    assert state(site(HERE, FRESH, title="Trang chủ", banner="Chào mừng", footer=foot)) == State.LIVES


def test_a_district_named_like_its_province_is_not_taken_for_it() -> None:
    place = Place("Cao Bằng", "thành phố", "Cao Bằng")
    assert state(site(place, FRESH, title="Thành phố Cao Bằng - tỉnh Cao Bằng"), place) == State.LIVES
    assert state(site(place, FRESH, title="UBND TP Cao Bằng"), place) == State.LIVES
    other = site(place, FRESH, title="Cổng TTĐT tỉnh Cao Bằng", banner="UBND TỈNH CAO BẰNG",
                 footer="UBND tỉnh Cao Bằng")  # fmt: skip
    assert state(other, place) == State.ANOTHER_OFFICE


def test_spam_links_hidden_on_a_living_portal_are_told_and_do_not_make_it_another_s() -> None:
    links = "".join(f"<a href='https://n{n}.invalid/nha-cai-uy-tin'>nhà cái {n}</a>" for n in range(30))
    found = judged(hop(site(HERE, FRESH, more=f"<div style='display:none'>{links}</div>")))
    assert found.state == State.LIVES
    assert "sell gambling" in found.evidence


@pytest.mark.parametrize(
    "more",
    [
        "<p>Đường tỉnh 534 đang sửa chữa, người dân vui lòng quay lại sau ngày 30/11.</p>",
        "<p>Bảo trì hệ thống cấp nước sạch; rao bán đấu giá mảnh đất công tại xóm 5.</p>",
        "<p>Tập huấn phòng chống tấn công: trang của một trường từng hiện dòng chữ lạ.</p>",
    ],
)
def test_news_of_works_and_sales_closes_no_portal(more: str) -> None:
    assert state(site(HERE, FRESH, more=more)) == State.LIVES


# -- redirects


def to(url: str, status: int = 301, start: str = f"{PORTAL}/") -> Hop:
    return Hop(start, status, {"location": url}, b"", NOW)


@pytest.mark.parametrize(
    "end",
    [
        "https://doluong.nghean.gov.vn/",
        "https://www.doluong.nghean.gov.vn/trang-chu",
        "https://doluong.nghean.gov.vn/Default.aspx",
    ],
)
def test_redirects_within_the_site_do_not_move_it(end: str) -> None:
    way = to(end, start="http://doluong.nghean.gov.vn/"), hop(lives(HERE, TODAY), end)
    assert judged(*way, portal="http://doluong.nghean.gov.vn").state == State.LIVES


@pytest.mark.parametrize(
    ("end", "page", "expected", "target"),
    [
        ("https://doluong.gov.vn/", lives(HERE, TODAY), State.MOVED, "https://doluong.gov.vn"),
        (
            "https://nghean.gov.vn/do-luong",
            site(HERE, FRESH, title="Cổng thông tin điện tử tỉnh Nghệ An", banner="UBND TỈNH NGHỆ AN",
                 footer="UBND tỉnh Nghệ An"),
            State.MOVED, "https://nghean.gov.vn/do-luong",
        ),
        (
            "https://nghean.gov.vn/",
            site(HERE, FRESH, title="Cổng thông tin điện tử tỉnh Nghệ An", banner="UBND TỈNH NGHỆ AN",
                 footer="UBND tỉnh Nghệ An"),
            State.ANOTHER_OFFICE, "https://nghean.gov.vn/",
        ),
        (
            "https://xadoluong.nghean.gov.vn/",
            site(HERE, FRESH, title="UBND xã Đô Lương", banner="XÃ ĐÔ LƯƠNG", footer="UBND xã Đô Lương"),
            State.ANOTHER_OFFICE, "https://xadoluong.nghean.gov.vn/",
        ),
        ("https://tai68bet.com/", STATES["hijacked"](HERE, TODAY, 0), State.HIJACKED, "https://tai68bet.com/"),
        ("https://portal.vidu.gov.vn/", Page("<title>Tin</title><p>Các tin mới trong ngày ở địa phương ta"
         " đều được đăng tại đây, mời bà con theo dõi hằng ngày.</p>"), State.MOVED,
         "https://portal.vidu.gov.vn"),
        ("https://parking.vidu.com/", STATES["parked"](HERE, TODAY, 0), State.PARKED,
         "https://parking.vidu.com/"),
    ],
    ids=["own host", "part of the province", "the province", "commune", "gamblers", "unknown", "parked"],
)  # fmt: skip
def test_a_redirect_to_another_site_is_judged_by_what_stands_there(
    end: str, page: Page, expected: State, target: str
) -> None:
    found = judged(to(end), hop(page, end))
    assert (found.state, found.target) == (expected, target)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("https://doluong.gov.vn/", State.MOVED),
        ("https://vuiclub88.com/", State.HIJACKED),
        ("https://vidu.com/", State.MOVED),
        (f"{PORTAL}/vong-quanh", State.ERROR),
    ],
)
def test_a_redirect_whose_end_was_not_read_is_less_sure(target: str, expected: State) -> None:
    found = judged(to(target), failure="budget", failed_url=target, requests=4)
    assert found.state == expected
    assert found.sure != "certain"


# -- no page


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        ("no_such_name", State.NO_NAME),
        ("unresolved", State.NO_ANSWER),
        ("timeout", State.NO_ANSWER),
        ("connection", State.NO_ANSWER),
        ("private_address", State.NO_ANSWER),
        ("tls_expired", State.CERTIFICATE),
        ("tls_other_host", State.CERTIFICATE),
        ("robots", State.REFUSED),
        ("timeout_robots", State.NO_ANSWER),
    ],
)
def test_what_failed_is_told(failure: str, expected: State) -> None:
    assert judged(failure=failure, failed_url=PORTAL).state == expected


def test_a_page_by_plain_http_beside_a_broken_certificate() -> None:
    fault = {"certificate": "refused: expired"}
    found = judged(hop(lives(HERE, TODAY), "http://doluong.nghean.gov.vn/"), **fault)
    assert (found.state, found.sure) == (State.CERTIFICATE, "certain")
    assert "it has expired" in found.evidence and "huyện Đô Lương" in found.evidence
    taken = judged(hop(STATES["hijacked"](HERE, TODAY, 0), "http://doluong.nghean.gov.vn/"), **fault)
    assert taken.state == State.HIJACKED


def test_what_is_no_page_is_unclear() -> None:
    pdf = Hop(f"{PORTAL}/", 200, {"content-type": "application/pdf"}, b"%PDF-1.4 ...", NOW)
    assert judged(pdf).state == State.UNCLEAR


def test_a_shell_with_the_portal_s_title_lives_as_a_guess() -> None:
    shell = Page("<title>Cổng thông tin điện tử huyện Đô Lương</title><div id='app'></div><script></script>")
    found = judged(hop(shell))
    assert (found.state, found.sure) == (State.LIVES, "guess")


def test_frozen_pages_keep_their_newest_day_when_nothing_else_is_new() -> None:
    assert judged(hop(frozen(HERE, TODAY, 1))).newest == date(2025, 6, 19)
