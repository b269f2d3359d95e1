// Passkey buttons: the browser's answer goes into the form's hidden field, and the form is sent.
import { api, get, reason } from "./passkey.js";

function given() {
  return JSON.parse(document.getElementById("passkey-options").textContent);
}

const ceremonies = {
  async login(form) {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`Error ${answer.status}. Reload the page and try again.`);
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

for (const button of document.querySelectorAll("[data-passkey]")) {
  const said = document.querySelector("[data-passkey-error]");
  button.addEventListener("click", async () => {
    const form = document.getElementById("passkey-form");
    said.hidden = true;
    try {
      const credential = await ceremonies[button.dataset.passkey](form);
      (form.querySelector("[data-credential]") ?? form.elements.credential).value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      said.textContent = reason(error);
      said.hidden = false;
    }
  });
}
