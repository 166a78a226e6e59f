"""Signatures of templates: alike on the pages of one, whatever the author wrote; others after a redesign."""

from fixtures import golden
from pipelines.html.design import design_of
from pipelines.html.parse import parse_text
from storage.articles.redesign import alike

FRAME = (
    "<div id='khung'><div class='dau trang-{n}'>Huyện</div><ul class='thuc-don'><li>Tin</li></ul>"
    "<div class='noi-dung bai-{n}'>{text}</div>{beside}<div class='cuoi'>UBND</div></div>"
)


def design(html: str) -> str:
    return design_of(parse_text(f"<html><body>{html}</body></html>").find("body"))


def test_pages_of_one_template_have_like_signatures() -> None:
    one = design(FRAME.format(n=1, text="<p>Một</p>", beside=""))
    other = design(
        FRAME.format(
            n=22, text="<table><tr><td>a<td>b</table><div>Hai</div>", beside="<div class='hop'>x</div>"
        )
    )
    assert alike(one, other)
    assert one != design(FRAME.format(n=1, text="", beside="").replace("class='", "class='moi-"))


def test_templates_of_different_systems_have_other_ones() -> None:
    pages = ("wordpress-classic", "drupal-7", "joomla", "nukeviet", "vhv", "liferay-7")
    signatures = [design_of(parse_text(golden.load(name).html).find("body")) for name in pages]
    assert not any(alike(a, b) for i, a in enumerate(signatures) for b in signatures[:i])


def test_a_page_without_names_has_none() -> None:
    assert design("<h1>Tin</h1><p>Chữ</p>") == ""
