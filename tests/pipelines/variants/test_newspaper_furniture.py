# ruff: noqa: E501  # markup, whole as a page has it
"""What newspapers set above, between and behind the paragraphs of an article, in the layouts of several."""

from __future__ import annotations

import pytest

from tests.pipelines.variants.page import FOUR, ONE, THREE, TITLE, TWO, article, paragraphs, whole

LEAD = "Hai lớp xóa mù chữ vừa mở ở xã Đông Phú đón gần năm mươi học viên nữ, người trẻ nhất mười chín tuổi."
BODY = [ONE, TWO, THREE, FOUR]
OTHER = "<a href='/khac-4721.html' title='Cô giáo trẻ bám bản vùng hồ suốt tám năm'>Cô giáo trẻ bám bản vùng hồ suốt tám năm</a>"
DATE = "Thứ tư, 13/3/2024, 08:15 (GMT+7)"

LAYOUTS = {
    "one": "<section class='page-detail'><div class='sidebar-1'><div class='header-content'><span class='date'>{date}</span></div><h1 class='title-detail'>{title}</h1>{above}<p class='description'>{lead}</p><article class='fck_detail'>{body}<p class='author_mail'><strong>{author}</strong></p></article>{below}</div></section>",
    "two": "<div class='detail-cmain'><div class='detail-top'><div class='detail-cate'><a href='/giao-duc.htm'>Giáo dục</a></div><div class='detail-time'>13/03/2024 08:15 GMT+7</div></div><h1 class='detail-title'>{title}</h1>{above}<h2 class='detail-sapo'>{lead}</h2><div class='detail-cnt'><div class='detail-content afcbc-body' data-role='content'>{body}</div></div><div class='detail-author-bot'><a href='/tac-gia/a.htm'>{author}</a></div>{below}</div>",
    "three": "<main><article class='singular-container'><h1 class='title-page detail'>{title}</h1><div class='author-wrap'><div class='author-name'><a href='/tac-gia/a'><b>{author}</b></a></div><time class='author-time' datetime='2024-03-13 08:15'>{date}</time></div>{above}<h2 class='singular-sapo'>(Báo Vùng Hồ) - {lead}</h2><div class='singular-content'>{body}</div>{below}</article></main>",
    "four": "<div class='container__left'><div class='bread-crumb-detail__time'>{date}</div><h1 class='content-detail-title'>{title}</h1>{above}<h2 class='content-detail-sapo sm-sapo-mb-0'>{lead}</h2><div class='maincontent main-content' id='maincontent'>{body}</div><p class='article-detail-author'><b>{author}</b></p>{below}</div>",
    "five": "<div class='b-maincontent'><h1 class='article-title'>{title}</h1><div class='article-info'><span class='article-author'>{author}</span><span class='article-date'>08:15, 13/03/2024</span></div>{above}<div class='article-sapo'><p><strong>{lead}</strong></p></div><div class='article-content' id='ArticleContent'>{body}</div>{below}</div>",
    "six": "<div class='main-col'><h1 class='article__header cms-title'>{title}</h1><div class='article__meta'><time>13/03/2024 08:15</time></div>{above}<div class='article__sapo cms-desc'>{lead}</div><div class='article__body zce-content-body cms-body' itemprop='articleBody'>{body}</div><div class='article__author'>{author}</div>{below}</div>",
    "seven": "<table class='bai'><tr><td><div class='tieude'>{title}</div><div class='ngaythang'>Thứ tư - 13/03/2024 08:15</div>{above}<div class='tomtat'>{lead}</div><div class='noidung'>{body}<p align='right'><b>{author}</b></p></div>{below}</td></tr></table>",
}
MIDDLE = {
    "a related link": f"<div class='VCSortableInPreviewMode' type='RelatedOneNews'><div>{OTHER}</div></div>",
    "a linked line": f"<p class='Normal'>&gt;&gt; {OTHER}</p>",
    "a box of three": f"<div class='box-tinlienquanv2'><article class='item-news'><h4 class='title-news'>{OTHER}</h4></article><article class='item-news'><h4 class='title-news'>{OTHER.replace('4721', '4722')}</h4></article></div>",
    "a box with teasers": f"<div class='article-relate'><a class='thumb' href='/khac-4721.html'><img src='/t.jpg'></a><h3>{OTHER}</h3><p>Tám năm qua, cô vẫn chèo thuyền đi đón từng học trò ở các bản xa ven hồ tới lớp.</p></div>",
    "a heading and a list": f"<p><strong>Tin liên quan</strong></p><ul><li>{OTHER}</li></ul>",
    "an advertisement": "<div id='zone-lk3' class='ads'><span>Quảng cáo</span><iframe src='https://qc.example/a'></iframe></div>",
    "a video": "<div class='video-box'><video src='/v.mp4'></video></div>",
    "an inline script": "<script>inread();</script><div class='banner-inread'></div>",
    "two columns of news": f"<table class='tlq'><tr><td>{OTHER}</td><td>{OTHER.replace('4721', '4722')}</td></tr></table>",
    "a read-more line": f"<p><em>Đọc thêm: {OTHER}</em></p>",
}
ABOVE = {
    "nothing": "",
    "a share bar": "<div class='social'><a href='#'>Facebook</a><a href='#'>Twitter</a><a href='#'>Sao chép liên kết</a></div>",
    "an audio player": "<div class='audio'><span>Nghe đọc bài</span><span>0:00</span> / <span>0:00</span><ul><li>Nữ miền Bắc</li><li>Nam miền Nam</li></ul></div>",
    "a follow line": "<div class='follow'><a href='https://news.google.com/x'>Theo dõi trên Google News</a></div>",
    "a font bar": "<div class='size'><span>Cỡ chữ</span><a>A-</a><a>A+</a><a>Màu chữ</a></div>",
}
BELOW = {
    "nothing": "",
    "tags": "<div class='tags'><h4>Từ khóa:</h4><a href='/tag/a'>xóa mù chữ</a><a href='/tag/b'>vùng hồ</a></div>",
    "a comment box": "<div id='box_comment'><h3>Ý kiến (3)</h3><div class='comment_item'><p class='full_content'>Bài viết rất cảm động, mong tòa soạn có thêm nhiều câu chuyện như vậy về vùng hồ.</p><span>Lê Hoa</span></div></div>",
    "comments to be written": "<div class='binhluan'><span>Bình luận (0)</span><textarea placeholder='Ý kiến của bạn'></textarea><button>Gửi bình luận</button></div>",
    "news of the section": f"<div class='box-category'><h2>Tin cùng chuyên mục</h2><div class='item'>{OTHER}<p>Tám năm qua, cô vẫn chèo thuyền đi đón từng học trò ở các bản xa ven hồ tới lớp mỗi sáng.</p></div></div>",
    "a topic": f"<div class='topic'><strong>Chủ đề:</strong> <a href='/cd'>Giáo dục vùng cao</a><ul><li>{OTHER}</li></ul></div>",
    "a gift": "<div class='tang-sao'><p>Tặng sao cho tác giả</p><a href='#'>Trở thành người đầu tiên tặng sao cho bài viết</a></div>",
    "back home": "<div class='back'><a href='/'>Trở lại Giáo dục</a> <a href='#'>Lưu</a> <a href='#'>Chia sẻ</a></div>",
    "a form": "<form class='dang-ky'><p>Nhập email để nhận bản tin mỗi sáng của tòa soạn</p><input name='e'><button>Đăng ký</button></form>",
    "a copied notice": "<p class='copyright'>© Báo Vùng Hồ giữ bản quyền, ghi rõ nguồn khi sử dụng lại nội dung.</p>",
}


def check(layout: str, *, middle: str = "", above: str = "", below: str = "") -> None:
    body = paragraphs(ONE, TWO) + middle + paragraphs(THREE, FOUR)
    markup = LAYOUTS[layout].format(
        title=TITLE, lead=LEAD, body=body, author="Hoàng Lan", date=DATE, above=above, below=below
    )
    menu = "<nav><ul><li><a href='/'>Trang chủ</a></li><li><a href='/giao-duc'>Giáo dục</a></li></ul></nav>"
    foot = "<footer><p>Tổng biên tập: Nguyễn Văn A. Giấy phép số 12/GP-BTTTT. Tòa soạn: 12 phố Hồ, điện thoại 024 000 000.</p></footer>"
    found = article(
        whole(menu + markup + foot, title=f"{TITLE} - Báo Vùng Hồ"), "https://bao.example.vn/xoa-mu-4720.html"
    )
    assert found.title == TITLE
    assert (found.published.value or "")[:16] == "2024-03-13T08:15"
    assert (found.lead or "").removeprefix("(Báo Vùng Hồ) - ") == LEAD
    assert found.body == BODY
    assert found.author == "Hoàng Lan"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", MIDDLE)
def test_between_the_paragraphs(layout: str, name: str) -> None:
    check(layout, middle=MIDDLE[name])


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", ABOVE)
def test_above_the_lead(layout: str, name: str) -> None:
    check(layout, above=ABOVE[name])


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", BELOW)
def test_behind_the_text(layout: str, name: str) -> None:
    check(layout, below=BELOW[name])
    check(layout, middle=MIDDLE["a box of three"], above=ABOVE["a share bar"], below=BELOW[name])


def test_a_first_paragraph_outside_of_the_text_is_not_lost_to_the_lead() -> None:
    body = f"<h1>{TITLE}</h1><div>13/03/2024 08:15</div><div class='sapo'>{LEAD}</div><p>{ONE}</p><div class='article-body'>{paragraphs(TWO, THREE, FOUR)}</div>"
    found = article(whole(f"<div class='bai'>{body}</div>"))
    assert (found.lead, found.body) == (LEAD, BODY)


def test_a_name_and_a_moment_are_no_lead_whatever_their_class() -> None:
    body = f"<h1>{TITLE}</h1><div class='teaser'>bởi Hoàng Lan 13/03/2024 - 08:15 giờ</div><p class='mo-bai'>{LEAD}</p><div class='nd'>{paragraphs(*BODY)}</div>"
    found = article(whole(f"<div class='bai'>{body}</div>"))
    assert [*([found.lead] if found.lead else []), *found.body] == [LEAD, *BODY]


@pytest.mark.parametrize(
    "trail", ["Trang chủ Giáo dục {}", "Trang nhất Tin tức {}", "Home News {}", "Bạn đang ở đây Giáo dục {}"]
)
def test_a_trail_without_signs_is_no_lead(trail: str) -> None:
    body = f"<h1>{TITLE}</h1><div>13/03/2024 08:15</div><div>{trail.format(TITLE)}</div><div class='nd'>{paragraphs(*BODY)}</div>"
    found = article(whole(f"<div class='bai'>{body}</div>"))
    assert [*([found.lead] if found.lead else []), *found.body] == BODY
