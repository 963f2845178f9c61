// Checks a published draw where the reader is: nothing of it is asked of the server but the file itself.
for (const place of document.querySelectorAll("[data-check-draw]")) {
  const { verifier, file, commitment, listed, holds, fails, unable } = place.dataset;
  const button = place.querySelector("button");
  const said = place.querySelector("[role=status]");
  place.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const { verify } = await import(verifier);
      const found = await verify(await (await fetch(file)).text(), commitment, listed);
      said.textContent = found.length ? `${fails} ${found.join(", ")}` : holds;
    } catch {
      said.textContent = unable; // an old browser, or a page that did not come over https
    }
    button.disabled = false;
  });
}
