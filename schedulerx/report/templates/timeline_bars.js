// Events over time: all in grey, those that fit in colour. A click narrows the dates to a bar.
const bars = (() => {
  const { events, at } = data;
  const $ = (name) => document.getElementById(name);
  const BARS = 120, HIGH = 56;
  const ordinals = events.map((event) => event[at.START] ? Date.parse(event[at.START].slice(0, 10)) / 864e5 : NaN);
  const known = ordinals.filter((day) => !Number.isNaN(day));
  const lowest = known.reduce((a, b) => Math.min(a, b), Infinity), highest = known.reduce((a, b) => Math.max(a, b), -Infinity);
  const span = highest - lowest + 1, count = Math.min(span, BARS);
  const iso = (day) => new Date(day * 864e5).toISOString().slice(0, 10);
  const bar = (day) => Math.floor((day - lowest) * count / span);

  // The first and the last day of a bar.
  function edges(n) {
    const first = lowest + Math.ceil(n * span / count), last = lowest + Math.ceil((n + 1) * span / count) - 1;
    return [iso(first), iso(Math.max(first, last))];
  }

  function said(n, all, on) {
    const [first, last] = edges(n).map((day) => view.dayName(day));
    const fit = on === all ? "" : `, ${view.number.format(on)} fit`;
    return `${first === last ? first : `${first} to ${last}`}: ${view.number.format(all)} ${all === 1 ? "event" : "events"}${fit}`;
  }

  function shape(name, n, high) {
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [key, value] of [["class", name], ["x", n * 10], ["width", count > 30 ? 8 : 9], ["y", HIGH - high], ["height", high]]) rect.setAttribute(key, value);
    return rect;
  }

  function draw(fitting) {
    const svg = $("bars");
    if (!known.length) { svg.parentElement.hidden = true; return; }
    const all = new Array(count).fill(0), on = new Array(count).fill(0);
    for (const day of known) all[bar(day)] += 1;
    for (const i of fitting) if (!Number.isNaN(ordinals[i])) on[bar(ordinals[i])] += 1;
    const most = all.reduce((a, b) => Math.max(a, b), 0);
    const height = (n) => n ? Math.max(2, HIGH * Math.sqrt(n / most)) : 0;
    svg.setAttribute("viewBox", `0 0 ${count * 10} ${HIGH}`);
    const whole = document.createDocumentFragment();
    for (const [name, values] of [["all", all], ["on", on]]) values.forEach((n, i) => { if (n) whole.append(shape(name, i, height(n))); });
    all.forEach((n, i) => {
      const hit = shape("hit", i, HIGH), title = document.createElementNS("http://www.w3.org/2000/svg", "title");
      title.textContent = said(i, n, on[i]);
      hit.append(title); whole.append(hit);
    });
    svg.replaceChildren(whole);
    const days = Math.ceil(span / count);
    $("scale").textContent = `a bar is ${days === 1 ? "a day" : `about ${view.number.format(days)} days`}, at most ${view.number.format(most)} ${most === 1 ? "event" : "events"}`;
    $("first").textContent = view.dayName(iso(lowest));
    $("last").textContent = view.dayName(iso(highest));
  }

  // The days of the bar under the pointer.
  function days(event) {
    const box = $("bars").getBoundingClientRect();
    return edges(Math.min(count - 1, Math.max(0, Math.floor((event.clientX - box.left) / box.width * count))));
  }

  return { draw, days, undated: events.length - known.length };
})();
