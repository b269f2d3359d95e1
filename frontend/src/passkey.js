// What a browser does with passkeys, and what went wrong with one, in words.
export const api = window.PublicKeyCredential;

export async function get(options) {
  return navigator.credentials.get({ publicKey: api.parseRequestOptionsFromJSON(options.publicKey) });
}

export function reason(error) {
  if (!api?.parseRequestOptionsFromJSON) return "This browser does not support passkeys. Use a newer one or your authenticator app.";
  if (error.name === "NotAllowedError") {
    return "Canceled, timed out, or key not recognized. Try again. " +
      "If your browser warns about this page's certificate, keys do not work: contact your administrator.";
  }
  if (error.name === "SecurityError") return "Passkeys work only at this site's name: open it by name, not by IP address.";
  if (error.name === "InvalidStateError") return "This key is already on your account.";
  return error.message;
}
