// The key that a session is bound to. It is made here before the log-in, signs, and cannot be read by any script: who
// copies the cookies has no key, and the next mark comes only for a signature (plateward/people/binding.py).
const EVERY = 20_000; // milliseconds between two looks whether a mark is due; a hidden page gets one a minute
const RENEWED = 40_000; // a mark of this age is renewed
const COOKIE = "__Host-plateward-key";
const address = document.documentElement.dataset.sessionKey;
const plain = window.fetch.bind(window);
const AT = "plateward.key.at"; // when this browser's mark was renewed: pages open and close meanwhile, the mark is one

const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

function store() {
  return new Promise((done, failed) => {
    const opening = indexedDB.open("plateward", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => failed(opening.error);
  });
}

function kept(database, mode, act) {
  return new Promise((done, failed) => {
    const asked = act(database.transaction("keys", mode).objectStore("keys"));
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

/** The pair of this browser; made where there is none yet and one may be. */
async function pair(make) {
  const database = await store();
  let found = await kept(database, "readonly", (keys) => keys.get("session"));
  if (!found && make) {
    found = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
    await kept(database, "readwrite", (keys) => keys.put(found, "session"));
  }
  database.close();
  return found;
}

/** Before a log-in: its public half goes along with it. */
async function offer() {
  const { publicKey } = await pair(true);
  const point = text(await crypto.subtle.exportKey("raw", publicKey));
  const url = point.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  document.cookie = `${COOKIE}=${url}; Path=/; Secure; SameSite=Strict`;
}

async function sign(challenge) {
  const keys = await pair(false);
  if (!keys) return "";
  const told = new TextEncoder().encode(`plateward.session.v1\n${challenge}`);
  return text(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, keys.privateKey, told));
}

/** Whether this session has a fresh mark now. One tab at a time asks for it. */
export function renew() {
  return navigator.locks.request("plateward.key", async () => {
    const headers = { Accept: "application/json" };
    const asked = await plain(address, { headers });
    if (!asked.ok) return false;
    const { challenge, done, csrf } = await asked.json();
    if (!done) {
      const signature = await sign(challenge);
      if (!signature) return false; // the browser's storage was cleared: a wrong answer would raise an alarm
      const body = new URLSearchParams({ csrfmiddlewaretoken: csrf, signature });
      if (!(await plain(address, { method: "POST", headers, body })).ok) return false;
    }
    localStorage.setItem(AT, Date.now());
    return true;
  }).catch(() => false); // the hub is out of reach
}

const due = () => Math.abs(Date.now() - localStorage.getItem(AT)) >= RENEWED;

/** To be awaited before a request that cannot be sent a second time. */
export async function ready() {
  if (address && due()) await renew();
}

export const refused = (answer) => answer.status === 401 && answer.headers.get("Plateward-Key") === "show";

// Whatever a page asks for by itself goes on once the key was shown.
async function fetched(input, options) {
  const answer = await plain(input, options);
  return refused(answer) && (await renew()) ? plain(input, options) : answer;
}

/** On the page that asks for the key (people/key.html): show it, and go on. */
async function goOn(form) {
  const tries = JSON.parse(sessionStorage.getItem("plateward.key") ?? "[]").filter((at) => Date.now() - at < 10_000);
  sessionStorage.setItem("plateward.key", JSON.stringify([...tries, Date.now()]));
  if (tries.length > 3 || !(await renew())) {
    document.querySelector("[data-key-said]").textContent =
      "This browser does not have your session key, or there is no connection. Reload the page; if that does not help, log out and log in again.";
    return;
  }
  if (form.dataset.keyThen === "send") form.submit();
  else location.replace(location.href);
}

if (address) {
  window.fetch = fetched;
  setInterval(ready, EVERY);
  for (const kind of ["online", "pageshow"]) addEventListener(kind, ready);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ready(); });
  const form = document.querySelector("[data-key-then]");
  if (form) goOn(form);
} else if (window.crypto?.subtle && window.indexedDB) {
  offer().catch(() => {}); // a browser that keeps nothing has no key, and its session is bound to its network
}
