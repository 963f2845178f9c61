// One hand on the keyboard: the figures 1–9 choose a level of the criterion at hand, lowest first, 0 says
// "cannot judge", and go on to the next criterion; j and k walk through the criteria. core/js/keys.js presses
// whatever carries data-key; this only moves those marks to the criterion at hand. Without it the rubric is a form
// like any other.
const form = document.querySelector("form[data-rubric]");
const switched = document.querySelector("[data-keys-toggle]");

if (form && switched) {
  const groups = [...form.querySelectorAll("fieldset")].filter((group) => group.querySelector("input[type=radio]"));
  const radios = (group) => [...group.querySelectorAll("input[type=radio]")];
  const open = (group) => !radios(group).some((radio) => radio.checked);
  let current = groups[0];

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
    const target = radios(group).find((radio) => radio.checked) ?? radios(group)[0];
    target.focus({ preventScroll: true });
    group.scrollIntoView({ block: "nearest" });
  };

  form.addEventListener("focusin", (event) => {
    const group = groups.find((each) => each.contains(event.target));
    if (group) mark(group);
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
    if (following) go(following);
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
  form.querySelector("[data-rubric-help]").hidden = false;
  mark(groups.find(open) ?? groups[0]);
}
