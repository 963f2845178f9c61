// <form data-autosave="/url">: posts the fields a moment after the last key. What cannot be sent is kept on
// this device and offered again. `data-autosave-keep="no"` keeps nothing (shared computers, private answers).
// Fields whose name begins with "_" are the page's own housekeeping: sent, but never text to keep.
const QUIET = 1500;
const DAYS = 7;
const SENT = "autosave-sent"; // which form this tab sent last: an answer that leads on forgets its copy
const SECRET = new Set(["csrfmiddlewaretoken", "once"]);

const texts = (form) => {
  const data = new FormData(form);
  return [...data].filter(([name, value]) => typeof value === "string" && !SECRET.has(name) && !name.startsWith("_"));
};
// A server tidies what it stores: blanks at the ends, the beginning of a web address. That is no lost text.
const tidy = (pairs) => JSON.stringify(pairs).replaceAll("https://", "").replace(/\s|\\[nrt]/g, "");
// What could not be sent is kept on this device for a week; what only left with the page dies with the tab.
const fresh = (text) => {
  const { at, pairs } = JSON.parse(text) ?? {};
  return at > Date.now() - DAYS * 864e5 ? pairs : null;
};
const read = (key) => {
  try {
    return fresh(localStorage.getItem(key)) ?? fresh(sessionStorage.getItem(key));
  } catch {
    return null;
  }
};
const write = (store, key, pairs) => {
  if (leaving) return false;
  try {
    window[store].setItem(key, JSON.stringify({ at: Date.now(), pairs }));
    return true;
  } catch {
    return false; // storage is full, or forbidden
  }
};
let leaving = false; // signing out: nothing may be kept any more
const forget = (wanted) => {
  try {
    for (const store of [localStorage, sessionStorage])
      for (const key of Object.keys(store)) if (key.startsWith(wanted)) store.removeItem(key);
  } catch {
    // nothing was kept
  }
};

const start = (form) => {
  const line = form.querySelector("[data-autosave-status]");
  const url = form.dataset.autosave;
  const key = `autosave:${url}`;
  const keeps = form.dataset.autosaveKeep !== "no";
  let sent = JSON.stringify(texts(form));
  let timer, busy, stale;

  const say = (state, time = "") => {
    if (!line) return;
    line.dataset.state = state;
    line.textContent = (line.dataset[state] ?? "").replace("{time}", time);
  };
  const keep = (state) => say(keeps && write("localStorage", key, texts(form)) ? state : "unsaved");

  const save = async () => {
    clearTimeout(timer);
    const now = JSON.stringify(texts(form));
    if (now === sent || stale) return;
    if (busy) return void (timer = setTimeout(save, QUIET));
    busy = true;
    say("saving");
    const body = new FormData(form);
    body.delete("once"); // this key belongs to the button
    for (const [name, value] of [...body]) if (typeof value !== "string") body.delete(name);
    try {
      const answer = await fetch(url, { method: "POST", body, headers: { "X-Requested-With": "autosave" } });
      // A redirect is the sign-in page: nothing was saved.
      if (answer.status === 409) {
        stale = true;
        keep("stale");
      } else if (!answer.ok || answer.redirected) {
        throw new Error(answer.status);
      } else {
        sent = now;
        forget(key);
        say("saved", new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false }));
        // The server may hand over the version it now holds, so that the button does not clash with ourselves,
        // and something to say: that another window wrote too, and both texts are kept.
        if (answer.headers.get("content-type")?.includes("json")) {
          const { fields = {}, notice } = await answer.json();
          for (const [name, value] of Object.entries(fields)) {
            if (form.elements[name]) form.elements[name].value = value;
          }
          sent = JSON.stringify(texts(form));
          if (notice && line) Object.assign(line, { textContent: notice }).dataset.state = "stale";
        }
      }
    } catch {
      keep("kept");
      timer = setTimeout(save, 20000);
    }
    busy = false;
  };

  const offer = (found) => {
    const button = (label, act) => {
      const made = document.createElement("button");
      Object.assign(made, { type: "button", className: "link", textContent: label, onclick: act });
      return made;
    };
    say("found");
    line.append(
      " ",
      button(line.dataset.restore, () => {
        for (const control of form.elements) {
          const values = found.filter(([name]) => name === control.name).map(([, value]) => value);
          if (!control.name || SECRET.has(control.name) || ["file", "hidden", "submit"].includes(control.type)) continue;
          if (["checkbox", "radio"].includes(control.type)) control.checked = values.includes(control.value);
          else if (control.options) for (const option of control.options) option.selected = values.includes(option.value);
          else if (values.length) control.value = values[0];
          control.dispatchEvent(new Event("input", { bubbles: true }));
        }
        save();
      }),
      " · ",
      button(line.dataset.discard, () => { forget(key); line.textContent = ""; }),
    );
  };

  const found = keeps && read(key);
  if (found && tidy(found) === tidy(texts(form))) forget(key);
  else if (found && line) offer(found);
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, QUIET); });
  form.addEventListener("change", () => { clearTimeout(timer); timer = setTimeout(save, 300); });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (event.defaultPrevented) return;
    if (!navigator.onLine && keeps && write("localStorage", key, texts(form))) {
      event.preventDefault(); // the browser's own page for a dead line would hide what was typed
      say("offline");
      return;
    }
    if (keeps && write("localStorage", key, texts(form))) write("sessionStorage", SENT, key);
    sent = JSON.stringify(texts(form));
  });
  addEventListener("online", save);
  addEventListener("pagehide", () => { if (JSON.stringify(texts(form)) !== sent && keeps) write("sessionStorage", key, texts(form)); });
};

// A form that was sent leads on by a redirect: what it held is on the server. An answer that never came leads nowhere.
try {
  for (const key of Object.keys(localStorage)) if (key.startsWith("autosave:/") && !fresh(localStorage.getItem(key))) localStorage.removeItem(key);
  const arrived = performance.getEntriesByType("navigation")[0]?.redirectCount > 0;
  const last = fresh(sessionStorage.getItem(SENT));
  if (last && arrived) forget(last);
  if (arrived) sessionStorage.removeItem(SENT);
} catch {
  // nothing was kept
}
// After sending, nothing of it stays on a shared phone: <… data-forget-kept="/address of the application/">.
const over = document.querySelector("[data-forget-kept]");
if (over) for (const kind of ["autosave:", "autosave:upload:"]) forget(kind + over.dataset.forgetKept);

document.querySelectorAll("form[data-autosave]").forEach(start);

// Whoever signs out leaves nothing behind on a shared computer.
for (const form of document.querySelectorAll("form[data-forget]")) {
  form.addEventListener("submit", () => {
    leaving = true;
    forget("autosave:");
  });
}
