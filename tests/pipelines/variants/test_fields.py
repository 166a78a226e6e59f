# ruff: noqa: E501  # markup, whole as a page has it
"""Pictures, files, captions, authors, categories and tags in the spellings of many systems."""

from __future__ import annotations

import pytest

from tests.pipelines.variants.page import (
    ONE,
    TEXT,
    THREE,
    TITLE,
    TWO,
    article,
    page,
    paragraphs,
    texts,
    whole,
)

SITE = "https://dongphu.example.vn"
PICTURE = f"{SITE}/media/lop-hoc.jpg"


@pytest.mark.parametrize(
    "markup",
    [
        "<img src='/media/lop-hoc.jpg'>",
        "<img src='../media/lop-hoc.jpg' width='600'>",
        "<img data-src='/media/lop-hoc.jpg' src='data:image/gif;base64,R0lGOD'>",
        "<img src='/img/blank.gif' data-original='/media/lop-hoc.jpg'>",
        "<img class='lazy' data-lazy-src='/media/lop-hoc.jpg'>",
        "<img srcset='/media/nho.jpg 320w, /media/lop-hoc.jpg 1024w'>",
        "<img srcset='/media/nho.jpg 1x, /media/lop-hoc.jpg 2x' src='/img/loading.svg'>",
        "<img data-srcset='/media/nho.jpg 300w, /media/lop-hoc.jpg 900w' src='/img/spacer.gif'>",
        "<picture><source srcset='/media/lop-hoc.jpg'><img src='data:image/svg+xml,x'></picture>",
        "<picture><source data-srcset='/media/lop-hoc.jpg 1x'><img alt='lớp'></picture>",
        "<noscript><img src='/media/lop-hoc.jpg'></noscript>",
        "<img src='/img/placeholder.png'><noscript><img src='/media/lop-hoc.jpg'></noscript>",
        "<amp-img src='/media/lop-hoc.jpg' width='600' height='400'></amp-img>",
        "<img data-image='/media/lop-hoc.jpg'>",
        "<img src='//dongphu.example.vn/media/lop-hoc.jpg'>",
        "<img data-lazyload='/media/lop-hoc.jpg' src='/img/1x1.png'>",
        "<img nitro-lazy-src='/media/lop-hoc.jpg'>",
        "<img data-cfsrc='/media/lop-hoc.jpg' style='display:none;visibility:hidden'><noscript><img src='/media/lop-hoc.jpg'></noscript>",
        "<a href='/media/lop-hoc.jpg' data-fancybox><img src='/media/lop-hoc.jpg'></a>",
    ],
)
def test_a_picture_is_found(markup: str) -> None:
    found = article(page(f"<p>{ONE}</p><p>{markup}</p>{paragraphs(TWO, THREE)}"), f"{SITE}/tin/lop.html")
    assert PICTURE in [image.url for image in found.images]
    assert texts(found) == [ONE, TWO, THREE]


CAPTION = "Học viên lớp bản Chiềng tập viết tên mình trong buổi học đầu tiên"


@pytest.mark.parametrize(
    "markup",
    [
        f"<figure><img src='/a.jpg'><figcaption>{CAPTION}</figcaption></figure>",
        f"<figure><div><img src='/a.jpg'></div><figcaption><p>{CAPTION}</p></figcaption></figure>",
        f"<div class='wp-caption'><img src='/a.jpg'><p class='wp-caption-text'>{CAPTION}</p></div>",
        f"<table class='tplCaption'><tr><td><img src='/a.jpg'></td></tr><tr><td class='Image'>{CAPTION}</td></tr></table>",
        f"<p style='text-align:center'><img src='/a.jpg'></p><p style='text-align:center'>{CAPTION}</p>",
        f"<p style='text-align:center'><img src='/a.jpg'><br><em>{CAPTION}</em></p>",
        f"<p><img src='/a.jpg'></p><p><i>{CAPTION}</i></p>",
        f"<div class='image'><img src='/a.jpg'><div class='image-caption'>{CAPTION}</div></div>",
        f"<img src='/a.jpg' class='caption' title='{CAPTION}'>",
        f"<a data-caption='{CAPTION}' href='/a.jpg'><img src='/a.jpg'></a>",
        f"<img src='/a.jpg' data-caption='{CAPTION}'>",
        f"<div class='VCSortableInPreviewMode'><div><img src='/a.jpg'></div><div class='PhotoCMS_Caption'><p>{CAPTION}</p></div></div>",
        f"<figure class='picture'><img src='/a.jpg'><figcaption class='caption'>{CAPTION}.</figcaption></figure>",
        f"<p align='center'><img src='/a.jpg'></p><p align='center'>{CAPTION}. Ảnh: T.H</p>",
        f"<table><tr><td><img src='/a.jpg'></td></tr><tr><td align='center'><em>{CAPTION}</em></td></tr></table>",
        f"<center><img src='/a.jpg'></center><center><small>{CAPTION}</small></center>",
        f"<div class='item-photo'><img src='/a.jpg'><span class='photo-caption'>{CAPTION}</span></div>",
        f"<amp-img src='/a.jpg' width='9' height='9'></amp-img><figcaption>{CAPTION}</figcaption>",
    ],
)
def test_a_caption_is_no_paragraph(markup: str) -> None:
    found = article(page(f"<p>{ONE}</p>{markup}{paragraphs(TWO, THREE)}"))
    assert texts(found) == [ONE, TWO, THREE]
    assert [caption.removesuffix(". Ảnh: T.H").rstrip(".") for caption in found.captions] == [CAPTION]


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        ("<a href='/files/ke-hoach.pdf'>Kế hoạch</a>", "/files/ke-hoach.pdf"),
        ("<a href='/files/KE-HOACH.DOCX'>Tải về</a>", "/files/KE-HOACH.DOCX"),
        ("<a href='/tai/9' download='ke-hoach.pdf'>Tải về</a>", "/tai/9"),
        ("<a href='/tai.ashx?id=9'>ke-hoach.pdf</a>", "/tai.ashx?id=9"),
        (
            "<a href='/LinkClick.aspx?fileticket=a%3d&amp;tabid=7'>Kế hoạch.pdf</a>",
            "/LinkClick.aspx?fileticket=a%3d&tabid=7",
        ),
        ("<a href='/tin/lop/?download=1&amp;id=0' title='ke-hoach.xls'>Tải</a>", "/tin/lop/?download=1&id=0"),
        (
            "<span>ke-hoach.rar</span> <a href='/tin/lop/?download=1&amp;id=0'>Tải về</a>",
            "/tin/lop/?download=1&id=0",
        ),
        ("<iframe src='/viewer.html?file=%2Ffiles%2Fke-hoach.pdf'></iframe>", "/files/ke-hoach.pdf"),
        (
            "<iframe src='https://docs.google.com/viewer?url=https://dongphu.example.vn/files/ke-hoach.pdf&amp;embedded=true'></iframe>",
            "/files/ke-hoach.pdf",
        ),
        ("<object data='/files/ke-hoach.pdf' type='application/pdf'></object>", "/files/ke-hoach.pdf"),
        ("<embed src='/files/ke-hoach.pdf'>", "/files/ke-hoach.pdf"),
        ("<a href='/tai-ve/45' type='application/pdf'>Kế hoạch</a>", "/tai-ve/45"),
        ("<a href='/files/a b.doc'>Kế hoạch</a>", "/files/a b.doc"),
        ("<a href='/bit/x?file=ke-hoach.docx'>Kế hoạch</a>", "/bit/x?file=ke-hoach.docx"),
    ],
)
def test_a_file_is_an_attachment(markup: str, address: str) -> None:
    found = article(page(f"{paragraphs(ONE, TWO)}<p>{markup}</p>"))
    addresses = [one.url.replace("%20", " ") for one in found.attachments]
    assert f"{SITE}{address}" in addresses


GRAPH = '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"TITLE","author":%s}</script>'.replace(
    "TITLE", TITLE
)


@pytest.mark.parametrize(
    ("head", "line", "name"),
    [
        (GRAPH % '"Hoàng Lan"', "", "Hoàng Lan"),
        (GRAPH % '{"@type":"Person","name":"Hoàng Lan"}', "", "Hoàng Lan"),
        (GRAPH % '[{"name":"Hoàng Lan"},{"name":"Vi Văn Páo"}]', "", "Hoàng Lan; Vi Văn Páo"),
        (GRAPH % '["Hoàng Lan","Vi Văn Páo"]', "", "Hoàng Lan; Vi Văn Páo"),
        (GRAPH % '{"@type":"Person","name":["Hoàng Lan"]}', "", "Hoàng Lan"),
        (
            f'<script type="application/ld+json">{{"@graph":[{{"@type":"Article","headline":"{TITLE}","author":{{"@id":"#a"}}}},{{"@id":"#a","@type":"Person","name":"Hoàng Lan"}}]}}</script>',
            "",
            "Hoàng Lan",
        ),
        ("<meta name='author' content='Hoàng Lan'>", "", "Hoàng Lan"),
        ("<meta property='article:author' content='Hoàng Lan'>", "", "Hoàng Lan"),
        (
            "<meta property='article:author' content='https://facebook.com/hoanglan'><meta name='author' content='Hoàng Lan'>",
            "",
            "Hoàng Lan",
        ),
        ("<meta name='dc.creator' content='Hoàng Lan'>", "", "Hoàng Lan"),
        ("<meta name='author' content='Hoàng Lan, Vi Văn Páo'>", "", "Hoàng Lan; Vi Văn Páo"),
        ("", "<p class='byline'>Bởi <a rel='author' href='/author/lan'>Hoàng Lan</a></p>", "Hoàng Lan"),
        (
            "",
            "<span class='author vcard'><a class='url fn n' href='/author/lan'>Hoàng Lan</a></span>",
            "Hoàng Lan",
        ),
        (
            "",
            "<div class='node__meta'><span>Đăng bởi <span lang=''>Hoàng Lan</span> vào 13/03/2024 - 08:15</span></div>",
            "Hoàng Lan",
        ),
        ("", "<div class='submitted'>Được gửi bởi Hoàng Lan vào T4, 13/03/2024 - 08:15</div>", "Hoàng Lan"),
        ("", "<span itemprop='author' itemscope><span itemprop='name'>Hoàng Lan</span></span>", "Hoàng Lan"),
        ("", "<div class='detail-author'>Hoàng Lan</div>", "Hoàng Lan"),
        ("", "<div class='tac-gia'>Tác giả: Hoàng Lan</div>", "Hoàng Lan"),
        ("", "<dd class='createdby'>Viết bởi: <span itemprop='name'>Hoàng Lan</span></dd>", "Hoàng Lan"),
        (
            "",
            "<div class='meta'>Đăng bởi Hoàng Lan – Vi Văn Páo lúc 08:15 13/03/2024</div>",
            "Hoàng Lan – Vi Văn Páo",
        ),
        (
            "",
            "<div class='post-author'><img src='/x.jpg' alt=''><a href='/tac-gia/lan'>Hoàng Lan</a></div>",
            "Hoàng Lan",
        ),
        ("", "<div class='info'>Người đăng: Hoàng Lan - 13/03/2024</div>", "Hoàng Lan"),
        ("", "<p class='author'>Hoàng Lan | 13/03/2024</p>", "Hoàng Lan"),
        # none of these is an author
        ("<meta name='author' content='dongphu.example.vn'>", "", None),
        ("<meta name='author' content='https://www.facebook.com/xadongphu'>", "", None),
        ("<meta name='author' content='admin'>", "", None),
        (GRAPH % '{"@type":"Organization","name":"Cổng thông tin điện tử xã Đông Phú"}', "", None),
        ("", "<div class='author-share'><a href='https://facebook.com/share'>Chia sẻ</a></div>", None),
        ("", "<div class='meta'>Đăng bởi admin lúc 08:15 13/03/2024</div>", None),
        (
            "<meta property='og:site_name' content='Đông Phú Online'><meta name='author' content='Đông Phú Online'>",
            "",
            None,
        ),
        ("", "<div class='comment'><span class='author'>Lê Hoa</span><p>Hay quá</p></div>", None),
    ],
)
def test_who_wrote_it(head: str, line: str, name: str | None) -> None:
    body = f"<h1>{TITLE}</h1><div>13/03/2024 08:15</div>{line}<div class='nd'>{paragraphs(*TEXT)}</div>"
    assert article(whole(body, head=head)).author == name


@pytest.mark.parametrize(
    ("last", "name"),
    [
        ("<p style='text-align:right'><b>Hoàng Lan</b></p>", "Hoàng Lan"),
        ("<p align='right'>Hoàng Lan - Vi Văn Páo</p>", "Hoàng Lan - Vi Văn Páo"),
        ("<p><strong>Tác giả: Hoàng Lan</strong></p>", "Hoàng Lan"),
        ("<p class='author'>Hoàng Lan</p>", "Hoàng Lan"),
        ("<p><em>Bài và ảnh: Hoàng Lan</em></p>", "Hoàng Lan"),
        ("<p>Tin, ảnh: Hoàng Lan</p>", "Hoàng Lan"),
        ("<p><b>Hoàng Lan (Trung tâm Văn hóa huyện)</b></p>", "Hoàng Lan (Trung tâm Văn hóa huyện)"),
        ("<p><b>HOÀNG LAN</b></p>", "HOÀNG LAN"),
        ("<p>Theo Báo Nhân Dân</p>", "Báo Nhân Dân"),
        ("<p>(Theo TTXVN)</p>", "TTXVN"),
        ("<p>Nguồn: Cổng thông tin Chính phủ</p>", "Cổng thông tin Chính phủ"),
        ("<div>BBT</div>", "BBT"),
    ],
)
def test_who_signed_it(last: str, name: str) -> None:
    found = article(page(f"{paragraphs(*TEXT)}{last}"))
    assert (found.author, texts(found)) == (name, [*TEXT])


@pytest.mark.parametrize(
    ("markup", "category"),
    [
        (
            "<ul class='breadcrumb'><li><a href='/'>Trang chủ</a></li><li><a href='/gd'>Giáo dục</a></li></ul>",
            "Giáo dục",
        ),
        (
            f"<div class='breadcrumbs'><a href='/'>Home</a> » <a href='/gd'>Giáo dục</a> » <span>{TITLE}</span></div>",
            "Giáo dục",
        ),
        (
            "<nav aria-label='breadcrumb'><ol><li><a href='/'>Trang nhất</a></li><li><a href='/tin'>Tin tức</a></li><li><a href='/gd'>Giáo dục</a></li></ol></nav>",
            "Giáo dục",
        ),
        (
            "<div itemscope itemtype='https://schema.org/BreadcrumbList'><a href='/'>Trang chủ</a><a href='/gd'>Giáo dục</a></div>",
            "Giáo dục",
        ),
        ("<div id='duong-dan'><a href='/'>Trang chủ</a> &gt; <a href='/gd'>Giáo dục</a></div>", "Giáo dục"),
        ("<div class='pathway'>Trang chủ › Giáo dục</div>", "Giáo dục"),
        (
            "<div class='breadcrumb'><a href='/'>Trang thông tin điện tử xã Đông Phú</a> / <a href='/gd'>Giáo dục</a></div>",
            "Giáo dục",
        ),
        (
            "<div class='bread-crumb'><a href='https://dongphu.example.vn/'><i class='fa-home'></i></a> <a href='/gd'>Giáo dục</a></div>",
            "Giáo dục",
        ),
        ("<div class='cat'><a rel='category tag' href='/category/gd'>Giáo dục</a></div>", "Giáo dục"),
        ("<div class='breadcrumb'><a href='/'>Trang chủ</a></div>", None),
    ],
)
def test_its_category(markup: str, category: str | None) -> None:
    body = f"{markup}<h1>{TITLE}</h1><div>13/03/2024 08:15</div><div class='nd'>{paragraphs(*TEXT)}</div>"
    found = article(whole(body))
    assert (found.category, texts(found)) == (category, [*TEXT])


@pytest.mark.parametrize(
    "markup",
    [
        "<p class='tags'>Từ khóa: <a rel='tag' href='/t/a'>xóa mù chữ</a> <a rel='tag' href='/t/b'>phụ nữ</a></p>",
        "<p class='tags'>Tags: <a rel='tag' href='/t/a'>xóa mù chữ</a>, <a rel='tag' href='/t/b'>phụ nữ</a></p>",
    ],
)
def test_its_tags(markup: str) -> None:
    assert article(page(paragraphs(*TEXT) + markup)).tags == ["xóa mù chữ", "phụ nữ"]
    metas = "<meta property='article:tag' content='xóa mù chữ, phụ nữ'>"
    assert article(page(paragraphs(*TEXT), head=metas)).tags == ["xóa mù chữ", "phụ nữ"]


@pytest.mark.parametrize(
    "content",
    [
        "<p><a href='/files/tb.pdf'>Xem thông báo tại đây</a></p>",
        "<p><img src='/scan1.jpg' width='700'></p><p><img src='/scan2.jpg' width='700'></p>",
        "<iframe src='https://www.youtube.com/embed/x1' width='560'></iframe>",
        "<video controls><source src='/v/ban-tin.mp4'></video>",
        "<audio src='/a/phat-thanh.mp3' controls></audio>",
        "<div class='gallery'><a href='/g/1.jpg'><img src='/g/t1.jpg'></a><a href='/g/2.jpg'><img src='/g/t2.jpg'></a></div>",
        "<object data='/files/tb.pdf'></object>",
        "<p>Chi tiết xem file đính kèm:</p><p><a href='/files/tb.docx'>tb.docx</a></p>",
        "<div class='pdf-viewer' data-file='/files/tb.pdf'></div>",
        "<figure><img src='/ap-phich.png'><figcaption>Áp phích tuyên truyền</figcaption></figure>",
    ],
)
def test_an_article_of_files_and_pictures(content: str) -> None:
    found = article(page(content))
    assert (found.title, found.published.value) == (TITLE, "2024-03-13T08:15:00+07:00")
