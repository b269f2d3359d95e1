// The pages of hot lists: a file is sent in parts, and the first lines of a file are looked at without sending the rest.
import "./htmx.js";

const FIRST_BYTES = 8192;

const form = document.querySelector("form[data-announce]");
form?.addEventListener("submit", (event) => {
  const input = form.elements.file;
  const file = input.files[0];
  if (!file || file.size <= Number(input.dataset.part)) return; // small enough for the form itself
  event.preventDefault();
  if (file.size > Number(input.dataset.most)) {
    const most = Math.floor(Number(input.dataset.most) / 1024 / 1024);
    refuse(`${file.name} is larger than ${most} MiB, which no list of two million entries is. Nothing was sent.`);
    return;
  }
  send(file, Number(input.dataset.part)).catch((error) => refuse(error.message));
});

function refuse(sentence) {
  const told = form.querySelector("[data-refused]");
  told.querySelector("p").textContent = sentence;
  told.hidden = false;
  form.querySelector("[data-sending]").hidden = true;
  form.querySelector("button").disabled = false;
}

/** The file, part after part; then to the page of its look. */
async function send(file, size) {
  const sending = form.querySelector("[data-sending]");
  sending.hidden = false;
  form.querySelector("[data-refused]").hidden = true;
  form.querySelector("button").disabled = true;
  const told = new FormData(form);
  told.delete("file");
  told.set("file_name", file.name);
  told.set("size", file.size);
  const to = await post(form.dataset.announce, told);
  for (let number = 0; number * size < file.size; number += 1) {
    await post(`${to.part}${number}`, file.slice(number * size, (number + 1) * size));
    sending.querySelector("progress").value = (100 * (number + 1) * size) / file.size;
  }
  location.assign((await post(to.end, null)).page);
}

async function post(url, body) {
  const headers = { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  if (body instanceof Blob) headers["Content-Type"] = "application/octet-stream";
  const answer = await fetch(url, { method: "POST", headers, body });
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(json.error ?? "The file was not accepted. Reload this page, then load the file again.");
  return json;
}

// The beginning of a file, for the preview of a format; the file itself stays where it is.
const sample = document.querySelector("[data-sample-file]");
const into = document.getElementById(sample?.dataset.sampleFile);
async function show() {
  const file = sample.files[0];
  if (!file) return;
  const text = new TextDecoder("utf-8").decode(await file.slice(0, FIRST_BYTES).arrayBuffer());
  into.value = text.split(/\r\n|\r|\n/).slice(0, 20).join("\n");
  into.dispatchEvent(new Event("input", { bubbles: true }));
}
if (sample) {
  sample.addEventListener("change", show);
  if (!into.value) show(); // a file that was chosen before this script came
}
