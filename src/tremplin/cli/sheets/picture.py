"""A result as one page of HTML that needs nothing else: no script, no font, no other file.

Bars and intervals are tables whose marks are drawn in per cent of their cell, so that a page fits a phone and a sheet
of paper alike, and whose figures stand beside the marks as text, for people who do not see them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from tremplin.cli.sheets.words import amount, decimals, figure, fixed

Tone = Literal["", "yes", "maybe", "no"]
MOST_ROWS = 400

_STYLE = """
:root{color-scheme:light dark;--page:#fffdf8;--ink:#13262d;--soft:#43545a;--line:#ddd3be;--track:#ece4d2;
--yes:#0c7c92;--maybe:#b57700;--no:#6d7a7e;--yes-bg:#d8eef3;--maybe-bg:#ffe9ae;--no-bg:#f1ecdf;--dot:#cf3722}
@media (prefers-color-scheme:dark){:root{--page:#0e191e;--ink:#f1efe8;--soft:#bccaca;--line:#34484f;--track:#24373e;
--yes:#4fb9cd;--maybe:#e9ac37;--no:#8ba0a6;--yes-bg:#0d3b47;--maybe-bg:#45330a;--no-bg:#1a2c33;--dot:#ff6f57}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem clamp(1rem,4vw,2.5rem) 3rem;max-width:56rem;background:var(--page);color:var(--ink);
font:1.0625rem/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif;overflow-wrap:anywhere}
h1,h2{font-family:Charter,"Source Serif 4","Noto Serif",Cambria,Georgia,serif;line-height:1.15;margin:1.6em 0 .5em}
h1{font-size:clamp(1.6rem,1.2rem + 2vw,2.3rem);margin-top:0}h2{font-size:1.35rem}
p,li{max-width:68ch}p{margin:.6em 0}.soft,caption small{color:var(--soft)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.8rem;margin:1.2rem 0}
dl div{border-inline-start:4px solid var(--line);padding-inline-start:.7rem}
dt{color:var(--soft);font-size:.9rem}dd{margin:0;font-size:1.25rem;font-weight:650;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin-top:1.4rem;font-variant-numeric:tabular-nums;font-size:.95rem}
caption{text-align:start;font-weight:650;padding-bottom:.4rem}
th,td{overflow-wrap:normal}tbody th{font-weight:400}
th,td{text-align:start;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:middle}
thead :is(th,td){color:var(--soft);font-size:.85rem;border-bottom:2px solid var(--ink);vertical-align:bottom}
.marks tbody th{font-family:ui-monospace,Menlo,Consolas,"Noto Sans Mono",monospace;font-size:.9rem}
.n{text-align:end;white-space:nowrap}.mark{width:45%;min-width:6.5rem}
.mark svg{display:block;width:100%;height:1rem;overflow:visible}
.yes{fill:var(--yes)}.maybe{fill:var(--maybe)}.no{fill:var(--no)}.track{fill:var(--track)}.dot{fill:var(--ink)}
.edge{stroke:var(--dot);stroke-width:2;stroke-dasharray:3 3}
.tag{display:inline-block;padding:0 .5em;border-radius:.3rem;font-size:.85rem;white-space:nowrap}
.tag-yes{background:var(--yes-bg)}.tag-maybe{background:var(--maybe-bg)}.tag-no,.tag-{background:var(--no-bg)}
ol.tiles{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(8rem,1fr));gap:.4rem}
.tiles li{padding:.3rem .5rem;border-radius:.3rem;background:var(--no-bg);border:1px solid transparent}
.tiles .t-yes{background:var(--yes-bg);border-color:var(--yes);font-weight:650}
.tiles .t-maybe{background:var(--maybe-bg);border-color:var(--maybe)}
.tiles b{font:650 .95rem ui-monospace,Menlo,Consolas,"Noto Sans Mono",monospace}
.tiles small{display:block;color:var(--soft)}
code{font-family:ui-monospace,Menlo,Consolas,"Noto Sans Mono",monospace;font-size:.9em;overflow-wrap:anywhere}
footer{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:.6rem;color:var(--soft);font-size:.9rem}
.hid{background:var(--maybe-bg)}
@media screen and (max-width:36rem){.marks thead{position:absolute;clip-path:inset(50%);width:1px;overflow:hidden}
.marks tr{display:grid;grid-template-columns:1fr auto;border-bottom:1px solid var(--line);padding:.3rem 0}
.marks :is(th,td){border:0;padding:.1rem 0}.marks .mark{grid-row:2;grid-column:1/3;width:auto}
.marks svg{overflow:hidden}
.plain thead{position:absolute;clip-path:inset(50%);width:1px;overflow:hidden}
.plain :is(tr,th,td){display:block;border:0;padding:.1rem 0;text-align:start}
.plain tr{border-bottom:1px solid var(--line);padding:.5rem 0}.plain td:empty{display:none}
.plain td::before{content:attr(data-label) ": ";color:var(--soft)}}
@media print{:root{color-scheme:light;--page:#fff;--ink:#000;--soft:#333;--line:#bbb;--track:#e6e6e6;--yes:#0c7c92;
--maybe:#b57700;--no:#777;--yes-bg:#d8eef3;--maybe-bg:#ffe9ae;--no-bg:#f3f3f3;--dot:#a00}
body{font-size:10pt;padding:0;max-width:none}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
tr,li,dl div{break-inside:avoid}thead{display:table-header-group}h2{break-after:avoid}}
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """A row of a drawing: its name, a bar from `low` to `high`, a dot at `at`, and the same in words."""

    name: str
    low: float
    high: float
    said: str
    at: float | None = None
    tone: Tone = "yes"
    tag: str = ""


def page(title: str, lead: str, parts: Iterable[str], made: str) -> str:
    """The whole page. `lead` is what came out, in a sentence or two; `made` says of what and by which rule."""
    body = "\n".join(parts).replace(" %", "\u00a0%")  # no line ends before its “%”
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n<p>{escape(lead)}</p>\n{body}\n</main>\n"
        f"<footer><p>{escape(made)}</p></footer>\n</body>\n</html>\n"
    )


def heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def paragraphs(lines: Iterable[str]) -> str:
    return "\n".join(f"<p>{escape(line)}</p>" for line in lines)


def listing(lines: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def code_line(label: str, code: str) -> str:
    return f"<p>{escape(label)} <code>{escape(code)}</code></p>"


def facts(rows: Iterable[tuple[str, object]]) -> str:
    """The few figures that matter, large."""
    return (
        "<dl>"
        + "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(str(v))}</dd></div>" for k, v in rows)
        + "</dl>"
    )


def marks(
    title: str,
    rows: Sequence[Mark],
    *,
    heads: tuple[str, str],
    span: tuple[float, float] | None = None,
    edge: float | None = None,
    edge_name: str = "",
    desc: str = "",
) -> str:
    """Bars or intervals, one a row, on one scale. `edge` draws a line through all of them, such as the last place."""
    shown = rows[:MOST_ROWS]
    least, most = span or _span(shown, edge)
    left = f" The dashed line is {edge_name}, {figure(edge, 2)}." if edge is not None and edge_name else ""
    more = f" The first {len(shown):,} of {len(rows):,}." if len(shown) < len(rows) else ""
    digits = 0 if float(least).is_integer() and float(most).is_integer() else decimals((least, most))
    scale = f"Scale from {fixed(least, digits)} to {fixed(most, digits)}."
    words = f"{desc} {scale}{left}{more}".strip()
    body = "".join(_row(mark, least, most, edge) for mark in shown)
    return (
        f'<table class="marks" role="table"><caption>{escape(title)}<br><small>{escape(words)}</small></caption>'
        f'<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">{escape(heads[0])}</th>'
        f'<td class="mark" role="cell"></td><th scope="col" role="columnheader" class="n">{escape(heads[1])}</th>'
        f'</tr></thead><tbody role="rowgroup">{body}</tbody></table>'
    )


def _span(rows: Sequence[Mark], edge: float | None) -> tuple[float, float]:
    ends = [end for mark in rows for end in (mark.low, mark.high)] + ([edge] if edge is not None else [])
    least, most = min(ends, default=0.0), max(ends, default=1.0)
    return (least, most) if most > least else (least - 0.5, most + 0.5)


def _row(mark: Mark, least: float, most: float, edge: float | None) -> str:
    def share(value: float) -> float:
        return min(100.0, max(0.0, 100 * (value - least) / (most - least)))

    start, end = share(mark.low), share(mark.high)
    drawn = [
        '<rect class="track" x="0" y="7" width="100%" height="2"/>',
        f'<rect class="{mark.tone}" x="{start:.2f}%" y="4" width="{max(end - start, 0.4):.2f}%" height="8" rx="2"/>',
    ]
    if mark.at is not None:
        drawn.append(f'<circle class="dot" cx="{share(mark.at):.2f}%" cy="8" r="4"/>')
    if edge is not None:
        drawn.append(f'<line class="edge" x1="{share(edge):.2f}%" x2="{share(edge):.2f}%" y1="-4" y2="20"/>')
    tag = f' <span class="tag tag-{mark.tone}">{escape(mark.tag)}</span>' if mark.tag else ""
    name, said = escape(mark.name), escape(mark.said)
    svg = f'<svg role="img" aria-label="{name}: {said}"><title>{name}</title><desc>{said}</desc>{"".join(drawn)}</svg>'
    return (
        f'<tr role="row"><th scope="row" role="rowheader">{name}{tag}</th>'
        f'<td class="mark" role="cell">{svg}</td><td class="n" role="cell">{said}</td></tr>'
    )


def tiles(title: str, rows: Sequence[tuple[str, str, Tone]]) -> str:
    """Many codes at a glance: the code, a word below it, and how it fared."""
    shown = rows[:MOST_ROWS]
    more = (
        f'<p class="soft">The first {len(shown):,} of {amount(len(rows), "entry", "entries")}.</p>'
        if len(shown) < len(rows)
        else ""
    )
    body = "".join(
        f'<li class="t-{tone}"><b>{escape(code)}</b><small>{escape(word)}</small></li>'
        for code, word, tone in shown
    )
    return f'{heading(title)}<ol class="tiles">{body}</ol>{more}'


def table(
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: frozenset[int] = frozenset(),
    hidden: str = "",
) -> str:
    """A plain table, on a phone a card a row; empty columns are left out; cells that hold `hidden` stand out."""
    listed = list(rows)
    kept = [place for place in range(len(heads)) if place == 0 or any(row[place] for row in listed)]
    numbers = frozenset(kept.index(place) for place in numbers if place in kept)
    names = [heads[place] for place in kept]
    top = "".join(
        f'<th scope="col" role="columnheader"{_number(place in numbers)}>{escape(name)}</th>'
        for place, name in enumerate(names)
    )
    body = "".join(
        f'<tr role="row">{"".join(_cells([row[place] for place in kept], names, numbers, hidden))}</tr>'
        for row in listed[:MOST_ROWS]
    )
    more = (
        f'<p class="soft">The first {MOST_ROWS} of {len(listed):,} rows.</p>'
        if len(listed) > MOST_ROWS
        else ""
    )
    label = escape(title, quote=True)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{label}"><table class="plain" role="table">'
        f'<caption>{escape(title)}</caption><thead role="rowgroup"><tr role="row">{top}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table></div>{more}'
    )


def _cells(row: Sequence[str], names: Sequence[str], numbers: frozenset[int], hidden: str) -> Iterable[str]:
    for place, cell in enumerate(row):
        if place == 0:
            yield f'<th scope="row" role="rowheader">{escape(cell)}</th>'
        else:
            kinds = [*(["n"] if place in numbers else []), *(["hid"] if hidden and cell == hidden else [])]
            kind = f' class="{" ".join(kinds)}"' if kinds else ""
            label = escape(names[place], quote=True)
            yield f'<td role="cell" data-label="{label}"{kind}>{escape(cell)}</td>'


def _number(yes: bool) -> str:
    return ' class="n"' if yes else ""
