// data-key="j" on a link, button or control: that key presses it. Only where the page has a switch
// (data-keys-toggle), never with a modifier, never while someone types.
const toggle = document.querySelector("[data-keys-toggle]");
const MEMORY = "keys";

if (toggle) {
  let on = true;
  try {
    on = localStorage.getItem(MEMORY) !== "off";
  } catch {
    // storage is forbidden: the shortcuts are on for this page
  }
  const show = () => {
    toggle.hidden = false;
    toggle.textContent = on ? toggle.dataset.on : toggle.dataset.off;
  };
  toggle.addEventListener("click", () => {
    on = !on;
    try {
      localStorage.setItem(MEMORY, on ? "on" : "off");
    } catch {
      // as above
    }
    show();
  });
  show();

  addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    const at = event.target;
    const types = at.isContentEditable || at.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=button], [type=submit])");
    if (types) return;
    const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!wanted || wanted.disabled) return;
    event.preventDefault();
    if (wanted.matches("textarea, select, input:not([type=radio], [type=checkbox])")) wanted.focus();
    else {
      wanted.focus();
      wanted.click();
    }
  });
}
