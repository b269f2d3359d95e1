// The work list of an audit review: keys where the focus is (WCAG 2.1.4), on to the next entry after an answer, and the
// sampled entries together only after each was on the screen.
import "./htmx.js";

const OPEN = "[data-item]:not([data-item=answered])";
const list = document.querySelector("[data-worklist]");
const items = () => [...list.querySelectorAll("[data-item]")];

function go(item) {
  item?.focus();
  item?.scrollIntoView({ block: "nearest" });
}

list?.addEventListener("keydown", (event) => {
  const item = event.target.closest("[data-item]");
  if (!item || event.target.matches("textarea") || event.ctrlKey || event.altKey || event.metaKey) return;
  const every = items();
  const at = every.indexOf(item);
  const key = event.key.toLowerCase();
  const to = { j: at + 1, arrowdown: at + 1, k: at - 1, arrowup: at - 1 }[key];
  const press = key === "d" ? item.querySelector(".ways summary") : item.querySelector(`[data-press="${CSS.escape(key)}"]`);
  if (to !== undefined) go(every[to]);
  else if (press) press.click();
  else return;
  if (key === "n") item.querySelector("textarea")?.focus();
  if (key === "i") item.querySelector("[value=in_order]")?.focus();
  event.preventDefault();
});

// The entry that was answered is another element now.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const { target, xhr } = detail;
  const now = document.getElementById(target.id);
  if (!now?.matches("[data-item]")) return;
  if (xhr.status !== 200) return void go(now);
  const every = items();
  const after = every.slice(every.indexOf(now) + 1);
  go([...after, ...every].find((item) => item.matches(OPEN)) ?? now);
});
// A locked session, or one that ended, has a page of its own.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (![401, 403].includes(event.detail.xhr.status)) return;
  event.preventDefault();
  location.reload();
});

const together = document.querySelector("[data-together]");
if (together) {
  const unseen = new Set(list.querySelectorAll("[data-item=sampled]"));
  const button = together.querySelector("button");
  button.disabled = unseen.size > 0;
  const watch = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      unseen.delete(target);
      watch.unobserve(target);
    }
    button.disabled = unseen.size > 0;
    together.querySelector("[data-unseen]").hidden = unseen.size === 0;
  }, { threshold: 0.5 });
  for (const item of unseen) watch.observe(item);
}
