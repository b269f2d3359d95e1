// What a browser does with passkeys, and what went wrong with one, in words.
export const api = window.PublicKeyCredential;

export async function get(options) {
  return navigator.credentials.get({ publicKey: api.parseRequestOptionsFromJSON(options.publicKey) });
}

export function reason(error) {
  if (!api?.parseRequestOptionsFromJSON) return "This browser has no passkeys. Use a newer one, or your authenticator app.";
  if (error.name === "NotAllowedError") {
    return "It was cancelled, took too long, or this key is not known here. Try again. " +
      "If your browser warns of this page's certificate, it takes no key: tell your administrator.";
  }
  if (error.name === "SecurityError") return "Passkeys work only under the hub's name: open it by its name, not by a number.";
  if (error.name === "InvalidStateError") return "This key is already on your account.";
  return error.message;
}
