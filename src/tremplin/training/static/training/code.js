// <textarea data-code>: Python in colours, Tab that indents, lines that begin where the last one did. The textarea
// stays what it is: it holds the text, is read aloud and sent; the colours lie behind it and are hidden from readers.
const MOST = 60000; // more than this would slow typing down: it stays plain
const KEYWORDS = "False|None|True|and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|match|nonlocal|not|or|pass|raise|return|try|while|with|yield";
const KINDS = ["comment", "text", "word", "name", "number"];
const TOKEN = new RegExp(
  [
    "(?<comment>#[^\\n]*)",
    "(?<text>[rbfuRBFU]{0,2}(?:'''[^]*?(?:'''|(?![^]))|\"\"\"[^]*?(?:\"\"\"|(?![^]))|'(?:\\\\.|[^'\\\\\\n])*'?|\"(?:\\\\.|[^\"\\\\\\n])*\"?))",
    `(?<word>\\b(?:${KEYWORDS})\\b)`,
    "(?<name>^[ \\t]*@[\\w.]+)",
    "(?<number>\\b\\d[\\w.]*(?:(?<=[eE])[-+]\\d+)?)",
    "\\w+", // a word that is none of these, at once
  ].join("|"),
  "gm",
);

const coloured = (code) => {
  const parts = document.createDocumentFragment();
  let from = 0, before = "";
  for (const found of code.matchAll(TOKEN)) {
    const named = before === "def" || before === "class";
    const kind = KINDS.find((name) => found.groups[name] !== undefined) ?? (named ? "name" : "");
    before = found[0];
    if (!kind) continue;
    parts.append(code.slice(from, found.index));
    const part = document.createElement("span");
    part.className = `code__${kind}`;
    part.textContent = found[0];
    parts.append(part);
    from = found.index + found[0].length;
  }
  parts.append(code.slice(from), "\n"); // the last empty line counts too
  return parts;
};

// Through the browser’s own way of typing, so that it can be undone.
const type = (area, text) => {
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
};

const lineStart = (area) => area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;

// Several lines move together; one gets blanks up to the next step of four.
const indent = (area, back) => {
  const { selectionEnd: end, value } = area;
  const first = lineStart(area);
  if (!back && area.selectionStart === end) return type(area, " ".repeat(4 - ((end - first) % 4)));
  const lines = value.slice(first, end).split("\n");
  const moved = lines.map((line) => (back ? line.replace(/^ {1,4}|^\t/, "") : line && `    ${line}`)).join("\n");
  if (moved === lines.join("\n")) return;
  area.setSelectionRange(first, end);
  if (moved) type(area, moved);
  else document.execCommand("delete");
  area.setSelectionRange(lines.length > 1 ? first : first + moved.length, first + moved.length);
};

const newLine = (area) => {
  const line = area.value.slice(lineStart(area), area.selectionStart);
  const blanks = line.match(/^[ \t]*/)[0];
  type(area, `\n${blanks}${/:\s*(#.*)?$/.test(line) ? "    " : ""}`);
};

for (const area of document.querySelectorAll("textarea[data-code]")) {
  const frame = document.createElement("div");
  const behind = document.createElement("pre");
  frame.className = "code";
  behind.className = "code__behind";
  behind.setAttribute("aria-hidden", "true");
  area.before(frame);
  frame.append(behind, area);
  let leaving = false, asked = 0;

  const draw = () => {
    asked = 0;
    const small = area.value.length <= MOST;
    frame.classList.toggle("code--plain", !small);
    behind.replaceChildren(small ? coloured(area.value) : "");
    follow();
  };
  const follow = () => {
    behind.scrollTop = area.scrollTop;
    behind.scrollLeft = area.scrollLeft;
  };
  area.addEventListener("input", () => { asked ||= requestAnimationFrame(draw); });
  area.addEventListener("scroll", follow);
  area.addEventListener("blur", () => { leaving = false; });
  area.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || area.readOnly) return;
    if (event.key === "Escape") leaving = true; // the next Tab leaves the field
    else if (event.key === "Tab" && !leaving) {
      event.preventDefault();
      indent(area, event.shiftKey);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      newLine(area);
      leaving = false;
    } else if (!["Tab", "Shift"].includes(event.key)) leaving = false;
  });
  const help = document.querySelector(`[data-code-help="${area.id}"]`);
  if (help) {
    help.hidden = false;
    area.setAttribute("aria-describedby", `${area.getAttribute("aria-describedby") ?? ""} ${help.id}`.trim());
  }
  addEventListener("pageshow", draw); // a browser may fill in what was typed before
  draw();
}
