"""Is it an article? Names what a page is when it is none.

The reasons are counted in the run, so each is one short name: script_wall, redirect_page, login,
soft_404, search, hacked, section_front, print_view, comments, calendar, static, empty; unreadable, for bytes
that are no text, is given by the reader.

No phrase decides alone: "Quyết định số 404" and "đã xóa nhà tạm" are news. What a page says counts
together with what it lacks: text, a date by the headline, a headline of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml import html

from pipelines.article import phrases
from pipelines.article.declared import says_article
from pipelines.article.fronts import is_front
from pipelines.article.furniture import names_site
from pipelines.article.spam import hacked
from pipelines.article.wording import Phrases
from pipelines.html.blocks import Block
from storage.text import fold

_THING = (
    "trang(?: web| này)?|bài(?: viết| báo)?|tin(?: bài| tức)?|nội dung|đường dẫn|liên kết|chuyên mục"
    "|địa chỉ|url|văn bản"
    "|tài liệu|dữ liệu|tài nguyên|tệp(?: tin)?|file|tin này|thông tin"
)
# The page that was asked for is not there: a sentence about pages, not about anything else
_MISSING = Phrases(
    rf"không (?:tìm thấy|tồn tại) (?:{_THING}|kết quả|yêu cầu)"
    rf"|(?:{_THING})(?: (?:mà )?(?:bạn|quý vị|quý khách|bạn đọc"
    rf"|độc giả)?[\w ,/]{{0,30}}?)? (?:này )?(?:hiện )?"
    r"(?:không (?:còn )?(?:tồn tại|tìm thấy|có sẵn|hợp lệ|hoạt động|khả dụng|có trên hệ thống)"
    r"|đã (?:bị )?(?:xóa|xoá"
    r"|gỡ(?: bỏ)?)(?= khỏi|[^\w\s]|$)|bị (?:xóa|xoá|gỡ(?: bỏ)?)(?= khỏi|[^\w\s]|$)"
    r"|(?:hoặc )?đã (?:bị )?(?:xóa|xoá)$)"
    r"|đường dẫn (?:sai|không đúng)|(?:lỗi|error|mã lỗi) 404|404 (?:error|not found)|page not found"
    r"|(?:page|article|content|file)\b.{0,40}?(?:not found|can.?t be found|cannot be found|could not be found"
    r"|no longer (?:exists|available)|does(?: not|n.t) exist)"
    r"|chưa (?:có|được cập nhật) nội dung|không còn (?:tồn tại|trên hệ thống)|không tồn tại hoặc"
)
# More ways to say it, which the news have of other things too: they count where no headline speaks for an
# article, or where a sentence about this page is all there is.
_NOUN = (
    "(?:trang|bài|tin|bài viết|bài báo|bài đăng|bản tin|tin bài|mục tin|nội dung|đường (?:dẫn|link)|liên kết"
    "|địa chỉ|thông tin|dữ liệu|tài liệu|văn bản|chuyên mục)(?: web)?"
)
_ASKED = (
    " (?:mà )?(?:bạn|quý vị|quý khách|quý bạn đọc|bạn đọc|độc giả|anh chị)(?: (?:đang|vừa|muốn|cần|đã))?"
    " (?:tìm(?: kiếm)?|xem|đọc|truy cập|yêu cầu|chọn|mở|cần|hỏi|gõ|nhập)(?: (?:xem|đọc|tới|đến|này))?"
)
_AWAY = (
    "(?: (?:hiện|hiện tại|hiện nay|có thể|có lẽ|đã|đang|được|bị))*"
    " (?:không còn|gỡ|xóa|xoá|ẩn|thu hồi|rút|hạ|tháo|hủy|di chuyển|di dời|chuyển (?:đi|sang|tới|đến)|đổi tên"
    "|(?:thay )?đổi địa chỉ|khóa|hết (?:hạn|hiệu lực|thời gian)|ngừng (?:đăng|hiển thị|hoạt động)|lỗi|hỏng"
    "|sai|không (?:đúng|chính xác)|(?:chưa|không) được (?:xuất bản|phê duyệt|duyệt|đăng|công bố|công khai"
    "|hiển thị))"
)
_PAGE_WORD = "(?:page|article|content|post|story|link|url)"
_AWAY_PAGE = Phrases(
    f"{_NOUN}(?: này| đó| trên)?(?:{_ASKED})?{_AWAY}"
    "|(?:không|chưa)(?: thể)? (?:tìm|thấy|tìm (?:được|thấy|ra)|mở|truy cập|hiển thị|xem)(?: được)? "
    f"{_NOUN}|không có {_NOUN} (?:nào )?(?:ứng với|như|theo|phù hợp|ở|tại)"
    f"|không (?:có quyền|được phép) (?:xem|truy cập|đọc) {_NOUN}"
    rf"|{_PAGE_WORD}\b.{{0,40}}?\b(?:removed|deleted|unavailable|unpublished|expired|moved|not available"
    "|no longer|broken)|(?:couldn.t|could not|can.t|cannot|unable to) (?:find|open|load|display)"
    f" (?:the|that|this|your|any) {_PAGE_WORD}"
)
_THIS_PAGE = Phrases(f"{_NOUN}(?: này|{_ASKED}){_AWAY}")
_SORRY = Phrases("(?:rất tiếc|(?:thành thật )?xin lỗi|thật tiếc|lỗi|sorry|oops|we.re sorry)")
_PARTS = re.compile(r"\s+[|–—»«·:•-]+\s+|\s*[|»«]\s*")
_OFFICE = re.compile(r"^(?:ubnd|uy ban nhan dan|trang chu|home)\b")
_MISSING_TITLE = re.compile(
    r"^\W*(?:404\W*(?:$|[-–|:»]|not\b|error|page|không|khong|lỗi|loi)|(?:page )?not found\W*(?:$|[-–|»])"
    r"|(?:lỗi|loi|error)\W*404|oops)|\b404 not found\b|^không tìm thấy\W*(?:$|[|»–-])",
    re.I,
)
_HOME = Phrases("(?:quay|trở|về|vào)(?: (?:lại|về))? trang chủ|back to home|home ?page|trang trước")
_EMPTY = Phrases(
    "(?:chưa|không) (?:có|tìm thấy) (?:bài viết|bài|tin|tin tức|dữ liệu|bản ghi|mục) nào"
    "|không có (?:dữ liệu|bản ghi|kết quả)|(?:đang|sẽ) (?:được )?cập nhật|no (?:posts|articles|records|data)"
)
_SEARCH_TITLE = re.compile(
    r"^(?:ket qua )?(?:tim kiem|tra cuu)\s*(?:$|[:|»“\"–-])|^ket qua tim kiem (?:cho|voi|theo"
    r"|tu khoa)\b|^search results?\b"
)
# Pages of the site itself, by their whole title; a site's name may follow
_STATIC_TITLE = re.compile(
    r"^(?:thong tin )?(?:lien he|contact(?: us)?|so do (?:trang|site|web|cong)\b.*|site ?map|gop y|tro giup"
    r"|chinh sach (?:bao mat|quyen rieng tu)|dieu khoan su dung)\s*(?:[|»–-].*)?$"
)
_COMMENTS_PATH = re.compile(
    r"/comment-page-\d+|/(?:comments|binh-luan)/?(?:feed|page|\?|$)|[?&](?:cpage|replytocom)=", re.I
)
_SEARCH_PATH = re.compile(
    r"/(?:tim-?kiem|search|ket-qua-tim(?:-kiem)?|tags?|tu-khoa|author|tac-gia)(?:[/.?]|$)", re.I
)
_SEARCH_NAME = re.compile(r"^(?:s|q|keywords?|search|searchword|tu-?khoa)$", re.I)
# Drupal without clean addresses: "?q=node/345", "?q=tin-tuc/ten-bai"
_PAGE_QUERY = re.compile(r"^[a-z][\w.-]*(?:/[\w.-]+)+/?$", re.I)
_PRINT_PATH = re.compile(
    r"/(?:print|in-bai-viet|ban-in|inbai)(?:[/.?]|-\d|$)|op=(?:print|savefile)|/savefile/"
    r"|[?&](?:print|printable|inbai|in|dnnprintmode)=(?:1|true|yes)\b|[?&](?:format|view|mode|layout"
    r"|task|action)=print\b"
    r"|[?&]tmpl=component\b",
    re.I,
)
_OWN_WORDS = 20  # of an article with many links that the page calls one; a gallery's has hardly more
_LOGIN = re.compile(r"dang nhap|login|sign in|mat khau|password")
_CALENDAR_WORDS = 250  # six weeks of days, their lunar days, names and a few labels


def before_reading(url: str, tree: html.HtmlElement, size: int) -> str | None:
    """Returns what the address and the bare page already tell, or None. `size`: bytes of the page."""
    parts = urlsplit(url)
    path = unquote(parts.path) + ("?" + parts.query if parts.query else "")
    if _PRINT_PATH.search(path) and not _is_canonical(url, tree):
        return "print_view"
    body = tree.find("body")
    if body is not None and "print(" in (body.get("onload") or ""):
        return "print_view"
    if _COMMENTS_PATH.search(path):
        return "comments"
    if _SEARCH_PATH.search(parts.path) or (parts.query and _searches(parts.path, parts.query)):
        return "search"
    return _wall(tree) if size < 20_000 else None


def _is_canonical(url: str, tree: html.HtmlElement) -> bool:
    """Whether a page says that its address is the one to cite: no print view does ("/print/d-161.html")."""
    return any(
        link.get("rel") == "canonical" and (link.get("href") or "").strip().rstrip("/") == url.rstrip("/")
        for link in tree.iter("link")
    )


def _searches(path: str, query: str) -> bool:
    """Whether a query asks for words; one that is empty does so on the home page only."""
    asked = [value for name, value in parse_qsl(query, keep_blank_values=True) if _SEARCH_NAME.match(name)]
    if not asked or all(_PAGE_QUERY.match(value) for value in asked):
        return False
    return any(asked) or path.count("/") < 2


def _wall(tree: html.HtmlElement) -> str | None:
    """script_wall or redirect_page where a small page has nothing to read, but scripts or a way elsewhere."""
    parts = tree.itertext("body", "p", "div", "a", "td", "span", "h1", "h2", "noscript")
    text = " ".join(part for part in parts if part.strip())
    if len(text) >= 400 or tree.find(".//img") is not None or next(tree.iter("script", "meta"), None) is None:
        return None
    refresh = tree.xpath("boolean(//meta[translate(@http-equiv,'REFSH','refsh')='refresh'])")
    # data for machines is no wall
    scripts = tree.xpath("boolean(//script[not(contains(@type, 'json'))])")
    if (
        scripts
        and tree.find(".//h1") is None
        and (len(text) < 120 or "javascript" in fold(text) or "cookie" in fold(text))
    ):
        return "script_wall"
    return "redirect_page" if refresh and len(text) < 120 else None


def after_reading(
    title: str,
    body: Sequence[Block],
    captions: int,
    scope: Sequence[Block],
    tree: html.HtmlElement,
    *,
    dated: bool,
    links: int = 0,
    shown: int = 0,
) -> str | None:
    """Returns what the page is if not an article, judged from what was read of it; None where it is one.

    `scope`: the blocks of the body node, whatever their role, up to where the article ends; `captions`: how
    many were read; `dated`: a date line stood by the title; `links`: how many sell gambling or pills;
    `shown`:
    how many files, pictures and players the article has.
    """
    words = sum(block.words for block in body)
    text = " ".join(block.text for block in body[:4])[:600]
    heading = fold(title)
    if _is_missing(title, text, words, dated=dated):
        return "soft_404"
    if hacked(title, text, links):
        return "hacked"
    if (
        words < 60
        and tree.find(".//input[@type='password']") is not None
        and _LOGIN.search(f"{heading} {fold(text)}")
    ):
        return "login"
    if _SEARCH_TITLE.search(heading) and (not dated or words < 60):
        return "search"
    if not dated and _STATIC_TITLE.match(heading) and words < 200:
        return "static"
    if not dated and words <= 20 and _EMPTY.search(text):
        return "empty"
    if not dated and len(title.split()) <= 5 and phrases.COMMENTS.match(title):
        return "comments"
    if not title and words < 60:
        return "empty"
    if _is_calendar(body):
        return "calendar"
    if words == 0 and captions == 0 and not (shown and title and dated):
        return "empty" if len(scope) < 20 else "section_front"
    if is_front(title, body, captions, scope, dated=dated) and not (
        words >= _OWN_WORDS and says_article(tree, title)
    ):
        return "section_front"
    return None


def _is_missing(title: str, text: str, words: int, *, dated: bool) -> bool:
    """Whether title or text say that the page is not there, and nothing speaks for an article."""
    if words >= 80 or (dated and words >= 20):
        return False
    if _MISSING_TITLE.search(title) or (_MISSING.search(title) and not dated):
        return True
    if not dated and words < 60 and _is_away(title, text, words):
        return True
    if dated or words >= 60 or not _MISSING.search(text):
        return False
    return words < 30 or len(title.split()) <= 4 or _HOME.search(text) is not None


def _is_away(title: str, text: str, words: int) -> bool:
    """Whether a short text says in other words that the page is away, and no headline speaks against it."""
    if _nameless(title):
        return _AWAY_PAGE.search(text) is not None
    said = _SORRY.match(text)
    rest = text[said.end() :].lstrip(" ,.!:;–-") if said else text
    return words < 30 and _THIS_PAGE.match(rest) is not None


def _nameless(title: str) -> bool:
    """Whether a title names no article: the site, an office, or a word or three ("Thông báo")."""
    parts = [part for part in _PARTS.split(title) if part.strip()]
    return all(names_site(part) or _OFFICE.match(fold(part)) or len(part.split()) <= 3 for part in parts)


def missing(page: Sequence[Block]) -> str | None:
    """Returns soft_404 where a page without an article says in one short line that something is not there."""
    said = any(b.words <= 30 and b.linked < 0.5 and b.line < 4 and _MISSING.search(b.text) for b in page)
    return "soft_404" if said else None


def _is_calendar(body: Sequence[Block]) -> bool:
    """Whether the page's text is the table of a month's days."""
    if sum(block.words for block in body) > _CALENDAR_WORDS:
        return False
    days = {word for block in body for word in block.text.replace("|", " ").split() if word.isdigit()}
    others = sum(1 for block in body for word in block.text.split() if word.isalpha())
    return len(days & {str(day) for day in range(1, 32)}) >= 28 and others < 30
