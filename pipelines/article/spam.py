"""Gambling, pills and copied watches: what intruders place on public sites, as links and as whole pages.

A word alone proves nothing, neither in a headline ("giống lúa B52", "sạt lở đê") nor in an address: a police
report and a campaign write of gambling, too.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from lxml import etree, html

from pipelines.article.wording import Phrases
from storage.text import fold

_BRANDS = (
    "w88|m88|fb88|188bet|bk8|fun88|ku\\d+|kubet|jun88|hi88|new88|789club|789bet|sunwin|go88|b52 ?club|8xbet"
    "|f8bet|shbet"
    "|okvip|\\w*bet\\d{2,3}|\\d{2,3}bet|rikvip|iwin|nhatvip"
)
_TRADES = (
    "casino(?: online)?|sòng bạc trực tuyến|nhà cái(?! thiện| tạo| cách)|cá cược(?! đời)|cá độ|tài xỉu|nổ hũ"
    "|đánh bài(?! kiểm)|game bài|xóc đĩa"
    "|kèo (?:nhà cái|bóng đá)|xổ số(?! kiến thiết)|soi cầu|(?<!sat )lô đề|lô tô online|đá gà|slot(?: game"
    "| gacor)?|poker|baccarat|bắn cá"
    "|roulette|viagra|cialis|levitra|pharmacy|cường dương|payday loans?|judi(?: online)?|togel"
    "|replica watch(?:es)?"
)
_SPAM = Phrases(f"{_TRADES}|{_BRANDS}")
# What such a page promises beside its trade
_LURE = Phrases(
    "uy tín|trực tuyến|online|đổi thưởng|khuyến mãi|nạp tiền|rút tiền|nạp rút|tải app|tải game|link vào"
    "|đăng nhập"
    "|đăng ký (?:ngay|tài khoản)|cổng game|thành viên mới|tỷ lệ (?:kèo|cược)|hoàn trả|hũ|jackpot|bonus|bet"
    "|cược"
)
# Who writes of gambling without offering it: police, courts, campaigns, the state lottery, feasts.
_AGAINST = Phrases(
    "công an|bắt(?! đầu)|triệt phá|triệt xóa|triệt xoá|xử lý|xử phạt|xét xử|khởi tố|phòng,? chống|cảnh báo"
    "|cảnh giác"
    "|ngăn chặn|đối tượng|tội phạm|tệ nạn|vi phạm|kiến thiết|tố giác|lễ hội|dân gian|tuyên truyền|nói không"
)
_AGAINST_IN_TEXT = Phrases(
    "công an|bắt (?:giữ|quả tang|khẩn cấp)|triệt phá|triệt xóa|triệt xoá|xử phạt|xét xử|khởi tố|tệ nạn"
    "|tội phạm"
    "|kiến thiết|lễ hội|dân gian|tuyên truyền"
)
# Words of those who offer it only; the others stand in the news as well
_OFFER = Phrases(
    f"nhà cái(?! thiện| tạo| cách)|nổ hũ|game bài|tài xỉu|soi cầu|slot(?: game| gacor)?|casino online"
    f"|{_BRANDS}"
)
# The same trades as addresses print them; parts of words are no signs
_SLUG = re.compile(
    r"(?<![a-z0-9])(?:casino|nha-?cai(?!-?(?:thien|tao|cach))|ca-?cuoc(?!-(?:doi|thi|hop))|ca-do(?=-bong-da"
    r"|[./]|$)"
    r"|tai-?xiu|no-hu"
    r"|danh-bai-(?:online|doi-thuong|truc-tuyen)|game-?bai|keo-(?:nha-cai|bong-da)|xo-so(?!-kien-thiet)"
    r"|soi-?cau"
    r"|(?<!sat-)lo-de|da-ga|slots?|poker|baccarat|viagra|cialis|levitra"
    rf"|pharmacy|cuong-duong|payday-?loans?|judi|togel|replica-?watch(?:es)?|{_BRANDS})(?![a-z0-9])"
)
# Plain parts that such links have, to pass over a page without any by substring search: 20 times quicker.
_PARTS = tuple(
    part.replace("_", " ")
    for part in (
        "casino nhà_cái nha-cai nhacai cá_cược ca-cuoc cá_độ ca-do tài_xỉu tai-xiu taixiu nổ_hũ no-hu"
        " đánh_bài "
        "danh-bai game_bài game-bai gamebai"
        " xổ_số xo-so soi_cầu soi-cau lô_đề lo-de đá_gà da-ga slot poker baccarat bet w88 m88 fb88 "
        "bk8 fun88 kubet jun88 hi88"
        " new88 789club sunwin go88 okvip viagra cialis levitra pharmacy cường_dương payday judi "
        "togel replica kèo"
    ).split()
)
_LEAVING = etree.XPath("descendant::a[contains(@href, '//')]")
_HREFS = etree.XPath("descendant::a/@href", smart_strings=False)
_FOREIGN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f\u0400-\u04ff]")
_FOREIGN_SPAM = re.compile(
    "コピー|ブランド|激安|通販|娱乐城|娛樂城|博彩|赌场|賭場|彩票|สล็อต|บาคาร่า|คาสิโน|카지노|토토|바카라|казино|ставк"
)
_VIETNAMESE = re.compile("[\u1ea0-\u1ef9ăđơư]", re.I)


def sells(text: str) -> bool:
    """Returns whether a line of links is what intruders place on public sites: gambling, pills."""
    return len(text) < 2000 and _SPAM.search(text) is not None


def trades(text: str) -> set[str]:
    """Returns the different words of gamblers and pill sellers in `text`, folded; none where it tells of
    police, courts or campaigns.
    """
    return set() if _AGAINST_IN_TEXT.search(text) else _SPAM.distinct(text)


def spam_links(tree: html.HtmlElement, url: str = "") -> int:
    """Returns the number of links that sell gambling or pills, hidden or not. Three or more are no accident.

    Looked at are links that leave the page's site (`url`), and those on it whose address says it.
    """
    hrefs = _HREFS(tree)
    host = urlsplit(url).netloc or "\n"
    abroad = {href for href in hrefs if "//" in href and host not in href}
    # each step of the paths once: the links of a menu share most of theirs
    steps = "\n".join({*"\n".join(hrefs).lower().replace("/", "\n").split("\n")})
    every = any(part in steps for part in _PARTS)
    if not every and not abroad:
        return 0
    suspects = tree.iter("a") if every else (a for a in _LEAVING(tree) if a.get("href") in abroad)
    lines = ((a.get("href") or "", "".join(a.itertext())) for a in suspects)
    return sum(
        1
        for href, text in lines
        if len(href) + len(text) < 400
        and (_SLUG.search(fold(unquote(href)).replace(" ", "-")) or _SPAM.search(text))
    )


def may_sell(tree: html.HtmlElement) -> bool:
    """Returns whether any link under `tree` might be counted as one that sells, on whatever page it is."""
    links = [(a.get("href") or "", "".join(a.itertext())) for a in tree.iter("a")]
    steps = "\n".join(href for href, _ in links).lower()
    return any(part in steps for part in _PARTS) or any(
        _SLUG.search(fold(unquote(href)).replace(" ", "-")) or _SPAM.search(text) for href, text in links
    )


def hacked(title: str, text: str, links: int) -> bool:
    """Returns whether a page was placed by intruders: its `title` names their trade, and a second sign says
    the same: another of its words, a promise, links that sell (`links`: how many). `text` is how the body
    begins.
    """
    foreign = len(_FOREIGN.findall(title))
    if foreign > 3 and foreign > sum(map(str.isalpha, title)) / 2:
        # a page in another language is none by itself; a Vietnamese site's text under it tells, or its trade
        return bool(_FOREIGN_SPAM.search(title)) or bool(_VIETNAMESE.search(text))
    said = _SPAM.distinct(title)
    if not said or _AGAINST.search(title) or _AGAINST_IN_TEXT.search(text):
        return False
    words = said | _SPAM.distinct(text)
    offered = _OFFER.search(title) is not None or _LURE.search(text) is not None
    return links >= 3 or _LURE.search(title) is not None or (len(words) >= 2 and offered)
