"""Sixty faults of a portal, each as what it answers in the place of its own pages.

A fault is told (TOLD) where it hides articles, listings or their text: the verdict of that night may be
neither ok nor quiet. The others harm nothing that a crawl needs, and need not be told.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from benchmarks.outages.portals import Answer, Fault, Portal, packed

_SHORT = "<html><head><title>Bảo trì</title></head><body><h1>Hệ thống đang bảo trì</h1></body></html>"
_LONG_TEXT = "".join(
    f"<p>{line}</p>"
    for line in (
        "Kính thưa quý bạn đọc, để nâng cấp hạ tầng, cổng thông tin tạm ngừng phục vụ trong đêm nay.",
        "Trong thời gian này các chuyên mục, văn bản và bài viết đều chưa xem được, mong bà con thông cảm.",
        "Công việc gồm chuyển dữ liệu sang máy chủ mới, kiểm tra an toàn thông tin và sao lưu toàn bộ.",
        "Mọi góp ý xin gửi về bộ phận quản trị theo số điện thoại ghi ở cuối trang; xin trân trọng cảm ơn.",
    )
)
_WAF = (
    "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult"
    " with your administrator. Your support ID is: {}</body></html>"
)
_IIS = (
    "<html><head><title>Runtime Error</title></head><body><h1>Server Error in '/' Application.</h1><h2><i>"
    "Runtime Error</i></h2><p>An application error occurred on the server.</p></body></html>"
)
_ASP = "<html><body><h2>Object reference not set to an instance of an object.</h2></body></html>"
_PHP = (
    "<br />\n<b>Fatal error</b>: Allowed memory size exhausted in <b>/var/www/index.php</b> on line <b>9</b>"
)
_MYSQL = "<html><body><h1>Error establishing a database connection</h1></body></html>"
_JS = "<html><body><script>document.cookie='k=9';location.reload(true);</script></body></html>"
_LOGIN = (
    "<html><body><h1>Đăng nhập</h1><form method='post'><input name='u'><input type='password'></form></body>"
    "</html>"
)
_SALE = "<html><body><h1>Tên miền này đang được rao bán</h1><p>Liên hệ chủ sở hữu.</p></body></html>"


def _html(text: str, status: int = 200) -> Callable[[], Answer]:
    return lambda: Answer(text.encode(), status)


def _is_article(target: str) -> bool:
    return target.endswith(".html")


def _is_listing(target: str) -> bool:
    return target == "/" or target.startswith("/tin-tuc?") or target == "/tin-tuc"


def everywhere(make: Callable[[], Answer]) -> Fault:
    """The same answer on every address but robots.txt."""
    return lambda portal, target, answer: None if target == "/robots.txt" else make()


def on_articles(make: Callable[[], Answer]) -> Fault:
    """The same answer on every article; listings are as ever."""
    return lambda portal, target, answer: make() if _is_article(target) else None


def on_listings(change: Callable[[Answer], Answer]) -> Fault:
    """Listings are changed; articles are as ever."""
    return lambda portal, target, answer: change(answer) if _is_listing(target) else None


def on_html(change: Callable[[Answer], Answer]) -> Fault:
    """Every page that is there is changed."""
    return lambda portal, target, answer: (
        change(answer) if answer.kind.startswith("text/html") and answer.status == 200 else None
    )


def in_shell(inner: str, title: str = "Trang chủ", status: int = 200) -> Fault:
    """The same text within the portal's own frame, on every article."""
    return lambda portal, target, answer: (
        Answer(portal.shell(inner, title), status) if _is_article(target) else None
    )


def whole_shell(inner: str) -> Fault:
    """The same text within the portal's own frame, on every page."""
    return lambda portal, target, answer: (
        None if target == "/robots.txt" else Answer(portal.shell(inner, "Thông báo"))
    )


def to(place: str, status: int = 302, page: str = "", articles: bool = True) -> Fault:
    """Redirects to `place`, where `page` stands (default: the portal's own page)."""

    def fault(portal: Portal, target: str, answer: Answer) -> Answer | None:
        if target == place:
            return Answer(page.encode()) if page else None
        if target == "/robots.txt" or (articles and not _is_article(target)):
            return None
        return Answer(b"", status, headers=[("Location", place)])

    return fault


def loop(portal: Portal, target: str, answer: Answer) -> Answer | None:
    """Articles lead in a circle."""
    return Answer(b"", 302, headers=[("Location", target)]) if _is_article(target) else None


def at(path: str, make: Callable[[Answer], Answer]) -> Fault:
    """One address is changed."""
    return lambda portal, target, answer: make(answer) if target == path else None


def unsure(portal: Portal, target: str, answer: Answer) -> Answer | None:
    """Every second article is gone, the others are there."""
    odd = _is_article(target) and int(target.rpartition("-")[2].removesuffix(".html")) % 2
    return Answer(portal.shell("<h1>Không tìm thấy</h1>"), 404) if odd else None


def one_gone(portal: Portal, target: str, answer: Answer) -> Answer | None:
    """One article is deleted for a night."""
    return Answer(portal.shell("<h1>Không tìm thấy</h1>"), 404) if target == portal.path(4) else None


def one_replaced(portal: Portal, target: str, answer: Answer) -> Answer | None:
    """The address of one article tells another story for a night."""
    told = "".join(f"<p>{line}</p>" for line in portal.paragraphs(900))
    return Answer(portal.article(4, told, portal.title(900))) if target == portal.path(4) else None


def one_maintained(portal: Portal, target: str, answer: Answer) -> Answer | None:
    """One article shows the maintenance page."""
    return Answer(portal.shell(_LONG_TEXT, "Thông báo")) if target == portal.path(4) else None


def another(portal: Portal, target: str, answer: Answer) -> Answer | None:
    """Every article shows the newest one: a cache has mixed them up."""
    return Answer(portal.article(portal.known()[0])) if _is_article(target) else None


def swapped(portal: Portal, target: str, answer: Answer) -> Answer | None:
    """The text of every article is that of the next: an editor's tool has moved the keys."""
    if not _is_article(target) or answer.status != 200:
        return None
    number = int(target.rpartition("-")[2].removesuffix(".html")) - 7000
    known = portal.known()
    return Answer(portal.article(known[(known.index(number) + 1) % len(known)]))


def tokened(text: str, status: int = 200) -> Fault:
    """The same page everywhere but for a number that changes each time."""

    def fault(portal: Portal, target: str, answer: Answer) -> Answer | None:
        if target == "/robots.txt":
            return None
        return Answer(text.format(7 * len(portal.asked) + 10**12).encode(), status)

    return fault


def cut_half(answer: Answer) -> Answer:
    """Half of the body comes, and the connection ends."""
    return replace(answer, body=answer.body[: len(answer.body) // 2], length=len(answer.body))


def cut_quietly(answer: Answer) -> Answer:
    """The page ends in the middle, and its length says that it is whole."""
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def gzip_cut(answer: Answer) -> Answer:
    """Half of a compressed body, with its own length."""
    body = gzip.compress(answer.body)
    return Answer(body[: len(body) // 2], headers=[("Content-Encoding", "gzip")])


def gzip_lie(answer: Answer) -> Answer:
    """A plain body that is said to be compressed."""
    return replace(answer, headers=[("Content-Encoding", "gzip")])


def rewritten(old: str, new: str, count: int = -1) -> Callable[[Answer], Answer]:
    """The page with other markup."""
    return lambda answer: replace(answer, body=answer.body.replace(old.encode(), new.encode(), count))


def typed(kind: str) -> Callable[[Answer], Answer]:
    """The page with another Content-Type."""
    return lambda answer: replace(answer, kind=kind)


def reordered(answer: Answer) -> Answer:
    """A listing whose rows are shuffled."""
    head, mark, rest = answer.body.partition(b"<ul class='tin'>")
    rows, end, tail = rest.partition(b"</ul>")
    parts = rows.split(b"</li>")[:-1]
    random.Random(3).shuffle(parts)
    return replace(answer, body=head + mark + b"".join(part + b"</li>" for part in parts) + end + tail)


def slow(answer: Answer) -> Answer:
    """The page, a second late."""
    return replace(answer, wait=1.0)


def blank(answer: Answer) -> Answer:
    """The portal's frame with nothing in it."""
    head, mark, rest = answer.body.partition(b"<div class='giua'>")
    return replace(answer, body=head + mark + b"</div>" + rest.partition(b"<div class='chan'>")[2])


def _raw(data: bytes) -> Callable[[], Answer]:
    return lambda: Answer(raw=data)


TOLD: Mapping[str, Fault] = {
    "maintenance, short": everywhere(_html(_SHORT)),
    "maintenance, long": everywhere(
        _html(f"<html><body><h1>Thông báo bảo trì</h1>{_LONG_TEXT}</body></html>")
    ),
    "maintenance in the frame": whole_shell(f"<h1>Thông báo</h1>{_LONG_TEXT}"),
    "maintenance, articles only": in_shell(f"<h1>Thông báo bảo trì</h1>{_LONG_TEXT}", "Thông báo"),
    "maintenance with a token": tokened(_SHORT.replace("bảo trì</h1>", "bảo trì</h1><!-- {} -->")),
    "maintenance, 503": everywhere(_html(_SHORT, 503)),
    "maintenance, redirect": to("/bao-tri.htm", 302, _SHORT, articles=False),
    "maintenance, articles redirect": to("/bao-tri.htm", 302, _SHORT),
    "404 everywhere": everywhere(_html("<h1>404</h1>", 404)),
    "404 on articles": on_articles(_html("<h1>404</h1>", 404)),
    "404 in the frame": in_shell("<h1>Không tìm thấy trang</h1>", "Lỗi", 404),
    "410 on articles": on_articles(_html("<h1>Gone</h1>", 410)),
    "every second article 404": unsure,
    "soft 404 in the frame": in_shell("<h1>Lỗi</h1><p>Bài viết không còn nữa.</p>", "Lỗi"),
    "articles lead home": to("/"),
    "articles lead home, 301": to("/", 301),
    "articles lead to the section": to("/tin-tuc"),
    "everything leads to a login": to("/dang-nhap", 302, _LOGIN, articles=False),
    "articles lead to a login": to("/dang-nhap", 302, _LOGIN),
    "redirect loop": loop,
    "IIS error, 200": everywhere(_html(_IIS)),
    "IIS error, 500": everywhere(_html(_IIS, 500)),
    "ASP error on articles, 200": on_articles(_html(_ASP)),
    "PHP error, 200": everywhere(_html(_PHP)),
    "database error on articles, 500": on_articles(_html(_MYSQL, 500)),
    "database error on articles, 200": on_articles(_html(_MYSQL)),
    "empty, 200": everywhere(Answer),
    "empty articles, 200": on_articles(Answer),
    "blank frame": on_html(blank),
    "WAF page, 200": tokened(_WAF),
    "WAF page, 403": tokened(_WAF, 403),
    "script wall": everywhere(_html(_JS)),
    "429": everywhere(_html("Too Many Requests", 429)),
    "503 on articles": on_articles(_html("busy", 503)),
    "reset": everywhere(lambda: Answer(cut=True)),
    "reset on articles": on_articles(lambda: Answer(cut=True)),
    "no HTTP": everywhere(_raw(b"\x16\x03\x01\x02\x00garbage\r\n\r\n")),
    "half of every body": on_html(cut_half),
    "half of a gzip body": on_html(gzip_cut),
    "domain for sale": everywhere(_html(_SALE)),
    "pages end in the middle": on_html(cut_quietly),
    "all articles show the newest": another,
    "articles swapped": swapped,
    "listing 404": on_listings(lambda answer: Answer(b"<h1>404</h1>", 404)),
    "listing without rows": on_listings(blank),
    "pages of type octet-stream, empty": on_html(lambda answer: Answer(kind="application/octet-stream")),
}
HARMLESS: Mapping[str, Fault] = {
    "one article 404": one_gone,
    "one article replaced": one_replaced,
    "one article under maintenance": one_maintained,
    "wrong Content-Type": on_html(typed("text/plain")),
    "no Content-Type": on_html(typed("")),
    "said to be gzip, and plain": on_html(gzip_lie),
    "gzip as it should be": on_html(packed),
    "slow": on_html(slow),
    "robots.txt 500": at("/robots.txt", lambda answer: Answer(b"error", 500)),
    "robots.txt is a page": at("/robots.txt", lambda answer: Answer(_SHORT.encode())),
    "feed broken": at("/feed.xml", lambda answer: replace(answer, body=answer.body[:300] + b"<\x00&")),
    "sitemap broken": at("/sitemap.xml", lambda answer: replace(answer, body=b"<urlset><url><loc>http://[")),
    "listing with broken markup": on_listings(rewritten("<ul class='tin'>", '</html><bd" x><ul class=tin')),
    "listing reordered": on_listings(reordered),
}
FAULTS: Mapping[str, Fault] = {**TOLD, **HARMLESS}
