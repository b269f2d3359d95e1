// Day, night, or as the system says. It is kept in a cookie, so that the hub's next page has it from its first byte.
const COOKIE = "__Host-plateward-scheme";
const A_YEAR = 365 * 86_400; // seconds
const root = document.documentElement;
const buttons = document.querySelectorAll("[data-scheme-choice]");

function show(scheme) {
  if ((root.dataset.scheme ?? "") !== scheme) {
    if (scheme) root.dataset.scheme = scheme;
    else delete root.dataset.scheme;
    dispatchEvent(new Event("scheme")); // for maps
  }
  for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.schemeChoice === scheme);
}

for (const button of buttons) {
  button.closest("[inert]")?.removeAttribute("inert");
  button.addEventListener("click", () => {
    const { schemeChoice: scheme } = button.dataset;
    document.cookie = `${COOKIE}=${scheme}; path=/; secure; samesite=strict; max-age=${scheme ? A_YEAR : 0}`;
    show(scheme);
  });
}
show(root.dataset.scheme ?? "");
// Chosen in another tab.
document.addEventListener("visibilitychange", () => {
  const kept = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${COOKIE}=`));
  show(kept?.slice(COOKIE.length + 1) ?? "");
});
