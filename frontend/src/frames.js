// Which picture of the vehicle is looked at: buttons, keys, or the strip itself, whose radio buttons take arrow keys.
const strip = document.querySelector("[data-frames]");

if (strip) {
  const frames = [...strip.querySelectorAll("input[name=frame]")];
  const plate = document.querySelector(".plate-image .view img");
  const vehicle = document.querySelector(".vehicle-image a");

  function show(frame) {
    frame.checked = true;
    plate.src = frame.dataset.plate;
    vehicle.href = vehicle.firstElementChild.src = frame.dataset.context;
    strip.querySelector("[data-frame-shown]").textContent = frame.value;
    frame.closest("label").scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  strip.addEventListener("change", (event) => show(event.target));
  for (const button of strip.querySelectorAll("[data-frame-step]")) {
    button.addEventListener("click", () => {
      const at = frames.findIndex((one) => one.checked) + Number(button.dataset.frameStep);
      if (frames[at]) show(frames[at]);
    });
  }
}
