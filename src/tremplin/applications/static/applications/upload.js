// [data-upload="/begin/"] around a file input: sends the file in pieces as soon as it is chosen. A line that breaks
// costs one piece; it goes on by itself when the line is back, and after a reload when the same file is chosen again.
// With data-upload-then="go" the page that shows what has arrived is opened at the end.
// Without this (or without a digest, on a page that is not secure) the file goes with the form as ever.
const LEAST = 16 * 1024, MOST = 512 * 1024;
const KEPT = 7 * 24 * 3600e3; // as long as the server keeps what has arrived
const PATIENCE = 90e3; // for one piece
const language = document.documentElement.lang;
const megabytes = new Intl.NumberFormat(language, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const size = (bytes) => megabytes.format(Math.max(0.1, bytes / 1048576));
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

class Refused extends Error {}
class Left extends Error {} // another file was chosen, or this one cancelled

const start = (part) => {
  const input = part.querySelector("input[type=file]");
  const line = part.querySelector("[data-upload-line]");
  const said = line.querySelector("[role=status]");
  const bar = line.querySelector("progress");
  const figure = line.querySelector("[data-upload-figure]");
  const cancel = line.querySelector("button");
  const form = input.form;
  const url = part.dataset.upload;
  const key = `autosave:upload:${url}`; // signing out forgets whatever begins so
  let turn = 0, busy = false, at = "", stop = new AbortController(), held = null, wake = () => {};

  const say = (state, name = "", more = {}) => {
    line.hidden = false;
    line.dataset.state = state;
    said.textContent = (more.text ?? line.dataset[state] ?? "").replace("{name}", name);
    cancel.hidden = !["sending", "waiting", "found", "holding", "checking"].includes(state);
    figure.hidden = bar.hidden = !["sending", "waiting", "found", "holding"].includes(state);
  };
  const show = (offset, whole) => {
    Object.assign(bar, { max: whole, value: offset });
    figure.textContent = line.dataset.figure.replace("{done}", size(offset)).replace("{size}", size(whole));
  };
  const note = (value) => {
    try {
      if (value) localStorage.setItem(key, JSON.stringify(value));
      else localStorage.removeItem(key);
    } catch {
      // storage is forbidden: choosing the file again still goes on where it stopped
    }
  };
  const noted = () => {
    try {
      const found = JSON.parse(localStorage.getItem(key));
      return found && Date.now() - found.when < KEPT ? found : note(null);
    } catch {
      return null;
    }
  };

  // One request; an answer that no repetition would better is a refusal.
  const ask = async (where, options = {}) => {
    const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, "X-Requested-With": "upload", ...options.headers };
    const alarm = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(where, { cache: "no-store", ...options, headers, signal: stop.signal });
      if (answer.redirected || (answer.status === 403 && !answer.headers.get("content-type")?.includes("json")))
        throw new Refused(line.dataset.out);
      if (answer.status >= 500) throw new Error(answer.status);
      if (answer.ok || answer.status === 404 || answer.headers.has("Upload-Offset")) return answer;
      const { error } = await answer.json().catch(() => ({}));
      throw new Refused(error ?? line.dataset.failed);
    } finally {
      clearTimeout(alarm);
    }
  };
  // Waits for the line, then asks again: a little longer each time, at once when the browser is back online.
  const patiently = async (mine, name, deed) => {
    for (let tries = 0; ; tries += 1) {
      if (turn !== mine) throw new Left();
      try {
        return await deed(tries);
      } catch (fault) {
        if (fault instanceof Refused || fault instanceof Left) throw fault;
        if (turn !== mine) throw new Left();
        stop = new AbortController();
        say("waiting", name);
        await new Promise((resolve) => {
          wake = resolve;
          setTimeout(resolve, Math.min(30e3, 1000 * 2 ** tries));
        });
      }
    }
  };
  const offsetOf = (answer) => Number(answer.headers.get("Upload-Offset"));

  const begin = (mine, file, sha256) =>
    patiently(mine, file.name, async () => {
      const body = new URLSearchParams({ name: file.name, size: file.size, sha256 });
      const answer = await ask(url, { method: "POST", body });
      if (answer.status === 404) throw new Refused(line.dataset.failed);
      return answer.json();
    });

  const send = async (mine, file) => {
    let length = 4 * LEAST;
    say("checking", file.name);
    const sha256 = hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    for (let times = 0; times < 3; times += 1) {
      const begun = await begin(mine, file, sha256);
      if (begun.saved) return begun.saved;
      at = begun.url;
      note({ name: file.name, size: file.size, at, when: Date.now() });
      let { offset } = begun;
      show(offset, file.size);
      say(held ? "holding" : "sending", file.name);
      while (offset < file.size && offset >= 0) {
        offset = await patiently(mine, file.name, async (tries) => {
          if (tries) {
            length = Math.max(LEAST, length / 2);
            const known = await ask(at, { method: "HEAD" });
            say(held ? "holding" : "sending", file.name);
            if (known.status === 404) return -1;
            if (offsetOf(known) !== offset) return offsetOf(known); // the piece had arrived, only its answer had not
          }
          const began = performance.now();
          const headers = { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
          const answer = await ask(at, { method: "POST", headers, body: file.slice(offset, offset + length) });
          if (answer.status === 404) return -1;
          if (answer.ok) length = Math.min(MOST, performance.now() - began < 2500 ? length * 2 : length);
          return offsetOf(answer);
        });
        if (offset >= 0) show(offset, file.size);
      }
      if (offset < 0) continue; // it is gone, in another window or after a week: once more from the beginning
      const ended = await patiently(mine, file.name, () => ask(at, { method: "POST", body: new URLSearchParams({ deed: "finish" }) }));
      if (ended.ok) return (await ended.json()).saved;
    }
    throw new Refused(line.dataset.failed);
  };

  const over = () => {
    busy = false;
    input.value = ""; // the form need not send it again
    const waiting = held;
    held = null;
    return waiting;
  };
  const choose = async () => {
    const file = input.files[0];
    const mine = (turn += 1);
    stop.abort();
    stop = new AbortController();
    if (!file) {
      busy = false;
      line.hidden = true;
      return;
    }
    busy = true;
    try {
      const saved = await send(mine, file);
      if (turn !== mine) return;
      note(null);
      const waiting = over();
      if (part.dataset.uploadThen) return void location.assign(saved);
      say("saved", file.name);
      const link = document.createElement("a");
      Object.assign(link, { href: saved, textContent: line.dataset.look });
      said.append(" ", link);
      part.querySelector("[data-upload-given]")?.remove(); // the file that it replaces
      for (const box of part.querySelectorAll("[name=_remove]")) box.checked = false;
      if (waiting) form.requestSubmit(waiting);
    } catch (fault) {
      if (fault instanceof Left || turn !== mine) return;
      if (fault instanceof Refused) note(null);
      over();
      say("refused", file.name, { text: fault instanceof Refused ? fault.message : line.dataset.failed });
    }
  };

  input.addEventListener("change", choose);
  addEventListener("online", () => wake());
  addEventListener("offline", () => { if (busy) stop.abort(); });
  cancel.addEventListener("click", () => {
    turn += 1;
    stop.abort();
    stop = new AbortController();
    wake();
    note(null);
    const waiting = over();
    line.hidden = true;
    if (at) ask(at, { method: "POST", body: new URLSearchParams({ deed: "cancel" }) }).catch(() => {});
    input.focus();
    if (waiting) form.requestSubmit(waiting); // only the file is given up, not what was typed
  });
  // “Save and continue” waits for the file; pressed once more, it goes on without it.
  form.addEventListener("submit", (event) => {
    if (!busy) return;
    if (held) {
      input.disabled = true;
      return;
    }
    event.preventDefault();
    if (part.dataset.uploadThen) return; // it is sent already, and the form holds nothing else
    held = event.submitter;
    say("holding", input.files[0]?.name);
  });

  if (input.files.length) choose(); // chosen before this script came
  const earlier = noted();
  if (earlier) {
    at = earlier.at;
    ask(at, { method: "HEAD" }).then((answer) => {
      if (busy) return;
      if (!answer.ok || offsetOf(answer) >= earlier.size) return note(null);
      show(offsetOf(answer), earlier.size);
      say("found", earlier.name);
    }, () => {});
  }
};

if (globalThis.crypto?.subtle) document.querySelectorAll("[data-upload]").forEach(start);
