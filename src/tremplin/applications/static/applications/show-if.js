// Shows a question as soon as the answer that opens it is given. Without this the server does it on saving.
for (const part of document.querySelectorAll("[data-show-if]")) {
  const form = part.closest("form");
  const wanted = part.dataset.showFor.split(" ");
  const seen = form.elements._shown;
  const { code } = part.dataset;
  const look = () => {
    const given = new FormData(form).getAll(part.dataset.showIf);
    const source = form.querySelector(`[name="${part.dataset.showIf}"]`);
    // A question of another page is the server's business.
    if (!source) return;
    part.hidden = source.closest("[data-show-if]")?.hidden || !given.some((answer) => wanted.includes(answer));
    // The server need not bring the person back for what they have already seen.
    if (!part.hidden && !seen.value.split(" ").includes(code)) seen.value += ` ${code}`;
  };
  form.addEventListener("change", look);
  look();
}
