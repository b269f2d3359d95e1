// The boxes of a picture's review, drawn over it: with mouse or finger they are moved, sized by the corner, and drawn anew
// on empty ground. The list beside is the form, and does all of it by keyboard; the drawing only shows and fills in.
const NAMES = ["x", "y", "width", "height"];
const SVG = "http://www.w3.org/2000/svg";
const LEAST = 4; // pixels of the picture: what is smaller was a click

const list = document.querySelector("[data-boxes]");
const drawing = document.querySelector("[data-drawing]");
const model = document.querySelector("[data-new-box]");
const total = document.getElementById("id_box-TOTAL_FORMS");
const said = document.querySelector("[data-said]");
const [wide, high] = ["width", "height"].map((name) => Number(drawing.dataset[name]));
let selected = null, drag = null;

const rows = () => [...list.querySelectorAll("[data-box]")];
const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
const boxOf = (row) => NAMES.map((name) => Number(field(row, name).value) || 0);
const isRemoved = (row) => field(row, "removed").checked;

function put(row, box) {
  let [x, y, width, height] = box.map(Math.round);
  width = Math.min(Math.max(width, 1), wide);
  height = Math.min(Math.max(height, 1), high);
  x = Math.min(Math.max(x, 0), wide - width);
  y = Math.min(Math.max(y, 0), high - height);
  [x, y, width, height].forEach((value, index) => (field(row, NAMES[index]).value = value));
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** Draws what the list says, and hides the reason of a box that stays. */
function draw() {
  const size = Math.max(wide, high) / 60;
  drawing.replaceChildren(
    ...rows().flatMap((row, index) => {
      const [x, y, width, height] = boxOf(row);
      const state = `${isRemoved(row) ? "left" : "kept"}${row === selected ? " selected" : ""}`;
      const label = element("text", { x: x + 2, y: Math.max(y - size / 3, size), "font-size": size });
      label.textContent = index + 1;
      const parts = [element("rect", { x, y, width, height, class: state, "data-at": index }), label];
      if (row === selected && !isRemoved(row))
        parts.push(element("rect", { x: x + width - size / 2, y: y + height - size / 2, width: size, height: size, class: "corner", "data-at": index, "data-corner": "" }));
      return parts;
    }),
  );
  for (const row of rows()) {
    row.classList.toggle("selected", row === selected);
    row.querySelector("[data-reason]").hidden = !isRemoved(row);
  }
}

function add(box) {
  const number = Number(total.value);
  const holder = document.createElement("div");
  holder.innerHTML = model.innerHTML.replaceAll("__prefix__", number);
  const row = holder.firstElementChild;
  list.append(row);
  total.value = number + 1;
  row.querySelector("[data-number]").textContent = rows().length;
  put(row, box);
  selected = row;
  draw();
  said.textContent = `Box ${rows().length} added.`;
  return row;
}

/** An added box goes; one that the system found stays in the list, and asks for a reason. */
function remove(row) {
  if (field(row, "found").value === "") {
    for (const name of NAMES) field(row, name).value = name === "x" || name === "y" ? 0 : 1;
    field(row, "removed").checked = true;
    row.hidden = true;
  } else {
    field(row, "removed").checked = true;
    row.querySelector("[data-reason]").hidden = false;
    field(row, "reason").focus();
  }
  said.textContent = `Box ${rows().indexOf(row) + 1} removed.`;
  selected = null;
  draw();
}

/** Where a pointer is, in pixels of the picture. */
function place(event) {
  const { left, top, width, height } = drawing.getBoundingClientRect();
  return [((event.clientX - left) / width) * wide, ((event.clientY - top) / height) * high];
}

drawing.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  const [x, y] = place(event), at = event.target.dataset.at;
  selected = at === undefined ? null : rows()[at];
  drag = { x, y, row: selected, corner: event.target.dataset.corner !== undefined, box: selected && boxOf(selected) };
  drawing.setPointerCapture(event.pointerId);
  event.preventDefault();
  draw();
});

drawing.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const [x, y] = place(event), across = x - drag.x, down = y - drag.y;
  if (!drag.row) {
    if (Math.abs(across) < LEAST || Math.abs(down) < LEAST) return;
    drag = { x: Math.min(x, drag.x), y: Math.min(y, drag.y), row: add([Math.min(x, drag.x), Math.min(y, drag.y), Math.abs(across), Math.abs(down)]), drawn: [drag.x, drag.y] };
    return;
  }
  if (drag.drawn) {
    const [from, above] = drag.drawn;
    put(drag.row, [Math.min(from, x), Math.min(above, y), Math.abs(x - from), Math.abs(y - above)]);
  } else {
    const [left, top, width, height] = drag.box;
    put(drag.row, drag.corner ? [left, top, width + across, height + down] : [left + across, top + down, width, height]);
  }
  draw();
});

for (const name of ["pointerup", "pointercancel"])
  drawing.addEventListener(name, () => {
    if (drag?.row) drag.row.scrollIntoView({ block: "nearest" });
    drag = null;
  });

list.addEventListener("input", draw);
list.addEventListener("focusin", (event) => {
  selected = event.target.closest("[data-box]");
  draw();
});
list.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-remove]");
  if (pressed) remove(pressed.closest("[data-box]"));
});
document.querySelector("[data-add]").addEventListener("click", () => {
  const row = add([wide * 0.45, high * 0.45, wide * 0.1, high * 0.1]);
  field(row, "kind").focus();
});
draw();
