"""The notes of a lab as HTML: CommonMark, tables, formulas between dollars, drawings with captions.

The text is ours, so nothing is cleaned away; raw HTML in it is still not let through, so that all pages look alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from tremplin.curriculum.mathml import mathml

FigureUrl = Callable[[str], str]
FigureSize = Callable[[str], tuple[int, int]]
_BLOCK = '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"'
_FIGURE = re.compile(r"figures/([\w.-]+\.svg)")


def render(
    markdown: str, *, figure_url: FigureUrl, figure_size: FigureSize | None = None, heading_level: int = 2
) -> str:
    """Return HTML. Each `figures/NAME` becomes `figure_url(NAME)`; the first heading has `heading_level`.

    With `figure_size`, the page keeps the place of each drawing while it is still on its way.
    """
    parser = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")
    parser.inline.ruler.before("escape", "formula", _formula)
    parser.add_render_rule("formula", _render_formula)
    tokens = parser.parse(markdown)
    _lower_headings(tokens, heading_level)
    _place_figures(tokens, figure_url, figure_size)
    html = str(parser.renderer.render(tokens, parser.options, {}))
    # Formulas, code and tables may be wider than a phone: they scroll by themselves, so the keyboard must reach them.
    html = html.replace(f"<p>{_BLOCK}", f'<p class="formula" tabindex="0">{_BLOCK}')
    html = html.replace("<pre>", '<pre tabindex="0">')
    return html.replace("<table>", '<div class="scroll" tabindex="0"><table>').replace(
        "</table>", "</table></div>"
    )


def figure_names(markdown: str) -> list[str]:
    """The drawings that the text refers to."""
    return _FIGURE.findall(markdown)


def _formula(state: StateInline, silent: bool) -> bool:
    """Between single dollars in the line, between double dollars on lines of its own."""
    start = state.pos
    if state.src[start] != "$":
        return False
    mark = "$$" if state.src.startswith("$$", start) else "$"
    end = state.src.find(mark, start + len(mark))
    content = state.src[start + len(mark) : end]
    if end < 0 or not content.strip():
        return False
    if not silent:
        token = state.push("formula", "math", 0)
        token.content, token.markup = content.strip(), mark
    state.pos = end + len(mark)
    return True


def _render_formula(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    token = tokens[index]
    return mathml(token.content, block=token.markup == "$$")


def _lower_headings(tokens: list[Token], level: int) -> None:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + level - 1)}"


def _place_figures(tokens: list[Token], figure_url: FigureUrl, figure_size: FigureSize | None) -> None:
    """A paragraph that holds one image and nothing else becomes a figure; the image's title is its caption."""
    for position, token in enumerate(tokens):
        images = [child for child in token.children or () if child.type == "image"]
        for image in images:
            source = str(image.attrs["src"]).removeprefix("figures/")
            image.attrs["src"] = figure_url(source)
            image.attrs["loading"] = "lazy"
            if figure_size:
                image.attrs["width"], image.attrs["height"] = figure_size(source)
        if len(images) == 1 and len(token.children or ()) == 1:
            _make_figure(tokens[position - 1], token, tokens[position + 1])


def _make_figure(opening: Token, inline: Token, closing: Token) -> None:
    opening.tag = closing.tag = "figure"
    image = (inline.children or [])[0]
    caption: Any = image.attrs.pop("title", None)
    if caption:
        words = Token("text", "", 0, content=str(caption))
        tags = (Token("figcaption_open", "figcaption", 1), words, Token("figcaption_close", "figcaption", -1))
        inline.children = [image, *tags]
