"""Formulas written in a small part of TeX, as MathML that browsers draw themselves: no script, no outside host.

Only what the notes use is known. An unknown command is a `BadFormula`, found when the notes are checked and not
when somebody reads them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

_PIECE = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)


class BadFormula(ValueError):
    """The formula uses something that is not known here, or a bracket is missing."""


def _signs(names: str, signs: str) -> dict[str, str]:
    return dict(zip(names.split(), signs, strict=True))


_GREEK = _signs(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi "
    "varphi chi psi omega Gamma Delta Theta Lambda Sigma Phi Psi Omega ell partial nabla infty",
    "αβγδϵεζηθκλμνξπρστϕφχψωΓΔΘΛΣΦΨΩℓ∂∇∞",
)
_OPERATORS = _signs(
    "cdot times odot otimes le ge ne approx sim equiv to mapsto in notin subset leftarrow rightarrow "
    "Rightarrow ldots cdots dots top mid pm lVert rVert langle rangle forall lfloor rfloor ll gg propto "
    "setminus cup cap",
    "·×⊙⊗≤≥≠≈∼≡→↦∈∉⊂←→⇒…⋯…⊤∣±‖‖⟨⟩∀⌊⌋≪≫∝∖∪∩",
)
_BIG = {"sum": "∑", "prod": "∏", "int": "∫"}
_LIMITS = ("max", "min", "lim", "argmax", "argmin", "sup", "inf")
_FUNCTIONS = (
    "log",
    "exp",
    "ln",
    "tanh",
    "sin",
    "cos",
    "softmax",
    "relu",
    "sigmoid",
    "det",
    "sign",
    "Var",
    "E",
)
_SPACES = {
    ",": "0.17em",
    ";": "0.28em",
    ":": "0.22em",
    "quad": "1em",
    "qquad": "2em",
    " ": "0.28em",
    "!": "-0.17em",
}
_ACCENTS = {"hat": "^", "bar": "¯", "tilde": "~", "vec": "→", "dot": "˙"}
_ESCAPED = {"{": "{", "}": "}", "%": "%", "_": "_", "#": "#", "&": "&", "|": "‖", "$": "$"}
_DOUBLE_STRUCK = {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "Q": "ℚ", "C": "ℂ", "P": "ℙ", "E": "𝔼"}
_SCRIPT = {"L": "ℒ", "N": "𝒩", "D": "𝒟", "O": "𝒪", "B": "ℬ", "U": "𝒰", "H": "ℋ", "X": "𝒳", "Y": "𝒴"}
_BEFORE_A_SIGN = frozenset({"(", "[", "{", "=", "<", ">", ",", "&", "|", "^", "_", ":", "\\\\"})
_ENVIRONMENTS = {
    "pmatrix": ("(", ")", "center"), "bmatrix": ("[", "]", "center"), "matrix": ("", "", "center"),
    "cases": ("{", "", "left"), "aligned": ("", "", "right left"),
}  # fmt: skip


def mathml(formula: str, *, block: bool = False) -> str:
    """Return the formula as a `<math>` element."""
    parser = _Parser(formula, block=block)
    body = parser.row(until=())
    display = ' display="block"' if block else ""
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML"{display}>{body}</math>'


class _Parser:
    def __init__(self, formula: str, *, block: bool) -> None:
        self.formula = formula
        self.pieces = [piece for piece in _PIECE.findall(formula) if not piece.isspace()]
        self.raw = _PIECE.findall(formula)
        self.position = 0
        self.block = block

    # --- pieces -----------------------------------------------------------------------------------------

    def peek(self) -> str:
        return self.pieces[self.position] if self.position < len(self.pieces) else ""

    def take(self) -> str:
        piece = self.peek()
        if not piece:
            raise BadFormula(f"{self.formula!r} ends too soon")
        self.position += 1
        return piece

    def need(self, piece: str) -> None:
        if self.take() != piece:
            raise BadFormula(f"{self.formula!r} needs {piece!r}")

    # --- structure --------------------------------------------------------------------------------------

    def row(self, until: tuple[str, ...]) -> str:
        parts = []
        while self.peek() and self.peek() not in until:
            parts.append(self.scripted())
        if until and not self.peek():
            raise BadFormula(f"{self.formula!r} has no closing {until[0]!r}")
        return "".join(parts)

    def scripted(self) -> str:
        base, stacks = self.atom()
        below = above = ""
        while self.peek() in ("_", "^", "'"):
            mark = self.take()
            if mark == "_":
                below = self.argument()
            else:
                above = "<mo>′</mo>" if mark == "'" else self.argument()
        if not below and not above:
            return base
        names = ("munder", "mover", "munderover") if stacks and self.block else ("msub", "msup", "msubsup")
        if below and above:
            return f"<{names[2]}>{base}{below}{above}</{names[2]}>"
        name = names[0] if below else names[1]
        return f"<{name}>{base}{below or above}</{name}>"

    def argument(self) -> str:
        """One element: a group in braces, or the next atom."""
        if self.peek() == "{":
            self.take()
            inner = self.row(("}",))
            self.need("}")
            return f"<mrow>{inner}</mrow>"
        return self.atom()[0]

    def words(self) -> str:
        """The text between braces as it was written, blanks included."""
        self.need("{")
        parts: list[str] = []
        seen = 0
        for piece in self.raw:
            seen += not piece.isspace()
            if seen < self.position or (seen == self.position and not piece.isspace()):
                continue  # up to and with the opening brace
            if piece == "}":
                self.position = seen
                return "".join(parts)
            parts.append(piece)
        raise BadFormula(f"{self.formula!r} has no closing brace")

    # --- atoms ------------------------------------------------------------------------------------------

    def atom(self) -> tuple[str, bool]:
        """Return an element, and whether what is written below and above it stacks."""
        piece = self.take()
        if piece == "{":
            self.position -= 1
            return self.argument(), False
        if piece.startswith("\\"):
            return self.command(piece[1:])
        if piece[0].isdigit():
            return f"<mn>{piece}</mn>", False
        if piece.isalpha():
            return f"<mi>{escape(piece)}</mi>", False
        if piece in "}^_&$":
            raise BadFormula(f"{self.formula!r} has a stray {piece!r}")
        return self.operator(piece), False

    def operator(self, piece: str) -> str:
        """A sign; a minus or plus with nothing before it to subtract from stands close to what follows."""
        before = self.pieces[self.position - 2] if self.position > 1 else "("
        alone = piece in "+-" and (before in _BEFORE_A_SIGN or before.lstrip("\\") in _OPERATORS)
        return _operator(piece, prefix=alone)

    def command(self, name: str) -> tuple[str, bool]:
        if name in _BIG:
            return f'<mo largeop="true" movablelimits="false">{_BIG[name]}</mo>', True
        if name in _LIMITS:
            return f"<mo>{name}</mo>", True
        simple = _simple(name)
        if simple:
            return simple, False
        builder = _BUILDERS.get(name)
        if builder is None:
            raise BadFormula(f"{self.formula!r}: \\{name} is not known")
        return builder(self), False

    def fraction(self) -> str:
        return f"<mfrac>{self.argument()}{self.argument()}</mfrac>"

    def root(self) -> str:
        return f"<msqrt>{self.argument()}</msqrt>"

    def upright(self) -> str:
        return f"<mtext>{escape(self.words()).replace(' ', chr(0xA0))}</mtext>"

    def name(self) -> str:
        return f'<mi mathvariant="normal">{escape(self.words())}</mi><mspace width="0.17em"/>'

    def bold(self) -> str:
        return "".join(f"<mi>{_bold(letter)}</mi>" for letter in self.words())

    def double_struck(self) -> str:
        return self._lettered(_DOUBLE_STRUCK, "mathbb")

    def script(self) -> str:
        return self._lettered(_SCRIPT, "mathcal")

    def _lettered(self, table: dict[str, str], name: str) -> str:
        letter = self.words()
        if letter not in table:
            raise BadFormula(f"{self.formula!r}: \\{name}{{{letter}}} is not known")
        return f"<mi>{table[letter]}</mi>"

    def fenced(self) -> str:
        opening = self.fence()
        inner = self.row(("\\right",))
        self.need("\\right")
        return f"<mrow>{opening}{inner}{self.fence()}</mrow>"

    def fence(self) -> str:
        piece = self.take()
        if piece == ".":
            return ""
        sign = _ESCAPED.get(piece[1:]) or _OPERATORS.get(piece[1:], "") if piece[0] == "\\" else piece
        return f'<mo stretchy="true">{escape(sign)}</mo>'

    def environment(self) -> str:
        name = self.words()
        if name not in _ENVIRONMENTS:
            raise BadFormula(f"{self.formula!r}: the environment {name!r} is not known")
        opening, closing, align = _ENVIRONMENTS[name]
        rows: list[list[str]] = [[]]
        while True:
            rows[-1].append(self.row(("&", "\\\\", "\\end")))
            mark = self.take()
            if mark == "\\\\":
                rows.append([])
            elif mark == "\\end":
                break
        if self.words() != name:
            raise BadFormula(f"{self.formula!r}: \\end does not close {name!r}")
        cells = "".join(f"<mtr>{''.join(f'<mtd>{cell}</mtd>' for cell in row)}</mtr>" for row in rows)
        fences = [f'<mo stretchy="true">{sign}</mo>' if sign else "" for sign in (opening, closing)]
        return f'<mrow>{fences[0]}<mtable columnalign="{align}">{cells}</mtable>{fences[1]}</mrow>'

    def accent(self, sign: str) -> str:
        return f'<mover accent="true">{self.argument()}<mo>{sign}</mo></mover>'


def _simple(name: str) -> str:
    if name in _GREEK:
        return f"<mi>{_GREEK[name]}</mi>"
    if name in _OPERATORS:
        return f"<mo>{escape(_OPERATORS[name])}</mo>"
    if name in _FUNCTIONS:
        return f'<mi mathvariant="normal">{name}</mi><mspace width="0.17em"/>'
    if name in _SPACES:
        return f'<mspace width="{_SPACES[name]}"/>'
    if name in _ESCAPED:
        return f"<mo>{escape(_ESCAPED[name])}</mo>"
    return ""


def _operator(piece: str, *, prefix: bool) -> str:
    sign = {"-": "−", "*": "∗"}.get(piece, piece)
    manner = ' stretchy="false"' if sign in "()[]|" else ' form="prefix"' if prefix else ""
    if sign == "/":
        manner = ' lspace="0" rspace="0"'
    return f"<mo{manner}>{escape(sign)}</mo>"


def _bold(letter: str) -> str:
    for first, last, start in (("A", "Z", 0x1D400), ("a", "z", 0x1D41A), ("0", "9", 0x1D7CE)):
        if first <= letter <= last:
            return chr(start + ord(letter) - ord(first))
    raise BadFormula(f"{letter!r} has no bold form")


def _accented(sign: str) -> Callable[[_Parser], str]:
    return lambda parser: parser.accent(sign)


_BUILDERS: dict[str, Callable[[_Parser], str]] = {
    "frac": _Parser.fraction,
    "sqrt": _Parser.root,
    "text": _Parser.upright,
    "mathrm": _Parser.upright,
    "operatorname": _Parser.name,
    "mathbf": _Parser.bold,
    "mathbb": _Parser.double_struck,
    "mathcal": _Parser.script,
    "left": _Parser.fenced,
    "begin": _Parser.environment,
    **{name: _accented(sign) for name, sign in _ACCENTS.items()},
}
