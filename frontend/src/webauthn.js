// Passkey buttons: the browser's answer goes into the form's hidden field, and the form is sent.
const api = window.PublicKeyCredential;

function given() {
  return JSON.parse(document.getElementById("passkey-options").textContent);
}

async function get(options) {
  return navigator.credentials.get({ publicKey: api.parseRequestOptionsFromJSON(options.publicKey) });
}

const ceremonies = {
  async login(form) {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`The hub answered ${answer.status}. Reload the page and try again.`);
    return get((await answer.json()).request_options);
  },

  async authenticate() {
    return get(given().request_options);
  },

  async add(form) {
    const { publicKey } = given().creation_options;
    // Without a password the key itself must know its owner (a PIN or a fingerprint) and keep the account.
    const alone = form.elements.passwordless?.checked ?? false;
    const selection = (publicKey.authenticatorSelection ??= {});
    selection.residentKey = alone ? "required" : "discouraged";
    selection.requireResidentKey = alone;
    if (alone) selection.userVerification = "required";
    return navigator.credentials.create({ publicKey: api.parseCreationOptionsFromJSON(publicKey) });
  },
};

function reason(error) {
  if (!api?.parseRequestOptionsFromJSON) return "This browser has no passkeys. Use a newer one, or your authenticator app.";
  if (error.name === "NotAllowedError") {
    return "It was cancelled, took too long, or this key is not known here. Try again. " +
      "If your browser warns of this page's certificate, it takes no key: tell your administrator.";
  }
  if (error.name === "SecurityError") return "Passkeys work only under the hub's name: open it by its name, not by a number.";
  if (error.name === "InvalidStateError") return "This key is already on your account.";
  return error.message;
}

for (const button of document.querySelectorAll("[data-passkey]")) {
  const said = document.querySelector("[data-passkey-error]");
  button.addEventListener("click", async () => {
    const form = document.getElementById("passkey-form");
    said.hidden = true;
    try {
      const credential = await ceremonies[button.dataset.passkey](form);
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      said.textContent = reason(error);
      said.hidden = false;
    }
  });
}
