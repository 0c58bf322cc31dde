// What is asked for: in the form, and in the page's address, so that it can be kept and sent.
const filter = (() => {
  const { events, tables, at, low, who, text, id } = data;
  const $ = (name) => document.getElementById(name);
  const FIELDS = ["words", "person", "device", "place", "file", "from", "to", "since", "until", "order", "size"];
  const NAMES = { words: "text", person: "person", device: "device", place: "place", file: "file", from: "from", to: "to", since: "from", until: "to" };
  const boxes = () => [...document.querySelectorAll("#kinds input")];
  let one = "";

  // The numbers of the texts in a table that hold a word; null where nothing is asked for.
  function holding(table, asked) {
    const word = asked.trim().toLowerCase();
    if (!word) return null;
    const found = new Set();
    table.forEach((value, n) => { if (value.includes(word)) found.add(n); });
    return found;
  }

  function words() { return $("words").value.toLowerCase().split(/\s+/).filter(Boolean); }

  function wanted() {
    return {
      one, words: words(),
      kinds: new Set(boxes().filter((box) => box.checked).map((box) => Number(box.value))),
      person: holding(low.persons, $("person").value), device: holding(low.devices, $("device").value),
      place: holding(low.places, $("place").value), file: holding(low.files, $("file").value),
      from: $("from").value, to: $("to").value, since: $("since").value, until: $("until").value,
    };
  }

  // A time told to the year or month fits where any day of it does.
  function within(start, from, to) {
    if (!from && !to) return true;
    if (!start) return false;
    const day = start.slice(0, 10);
    return (!from || day >= from.slice(0, day.length)) && (!to || day <= to.slice(0, day.length));
  }

  // From ten in the evening to four is a night.
  function during(start, since, until) {
    if (!since && !until) return true;
    const time = start ? start.slice(11, 16) : "";
    if (!time) return false;
    const after = time >= (since || "00:00"), before = time <= (until || "23:59");
    return since && until && since > until ? after || before : after && before;
  }

  function fits(i, asked) {
    const event = events[i];
    if (asked.one) return id(event) === asked.one;
    return asked.kinds.has(event[at.KIND]) && within(event[at.START], asked.from, asked.to)
      && during(event[at.START], asked.since, asked.until)
      && (!asked.person || who(event).some((n) => asked.person.has(n)))
      && (!asked.device || (event[at.DEVICES] || []).some((n) => asked.device.has(n)))
      && (!asked.place || asked.place.has(event[at.WHERE])) && (!asked.file || asked.file.has(event[at.FILE]))
      && (!asked.words.length || asked.words.every((word) => text(i).includes(word)));
  }

  function fitting() {
    const asked = wanted(), found = [];
    for (let i = 0; i < events.length; i += 1) if (fits(i, asked)) found.push(i);
    return $("order").value ? found.reverse() : found;
  }

  // In the address: what differs from showing all.
  function kept() {
    const told = new URLSearchParams();
    if (one) told.set("event", one);
    for (const name of FIELDS) {
      const field = $(name), usual = field.tagName === "SELECT" ? field.options[0].value : "";
      if (field.value !== usual) told.set(name, field.value);
    }
    const off = boxes().filter((box) => !box.checked);
    if (off.length) told.set("without", off.map((box) => tables.kinds[box.value]).join(","));
    return told.toString();
  }

  function keep() {
    const hash = kept();
    if (hash === location.hash.slice(1)) return;
    try { history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search); } catch { location.hash = hash; }
  }

  function recall() {
    const told = new URLSearchParams(location.hash.slice(1)), off = (told.get("without") || "").split(",");
    one = told.get("event") || "";
    for (const name of FIELDS) {
      const field = $(name), usual = field.tagName === "SELECT" ? field.options[0].value : "";
      field.value = told.get(name) || usual;
    }
    for (const box of boxes()) box.checked = !off.includes(tables.kinds[box.value]);
  }

  // For a print: what was asked for, in words.
  function sentence() {
    if (one) return `Event ${one}`;
    const parts = Object.keys(NAMES).filter((name) => $(name).value).map((name) => `${NAMES[name]} “${$(name).value}”`);
    const on = boxes().filter((box) => box.checked);
    if (on.length < boxes().length) parts.push(`kinds ${on.map((box) => tables.kinds[box.value]).join(", ") || "none"}`);
    return parts.join("; ");
  }

  // Whether more is asked for than words.
  function isNarrowed() { return Object.keys(NAMES).some((name) => name !== "words" && $(name).value) || boxes().some((box) => !box.checked); }

  function forget() { one = ""; }

  return { boxes, words, fitting, keep, recall, sentence, forget, isNarrowed, isOne: () => Boolean(one) };
})();
