"""Articles as the templates of Vietnamese newspapers set them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.chain import read
from pipelines.items import Article, RawPage

TITLE = "Chợ phiên vùng cao họp lại sau ba năm vắng khách"
LEAD = "Sau ba năm đóng cửa, chợ phiên Pắc Ma mở lại từ đầu tháng, mỗi phiên đón hơn nghìn lượt người mua."
BODY = [
    "Từ bốn giờ sáng, những chiếc xe chở đầy rau cải, gà đen và mật ong đã nối nhau đổ về bãi đất bên suối.",
    "Ông Giàng A Sử, người bán dao ở dãy hàng rèn, kể rằng ba năm qua ông chỉ làm theo đơn của người quen.",
    "Ban quản lý chợ cho biết đã sửa mái che, làm thêm hai nhà vệ sinh và không thu tiền chỗ tới hết năm.",
    "Phiên chợ tiếp theo họp vào ngày rằm, cùng với hội thi ném pao và giã bánh giày của bảy bản trong xã.",
]
CAPTION = "Dãy hàng rau ở chợ phiên Pắc Ma trong buổi sáng mở lại"
AUTHOR = "Lò Thanh Hà"
OTHER = "Đường lên Pắc Ma được trải nhựa trước mùa mưa"
WORDS = {"title": TITLE, "lead": LEAD, "author": AUTHOR, "caption": CAPTION, "other": OTHER}


def filled(template: str, paragraph: str = "<p>{}</p>", picture: str = "") -> str:
    """The page of a template; its picture stands behind the first paragraph."""
    parts = [paragraph.format(text) for text in BODY]
    parts.insert(1, picture.format(**WORDS))
    menu = "<nav><ul><li><a href='/'>Trang chủ</a></li><li><a href='/xa-hoi'>Xã hội</a></li></ul></nav>"
    foot = (
        "<footer><p>Cơ quan chủ quản: Hội Nhà báo. Giấy phép số 12/GP. Điện thoại: 024 000 000</p></footer>"
    )
    other = f"<li><a href='/x1.html'>{OTHER}</a></li>"
    more = f"<div class='box-more'><h3>Tin cùng chuyên mục</h3><ul>{other}</ul></div>"
    text = template.format(**WORDS, body="".join(parts))
    head = f"<title>{TITLE} - Báo Vùng Cao</title><meta property='og:title' content='{TITLE}'>"
    return f"<html><head><meta charset=utf-8>{head}</head><body>{menu}{text}{more}{foot}</body></html>"


FIGURE = (
    "<figure><img src='/a.jpg' width=600><figcaption><p>{caption}. <em>Ảnh: Hà</em></p></figcaption></figure>"
)
PAGES = {
    "description above an article": filled(
        "<div class='sidebar-1'><div class='header-content'><ul class=breadcrumb><li><a href='/xa-hoi'>Xã"
        " hội</a></li>"
        "</ul><span class=date>Thứ sáu, 5/4/2024, 09:30 (GMT+7)</span></div><h1"
        " class='title-detail'>{title}</h1>"
        "<p class=description><span class='location-stamp'>Lai Châu</span>{lead}</p><article"
        " class='fck_detail'>{body}"
        "<p class=Normal style='text-align:right;'><strong>{author}</strong></p></article></div>",
        "<p class=Normal>{}</p>",
        FIGURE.replace("<p>", "<p class=Image>"),
    ),
    "sapo in h2, author in a bar": filled(
        "<div class='detail__cmain'><h1 class='detail-title article-title' data-role=title>{title}</h1>"
        "<div class='detail-author-bar'><div class='author-info'><a class=name"
        " href='/tac-gia/ha.htm'>{author}</a></div>"
        "<div class='detail-time'><div data-role=publishdate>05/04/2024 09:30 GMT+7</div></div></div>"
        "<h2 class='detail-sapo' data-role=sapo>{lead}</h2><div class='detail-content afcbc-body'"
        " data-role=content"
        " itemprop=articleBody>{body}<div class='VCSortableInPreviewMode' type=RelatedOneNews><a"
        " href='/y.htm'>{other}</a>"
        "</div></div></div>",
        picture="<figure class=VCSortableInPreviewMode><img data-src='/a.jpg'>"
        "<figcaption class=PhotoCMS_Caption><p>{caption} - Ảnh: Hà</p></figcaption></figure>",
    ),
    "singular-sapo with author above": filled(
        "<article class='singular-container'><h1 class='title-page detail'>{title}</h1><div"
        " class='author-wrap'>"
        "<div class='author-meta'><div class='author-name'><a href='/tac-gia/ha'><b>{author}</b></a></div>"
        "<time class='author-time' datetime='2024-04-05 09:30'>Thứ sáu, 05/04/2024 - 09:30</time></div></div>"
        "<h2 class='singular-sapo'>{lead}</h2><div class='singular-content'>{body}</div></article>",
        picture=FIGURE,
    ),
    "content-detail-sapo": filled(
        "<div class='container__left'><div class='bread-crumb-detail'><a href='/xa-hoi'>Xã hội</a>"
        "<div class='bread-crumb-detail__time'>Thứ Sáu, 05/04/2024 - 09:30</div></div>"
        "<h1 class='content-detail-title'>{title}</h1><h2 class='content-detail-sapo'>{lead}</h2>"
        "<div class='maincontent main-content' id=maincontent>{body}</div>"
        "<div class='article-detail-author'><p class=name>{author}</p></div></div>",
        picture="<figure class=image><img src='/a.jpg'><figcaption>{caption}</figcaption></figure>",
    ),
    "chappeau before the author": filled(
        "<div class='main'><h1 class=title>{title}</h1><div class='m-top'><span"
        " class=author>{author}</span> - "
        "<span class=time>Thứ sáu, 05/04/2024 09:30 (GMT+7)</span></div><div class=chappeau>{lead}</div>"
        "<div class='art-body'>{body}</div></div>",
        picture=FIGURE,
    ),
    "article__sapo": filled(
        "<div class='article'><h1 class='article__title cms-title'>{title}</h1><div class='article__meta'>"
        "<time class=time datetime='2024-04-05T09:30:00+0700'>Thứ sáu, ngày 05/04/2024 - 09:30</time></div>"
        "<div class='article__sapo cms-desc'>{lead}</div><div class='article__body cms-body'"
        " itemprop=articleBody>{body}"
        "</div><div class='article__author'><span class='name cms-author'>{author}</span></div></div>",
        picture="<table class=picture><tr><td class=pic><img src='/a.jpg'></td></tr><tr><td class=caption>"
        "<p>{caption}. Ảnh: Hà.</p></td></tr></table>",
    ),
    "summary and body in one box": filled(
        "<div class='the-article'><h1 class='the-article-title'>{title}</h1><ul class='the-article-meta'>"
        "<li class='the-article-publish'>Thứ sáu, 5/4/2024 09:30 (GMT+7)</li></ul>"
        "<p class='the-article-summary'>{lead}</p><div class='the-article-body'>{body}"
        "<p class='the-article-author'>{author}</p></div></div>",
        picture="<table class=picture><tr><td class=pic><img data-src='/a.jpg'></td></tr>"
        "<tr><td class='pCaption caption'>"
        "<p>{caption}. Ảnh: Hà.</p></td></tr></table>",
    ),
    "sapo as the first paragraph": filled(
        "<div class='news-detail'><h1>{title}</h1><p class=meta>05/04/2024 09:30</p><div class='content'>"
        "<p class=sapo>{lead}</p>{body}<p class=author>{author}</p></div></div>",
        picture=FIGURE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_newspaper(name: str) -> None:
    url = "https://bao.example.vn/cho-phien-vung-cao-hop-lai-71.html"
    article = read(RawPage(url, PAGES[name].encode(), datetime(2024, 4, 9, tzinfo=UTC)))
    assert isinstance(article, Article), f"not an article: {article.reason}"
    assert article.title == TITLE
    assert (article.published.value or "")[:16] == "2024-04-05T09:30"
    assert (article.lead or "").removeprefix("Lai Châu").strip() == LEAD
    assert article.body == BODY
    assert article.author == AUTHOR
    assert len(article.captions) == 1 and article.captions[0].startswith(CAPTION)
    assert [image.url for image in article.images] == ["https://bao.example.vn/a.jpg"]
