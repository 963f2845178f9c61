// Passkeys: takes what the server asks for to the device, and what the device answers back to the server.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const described = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

// What the server says in JSON, as the browser wants it.
const toCreate = (asked) => ({
  ...asked,
  challenge: bytes(asked.challenge),
  user: { ...asked.user, id: bytes(asked.user.id) },
  excludeCredentials: described(asked.excludeCredentials),
});
const toGet = (asked) => ({
  ...asked,
  challenge: bytes(asked.challenge),
  allowCredentials: described(asked.allowCredentials),
});

// What the device answered, as JSON; field by field, for browsers that cannot do it themselves.
const answer = (credential) => {
  const given = credential.response;
  const response = { clientDataJSON: text(given.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (given[part]) response[part] = text(given[part]);
  }
  if (given.getTransports) response.transports = given.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
};

const options = async (form) => {
  if (form.dataset.optionsIn) return JSON.parse(document.getElementById(form.dataset.optionsIn).textContent);
  const reply = await fetch(form.dataset.options, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!reply.ok) throw new Error(String(reply.status));
  return reply.json();
};

const ask = async (form) => {
  const asked = await options(form);
  if (form.dataset.passkey === "create") {
    return navigator.credentials.create({ publicKey: toCreate(asked.creation_options.publicKey) });
  }
  return navigator.credentials.get({ publicKey: toGet(asked.request_options.publicKey) });
};

// A number is no name to keep a passkey under, so 127.0.0.1 has none; localhost does.
const works = window.isSecureContext && window.PublicKeyCredential && !/^[\d.:[\]]+$/.test(location.hostname);

if (works) {
  for (const notice of document.querySelectorAll("[data-passkey-missing]")) notice.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const fault = form.querySelector("[data-fault]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      fault.textContent = "";
      try {
        form.elements.credential.value = answer(await ask(form));
        form.submit();
      } catch {
        fault.textContent = fault.dataset.fault;
      }
    });
  }
}
