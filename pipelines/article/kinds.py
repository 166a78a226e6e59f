"""Is it an article? Names what a page is when it is none.

The reasons are counted in the run, so each is one short name: script_wall, redirect_page, login,
soft_404, search, hacked, section_front, print_view, comments, calendar, static, empty; unreadable, for bytes
that are no text, is given by the reader.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from lxml import etree, html

from pipelines.article import phrases
from pipelines.html.blocks import Block
from storage.text import fold

# Folded, so that capitals and missing diacritics do not matter.
_MISSING = re.compile(
    r"khong (?:tim thay|ton tai)|(?:da|bi) (?:bi )?(?:xoa|go bo)|page not found|not found|error 404"
    r"|loi 404|404 error"
    r"|(?:can.?t|cannot|could not) be found|no longer (?:exists|available)|\b404\b"
    r"|khong con (?:ton tai|hoat dong|tren he thong)|duong dan (?:sai|khong)|trang (?:nay )?khong|chua (?:co"
    r"|duoc cap nhat) noi dung"
)
_EMPTY = re.compile(
    r"(?:chua|khong) (?:co|tim thay) (?:bai viet|bai|tin|tin tuc|du lieu|ban ghi|muc) nao"
    r"|khong co (?:du lieu|ban ghi|ket qua)"
    r"|(?:dang|se) (?:duoc )?cap nhat|no (?:posts|articles|records|data)\b"
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
    r"/comment-page-\d+|/(?:comments|binh-luan)(?:[/?]|$)|[?&](?:cpage|replytocom)=", re.I
)
_SEARCH_PATH = re.compile(
    r"/(?:tim-?kiem|search|ket-qua-tim(?:-kiem)?|tags?|tu-khoa|author|tac-gia)(?:[/.?]|$)"
    r"|[?&](?:s|q|keywords?|search|searchword|tu-?khoa)=",
    re.I,
)
_PRINT_PATH = re.compile(
    r"/(?:print|in-bai-viet|ban-in|inbai)(?:[/.?]|-\d|$)|op=(?:print|savefile)|/savefile/"
    r"|[?&](?:print|printable|inbai|in|dnnprintmode)=(?:1|true|yes)\b|[?&](?:format|view|mode|layout"
    r"|task|action)=print\b"
    r"|[?&]tmpl=component\b",
    re.I,
)
_LOGIN = re.compile(r"dang nhap|login|sign in|mat khau|password")
# Trades that break into public sites to place links; an article about them does not link to them.
_SPAM = re.compile(
    r"casino|nha[ -]cai|ca[ -]cuoc|ca do|tai[ -]xiu|\bno hu\b|danh bai|game[ -]bai|keo (?:nha cai"
    r"|bong da)|xo so"
    r"|soi[ -]cau|\blo de\b|\bda ga\b|slot|poker|baccarat"
    r"|bet\d{2,3}|\d{2,3}bet|\b(?:w88|m88|fb88|188bet|bk8|fun88|ku\d+|kubet|jun88|hi88|new88|789club"
    r"|sunwin|go88|b52|8xbet|f8bet|shbet|okvip)\b"
    r"|viagra|cialis|levitra|pharmacy|cuong duong|payday loan|slot gacor|judi|togel|replica watch"
)
# Who writes of gambling without offering it: police, courts, campaigns, the state lottery.
_AGAINST = re.compile(
    r"cong an|\bbat\b|triet pha|triet xoa|xu ly|xu phat|xet xu|khoi to|phong,? chong|canh bao"
    r"|canh giac|ngan chan"
    r"|doi tuong|toi pham|te nan|vi pham|kien thiet|to giac|le hoi|dan gian"
)
# Plain parts that such links have, to pass over a page without any by substring search: 20 times quicker.
_SPAM_PARTS = tuple(
    part.replace("_", " ")
    for part in (
        "casino nhà_cái nha-cai cá_cược ca-cuoc cá_độ ca-do- tài_xỉu tai-xiu nổ_hũ no-hu đánh_bài "
        "danh-bai game_bài game-bai"
        " xổ_số xo-so soi_cầu soi-cau lô_đề lo-de đá_gà da-ga slot poker baccarat bet w88 m88 fb88 "
        "bk8 fun88 kubet jun88 hi88"
        " new88 789club sunwin go88 okvip viagra cialis levitra pharmacy cường_dương payday judi "
        "togel replica kèo"
    ).split()
)
_CALENDAR_WORDS = 250  # six weeks of days, their lunar days, names and a few labels
_LEAVING = etree.XPath("descendant::a[contains(@href, '//')]")
_HREFS = etree.XPath("descendant::a/@href", smart_strings=False)
_FOREIGN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f\u0400-\u04ff]")


def spam_links(tree: html.HtmlElement, url: str = "") -> int:
    """The number of links that sell gambling or pills, hidden or not. Three or more are no accident.

    Looked at are links that leave the page's site (`url`), and those on it whose address says it.
    """
    hrefs = _HREFS(tree)
    host = urlsplit(url).netloc or "\n"
    abroad = {href for href in hrefs if "//" in href and host not in href}
    # each step of the paths once: the links of a menu share most of theirs
    steps = "\n".join({*"\n".join(hrefs).lower().replace("/", "\n").split("\n")})
    every = any(part in steps for part in _SPAM_PARTS)
    if not every and not abroad:
        return 0
    suspects = tree.iter("a") if every else (a for a in _LEAVING(tree) if a.get("href") in abroad)
    lines = (f"{a.get('href')} {''.join(a.itertext())}" for a in suspects)
    return sum(1 for line in lines if len(line) < 400 and _SPAM.search(fold(unquote(line))))


def before_reading(url: str, tree: html.HtmlElement, size: int) -> str | None:
    """What the address and the bare page already tell, or None. `size`: bytes of the page."""
    parts = urlsplit(url)
    path = unquote(parts.path) + ("?" + parts.query if parts.query else "")
    if _PRINT_PATH.search(path):
        return "print_view"
    body = tree.find("body")
    if body is not None and "print(" in (body.get("onload") or ""):
        return "print_view"
    if _COMMENTS_PATH.search(path):
        return "comments"
    if _SEARCH_PATH.search(path):
        return "search"
    if size < 20_000:
        text = " ".join(
            t
            for t in tree.itertext("body", "p", "div", "a", "td", "span", "h1", "h2", "noscript")
            if t.strip()
        )
        if (
            len(text) < 400
            and tree.find(".//img") is None
            and next(tree.iter("script", "meta"), None) is not None
        ):
            refresh = tree.xpath("boolean(//meta[translate(@http-equiv,'REFSH','refsh')='refresh'])")
            # data for machines is no wall
            scripts = tree.xpath("boolean(//script[not(contains(@type, 'json'))])")
            if (
                scripts
                and tree.find(".//h1") is None
                and (len(text) < 120 or "javascript" in fold(text) or "cookie" in fold(text))
            ):
                return "script_wall"
            if refresh and len(text) < 120:
                return "redirect_page"
    return None


def after_reading(
    title: str,
    body: Sequence[Block],
    captions: int,
    scope: Sequence[Block],
    tree: html.HtmlElement,
    *,
    dated: bool,
) -> str | None:
    """What the page is if not an article, judged from what was read of it; None where it is one.

    `scope`: the blocks of the body node, whatever their role, up to where the article ends; `captions`: how
    many were read; `dated`: a date line stood by the title.
    """
    words = sum(block.words for block in body)
    text = fold(" ".join(block.text for block in body[:4]))[:600]
    heading = fold(title)
    if words < 80 and (_MISSING.search(heading) or (_MISSING.search(text) and words < 60)):
        return "soft_404"
    if (_SPAM.search(heading) and not _AGAINST.search(f"{heading} {text}")) or (
        len(_FOREIGN.findall(title)) > 3
    ):
        return "hacked"
    if (
        words < 60
        and tree.find(".//input[@type='password']") is not None
        and _LOGIN.search(f"{heading} {text}")
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
    if words == 0 and captions == 0:
        return "empty" if len(scope) < 20 else "section_front"
    if _is_front(body, captions, scope, dated=dated):
        return "section_front"
    return None


def sells(text: str) -> bool:
    """Whether a line of links is what intruders place on public sites: gambling, pills."""
    return len(text) < 2000 and bool(_SPAM.search(fold(text)))


def missing(page: Sequence[Block]) -> str | None:
    """soft_404 where a page without an article says in one short line that something is not there."""
    said = any(
        b.words <= 30 and b.linked < 0.5 and b.line < 4 and _MISSING.search(fold(b.text)) for b in page
    )
    return "soft_404" if said else None


def _is_calendar(body: Sequence[Block]) -> bool:
    """Whether the page's text is the table of a month's days."""
    if sum(block.words for block in body) > _CALENDAR_WORDS:
        return False
    days = {word for block in body for word in block.text.replace("|", " ").split() if word.isdigit()}
    others = sum(1 for block in body for word in block.text.split() if word.isalpha())
    return len(days & {str(day) for day in range(1, 32)}) >= 28 and others < 30


def _is_front(body: Sequence[Block], captions: int, scope: Sequence[Block], *, dated: bool) -> bool:
    """A list of other pages: linked headlines with teasers, dates between them, no prose of its own."""
    text = [b for b in scope if b.text and b.kind != "image"]
    linked = [b for b in text if b.linked > 0.7 and b.words >= 5]
    prose = [b for b in body if b.words >= 15 and b.linked < 0.3]
    cut = sum(1 for b in prose if b.text.endswith(("...", "…", "[…]", "[...]", "»", ">>")))
    if len(linked) >= 4 and _interleaved(text):
        return True
    if len(linked) >= 4 and len(linked) >= len(prose) and not (dated and len(prose) >= 2):
        # an article may carry a list of links too, but then its prose is no list of teasers
        return not prose or cut >= len(prose) / 2
    return len(linked) >= 2 and cut >= 2 and cut >= len(prose) - 1


def _interleaved(text: Sequence[Block]) -> bool:
    """Whether links and prose take turns, as headlines and teasers do."""
    kinds = ["l" if b.linked > 0.7 and b.words >= 4 else "p" if b.words >= 12 else "" for b in text]
    row = "".join(kinds)
    return row.count("lp") >= 3 and row.count("pp") <= row.count("lp") / 2
