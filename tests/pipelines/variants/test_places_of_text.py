# ruff: noqa: E501  # markup and sentences, whole as a page has them
"""Where on its page a text stands, what stands in it that is not its own, and what headline it has."""

from __future__ import annotations

import pytest

from pipelines.items import Article
from tests.pipelines.variants.page import (
    FOOT,
    FOUR,
    MENU,
    ONE,
    TEXT,
    THREE,
    TITLE,
    TWO,
    article,
    page,
    paragraphs,
    result,
    texts,
    whole,
)  # fmt: skip

LINKS = [
    f"<a href='/tin/{n}'>{text}</a>"
    for n, text in enumerate(
        (
            "Huyện Đông Phú bàn giao hai mươi căn nhà cho hộ nghèo vùng sạt lở",
            "Học sinh bán trú xã Đông Phú được thêm một bữa sáng mỗi ngày",
            "Đông Phú thả ba vạn cá giống xuống lòng hồ thủy điện",
            "Bản Mường có nước sạch sau mười năm chờ đợi",
            "Đoàn viên thanh niên xã Đông Phú sửa cầu treo",
        )
    )
]
TEASER = (
    "Hai mươi hộ nhận nhà trước mùa mưa, mỗi căn trị giá một trăm hai mươi triệu đồng do các nhà hảo tâm góp."
)
ITEMS = "".join(f"<li>{link}</li>" for link in LINKS)
DATED = "".join(f"<li>{link} <span>(0{n}/03/2024)</span></li>" for n, link in enumerate(LINKS, 1))
ROWS = "".join(f"<tr><td>{link}</td><td>0{n}/03/2024</td></tr>" for n, link in enumerate(LINKS, 1))
CARDS = "".join(
    f"<div class='the'><a href='/tin/{n}'><img src='/a{n}.jpg'></a><h4>{link}</h4><p>{TEASER}</p></div>"
    for n, link in enumerate(LINKS)
)


@pytest.mark.parametrize(
    "box",
    [
        f"<h3>Tin liên quan</h3><ul>{ITEMS}</ul>",
        f"<p><b>Tin cùng chuyên mục:</b></p><ul>{DATED}</ul>",
        f"<table><tr><th>Bài viết khác</th></tr>{ROWS}</table>",
        f"<div class='tieu-de'>CÁC TIN ĐÃ ĐƯA</div>{DATED}",
        f"<strong>Xem thêm:</strong><br>{'<br>'.join(LINKS)}",
        f"<div class='lien-quan'><h4>Có thể bạn quan tâm</h4>{CARDS}</div>",
        f"<h2>Đọc nhiều nhất</h2>{CARDS}",
        f"<p>Các bài viết cùng tác giả</p><ol>{ITEMS}</ol>",
        f"<fieldset><legend>Tin mới hơn</legend><ul>{ITEMS}</ul></fieldset>",
        f"<div><p>Từ khóa: <a href='/tag/a'>xóa mù chữ</a>, <a href='/tag/b'>phụ nữ</a></p></div><ul>{ITEMS}</ul>",
        f"<div class='binhluan'><h3>Ý kiến bạn đọc (2)</h3><div><b>Hoa</b><p>{TEASER}</p></div></div>",
        f"<h3>Bình luận</h3><div class='x'><p>{TEASER}</p><p>{TEASER[:60]}</p></div>",
        "<div class='share'><a href='#'>Chia sẻ Facebook</a><a href='#'>Chia sẻ Zalo</a></div>",
        "<div class='fb-comments'>Đang tải bình luận…</div>",
        f"<table>{ROWS}</table>",
        f"<div class='slide'>{CARDS}</div>",
    ],
)
def test_what_follows_a_text_is_not_read(box: str) -> None:
    """Whether it stands in the article's box or behind it."""
    assert texts(article(page(paragraphs(*TEXT) + box))) == [*TEXT]
    assert texts(article(page(paragraphs(*TEXT), behind=box))) == [*TEXT]


@pytest.mark.parametrize(
    "box",
    [
        f"<p>Read more: {LINKS[0]}</p>",
        f"<p>Mehr zum Thema</p><p>{LINKS[0]}</p>",
        "<p>Mời bạn đọc theo dõi trang trên Zalo để nhận tin mới mỗi sáng của xã.</p>",
        "<p>Theo dõi Đông Phú trên Google News</p>",
        "<p>Đăng ký nhận bản tin</p>",
        "<p>© Trung tâm Văn hóa huyện</p>",
        "<p>Photo: Getty Images</p>",
        f"<p>&gt;&gt; {LINKS[0]}</p>",
        f"<p><b>Xem thêm:</b> {LINKS[0]}</p>",
        f"<ul>{''.join(f'<li>{link}</li>' for link in LINKS[:3])}</ul>",
        f"<div class='bai-lq'>{LINKS[0]}<p>{TEASER}</p></div>",
        f"<div class='box'><a href='/tin/0'><img src='/n.jpg'></a>{LINKS[0]}<div>{TEASER}</div></div>",
        f"<blockquote class='wp-embedded-content'><p>{LINKS[1]}</p></blockquote>",
        f"<h4>Tin liên quan</h4><p>{LINKS[2]}</p>",
        f"<p><em>{LINKS[3]}</em></p><p><em>{LINKS[4]}</em></p>",
        "<div class='quang-cao'><a href='https://qc.example'><img src='/qc.gif'></a></div>",
        "<figure class='video'><iframe src='https://video.example/e/1'></iframe></figure>",
        f"<table class='hop'><tr><td><b>TIN LIÊN QUAN</b></td></tr><tr><td>{LINKS[0]}</td></tr></table>",
    ],
)
def test_what_interrupts_a_text_is_cut_and_the_text_goes_on(box: str) -> None:
    assert texts(article(page(paragraphs(ONE, TWO) + box + paragraphs(THREE, FOUR)))) == [*TEXT]


@pytest.mark.parametrize(
    "content",
    [
        f"<div>{paragraphs(ONE, TWO)}</div><div>{paragraphs(THREE)}</div><div>{paragraphs(FOUR)}</div>",
        f"<div>{paragraphs(ONE, TWO, THREE)}</div><p>{FOUR}</p>",
        f"<div>{paragraphs(ONE, TWO)}</div><div class='anh'><img src='/a.jpg' width='600'></div><div>{paragraphs(THREE, FOUR)}</div>",
        f"<p>{ONE}</p><table><tr><td>{paragraphs(TWO, THREE)}</td></tr></table><p>{FOUR}</p>",
        "<br>".join(TEXT),
        "<br><br>".join(f"<span>{text}</span>" for text in TEXT),
        "".join(f"<div>{text}</div>" for text in TEXT),
        "".join(f"<section><div>{text}</div></section>" for text in TEXT),
        f"{ONE}<p>{TWO}</p>{THREE}<p>{FOUR}</p>",
        "<ul>" + "".join(f"<li>{text}</li>" for text in TEXT) + "</ul>",
        "".join(f"<center><font>{text}</font></center>" for text in TEXT),
        f"<div id='p1'>{paragraphs(ONE, TWO)}</div><div id='p2' style='display:none'>{paragraphs(THREE, FOUR)}</div><a href='#'>Xem thêm</a>",
        f"<details open><summary>Nội dung</summary>{paragraphs(*TEXT)}</details>".replace(
            "<summary>Nội dung</summary>", ""
        ),
        f"<div class='tab-pane fade'>{paragraphs(*TEXT)}</div>",
        f"<div style='visibility:hidden'><div style='visibility:visible'>{paragraphs(*TEXT)}</div></div>",
        f"<div class='wow fadeIn' style='visibility:hidden;animation-name:none'>{paragraphs(*TEXT)}</div>",
        f"<div style='max-height:0px;overflow:hidden'>{paragraphs(*TEXT)}</div>",
        f"<div aria-hidden='true'>{paragraphs(*TEXT)}</div>",
        f"<div class='pc'>{paragraphs(*TEXT)}</div><div class='mobile'>{paragraphs(*TEXT)}</div>",
        f"{paragraphs(*TEXT)}<div id='print' style='display:none'><h1>{TITLE}</h1>{paragraphs(*TEXT)}</div>",
        f"<form>{paragraphs(*TEXT)}<input type='hidden' name='t' value='9'></form>",
        f"<a name='dau'>{paragraphs(*TEXT)}",
        f"<a href='javascript:window.print()'>In trang{paragraphs(*TEXT)}",
        f"<b>{paragraphs(*TEXT)}</b>",
        f"<div contenteditable='false'><div dir='ltr'>{paragraphs(*TEXT)}</div></div>",
    ],
)
def test_a_text_is_whole_however_it_is_boxed(content: str) -> None:
    assert texts(article(page(content))) == [*TEXT]


@pytest.mark.parametrize(
    "line",
    [
        "Theo dõi sức khỏe học viên là việc của trạm y tế xã trong suốt năm học này.",
        "Bạn đọc có thể tải ứng dụng học chữ về máy, theo lời cô giáo dạy lớp bản Chiềng hôm ấy nói với mọi người.",
        "Đăng ký nhận lớp xong, các cô chia nhau đi từng nhà vận động chị em tới học.",
        "Photo booth dựng ở sân nhà văn hóa thu hút nhiều học viên tới chụp ảnh lưu niệm.",
        "Xem thêm sách là cách chị Xuân ôn bài sau giờ lên nương cùng chồng con.",
    ],
)
def test_sentences_that_begin_like_furniture_are_text(line: str) -> None:
    assert texts(article(page(paragraphs(ONE, TWO, line, THREE, FOUR)))) == [ONE, TWO, line, THREE, FOUR]


@pytest.mark.parametrize(
    "name", ["article-body pagination-first", "post-content comments-open", "noi-dung no-comment"]
)
def test_a_box_that_is_named_after_the_text_is_no_furniture(name: str) -> None:
    body = f"<header class='dau'><h1>{TITLE}</h1><h2>Người học trẻ nhất mười chín tuổi, người lớn tuổi nhất ngoài năm mươi, đều là phụ nữ.</h2></header>"
    found = article(whole(f"<main>{body}<div class='{name}'>{paragraphs(*TEXT)}</div></main>"))
    assert texts(found)[-4:] == [*TEXT]


def test_rows_that_repeat_words_are_no_copy_of_the_text() -> None:
    plan = []
    for day in ("hai", "ba", "tư", "năm"):
        plan += [
            f"Tối thứ {day} lớp bản Chiềng học tập đọc, lớp bản Mường học tính nhẩm.",
            "Học viên nghỉ giải lao mười lăm phút rồi ôn lại bài của tối hôm trước.",
        ]
    assert texts(article(page(paragraphs(ONE, *plan, TWO)))) == [ONE, *plan, TWO]


SIDE = "Đông Phú là xã vùng cao của huyện, có mười bốn bản, chủ yếu là đồng bào dân tộc Thái và Mường sinh sống lâu đời ven lòng hồ, sống bằng nghề cá và trồng rừng."


@pytest.mark.parametrize(
    "body",
    [
        f"{MENU}<div class='trai'><h3>Giới thiệu</h3><p>{SIDE}</p><p>{SIDE[:90]}</p></div><div class='giua'><h1>{TITLE}</h1>{{}}</div>",
        f"{MENU}<div class='giua'><h1>{TITLE}</h1>{{}}</div><div class='phai'><h3>Giới thiệu</h3><p>{SIDE}</p></div>",
        f"<table><tr><td width='20%'>{MENU}<p>{SIDE}</p></td><td><h1>{TITLE}</h1>{{}}</td></tr></table>{FOOT}",
        f"<div class='has-sidebar'><div class='widget'><h1>{TITLE}</h1>{{}}</div></div>{FOOT}",
        f"<form id='aspnetForm'><div id='ctl00_footer_wrapper'><h1>{TITLE}</h1>{{}}</div></form>{FOOT}",
        f"<div class='popup' style='display:none'><p>{SIDE}</p></div><main><h1>{TITLE}</h1>{{}}</main>",
        f"<div id='cookie-notice'><p>Trang dùng cookie để nhớ lựa chọn của bạn, bấm đồng ý để đi tiếp.</p></div><h1>{TITLE}</h1>{{}}",
        f"<header><h1>{TITLE}</h1><p>13/03/2024</p></header><div>{{}}</div><footer><p>{SIDE}</p></footer>",
        f"<header class='entry-header'><h1>{TITLE}</h1></header><footer class='entry-footer'><p>{{}}</p></footer>{FOOT}",
        f"<div class='newsletter'><p>{SIDE}</p></div><article><header><h1>{TITLE}</h1></header>{{}}</article>",
        f"<div class='nd'>{{}}</div><h1>{TITLE}</h1>",
    ],
)
@pytest.mark.parametrize("own", [TEXT, (ONE, TWO)], ids=["long", "short"])
def test_prose_of_the_site_is_not_the_articles(body: str, own: tuple[str, ...]) -> None:
    found = article(whole(body.format(paragraphs(*own))))
    assert (found.title, texts(found)) == (TITLE, [*own])


SITE = "Trang thông tin điện tử xã Đông Phú"


@pytest.mark.parametrize(
    ("heading", "head", "title"),
    [
        (f"<h1>{SITE}</h1><h2>{TITLE}</h2>", SITE, TITLE),
        (f"<h1>{SITE}</h1><div class='title'>{TITLE}</div>", f"{TITLE} - {SITE}", TITLE),
        (f"<h3>{TITLE}</h3>", f"{TITLE} | {SITE}", TITLE),
        (f"<p class='tieude'><b>{TITLE}</b></p>", SITE, TITLE),
        (f"<h1><a href='/tin/mo-lop-xoa-mu-chu.html'>{TITLE}</a></h1>", TITLE, TITLE),
        (f"<h1>{TITLE} <small>13/03/2024</small></h1>", TITLE, TITLE),
        (f"<h1>{TITLE} <span class='badge'>MỚI</span></h1>", TITLE, TITLE),
        (f"<h1>{TITLE} (Cập nhật: 13/03/2024 08:15)</h1>", TITLE, TITLE),
        (f"<h1>{TITLE} - Lượt xem: 312</h1>", TITLE, TITLE),
        (f"<h1>{TITLE}<a href='/in'>Bản in</a></h1>", TITLE, TITLE),
        (
            f"<div class='crumb'><a href='/'>Trang chủ</a> / <a href='/tin'>Tin tức</a></div><h1>{TITLE}</h1>",
            f"Tin tức - {SITE}",
            TITLE,
        ),
        (f"<span style='font-size:20px;font-weight:bold'>{TITLE}</span>", SITE, TITLE),
        (f"<h2>Tin tức</h2><h4>{TITLE}</h4>", f"Chi tiết tin - {SITE}", TITLE),
        (f"<h1>{TITLE.upper()}</h1>", TITLE, TITLE.upper()),
        ("<h1>Họp dân</h1>", "Họp dân", "Họp dân"),
        (
            "<h1>Tết sớm – quà ấm: chuyện ở bản Mai</h1>",
            f"Tết sớm - quà ấm: chuyện ở bản Mai - {SITE}",
            "Tết sớm – quà ấm: chuyện ở bản Mai",
        ),
        (
            "<h1>“Bình dân học vụ” ở vùng hồ</h1>",
            '"Bình dân học vụ" ở vùng hồ',
            "“Bình dân học vụ” ở vùng hồ",
        ),
        (f"<h1>{TITLE}</h2>", SITE, TITLE),
        (f"<h1>{TITLE}", SITE, TITLE),
        (f"<h2 class='title'>{TITLE}</h3>", SITE, TITLE),
    ],
)
def test_the_headline_is_the_articles(heading: str, head: str, title: str) -> None:
    body = f"<div id='banner'><a href='/'>{SITE}</a></div>{MENU}<div class='khung'>{heading}<div class='ngay'>13/03/2024 08:15</div><div class='nd'>{paragraphs(*TEXT)}</div></div>{FOOT}"
    found = article(whole(body, title=head))
    assert (found.title, texts(found)) == (title, [*TEXT])
    assert found.published.value == "2024-03-13T08:15:00+07:00"


@pytest.mark.parametrize(
    "title",
    [
        "Quyết định số 404/QĐ-UBND về cấp đất tái định cư",
        "Xã Đông Phú đã xóa hết nhà tạm, nhà dột nát",
        "Không còn tình trạng học sinh bỏ học giữa chừng",
        "Lớp học không tồn tại trên giấy tờ",
        "Khắc phục sạt lở đê sau trận lũ đầu mùa",
        "Nơi bà mế sống cả cuộc đời bên khung cửi",
        "Vận động sửa nhà cải thiện điều kiện ở cho hộ nghèo",
        "Liên hoan dân ca đồng bằng Bắc Bộ tại huyện",
        "Ký ức về trận máy bay B52 rải thảm năm ấy",
        "Cảnh báo lừa đảo qua trang cá độ bóng đá",
        "Tìm kiếm cứu nạn trên lòng hồ: diễn tập cấp huyện",
        "Đăng nhập dịch vụ công bằng tài khoản định danh",
        "Liên hệ giữa nhà trường và gia đình học viên",
        "Chính sách bảo mật thông tin cho cán bộ thôn bản",
        "Kết quả xổ số kiến thiết ủng hộ lớp học",
        "Bình luận của bạn đọc về lớp xóa mù chữ",
        "Cập nhật nội dung sách cho lớp xóa mù chữ",
    ],
)
def test_words_of_the_news_are_no_verdict(title: str) -> None:
    found = result(page(paragraphs(ONE, TWO)).replace(TITLE, title))
    assert isinstance(found, Article)
    assert found.title == title


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Không tìm thấy trang</h1><p>Trang bạn yêu cầu không tồn tại hoặc đã bị xóa.</p><a href='/'>Về trang chủ</a>",
        "<h1>Lỗi 404</h1><p>Rất tiếc, bài viết này không còn trên hệ thống.</p>",
        f"<h1>Tin tức</h1><ul>{DATED}</ul>",
        f"<h1>Tin tức - Sự kiện</h1>{CARDS}",
        f"<h1>Văn bản</h1><table>{ROWS}</table>",
        f"<h1>Nhà cái uy tín tặng 200K cho thành viên mới</h1><p>Nổ hũ, tài xỉu, xóc đĩa đổi thưởng, nạp rút trong một phút.</p>{paragraphs(SIDE)}",
        "<h1>Đăng nhập</h1><form><p>Tên đăng nhập <input name='u'></p><p>Mật khẩu <input type='password'></p></form>",
        f"<h1>Kết quả tìm kiếm: xóa mù</h1><ul>{ITEMS}</ul>",
        f"<h1>Liên hệ</h1><p>{SIDE}</p>",
        f"<h1>Sơ đồ trang</h1><ul>{ITEMS}</ul>",
        f"<h1>Chuyên mục: Giáo dục</h1>{CARDS}<div class='trang'><a href='?p=2'>2</a> <a href='?p=3'>3</a></div>",
        f"<h1>{SITE}</h1>{CARDS}{CARDS}",
    ],
)
def test_pages_that_are_none(body: str) -> None:
    assert not isinstance(
        result(whole(f"{MENU}{body}{FOOT}", title=SITE), "https://dongphu.example.vn/muc/"), Article
    )
