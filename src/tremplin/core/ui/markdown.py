"""Markdown that people write, as HTML that cannot harm and whose headings fit below those of the page."""

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

_TAGS = (
    {"p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
    | {f"h{level}" for level in range(2, 7)}
    | {"div", "table", "thead", "tbody", "tr", "th", "td"}
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "code": {"class"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "pre": {"tabindex"},
}
_SCHEMES = {"http", "https", "mailto"}


def _table_open(self: RendererHTML, tokens: list[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    label = _("Table")
    return f'<div class="table-scroll" role="region" tabindex="0" aria-label="{label}"><table>'


def _table_close(
    self: RendererHTML, tokens: list[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    return "</table></div>\n"


def _image(self: RendererHTML, tokens: list[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    """A link: a picture from elsewhere would tell its host who reads this page."""
    source, text = str(tokens[idx].attrs.get("src", "")), tokens[idx].content or _("Picture")
    return f'<a href="{escape(source)}">{escape(text)}</a>'


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable(
        ["table", "strikethrough"]
    )
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    parser.add_render_rule("image", _image)
    return parser


_PARSER = _parser()


def _demote(tokens: list[Token], top: int) -> None:
    """Rename the headings so that they begin at `top` and skip no level, whatever levels were written."""
    above: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            written = int(token.tag[1])
            while above and above[-1] >= written:
                above.pop()
            above.append(written)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, top + len(above) - 1)}"


def render(source: str, top: int = 2) -> SafeString:
    """`source` as safe HTML; its first level of heading becomes `<h{top}>`."""
    tokens = _PARSER.parse(source or "")
    _demote(tokens, max(2, min(6, top)))
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener nofollow ugc",
        set_tag_attribute_values={"pre": {"tabindex": "0"}},
    )
    return SafeString(clean)
