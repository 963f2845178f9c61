// <div data-live="/url">: fetched anew every minute while somebody looks. Open details stay open, and nothing is
// replaced while the focus is inside. What fails is tried again later, more and more rarely.
const EVERY = 60_000;
const place = document.querySelector("[data-live]");
if (place) {
  let pause = EVERY;
  const open = () => [...place.querySelectorAll("details")].map((part) => part.open);
  const refresh = async () => {
    setTimeout(refresh, pause);
    if (document.hidden || place.contains(document.activeElement)) return;
    try {
      const answer = await fetch(place.dataset.live, { credentials: "same-origin", redirect: "error" });
      if (!answer.ok) throw new Error(answer.status);
      const before = open();
      place.innerHTML = await answer.text();
      place.querySelectorAll("details").forEach((part, number) => (part.open = before[number] ?? false));
      pause = EVERY;
    } catch {
      pause = Math.min(pause * 2, 16 * EVERY);
    }
  };
  setTimeout(refresh, pause);
}
