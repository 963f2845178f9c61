"""Django's tags for translated text, files and the frame of a page, which here work out once what never changes.

`{% translate "Save" %}` says the same each time in a language, the words of a `{% blocktranslate %}` are the same
tokens each time, and the blocks of a frame stay where they are. Django looks anew whenever a page is made, which was
an eighth of its CPU. The settings put this library in the place of Django's `i18n` and `static`; templates are
written as ever.
"""

from functools import lru_cache
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Library, TemplateSyntaxError
from django.template.base import (
    FilterExpression,
    Node,
    NodeList,
    Parser,
    TextNode,
    Token,
    TokenType,
    token_kwargs,
)
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY, BlockContext, BlockNode, ExtendsNode, do_extends
from django.templatetags import i18n
from django.templatetags.static import StaticNode, static
from django.utils.functional import empty
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class Translated(i18n.TranslateNode):
    """A literal, once for each language."""

    def __init__(self, node: i18n.TranslateNode) -> None:
        super().__init__(node.filter_expression, node.noop, node.asvar, node.message_context)
        self.known: dict[str | None, str] = {}

    def render(self, context: Context) -> Any:
        language = get_language()
        text = self.known.get(language)
        if text is None:
            text = self.known[language] = super().render(context)
        return text


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> i18n.TranslateNode:
    """Django's tag."""
    node = i18n.do_translate(parser, token)
    if not isinstance(node, i18n.TranslateNode) or node.asvar:
        return node
    asked = (node.filter_expression, *([node.message_context] if node.message_context else []))
    return Translated(node) if all(_constant(each) for each in asked) else node


def _constant(expression: Any) -> bool:
    """Whether it is text in quotation marks, without a filter."""
    return not expression.filters and isinstance(getattr(expression.var, "literal", expression.var), str)


class BlockTranslated(i18n.BlockTranslateNode):
    """Its words are put together once; once for each language, if nothing is put into them."""

    def __init__(self, node: i18n.BlockTranslateNode) -> None:
        self.__dict__.update(node.__dict__)
        self.tokens: dict[int, tuple[str, tuple[str, ...]]] = {}
        self.known: dict[str | None, str] = {}
        varied = node.extra_context or node.asvar or node.plural or node.message_context
        self.constant = not varied and all(token.token_type == TokenType.TEXT for token in node.singular)

    def render_token_list(self, tokens: list[Token]) -> tuple[str, list[str]]:
        place = id(tokens)  # one of two lists that live as long as this node
        if place not in self.tokens:
            message, names = super().render_token_list(tokens)
            self.tokens[place] = message, tuple(names)
        message, kept = self.tokens[place]
        return message, list(kept)

    def render(self, context: Context, nested: bool = False) -> Any:
        if not self.constant or nested:
            return super().render(context, nested)
        language = get_language()
        text = self.known.get(language)
        if text is None:
            text = self.known[language] = super().render(context)
        return text


@register.tag("blocktranslate")
@register.tag("blocktrans")
def block_translate(parser: Parser, token: Token) -> i18n.BlockTranslateNode:
    """Django's tag."""
    return BlockTranslated(i18n.do_block_translate(parser, token))


def address(path: str) -> str:
    """Where a file of ours lies. It stays there as long as its storage does, so it is looked up once."""
    storage: Any = staticfiles_storage
    return static(path) if storage._wrapped is empty else _address(storage._wrapped, path)


@lru_cache(maxsize=1000)
def _address(_storage: Any, path: str) -> str:
    return static(path)


class Static(StaticNode):
    """A file with a name that is written in the template."""

    def __init__(self, node: StaticNode) -> None:
        self.__dict__.update(node.__dict__)

    def url(self, context: Context) -> str:
        return address(self.path.resolve(context))


@register.tag("static")
def static_tag(parser: Parser, token: Token) -> StaticNode:
    """Django's tag."""
    return Static(StaticNode.handle_token(parser, token))


class Kept(Node):
    """What is inside, drawn once for each language and each set of values. It sees those values and nothing else of
    its page: so what is kept is nobody's alone, and cannot come to somebody with other ones.
    """

    MOST = 500

    def __init__(self, values: dict[str, FilterExpression], nodelist: NodeList) -> None:
        self.values, self.nodelist = values, nodelist
        self.known: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        given = [value.resolve(context) for value in self.values.values()]
        key = (get_language(), *(tuple(each) if isinstance(each, list) else each for each in given))
        text = self.known.get(key)
        if text is None:
            text = self.nodelist.render(context.new(dict(zip(self.values, given, strict=True))))
            if len(self.known) >= self.MOST:
                self.known.clear()
            self.known[key] = text
        return text


@register.tag
def keep(parser: Parser, token: Token) -> Kept:
    """`{% keep links=shell.nav %}…{% endkeep %}`: values that can be compared, no tokens and no blocks inside."""
    _tag, *words = token.split_contents()
    values = token_kwargs(words, parser)
    if words:
        raise TemplateSyntaxError("{% keep %} takes name=value alone.")
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return Kept(values, nodelist)


class Extends(ExtendsNode):
    """As Django's; what blocks a frame has is noted at it."""

    def __init__(self, node: ExtendsNode) -> None:
        self.__dict__.update(node.__dict__)

    def render(self, context: Context) -> Any:
        parent: Any = self.get_parent(context)
        kept: Any = context.render_context
        blocks = kept.setdefault(BLOCK_CONTEXT_KEY, BlockContext())
        blocks.add_blocks(self.blocks)
        if not hasattr(parent, "own_blocks"):
            parent.own_blocks = _own_blocks(parent)
        blocks.add_blocks(parent.own_blocks)
        with kept.push_state(parent, isolated_context=False):
            return parent._render(context)


def _own_blocks(template: Any) -> dict[str, BlockNode]:
    """The blocks of a template that extends no other; one that does adds its blocks by itself."""
    first = next((node for node in template.nodelist if not isinstance(node, TextNode)), None)
    if first is None or isinstance(first, ExtendsNode):
        return {}
    return {str(node.name): node for node in template.nodelist.get_nodes_by_type(BlockNode)}


@register.tag("extends")
def extends(parser: Parser, token: Token) -> ExtendsNode:
    """Django's tag."""
    return Extends(do_extends(parser, token))
