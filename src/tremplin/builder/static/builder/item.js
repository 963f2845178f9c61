// The page of one item: the fields of a kind of answer appear when the kind is chosen, and nobody leaves text behind
// that the server has not taken. Without it a button shows the fields, and the server keeps what was sent.
const form = document.querySelector("form[data-autosave]");
const kind = form?.querySelector("select[name=kind]");

if (kind) {
  const parts = form.querySelectorAll("[data-kinds]");
  const show = () => {
    for (const part of parts) part.hidden = !part.dataset.kinds.split(" ").includes(kind.value);
  };
  kind.addEventListener("change", show);
  form.addEventListener("reset", () => setTimeout(show));
  form.querySelector("[data-kinds-button]").hidden = true;
  show(); // a browser that comes back to the page has filled in the kind anew
}

if (form) {
  let typed = false;
  let sent = false;
  form.addEventListener("input", () => (typed = true));
  form.addEventListener("submit", () => (sent = true));
  const line = form.querySelector("[data-autosave-status]");
  new MutationObserver(() => {
    if (line.dataset.state === "saved") typed = false;
  }).observe(line, { attributes: true, attributeFilter: ["data-state"] });
  // What was typed in the last second and a half goes along.
  addEventListener("pagehide", () => {
    if (!typed || sent) return;
    const body = new FormData(form);
    body.delete("once");
    typed = !navigator.sendBeacon(form.dataset.autosave, body);
  });
  addEventListener("beforeunload", (event) => {
    if (typed && !sent && (!navigator.onLine || line.dataset.state === "unsaved")) event.preventDefault();
  });
}
