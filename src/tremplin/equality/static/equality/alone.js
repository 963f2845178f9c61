// “I prefer not to say” goes with no other answer. Without this the server counts it alone all the same.
for (const group of document.querySelectorAll("form[data-alone] fieldset")) {
  const boxes = [...group.querySelectorAll("input[type=checkbox]")];
  const { alone } = group.closest("form").dataset;
  group.addEventListener("change", ({ target }) => {
    if (!target.checked) return;
    for (const box of boxes) if (box !== target && (target.value === alone || box.value === alone)) box.checked = false;
  });
}
