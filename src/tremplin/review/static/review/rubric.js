// One hand on the keyboard: the figures 1–9 choose a level of the criterion at hand, lowest first, 0 says
// "cannot judge", and go on to the next criterion; j and k walk through the criteria; c goes to the comment, Escape
// comes back from it. The criterion itself has the focus, not one of its levels: so the space bar and the arrows go on
// moving the text, and no level changes under the hand of somebody who reads. core/js/keys.js presses whatever carries
// data-key; this only moves those marks to the criterion at hand. Without it the rubric is a form like any other.
const form = document.querySelector("form[data-rubric]");
const switched = document.querySelector("[data-keys-toggle]");

if (form && switched) {
  const groups = [...form.querySelectorAll("fieldset")].filter((group) => group.querySelector("input[type=radio]"));
  const radios = (group) => [...group.querySelectorAll("input[type=radio]")];
  const open = (group) => !radios(group).some((radio) => radio.checked);
  let current = groups[0];
  // On a wide screen the rubric is a pane of its own beside the text.
  const panel = form;
  const beside = () => getComputedStyle(panel).position === "sticky";

  const mark = (group) => {
    current = group;
    for (const each of groups) {
      each.toggleAttribute("data-current", each === group);
      for (const radio of radios(each)) delete radio.dataset.key;
    }
    const [unsure, ...levels] = radios(group).reverse();
    unsure.dataset.key = "0";
    levels.forEach((radio, index) => { radio.dataset.key = String(index + 1); });
  };
  const go = (group) => {
    mark(group);
    group.tabIndex = -1;
    group.focus({ preventScroll: true });
    if (beside()) panel.scrollTop += group.getBoundingClientRect().top - panel.getBoundingClientRect().top - 8;
    else group.scrollIntoView({ block: "nearest" });
  };

  form.addEventListener("focusin", (event) => {
    const group = groups.find((each) => each.contains(event.target));
    if (group) mark(group);
  });
  const steps = { " ": 0.85, PageDown: 0.85, PageUp: -0.85, ArrowDown: 0.08, ArrowUp: -0.08 };
  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape" && event.target.matches("textarea")) go(current);
    if (!(event.key in steps) || !groups.includes(event.target) || !beside()) return;
    event.preventDefault();
    scrollBy({ top: innerHeight * steps[event.key] * (event.shiftKey ? -1 : 1) });
  });
  let byKey = false;
  let movedOn = false; // by a level: whoever presses j all the same is there already
  addEventListener("keydown", (event) => {
    byKey = /^[0-9]$/.test(event.key);
    if (event.key !== "j") movedOn = false;
  }, true);
  form.addEventListener("change", (event) => {
    const at = groups.findIndex((each) => each.contains(event.target));
    if (at < 0 || !byKey) return;
    byKey = false;
    const following = groups[at + 1];
    go(following ?? groups[at]);
    movedOn = Boolean(following);
  });
  for (const button of form.querySelectorAll("[data-rubric-move]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const there = movedOn;
      movedOn = false;
      if (there && button.dataset.key === "j") return;
      const at = groups.indexOf(current) + Number(button.dataset.rubricMove);
      go(groups[Math.min(Math.max(at, 0), groups.length - 1)]);
    });
  }
  form.elements.comment.dataset.key = "c";
  form.querySelector("[data-rubric-help]").hidden = false;
  mark(groups.find(open) ?? groups[0]);
}
