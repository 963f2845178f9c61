// What autosave.js fetches when there is more to say: text that this device holds, a session that is over, an answer
// that was refused. Everything shown is put in as text, never as markup.
const language = document.documentElement.lang;
const made = (kind, more = {}, ...inside) => {
  const element = Object.assign(document.createElement(kind), more);
  element.append(...inside);
  return element;
};
const button = (label, act, kind = "button button--quiet") =>
  made("button", { type: "button", className: kind, textContent: label, onclick: act });
const moment = (at) => new Date(at).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
const tidy = (values = []) => JSON.stringify(values);
const chosen = ({ type }) => type === "radio" || type === "checkbox";

const controls = (form, name) => [...form.elements].filter((control) => control.name === name);
const named = (form, name) => {
  const [control] = controls(form, name);
  const legend = control?.closest("fieldset")?.querySelector("legend");
  return ((control && chosen(control) && legend) || control?.labels?.[0] || legend)?.textContent.trim() ?? name;
};
// How values read on the page: the labels of what was chosen, the words of what was written.
const shown = (form, name, values = []) =>
  values.map((value) => {
    const control = controls(form, name).find((one) => (chosen(one) ? one.value === value : true));
    if (control && chosen(control)) return control.labels[0]?.textContent.trim() ?? value;
    return [...(control?.options ?? [])].find((option) => option.value === value)?.text ?? value;
  }).join(", ") || "–";

const quote = (label, text) => [made("p", { className: "hint", textContent: label }), made("p", { className: "typed-text", dir: "auto", textContent: text })];

const fill = (form, name, values, below) => {
  for (const control of controls(form, name)) {
    if (chosen(control)) control.checked = values.includes(control.value);
    else if (control.options) for (const option of control.options) option.selected = values.includes(option.value);
    else control.value = below && control.rows ? `${control.value}\n\n${values[0] ?? ""}` : (values[0] ?? "");
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
};

// Above the fields: each text that this device holds, beside what has been saved since, and what to do with it.
export const offer = (form, copies, { base, keep, save, say }) => {
  const words = form.querySelector("[data-autosave-status]").dataset;
  const box = made("section", { className: "notice notice--warn kept" });
  box.setAttribute("aria-label", words.found);
  const inside = made("div", {}, made("p", {}, made("strong", { textContent: words.found })));
  box.append(inside);
  const over = (part) => {
    part.remove();
    if (inside.querySelector(".actions")) return;
    box.remove();
    say("", "");
  };
  for (const copy of copies) {
    const part = made("div");
    // Saved anew since this copy was made: it goes below what is there, never in its place.
    const moved = (name) => copy.base[name] && tidy(copy.base[name]) !== tidy(base[name]);
    for (const name of copy.open) {
      part.append(made("p", {}, made("strong", { textContent: named(form, name) })), ...quote(words.here.replace("{time}", moment(copy.at)), shown(form, name, copy.texts[name])));
      if (moved(name)) part.append(...quote(words.since, shown(form, name, base[name])));
    }
    const back = () => {
      over(part);
      for (const name of copy.open) fill(form, name, copy.texts[name], moved(name));
      keep("saving");
      copy.drop();
      controls(form, copy.open[0])[0].focus();
      save();
    };
    const away = () => {
      copy.drop();
      over(part);
      document.getElementById("main")?.focus();
    };
    const label = copy.open.some(moved) ? words.below : words.restore;
    part.append(made("div", { className: "actions" }, button(label, back), button(words.discard, away, "link")));
    inside.append(part);
  }
  form.prepend(box);
  say("found");
};

// Why it was not saved, and the way out: the sign-in in another tab, or the field that is refused. Returns when to try
// again: in so many milliseconds, 0 once the text has changed, -1 never on this page.
let renewed = false;
export const tell = (form, answer, { message, href, enter, who, fields = {}, errors = {} }, keep) => {
  const line = form.querySelector("[data-autosave-status]");
  if (href) {
    keep("out", message);
    line?.append(" ", made("a", { href, target: "_blank", textContent: enter }));
    return 20000;
  }
  // The same person has signed in anew in another tab: this page goes on with the new token.
  if (who && who === line?.dataset.who) {
    for (const name in fields) form.elements[name].value = fields[name];
    renewed = !renewed; // once at once, then in a while: a token that is never taken shall not be fetched for ever
    return renewed ? 1 : (keep("kept") ?? 20000);
  }
  if (answer.status === 409) return keep("stale", message) ?? -1;
  const wrong = Object.entries(errors).filter(([name]) => controls(form, name).length);
  if (!wrong.length && (!message || answer.status >= 500)) return keep("kept") ?? 20000;
  keep("refused", [line?.dataset.refused, ...(wrong.length ? wrong.map(([, said]) => [said].flat().join(" ")) : [message])].join(" "));
  for (const [name] of wrong) line?.append(" ", button(named(form, name), () => controls(form, name)[0].focus(), "link"));
  return 0;
};

// On a page that leads to the forms: which of them this device holds text for.
export const list = (place, copies) => {
  const links = new Map();
  for (const { key, at } of copies) {
    const [address] = key.slice(9).split("#");
    const page = address.replace(/autosave\/$/, "");
    // Its title on the page, be it a heading with the last word of the address or a link to it.
    const title = document.querySelector(`main h2[id="${CSS.escape(page.split("/").at(-2))}"]`)?.textContent.trim();
    const label = title ?? [...document.querySelectorAll("main a")].find((link) => link.pathname === page)?.textContent.trim();
    if ((links.get(page)?.at ?? 0) < at) links.set(page, { at, label });
  }
  const rows = [...links].map(([href, { at, label }]) => made("li", {}, made("a", { href, textContent: label ?? href }), ` – ${moment(at)}`));
  place.append(made("div", {}, made("p", { textContent: place.dataset.text }), made("ul", {}, ...rows)));
  place.hidden = false;
};
