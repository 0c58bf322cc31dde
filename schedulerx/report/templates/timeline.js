"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const events = JSON.parse($("data").textContent);
  const { kinds, persons, devices, places, extractors, files } = JSON.parse($("tables").textContent);
  // The order in which an event's fields are written.
  const START = 0, END = 1, KIND = 2, SUMMARY = 3, FILE = 4, PLACE = 5, FROM = 6, TO = 7,
    DEVICES = 8, WHERE = 9, AMOUNT = 10, DOUBT = 11, ALSO = 12, EXTRACTOR = 13;
  const BARS = 120, LISTED = 2000;
  const UNDATED = "Without a date";
  const number = new Intl.NumberFormat("en");
  const named = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const lower = (texts) => texts.map((text) => text.toLowerCase());
  const low = { persons: lower(persons), devices: lower(devices), places: lower(places), files: lower(files.map((file) => file[0])), kinds: lower(kinds) };
  const texts = new Array(events.length);
  let fitting = events.map((_, i) => i), page = 0;

  function make(tag, name, text) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function who(event) { return [...(event[FROM] || []), ...(event[TO] || [])]; }

  // What the search looks through, made when it is first asked for.
  function text(i) {
    if (texts[i] === undefined) {
      const event = events[i];
      texts[i] = [event[SUMMARY].toLowerCase(), low.files[event[FILE]], low.kinds[event[KIND]],
        ...who(event).map((n) => low.persons[n]), ...(event[DEVICES] || []).map((n) => low.devices[n]),
        event[WHERE] < 0 ? "" : low.places[event[WHERE]], String(event[AMOUNT] || ""),
        String(event[PLACE] || "").toLowerCase()].join("\n");
    }
    return texts[i];
  }

  // The numbers of the texts in a table that hold a word; null where nothing is asked for.
  function holding(table, asked) {
    const word = asked.trim().toLowerCase();
    if (!word) return null;
    const found = new Set();
    table.forEach((value, n) => { if (value.includes(word)) found.add(n); });
    return found;
  }

  function wanted() {
    return {
      words: $("words").value.toLowerCase().split(/\s+/).filter(Boolean),
      kinds: new Set([...document.querySelectorAll("#kinds input:checked")].map((box) => Number(box.value))),
      person: holding(low.persons, $("person").value),
      device: holding(low.devices, $("device").value),
      place: holding(low.places, $("place").value),
      from: $("from").value, to: $("to").value,
    };
  }

  // A time told to the year or month fits where any day of it does.
  function within(start, from, to) {
    if (!from && !to) return true;
    if (!start) return false;
    const day = start.slice(0, 10);
    return (!from || day >= from.slice(0, day.length)) && (!to || day <= to.slice(0, day.length));
  }

  function fits(i, asked) {
    const event = events[i];
    return asked.kinds.has(event[KIND]) && within(event[START], asked.from, asked.to)
      && (!asked.person || who(event).some((n) => asked.person.has(n)))
      && (!asked.device || (event[DEVICES] || []).some((n) => asked.device.has(n)))
      && (!asked.place || asked.place.has(event[WHERE]))
      && (!asked.words.length || asked.words.every((word) => text(i).includes(word)));
  }

  function size() { return Number($("size").value); }

  function apply() {
    const asked = wanted();
    fitting = [];
    for (let i = 0; i < events.length; i += 1) if (fits(i, asked)) fitting.push(i);
    page = 0;
    draw();
    bars();
  }

  function draw() {
    const from = page * size(), shown = fitting.slice(from, from + size());
    const whole = document.createDocumentFragment();
    let day = null, list = null;
    for (const i of shown) {
      const its = (events[i][START] || UNDATED).slice(0, events[i][START] ? 10 : undefined);
      if (its !== day) { day = its; list = dayOf(its, whole); }
      list.append(line(events[i]));
    }
    if (!shown.length) whole.append(make("p", "empty", "No event fits. “Show all” takes every filter away."));
    $("events").replaceChildren(whole);
    const all = fitting.length === events.length;
    $("shown").textContent = all ? `${number.format(events.length)} events` : `${number.format(fitting.length)} of ${number.format(events.length)} events fit`;
    for (const nav of document.querySelectorAll(".pages")) turn(nav, from, shown.length);
  }

  function dayOf(day, whole) {
    const part = make("div", "day"), list = make("ol");
    part.append(make("h3", "", dayName(day)), list);
    whole.append(part);
    return list;
  }

  function dayName(day) {
    const date = day.length === 10 ? new Date(`${day}T00:00:00Z`) : NaN;
    return Number.isNaN(Number(date)) ? day : named.format(date);
  }

  function line(event) {
    const item = make("li"), start = event[START] || "", time = make("time", "", start.slice(11, 16) || "–");
    if (start) { time.dateTime = start; time.title = event[END] ? `${start} to ${event[END]}` : start; }
    const zone = /[+-]\d\d:?\d\d$|Z$/.exec(start.slice(11));
    if (zone) time.append(make("span", "zone", zone[0]));
    const kind = make("span", "kind"), dot = make("i");
    dot.style.setProperty("--turn", String((event[KIND] * 47 + 190) % 360));
    kind.append(dot, kinds[event[KIND]]);
    item.append(time, kind, what(event), picture(event));
    return item;
  }

  function what(event) {
    const made = make("div", "what", event[SUMMARY] || kinds[event[KIND]]);
    const names = [event[FROM], event[TO]].filter(Boolean).map((group) => group.map((n) => persons[n]).join(", "));
    const unsaid = (event[DEVICES] || []).map((n) => devices[n]).filter((name) => !event[SUMMARY].includes(name));
    const facts = [names.join(" → "), unsaid.join(", "),
      event[WHERE] < 0 ? "" : places[event[WHERE]], event[AMOUNT] || ""].filter(Boolean);
    if (facts.length) made.append(make("span", "facts", facts.join(" · ")));
    if (event[DOUBT]) made.append(make("span", "doubt", event[DOUBT]));
    made.append(from(event));
    for (const other of event[ALSO] || []) made.append(make("span", "also", `also told in ${other}`));
    return made;
  }

  // The way back: the file, its member, and the place in it.
  function from(event) {
    const [path, url, , sha256] = files[event[FILE]], made = make("span", "from");
    const name = make(url ? "a" : "span", "", path);
    if (url) { name.href = /\.pdf$/i.test(url) && /^page \d+$/.test(event[PLACE]) ? `${url}#page=${event[PLACE].slice(5)}` : url; name.rel = "noreferrer"; }
    name.title = `SHA-256 ${sha256}; read by ${extractors[event[EXTRACTOR]]}`;
    made.append(name);
    if (event[PLACE]) made.append(`, ${event[PLACE]}`);
    return made;
  }

  function picture(event) {
    const [path, url, thumbnail] = files[event[FILE]];
    if (!thumbnail) return "";
    const shown = make("img", "thumb"), lead = make(url ? "a" : "span");
    shown.src = thumbnail; shown.alt = `Picture ${path}`; shown.loading = "lazy"; shown.decoding = "async";
    if (url) { lead.href = url; lead.rel = "noreferrer"; }
    lead.append(shown);
    return lead;
  }

  function turn(nav, from, count) {
    nav.hidden = fitting.length <= size();
    const last = Math.max(0, Math.ceil(fitting.length / size()) - 1);
    const button = (words, to) => {
      const made = make("button", "", words);
      made.type = "button"; made.disabled = to < 0 || to > last || to === page;
      made.addEventListener("click", () => { page = to; draw(); $("events").focus({ preventScroll: true }); $("events").scrollIntoView(); });
      return made;
    };
    const range = count ? `${number.format(from + 1)} to ${number.format(from + count)} of ${number.format(fitting.length)}` : "";
    nav.replaceChildren(button("First", 0), button("Earlier", page - 1), make("span", "", range), button("Later", page + 1), button("Last", last));
  }

  // Events over time: all in grey, those that fit in colour.
  const ordinals = events.map((event) => event[START] ? Date.parse(`${event[START].slice(0, 10)}`) / 864e5 : NaN);
  const known = ordinals.filter((day) => !Number.isNaN(day));
  const lowest = known.reduce((a, b) => Math.min(a, b), Infinity), highest = known.reduce((a, b) => Math.max(a, b), -Infinity);
  function bars() {
    const span = highest - lowest + 1, count = Math.min(span, BARS), svg = $("bars");
    if (!known.length) { svg.parentElement.hidden = true; return; }
    const all = new Array(count).fill(0), on = new Array(count).fill(0);
    const bar = (i) => Math.floor((ordinals[i] - lowest) * count / span);
    ordinals.forEach((day, i) => { if (!Number.isNaN(day)) all[bar(i)] += 1; });
    for (const i of fitting) if (!Number.isNaN(ordinals[i])) on[bar(i)] += 1;
    const most = Math.max(...all), height = (n) => n ? Math.max(2, 56 * Math.sqrt(n / most)) : 0;
    svg.setAttribute("viewBox", `0 0 ${count * 10} 56`);
    const whole = document.createDocumentFragment();
    for (const [name, values] of [["all", all], ["on", on]]) values.forEach((n, i) => {
      if (!n) return;
      const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      for (const [key, value] of [["class", name], ["x", i * 10], ["width", count > 30 ? 8 : 9], ["y", 56 - height(n)], ["height", height(n)]]) rect.setAttribute(key, value);
      whole.append(rect);
    });
    svg.replaceChildren(whole);
    const iso = (day) => new Date(day * 864e5).toISOString().slice(0, 10);
    $("first").textContent = dayName(iso(lowest));
    $("last").textContent = dayName(iso(highest));
  }

  function prepare() {
    const counts = new Map();
    for (const event of events) counts.set(event[KIND], (counts.get(event[KIND]) || 0) + 1);
    kinds.forEach((name, n) => {
      const label = make("label"), box = make("input");
      box.type = "checkbox"; box.value = n; box.checked = box.defaultChecked = true;
      label.append(box, name, make("span", "n", number.format(counts.get(n) || 0)));
      $("kinds").append(label);
    });
    for (const [id, values] of [["persons", persons], ["devices", devices], ["places", places]]) {
      $(id).append(...[...values].sort().slice(0, LISTED).map((value) => { const made = make("option"); made.value = value; return made; }));
    }
    const undated = events.length - known.length;
    $("span").textContent = `${number.format(events.length)} events from ${number.format(files.length)} files${undated ? `, ${number.format(undated)} without a date` : ""}`;
    const form = $("filter");
    let waiting = 0;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", (event) => { clearTimeout(waiting); waiting = setTimeout(event.target.id === "size" ? () => { page = 0; draw(); } : apply, 120); });
    form.addEventListener("reset", () => setTimeout(apply, 0));
    form.hidden = false;
  }

  prepare();
  apply();
})();
