"""Our drawings. One board, one leap, one dot: the board is the programme, the dot is a person.

Every drawing is made of the same five things: ground, board, arc, dot, sun. Colours are classes.
"""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

# The word is drawn with one pen. The dot of the i has taken off from the board under the word.
_WORDMARK = (
    '<path class="wordmark__pen" d="M7 8v20q0 6 6 6h2M3 16h10M23 34V16M23 24q0-8 9-8M37 25h17q0-9-8.5-9T37 25t9 9q4 0 7-2.5'
    "M62 34V16M62 24q0-8 6.5-8t6.5 8v10M75 24q0-8 6.5-8t6.5 8v10M97 16v26M97 25q0-9 8.5-9t8.5 9-8.5 9-8.5-9"
    'M123 6v22q0 6 5 6M136 16v18M145 34V16M145 24q0-8 7-8t7 8v10"/>'
    '<path class="wordmark__leap" d="M136 12Q141-2 158 3"/><circle class="wordmark__dot" cx="160" cy="5" r="4"/>'
)


def wordmark() -> SafeString:
    """The name as a drawing, with its own text for those who do not see it."""
    return format_html(
        '<svg role="img" viewBox="0 0 170 44" aria-label="{}">{}</svg>',
        _("Tremplin, first page"),
        SafeString(_WORDMARK),
    )


_GROUND = '<path class="ground" d="M8 138h224"/>'
_BOARD = '<path class="pen" d="M22 104q44-2 82-8M34 104v34M58 103v35"/>'

_SPOTS = {
    # Nobody on the board yet, the sun coming up: here something will begin.
    "empty": '<path class="sun" d="M128 138a42 42 0 0 1 84 0z"/>'
    + _GROUND
    + _BOARD
    + '<path class="leap" d="M106 84q28-58 64-24"/><circle class="dot" cx="82" cy="127" r="9"/>',
    # Past the pool: the leap was fine, the landing is elsewhere.
    "missed": '<path class="pool" d="M112 138h64v16h-64z"/><path class="pale" d="M112 138h64v5h-64z"/>'
    '<path class="ground" d="M8 138h104M176 138h56"/>'
    + _BOARD
    + '<path class="leap" d="M108 82Q150-18 206 116"/><circle class="dot" cx="210" cy="126" r="9"/>'
    '<path class="thin" d="M196 108l-5-7M224 108l5-7M210 102v-9"/>',
    # Landed, rings on the water.
    "done": '<circle class="sun" cx="186" cy="44" r="26"/><path class="pool" d="M96 122h128v30H96z"/>'
    '<path class="pale" d="M120 134h80v5h-80zM136 144h48v4h-48z"/>'
    '<path class="ground" d="M8 122h88"/><path class="pen" d="M18 88q40-2 74-8M28 88v34M50 87v35"/>'
    '<path class="leap" d="M96 68q30-48 60 34"/><circle class="dot" cx="160" cy="116" r="9"/>'
    '<path class="thin" d="M142 110q-8-4-10-14M178 110q8-4 10-14"/>',
    # A letter on its way.
    "mail": _GROUND
    + _BOARD
    + '<path class="leap" d="M108 84q18-40 48-40"/><path class="paper" d="M152 30l58-10 9 46-58 10z"/>'
    '<path class="thin" d="M153 31l38 21 18-31"/><circle class="dot" cx="80" cy="88" r="9"/>',
    # Two people leap from two sides and meet.
    "people": '<path class="sun" d="M78 138a42 42 0 0 1 84 0z"/>'
    + _GROUND
    + '<path class="pen" d="M14 108h44M22 108v30M226 108h-44M218 108v30"/>'
    '<path class="leap" d="M62 96q16-48 44-46M178 96q-16-48-44-46"/>'
    '<circle class="dot" cx="110" cy="50" r="9"/><circle class="pool" cx="130" cy="50" r="9"/>',
    # Stones across the water, one hop at a time.
    "path": '<path class="pool" d="M8 126h224v26H8z"/><path class="pale" d="M30 138h56v4H30zM120 142h70v4h-70z"/>'
    '<path class="pen" d="M20 122h26M76 118h26M132 114h26M188 110h32"/>'
    '<path class="leap" d="M34 108q26-46 54-4M90 104q26-46 54-4"/><circle class="dot" cx="146" cy="92" r="9"/>'
    '<circle class="sun" cx="206" cy="46" r="24"/>',
    # A curve that comes down, and who follows it.
    "lab": _GROUND + '<path class="paper" d="M46 34h148v86H46z"/><path class="pen" d="M30 138h180"/>'
    '<path class="pale" d="M60 108h120v4H60z"/><path class="leap" d="M66 52q14 44 46 48t66 2"/>'
    '<circle class="dot" cx="118" cy="98" r="9"/><circle class="sun" cx="168" cy="62" r="13"/>',
    # Pages read, one after the other.
    "read": _GROUND
    + '<path class="paper" d="M52 52h62v78H52zM66 40h62v78H66z"/><path class="thin" d="M80 58h34M80 72h34M80 86h22"/>'
    '<path class="sun" d="M150 138a34 34 0 0 1 68 0z"/><path class="leap" d="M134 46q36-32 56 40"/>'
    '<circle class="dot" cx="190" cy="92" r="9"/>',
    # Steps of coins.
    "money": _GROUND
    + '<g class="sun"><rect x="40" y="118" width="44" height="18" rx="5"/><rect x="98" y="96" width="44" height="40" rx="5"/>'
    '<rect x="156" y="74" width="44" height="62" rx="5"/></g><path class="thin" d="M98 116h44M156 95h44M156 115h44"/>'
    '<path class="leap" d="M62 100q30-46 52-18M120 78q30-46 52-18"/><circle class="dot" cx="178" cy="58" r="9"/>',
    # On the stage, in the light.
    "stage": '<path class="sun" d="M120 8l74 124H46z"/>'
    + _GROUND
    + '<path class="pen" d="M70 122h100v16H70z"/><circle class="dot" cx="120" cy="104" r="11"/>'
    '<path class="thin" d="M30 52l14 8M210 52l-14 8M120 84v-8"/>',
}

# The whole way on one picture: the board, the leap with its stops, the far bank in the sun.
_HOME = (
    '<circle class="sun" cx="392" cy="150" r="104"/><path class="pool" d="M214 262h128v70H214z"/>'
    '<path class="pale" d="M234 286h70v6h-70zM262 306h62v6h-62z"/><path class="paper" d="M342 214h172v118H342z"/>'
    '<path class="ground" d="M6 332h508"/><path class="pen" d="M20 222q96-2 176-18M46 222v110M96 221v111M46 276h50"/>'
    '<path class="leap" d="M202 188C240 30 372-30 424 192"/>'
    '<circle class="dot" cx="176" cy="192" r="13"/><circle class="paper" cx="232" cy="110" r="9"/>'
    '<circle class="paper" cx="296" cy="54" r="9"/><circle class="paper" cx="364" cy="66" r="9"/>'
    '<circle class="dot" cx="426" cy="199" r="13"/>'
    '<path class="thin" d="M370 246h44M370 266h116M370 286h96M370 306h70"/>'
)
NAMES = ("home", *_SPOTS)


def spot(name: str) -> SafeString:
    """The drawing `name`, hidden from screen readers: the words beside it say it all."""
    box, inside = ("0 0 520 340", _HOME) if name == "home" else ("0 0 240 160", _SPOTS[name])
    return format_html('<svg class="spot" viewBox="{}" aria-hidden="true">{}</svg>', box, SafeString(inside))
