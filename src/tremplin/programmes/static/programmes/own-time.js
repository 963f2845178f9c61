// <p data-own-time="ISO moment" data-text="… {zone} … {when}" hidden>: says a moment on the clock of this device.
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
const page = document.documentElement.lang;
// Days before months, as everywhere else on the site.
const words = new Intl.DateTimeFormat(page === "en" ? "en-GB" : page, { dateStyle: "full", timeStyle: "short", hour12: false });
for (const line of document.querySelectorAll("[data-own-time]")) {
  const place = (timeZone ?? "").split("/").pop().replaceAll("_", " ");
  if (!place) continue;
  line.textContent = line.dataset.text.replace("{zone}", place).replace("{when}", words.format(new Date(line.dataset.ownTime)));
  line.hidden = false;
}
