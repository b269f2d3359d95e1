// What axe-core judges a page by, without its words: each visible element as it is, within those around it, as it looks,
// and what a list or a table consists of. A page of known traits has no violation that no page before it had.
() => {
  const REFERENCES = ["for", "headers", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns"];
  const WORDS = ["id", "class", "href", "src", "value", "action", "name", "datetime", "alt", "title", "placeholder", "aria-label"];
  const AS_WRITTEN = ["autocomplete", "lang", "role", "type"];
  const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";

  function hash(text) {
    let [a, b] = [5381, 52711];
    for (let i = 0; i < text.length; i++) {
      a = Math.imul(a, 33) ^ text.charCodeAt(i);
      b = Math.imul(b, 31) ^ text.charCodeAt(i);
    }
    return (a >>> 0) * 0x200000 + (b & 0x1fffff);
  }

  const times = new Map(); // how often an id or an access key is used
  for (const { id, accessKey } of document.querySelectorAll("[id], [accesskey]")) {
    for (const name of [`#${id}`, `key ${accessKey}`]) times.set(name, (times.get(name) ?? 0) + 1);
  }

  /** An attribute's value, as far as it matters. */
  function meant(name, value) {
    if (AS_WRITTEN.includes(name)) return value;
    if (REFERENCES.includes(name)) return value.split(/\s+/).map((id) => Math.min(times.get(`#${id}`) ?? 0, 2)).sort().join();
    if (name === "accesskey") return times.get(`key ${value}`);
    const any = WORDS.includes(name) || name.startsWith("data-") || value.length > 12 || /[0-9 ]/.test(value);
    return any ? Boolean(value.trim()) : value;
  }

  function unique(items) {
    return [...new Set(items)].sort();
  }

  const metas = [...document.querySelectorAll("meta")].map(({ httpEquiv, content }) => `${httpEquiv} ${content}`);
  const traits = new Set([`title ${Boolean(document.title)}`, ...metas]);
  // Of each element: itself and those around it; what its words stand on; how they look.
  const around = new Map(), grounds = new Map(), looks = new Map();
  for (const at of document.querySelectorAll("html, body, body *")) {
    const style = getComputedStyle(at);
    const [above, ground] = [grounds.get(at.parentElement), `${style.backgroundImage} ${style.backgroundColor}`];
    const opaque = style.backgroundColor.startsWith("rgb(") && style.opacity === "1";
    const clear = ground === "none rgba(0, 0, 0, 0)" && style.opacity === "1";
    grounds.set(at, opaque ? ground : clear ? above : `${ground} ${style.opacity} on ${above}`);
    const own = [at.tagName, at.getAttribute("role"), at.ariaHidden, at.inert].join();
    around.set(at, hash(`${around.get(at.parentElement)}>${own}`));
    if (!at.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const worded = at.matches("input, select, textarea") || [...at.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    looks.set(at, worded && [style.color, style.fontSize, style.fontWeight, style.textDecorationLine, grounds.get(at)].join());
    const scrolls =
      /auto|scroll/.test(style.overflowX + style.overflowY) && (at.scrollWidth > at.clientWidth || at.scrollHeight > at.clientHeight);
    const parts = at.matches("ul, ol, dl, table, thead, tbody, tr, select, [role]") ? [...at.children] : [];
    traits.add([
      around.get(at),
      unique([...at.attributes].map(({ name, value }) => `${name}=${meant(name, value)}`)),
      Boolean(at.textContent.trim()),
      at.disabled,
      at.labels?.length > 0,
      looks.get(at),
      at.matches("a") && looks.get(at.parentElement), // a link among words must look unlike them
      scrolls,
      scrolls && at.querySelector(FOCUSABLE) !== null, // by which the keyboard reaches it
      unique(parts.map((part) => `${part.previousElementSibling?.tagName}+${part.tagName}`)),
    ].join("|"));
  }
  return [...traits].map(hash);
}
