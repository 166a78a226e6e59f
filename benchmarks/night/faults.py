"""What a faulty portal of benchmarks/nightly.py answers in the place of its own page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.night.portals import respond
from fixtures.portal import Request, Response, Site, redirect

Answer = Callable[[Site, Request], Response | None]  # None: the page that the portal would show
_SCRIPT = "<html><head><script>document.cookie='t=1';location.reload()</script></head><body></body></html>"
_NEW_LOOK = "<html><body><h1>{}</h1><div id='app'></div><p>Giao diện mới của cổng thông tin</p></body></html>"
_MISSING = "<html><body><h1>Thông báo</h1><p>Trang bạn tìm không tồn tại hoặc đã bị xóa.</p></body></html>"
_CLOSED = "<p>Trang thông tin điện tử huyện {} đã dừng hoạt động từ ngày 01/7/2025.</p>"


def _to(target: str, status: int = 302) -> Answer:
    return lambda shown, asked: Response("", status, headers={"Location": target + asked.path})


def _page(body: str, status: int = 200) -> Answer:
    return lambda shown, asked: Response(body, status)


def _to_home(shown: Site, asked: Request) -> Response | None:
    return None if asked.path == "/" else redirect("/")


def _section_error(shown: Site, asked: Request) -> Response | None:
    first = shown.definition.sections[0].path.partition("?")
    hit = asked.path == first[0] and (
        not first[2] or first[2] == "&".join(map("=".join, asked.query.items()))
    )
    return Response("<html>Server Error in '/' Application.</html>", 500) if hit else None


def _closed(shown: Site, asked: Request) -> Response | None:
    page = respond(shown, asked)
    if page.status != 200 or not isinstance(page.body, str):
        return None
    words = _CLOSED.format(shown.definition.name)
    return Response(page.body.replace("</body>", f"{words}</body>", 1))


def _trap(shown: Site, asked: Request) -> Response | None:
    """A calendar of every month, a path that grows, parameters that heap up, pages without end."""
    depth = int(asked.query.get("trang", "1")) if asked.query.get("trang", "1").isdecimal() else 1
    month = int(asked.query.get("thang", asked.now.month)) % 12 + 1
    year = int(asked.query.get("nam", asked.now.year)) + (month == 1)
    heaped = "&".join(f"{key}={value}" for key, value in asked.query.items())
    section = shown.definition.sections[0].path
    known = respond(shown, asked)
    if known.status == 404:
        known = respond(shown, Request("GET", section, {}, {}, {}, asked.base, asked.now, 1))
    links = "".join(
        f"<li><a href='{href}'>{text}</a></li>"
        for href, text in (
            (f"/lich-lam-viec?thang={month}&nam={year}", "Tháng sau"),
            (f"{asked.path.rstrip('/')}/xem-them", "Xem thêm"),
            (f"/loc?{heaped}&tieu-chi-{len(asked.query)}={asked.serial}", "Lọc thêm tiêu chí"),
            (f"/danh-sach?trang={depth + 1}", str(depth + 1)),
            (f"/danh-sach?trang={depth + 1}", "Trang sau"),
        )
    )
    if known.status != 200 or not isinstance(known.body, str) or "html" not in known.content_type:
        return None
    return Response(known.body.replace("</body>", f"<ul>{links}</ul></body>", 1))


PLANTED: Mapping[str, Answer] = {
    "server_error": _page("<html>Service unavailable</html>", 500),
    "script_wall": _page(_SCRIPT),
    "forbidden": _page("<html>403</html>", 403),
    "to_home": _to_home,
    "template": lambda shown, asked: (
        None if shown.find(asked.path) else _page(_NEW_LOOK.format(""))(shown, asked)
    ),
    "soft_404": _page(_MISSING),
    "section_error": _section_error,
    "moved": _to("https://xa-moi.nghean.gov.vn", 301),
    "hijacked": _to("https://bong88-club.example", 302),
    "closed": _closed,
    "trap": _trap,
}
