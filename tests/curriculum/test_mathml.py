from xml.etree import ElementTree

import pytest

from tremplin.curriculum.mathml import BadFormula, mathml
from tremplin.curriculum.notes import render

NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'


def inner(formula: str, *, block: bool = False) -> str:
    written = mathml(formula, block=block)
    ElementTree.fromstring(written)
    start = f"<math{NAMESPACE}{' display=' + chr(34) + 'block' + chr(34) if block else ''}>"
    assert written.startswith(start)
    return written[len(start) : -len("</math>")]


@pytest.mark.parametrize(
    ("formula", "element"),
    [
        ("x", "<mi>x</mi>"),
        ("3.14", "<mn>3.14</mn>"),
        ("x_i", "<msub><mi>x</mi><mi>i</mi></msub>"),
        ("x^{-1}", '<msup><mi>x</mi><mrow><mo form="prefix">−</mo><mn>1</mn></mrow></msup>'),
        ("x_i^2", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
        ("x^2_i", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
        ("f'", "<msup><mi>f</mi><mo>′</mo></msup>"),
        (r"\frac{a}{b}", "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>"),
        (r"\sqrt2", "<msqrt><mn>2</mn></msqrt>"),
        (r"\alpha \le \beta", "<mi>α</mi><mo>≤</mo><mi>β</mi>"),
        (r"\text{if x}", "<mtext>if\u00a0x</mtext>"),
        (r"\text{ a }b", "<mtext>\u00a0a\u00a0</mtext><mi>b</mi>"),
        (r"\mathbf{xA1}", "<mi>𝐱</mi><mi>𝐀</mi><mi>𝟏</mi>"),
        (r"\mathbb{R}", "<mi>ℝ</mi>"),
        (r"\mathcal{L}", "<mi>ℒ</mi>"),
        (r"\hat{y}", '<mover accent="true"><mrow><mi>y</mi></mrow><mo>^</mo></mover>'),
        ("a < b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
        ("a - b", "<mi>a</mi><mo>−</mo><mi>b</mi>"),
        ("a = -b", '<mi>a</mi><mo>=</mo><mo form="prefix">−</mo><mi>b</mi>'),
        (r"\{x\}", "<mo>{</mo><mi>x</mi><mo>}</mo>"),
    ],
)
def test_a_formula_becomes_an_element(formula: str, element: str) -> None:
    assert inner(formula) == element


def test_limits_stand_below_and_above_only_in_a_formula_on_its_own() -> None:
    assert "munderover" in inner(r"\sum_{i=1}^n x", block=True)
    assert "msubsup" in inner(r"\sum_{i=1}^n x")
    assert "munder" in inner(r"\max_j z", block=True)


def test_fences_and_environments_are_built() -> None:
    assert '<mo stretchy="true">(</mo>' in inner(r"\left( \frac{1}{2} \right)")
    assert inner(r"\left. x \right|").count("stretchy") == 1
    cases = inner(r"\begin{cases} 0 & \text{if } j > i \\ 1 & \text{else} \end{cases}")
    assert cases.count("<mtr>") == 2
    assert cases.count("<mtd>") == 4


@pytest.mark.parametrize(
    "formula",
    [
        "", r"\unknown", r"\frac{a}", "{a", "a}", "a_", "x^", r"\left( x", r"\begin{pmatrix} 1", "a & b", "x__y",
        r"\begin{tikz} x \end{tikz}", r"\begin{cases} x \end{pmatrix}", r"\mathbb{K}", r"\mathbf{é}",
        r"\text{a", r"\text a",
    ],
)  # fmt: skip
def test_what_is_not_known_or_not_closed_is_refused(formula: str) -> None:
    if formula == "":
        assert inner("") == ""
        return
    with pytest.raises(BadFormula):
        mathml(formula)


def page(markdown: str) -> str:
    return render(markdown, figure_url=lambda name: f"/f/{name}")


def test_dollars_in_code_and_alone_are_left_in_peace() -> None:
    assert "<code>$x$</code>" in page("`$x$`")
    assert page("It costs 5 $.") == "<p>It costs 5 $.</p>\n"
    assert page(r"\$a\$") == "<p>$a$</p>\n"


def test_raw_html_is_shown_and_not_obeyed() -> None:
    assert "&lt;script&gt;" in page("<script>alert(1)</script>")


def test_a_lone_image_is_a_figure_with_its_caption() -> None:
    assert page('![what it shows](figures/a.svg "A < caption")') == (
        '<figure><img src="/f/a.svg" alt="what it shows" loading="lazy" />'
        "<figcaption>A &lt; caption</figcaption></figure>\n"
    )
    assert page("see ![x](figures/a.svg) here").startswith('<p>see <img src="/f/a.svg"')


def test_headings_start_where_the_page_wants_them() -> None:
    html = render("# a\n\n## b\n\n###### c\n", figure_url=str, heading_level=3)
    assert html == "<h3>a</h3>\n<h4>b</h4>\n<h6>c</h6>\n"
