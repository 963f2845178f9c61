// The error summary takes the focus, so that whoever cannot see the page hears first what is wrong.
document.querySelector("[data-focus]")?.focus();

// A link to a field brings its label into view too, not only the box.
addEventListener("click", (event) => {
  const id = event.target.closest?.(".error-summary a")?.getAttribute("href")?.slice(1);
  const control = id && document.getElementById(id);
  if (!control) return;
  event.preventDefault();
  (control.closest(".field") ?? control).scrollIntoView();
  control.focus({ preventScroll: true });
});
