// How events are shown: by day, each with the way back to its file.
const view = (() => {
  const { events, tables, at, id } = data;
  const { kinds, persons, people, devices, places, extractors, files } = tables;
  const TURNED = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
  const UNDATED = "Without a date";
  const named = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const number = new Intl.NumberFormat("en");

  function make(tag, name, text) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function dayName(day) {
    const date = day.length === 10 ? new Date(`${day}T00:00:00Z`) : NaN;
    return Number.isNaN(Number(date)) ? day : named.format(date);
  }

  // The text with the words that were looked for marked in it.
  function marked(holder, text, words) {
    const low = text.toLowerCase();
    if (!words.length || low.length !== text.length) { holder.append(text); return; }
    for (let from = 0; from < text.length;) {
      let next = text.length, word = "";
      for (const one of words) {
        const found = low.indexOf(one, from);
        if (found >= 0 && (found < next || (found === next && one.length > word.length))) { next = found; word = one; }
      }
      holder.append(text.slice(from, next));
      if (word) holder.append(make("mark", "", text.slice(next, next + word.length)));
      from = next + word.length;
    }
  }

  // The whole list, day by day.
  function list(shown) {
    const whole = document.createDocumentFragment(), words = filter.words();
    let day = null, items = null;
    for (const i of shown) {
      const event = events[i], its = event[at.START] ? event[at.START].slice(0, 10) : UNDATED;
      if (its !== day) {
        const part = make("div", "day");
        day = its; items = make("ol");
        part.append(make("h3", "", dayName(its)), items);
        whole.append(part);
      }
      items.append(line(event, words));
    }
    if (!shown.length) whole.append(make("p", "empty", "No event fits. “Show all” takes every filter away."));
    return whole;
  }

  function line(event, words) {
    const item = make("li"), start = event[at.START] || "", time = make("time", "", start.slice(11, 16) || "–");
    const seconds = /^:\d\d/.exec(start.slice(16));
    if (seconds) time.append(make("span", "seconds", seconds[0]));
    if (start) { time.dateTime = start; time.title = event[at.END] ? `${start} to ${event[at.END]}` : start; }
    const zone = /[+-]\d\d:?\d\d$|Z$/.exec(start.slice(11));
    if (zone) time.append(make("span", "zone", zone[0]));
    const kind = make("span", "kind"), dot = make("i");
    dot.style.setProperty("--turn", String((event[at.KIND] * 47 + 190) % 360));
    kind.append(dot, kinds[event[at.KIND]]);
    item.append(time, kind, what(event, words), picture(event));
    return item;
  }

  // A text in its own direction, whatever stands beside it: between two names from right to left an
  // arrow would point to the wrong one.
  function apart(text, words) {
    const made = make("bdi");
    marked(made, text, words);
    return made;
  }

  // A text in which names from right to left stand by themselves: "to NAME, 105 s" stays in order.
  function spoken(holder, text, names, words) {
    const turned = names.filter((name) => TURNED.test(name));
    for (let from = 0; from < text.length;) {
      let next = text.length, name = "";
      for (const one of turned) {
        const found = text.indexOf(one, from);
        if (found >= 0 && (found < next || (found === next && one.length > name.length))) { next = found; name = one; }
      }
      marked(holder, text.slice(from, next), words);
      if (name) holder.append(apart(name, words));
      from = next + name.length;
    }
  }

  // A name that asks for all events with it; the page's script listens.
  function asking(field, value, words) {
    const lead = make("a", "ask");
    lead.href = `#${new URLSearchParams({ [field]: value })}`;
    lead.dataset.field = field; lead.dataset.value = value;
    lead.title = `All that fits with ${value}`;
    lead.append(apart(value, words));
    return lead;
  }

  // What somebody is called here, and who that is where the name does not say it.
  function called(n, words) {
    const known = people[n] ? people[n].split(" · ")[0] : "", lead = asking("person", persons[n], words);
    return known && known !== persons[n] ? [lead, " (", apart(known, words), ")"] : [lead];
  }

  function joined(parts, between) { return parts.flatMap((part, n) => n ? [between, ...part] : part); }

  // From whom to whom, with what, where, how much.
  function facts(event, words) {
    const sides = [event[at.FROM], event[at.TO]].filter(Boolean).map((side) => joined(side.map((n) => called(n, words)), ", "));
    const unsaid = (event[at.DEVICES] || []).filter((n) => !event[at.SUMMARY].includes(devices[n])).map((n) => [asking("device", devices[n], words)]);
    const told = [joined(sides, " → "), joined(unsaid, ", "),
      event[at.WHERE] < 0 ? [] : [asking("place", places[event[at.WHERE]], words)],
      event[at.AMOUNT] ? [apart(event[at.AMOUNT], words)] : []].filter((part) => part.length);
    const made = make("span", "facts");
    made.append(...joined(told, " · "));
    return told.length ? made : "";
  }

  function what(event, words) {
    const made = make("div", "what"), said = make("span", "said");
    said.dir = "auto";
    spoken(said, event[at.SUMMARY] || kinds[event[at.KIND]], data.who(event).map((n) => persons[n]), words);
    made.append(said, facts(event, words));
    if (event[at.DOUBT]) made.append(make("span", "doubt", event[at.DOUBT]));
    made.append(from(event, words));
    for (const other of event[at.ALSO] || []) made.append(make("span", "also", `also told in ${other}`));
    if (filter.isOne()) made.append(details(event));
    return made;
  }

  // The way back: the file, its member, and the place in it.
  function from(event, words) {
    const [path, url, , sha256] = files[event[at.FILE]], made = make("span", "from"), place = event[at.PLACE];
    const name = make(url ? "a" : "span");
    name.append(apart(path, words));
    if (url) { name.href = /\.pdf$/i.test(url) && /^page \d+$/.test(place) ? `${url}#page=${place.slice(5)}` : url; name.rel = "noreferrer"; }
    name.title = `SHA-256 ${sha256}; read by ${extractors[event[at.EXTRACTOR]]}`;
    const lead = make("a", "", "event"), its = id(event);
    lead.href = `#event=${its}`; lead.title = `Event ${its}: alone, with all that is known of it`;
    const alone = make("span", "id", " · ");
    alone.append(lead);
    made.append(name, place ? `, ${place}` : "", alone);
    return made;
  }

  // All that is known of an event that stands alone.
  function details(event) {
    const its = id(event), told = make("dl", "details");
    const known = new Set(data.who(event).map((n) => people[n]).filter(Boolean));
    const rows = [["Event", its], ["Starts", event[at.START] || "not known"], ["Ends", event[at.END]],
      ...[...known].map((label) => ["Person", label]),
      ["SHA-256", files[event[at.FILE]][3]], ["Read by", extractors[event[at.EXTRACTOR]]],
      ["To explain", `schedulerx explain event ${its} --artifact_dir RESULTS`]];
    for (const [term, value] of rows) if (value) told.append(make("dt", "", term), make("dd", "", value));
    return told;
  }

  function picture(event) {
    const [path, url, thumbnail] = files[event[at.FILE]];
    if (!thumbnail) return "";
    const shown = make("img", "thumb"), lead = make(url ? "a" : "span");
    shown.src = thumbnail; shown.alt = `Picture ${path}`; shown.loading = "lazy"; shown.decoding = "async";
    if (url) { lead.href = url; lead.rel = "noreferrer"; }
    lead.append(shown);
    return lead;
  }

  return { make, list, dayName, number };
})();
