// <p data-own-time="ISO moment" data-text="… {zone} … {when}">: says a moment on the clock of this device, in place of
// what stands there; not where that clock is in the zone `data-unless`, in which the page has said it already.
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
const page = document.documentElement.lang;
// Days before months, as everywhere else on the site.
const words = new Intl.DateTimeFormat(page === "en" ? "en-GB" : page, { dateStyle: "full", timeStyle: "short", hour12: false });
for (const line of document.querySelectorAll("[data-own-time]")) {
  const place = (timeZone ?? "").split("/").pop().replaceAll("_", " ");
  if (!place || line.dataset.unless === timeZone) continue;
  const text = line.dataset.text.replace("{zone}", place).replace("{when}", words.format(new Date(line.dataset.ownTime)));
  (line.querySelector("time") ?? line).textContent = text;
  line.hidden = false;
}
