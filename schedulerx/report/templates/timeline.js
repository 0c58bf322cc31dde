// The page: what is typed, clicked and pressed.
(() => {
  const { events, tables, at } = data;
  const { make, number } = view;
  const $ = (name) => document.getElementById(name);
  const LISTED = 2000;
  let fitting = [], page = 0;

  function size() { return Number($("size").value); }

  function pages() { return Math.max(1, Math.ceil(fitting.length / size())); }

  function apply() {
    fitting = filter.fitting();
    page = 0;
    filter.keep();
    draw();
    bars.draw(fitting);
  }

  function draw() {
    const from = page * size(), shown = fitting.slice(from, from + size());
    $("events").replaceChildren(view.list(shown));
    const all = fitting.length === events.length, asked = filter.sentence();
    $("shown").textContent = all ? `${number.format(events.length)} events` : `${number.format(fitting.length)} of ${number.format(events.length)} events fit`;
    const part = pages() > 1 ? `; here ${number.format(from + 1)} to ${number.format(from + shown.length)}` : "";
    $("asked").textContent = `${$("shown").textContent}${asked ? `: ${asked}` : ""}${part}`;
    for (const nav of document.querySelectorAll(".pages")) nav.replaceChildren(...turns(nav, from, shown.length));
  }

  function turns(nav, from, count) {
    nav.hidden = pages() < 2;
    const button = (words, to) => {
      const made = make("button", "", words);
      made.type = "button"; made.disabled = to < 0 || to >= pages() || to === page;
      made.addEventListener("click", () => turn(to));
      return made;
    };
    const range = count ? `${number.format(from + 1)} to ${number.format(from + count)} of ${number.format(fitting.length)}` : "";
    return [button("First", 0), button("Previous", page - 1), make("span", "", range), button("Next", page + 1), button("Last", pages() - 1)];
  }

  function turn(to) {
    if (to < 0 || to >= pages()) return;
    page = to;
    draw();
    $("events").focus({ preventScroll: true });
    $("events").scrollIntoView();
  }

  function prepare() {
    const counts = new Map();
    for (const event of events) counts.set(event[at.KIND], (counts.get(event[at.KIND]) || 0) + 1);
    tables.kinds.forEach((name, n) => {
      const label = make("label"), box = make("input");
      box.type = "checkbox"; box.value = n; box.checked = box.defaultChecked = true;
      label.append(box, name, make("span", "n", number.format(counts.get(n) || 0)));
      $("kinds").append(label);
    });
    const listed = { persons: tables.persons, devices: tables.devices, places: tables.places, files: tables.files.map((file) => file[0]) };
    for (const [name, values] of Object.entries(listed)) {
      $(name).append(...[...new Set(values)].sort().slice(0, LISTED).map((value) => { const made = make("option"); made.value = value; return made; }));
    }
    const undated = bars.undated ? `, ${number.format(bars.undated)} without a date` : "";
    $("span").textContent = `${number.format(events.length)} events from ${number.format(tables.files.length)} files${undated}`;
    $("filter").hidden = false;
  }

  function listen() {
    const form = $("filter");
    let waiting = 0;
    const changed = () => { filter.forget(); apply(); };
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(changed, 120); });
    form.addEventListener("reset", () => setTimeout(changed, 0));
    for (const [name, on] of [["every", true], ["none", false]]) $(name).addEventListener("click", () => { for (const box of filter.boxes()) box.checked = on; changed(); });
    $("save").addEventListener("click", () => save.file(fitting));
    $("events").addEventListener("click", ask);
    $("bars").addEventListener("click", (event) => { [$("from").value, $("to").value] = bars.days(event); changed(); });
    window.addEventListener("hashchange", () => { filter.recall(); apply(); });
    document.addEventListener("keydown", key);
  }

  // A click on a name narrows what is shown already; opened elsewhere, its address asks for it alone.
  function ask(event) {
    const lead = event.target.closest("a.ask");
    if (!lead || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    $(lead.dataset.field).value = lead.dataset.value;
    $("more").open = true;
    filter.forget();
    apply();
    $("filter").scrollIntoView();
    $(lead.dataset.field).focus({ preventScroll: true });
  }

  function key(event) {
    const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") { event.preventDefault(); $("words").focus(); }
    if (event.key === "n") turn(page + 1);
    if (event.key === "p") turn(page - 1);
  }

  prepare();
  filter.recall();
  $("more").open = filter.isNarrowed() || window.matchMedia("(min-width: 44rem)").matches;
  apply();
  listen();
})();
