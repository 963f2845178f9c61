// The board: counts what is ticked, ticks a run of rows with shift and a whole page at once.
// Without it the boxes work one by one, and the link that ticks the page loads it anew, ticked.
const form = document.querySelector("[data-choose]");
if (form) {
  const boxes = [...form.querySelectorAll('input[name="rows"]')];
  const line = form.querySelector("[data-choose-count]");
  const page = form.querySelector("[data-choose-page]");
  const link = form.querySelector("[data-choose-link]");
  const whom = form.querySelector("#whom");
  const words = line.dataset;
  let last = null;
  const many = () => boxes.filter((box) => box.checked).length;
  const say = () => {
    const count = many();
    line.textContent =
      whom.value === "all"
        ? whom.selectedOptions[0].textContent
        : count ? (count === 1 ? words.one : words.many.replace("{count}", count)) : words.none;
    page.checked = count === boxes.length;
    page.indeterminate = count > 0 && count < boxes.length;
    link.textContent = page.checked ? link.dataset.untick : link.dataset.tick;
  };
  const all = (checked) => {
    for (const box of boxes) box.checked = checked;
    whom.value = "ticked";
    say();
  };
  form.addEventListener("click", (event) => {
    const at = boxes.indexOf(event.target);
    if (at < 0) return;
    if (event.shiftKey && last !== null)
      for (const box of boxes.slice(Math.min(at, last), Math.max(at, last) + 1)) box.checked = event.target.checked;
    last = at;
    whom.value = "ticked";
    say();
  });
  page.hidden = false;
  page.addEventListener("change", () => all(page.checked));
  link.addEventListener("click", (event) => {
    event.preventDefault();
    all(many() < boxes.length);
  });
  whom.addEventListener("change", say);
  window.addEventListener("pageshow", say); // back from the next page, the browser has put the ticks back
  line.setAttribute("role", "status");
  say();
}
