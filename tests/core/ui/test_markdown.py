import re

import pytest

from tremplin.core.ui.markdown import render


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "![x](javascript:alert(1))",
        '[x](https://example.org/ "a\\" onmouseover=\\"alert(1)")',
        "<a href='data:text/html,x'>x</a>",
        '```x" onclick="alert(1)\n```',
        "<style>*{display:none}</style>",
        "<svg/onload=alert(1)>",
    ],
)
def test_nothing_that_runs_or_styles_comes_through(attack: str) -> None:
    tags = re.findall(r"<[^>]*>", render(attack))
    for tag in tags:
        assert not re.match(r"<(script|img|svg|style)", tag)
        assert not re.search(
            r"""=\s*"?(javascript|data):|\son\w+=""", re.sub(r'(title|class)="[^"]*"', "", tag)
        )


def test_headings_begin_below_that_of_the_page_and_skip_no_level() -> None:
    html = render("# One\n\n#### Deep\n\n# Two\n\n## Under")
    assert html.replace("\n", "") == "<h2>One</h2><h3>Deep</h3><h2>Two</h2><h3>Under</h3>"


def test_headings_can_begin_lower_and_end_at_six() -> None:
    assert render("### A\n\n#### B", 6).replace("\n", "") == "<h6>A</h6><h6>B</h6>"


def test_a_picture_becomes_a_link_so_that_no_other_host_learns_who_reads() -> None:
    html = render('![A "plot"](https://example.org/a.png)')
    assert '<a href="https://example.org/a.png"' in html
    assert "A " in html
    assert "<img" not in html


def test_links_vouch_for_nothing() -> None:
    assert 'rel="noopener nofollow ugc"' in render("[x](https://example.org)")


def test_a_table_can_be_scrolled_by_keyboard() -> None:
    html = render("| a |\n|---|\n| 1 |")
    assert 'class="table-scroll"' in html
    assert 'role="region"' in html
    assert 'tabindex="0"' in html


def test_code_can_be_scrolled_by_keyboard_and_keeps_its_language() -> None:
    html = render("```python\nx = 1 < 2\n```")
    assert '<pre tabindex="0">' in html
    assert '<code class="language-python">x = 1 &lt; 2' in html


@pytest.mark.parametrize("empty", ["", "   ", "\n"])
def test_nothing_gives_nothing(empty: str) -> None:
    assert render(empty) == ""
