// Fetches upload.js for those alone who have a file to send, or one that is on its way.
for (const part of document.querySelectorAll("[data-upload]")) {
  const load = () => void import(part.dataset.uploadScript).catch(() => {}); // then it goes with the form
  part.querySelector("input[type=file]").addEventListener("change", load, { once: true });
  try {
    if (localStorage.getItem(`autosave:upload:${part.dataset.upload}`)) load();
  } catch {
    // storage is forbidden
  }
}
