// Saves the fields of <form data-autosave> and keeps what was not taken: see docs/design-system.md, “Autosave”.
const QUIET = 1500;
const DAYS = 7;
const OTHER = ["hidden", "file", "submit", "button", "fieldset"];
const ours = document.querySelector("[data-who]")?.dataset ?? {};
const more = () => import(ours.more);
const proof = document.cookie.match(/\bsaved=(\w+)/)?.[1];
let leaving = false; // signing out: nothing is kept any more

const texts = (form) => {
  const found = {};
  for (const { name, type } of form.elements) if (name && name[0] !== "_" && !OTHER.includes(type)) found[name] = [];
  for (const [name, value] of new FormData(form)) found[name]?.push(value);
  return found;
};
// A server tidies what it stores: that is no lost text.
const tidy = (values = []) => JSON.stringify(values).replaceAll("https://", "").replace(/\s|\\[nrt]/g, "");
const changed = (now, before) => Object.keys(now).filter((name) => tidy(now[name]) !== tidy(before[name]));

const kept = (wanted, use = () => {}) => {
  try {
    for (const store of [localStorage, sessionStorage])
      for (const key of Object.keys(store).filter((key) => key.startsWith(wanted))) {
        const copy = JSON.parse(store[key]) ?? {};
        const drop = () => store.removeItem(key);
        if (copy.at > Date.now() - DAYS * 864e5 && !(proof && copy.mark === proof)) use({ ...copy, key, drop });
        else drop();
      }
  } catch {
    // nothing was kept
  }
};
const forget = (wanted) => kept(wanted, ({ drop }) => drop());

const start = (form) => {
  const line = form.querySelector("[data-autosave-status]");
  const url = form.dataset.autosave;
  const place = `autosave:${url}#${ours.who ?? ""}.`;
  const id = Math.random().toString(36).slice(2) + Date.now().toString(36);
  const keeps = form.dataset.autosaveKeep !== "no";
  // What the server holds: the page as it came, not as a browser filled it in anew.
  const served = form.cloneNode(true);
  served.reset();
  let base = line?.dataset.posted ? {} : texts(served);
  let timer, busy, stale, refused, spoken, sent;

  const say = (state, text) => {
    if (!line) return;
    line.dataset.state = state;
    line.textContent = text ?? line.dataset[state] ?? "";
    // Spoken is what goes wrong, and the first success after it.
    if (state === "saving" || state === spoken) return;
    spoken = state;
    line.nextElementSibling.textContent = line.textContent;
  };
  const write = (store, mark) => {
    const now = texts(form);
    const part = (from) => Object.fromEntries(changed(now, base).map((name) => [name, from[name]]));
    try {
      if (leaving || !keeps) return false;
      window[store].setItem(place + id, JSON.stringify({ at: Date.now(), mark, texts: part(now), base: part(base) }));
      return true;
    } catch {
      return false; // full, or forbidden
    }
  };
  const keep = (state, text) => (write("localStorage") ? say(state, text) : say("unsaved"));

  const save = async () => {
    clearTimeout(timer);
    const now = texts(form);
    if (!changed(now, base).length || stale || refused === JSON.stringify(now)) return;
    if (busy) return void (timer = setTimeout(save, QUIET));
    busy = true;
    say("saving");
    const body = new FormData(form);
    body.delete("once"); // for the button
    for (const [name, value] of [...body]) if (typeof value !== "string") body.delete(name);
    let answer, said = {};
    try {
      answer = await fetch(url, { method: "POST", body, headers: { "X-Requested-With": "autosave" }, signal: AbortSignal.timeout?.(30000) });
      said = await answer.json();
    } catch {
      // no line, or nothing to say
    }
    const { fields = {}, errors, notice } = said;
    const taken = answer?.ok && !answer.redirected;
    let wait = taken ? 0 : 20000;
    if (taken) {
      for (const name in errors) now[name] = base[name];
      base = now;
      forget(place + id);
      for (const name in fields) if (form.elements[name]) form.elements[name].value = fields[name];
    }
    if (!answer) keep("kept");
    else if (errors || !taken) wait = await more().then((module) => module.tell(form, answer, said, keep), () => keep("kept") ?? wait);
    else if (notice) say("stale", notice);
    else say("saved", line?.dataset.saved.replace("{time}", new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false })));
    busy = false;
    if (wait > 0) timer = setTimeout(save, wait);
    else if (wait < 0) stale = true;
    else if (errors || !taken) refused = JSON.stringify(texts(form));
  };

  const offers = [];
  if (keeps) kept(place, (copy) => {
    const now = texts(form);
    const names = Object.keys(copy.texts);
    const here = names.filter((name) => now[name]);
    const open = here.filter((name) => tidy(copy.texts[name]) !== tidy((line?.dataset.posted ? now : base)[name]));
    if (here.length < names.length) copy.drop = () => {};
    if (open.length) offers.push({ ...copy, open });
    else if (!line?.dataset.posted || write("localStorage")) copy.drop();
  });
  if (offers.length && line) more().then((module) => module.offer(form, offers, { base, keep, save, say }), () => say("found"));
  if (!line?.dataset.posted) save();
  const soon = (wait) => () => { clearTimeout(timer); timer = setTimeout(save, wait); };
  form.addEventListener("input", soon(QUIET));
  form.addEventListener("change", soon(300));
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (event.defaultPrevented) return;
    if (!navigator.onLine && write("localStorage")) {
      event.preventDefault(); // the browser would put its own page here
      return say("offline");
    }
    const mark = id + Date.now();
    if (!write("localStorage", mark)) return;
    sent = JSON.stringify(texts(form));
    const field = form.elements._mark ?? form.appendChild(document.createElement("input"));
    Object.assign(field, { type: "hidden", name: "_mark", value: mark });
  });
  for (const back of ["online", "focus"]) addEventListener(back, save);
  addEventListener("pagehide", () => {
    if (changed(texts(form), base).length && JSON.stringify(texts(form)) !== sent) write(/kept|out|ref/.test(spoken) ? "localStorage" : "sessionStorage");
  });
};

kept("autosave:/"); // too old goes, and what has arrived
document.cookie = "saved=; path=/; max-age=0; samesite=lax";
// After sending, nothing of it stays on a shared phone.
const over = document.querySelector("[data-forget-kept]");
if (over) for (const kind of ["autosave:", "autosave:upload:"]) forget(kind + over.dataset.forgetKept);

document.querySelectorAll("form[data-autosave]").forEach(start);

for (const place of document.querySelectorAll("[data-kept]")) {
  const found = [];
  kept(`autosave:${place.dataset.kept}`, (copy) => copy.key.includes(`#${ours.who}.`) && found.push(copy));
  if (found.length) more().then((module) => module.list(place, found), () => {});
}

for (const form of document.querySelectorAll("form[data-forget]")) {
  form.addEventListener("submit", () => {
    leaving = true;
    forget("autosave:");
  });
}
