"use strict";
(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const search = document.getElementById("words");
  const shown = document.getElementById("shown");
  const kinds = [...form.querySelectorAll("input[name=kind]")];
  const days = [...document.querySelectorAll(".day")];
  const total = document.querySelectorAll(".day li").length;

  function apply() {
    const wanted = new Set(kinds.filter((box) => box.checked).map((box) => box.value));
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const day of days) {
      let any = false;
      for (const item of day.querySelectorAll("li")) {
        const text = item.dataset.words;
        const fits = wanted.has(item.dataset.kind) && words.every((word) => text.includes(word));
        item.hidden = !fits;
        if (fits) { any = true; count += 1; }
      }
      day.hidden = !any;
    }
    shown.textContent = count === total ? "" : count === 0 ? "No event fits." : `${count} of ${total} events`;
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", apply);
  form.hidden = false;
  apply();
})();
