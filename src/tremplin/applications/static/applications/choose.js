// The board: counts what is ticked, and ticks a run of rows with shift. Without it the boxes work one by one.
const form = document.querySelector("[data-choose]");
if (form) {
  const boxes = [...form.querySelectorAll('input[name="rows"]')];
  const line = form.querySelector("[data-choose-count]");
  const ticked = form.querySelector("#whom_ticked");
  let last = null;
  const say = () => {
    const many = boxes.filter((box) => box.checked).length;
    line.textContent = many ? (many === 1 ? line.dataset.one : line.dataset.many.replace("{count}", many)) : "";
  };
  form.addEventListener("click", (event) => {
    const at = boxes.indexOf(event.target);
    if (at < 0) return;
    if (event.shiftKey && last !== null)
      for (const box of boxes.slice(Math.min(at, last), Math.max(at, last) + 1)) box.checked = event.target.checked;
    last = at;
    ticked.checked = true;
    say();
  });
  line.setAttribute("role", "status");
  say();
}
