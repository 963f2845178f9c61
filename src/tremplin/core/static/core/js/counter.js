// Counts what is left of a limit while a person types. The server alone decides; this only tells.
const language = document.documentElement.lang;
const figures = new Intl.NumberFormat(language);
const plural = new Intl.PluralRules(language);

// What nobody can see is not kept, so it does not count: `plain` in text.py.
const seen = (text) => text.replace(/\r\n/g, "\n").replace(/[\0-\x08\x0e-\x1f\x7f\u202d\u202e]/g, "");
const length = (text, words) => (words ? (seen(text).match(/\S+/g) ?? []).length : [...seen(text)].length);

for (const hint of document.querySelectorAll("[data-count-for]")) {
  const area = document.getElementById(hint.dataset.countFor);
  if (!area) continue;
  const limit = Number(area.dataset.count);
  const words = area.dataset.countUnit === "words";
  const spoken = document.createElement("span");
  spoken.className = "visually-hidden";
  spoken.setAttribute("aria-live", "polite");
  hint.after(spoken);
  let pause;

  const show = () => {
    const left = limit - length(area.value, words);
    const one = plural.select(Math.abs(left)) === "one" ? "One" : "Other";
    hint.textContent = hint.dataset[(left < 0 ? "over" : "left") + one].replace("{n}", figures.format(Math.abs(left)));
    hint.classList.toggle("count--over", left < 0);
  };
  area.addEventListener("input", () => {
    show();
    // Spoken once the person rests, and only where the end is near: a number a letter would be noise.
    clearTimeout(pause);
    pause = setTimeout(() => {
      if (length(area.value, words) > limit * 0.8) spoken.textContent = hint.textContent;
    }, 1000);
  });
  if (area.value) show();
}
