// How events are shown: by day, each with the way back to its file.
const view = (() => {
  const { events, tables, at, id } = data;
  const { kinds, persons, people, devices, places, extractors, files } = tables;
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
    if (start) { time.dateTime = start; time.title = event[at.END] ? `${start} to ${event[at.END]}` : start; }
    const zone = /[+-]\d\d:?\d\d$|Z$/.exec(start.slice(11));
    if (zone) time.append(make("span", "zone", zone[0]));
    const kind = make("span", "kind"), dot = make("i");
    dot.style.setProperty("--turn", String((event[at.KIND] * 47 + 190) % 360));
    kind.append(dot, kinds[event[at.KIND]]);
    item.append(time, kind, what(event, words), picture(event));
    return item;
  }

  // What somebody is called here, and who that is where the name does not say it.
  function called(n) {
    const known = people[n] ? people[n].split(" · ")[0] : "";
    return known && known !== persons[n] ? `${persons[n]} (${known})` : persons[n];
  }

  function what(event, words) {
    const made = make("div", "what");
    marked(made, event[at.SUMMARY] || kinds[event[at.KIND]], words);
    const names = [event[at.FROM], event[at.TO]].filter(Boolean).map((group) => group.map(called).join(", "));
    const unsaid = (event[at.DEVICES] || []).map((n) => devices[n]).filter((name) => !event[at.SUMMARY].includes(name));
    const facts = [names.join(" → "), unsaid.join(", "),
      event[at.WHERE] < 0 ? "" : places[event[at.WHERE]], event[at.AMOUNT] || ""].filter(Boolean);
    if (facts.length) { const said = make("span", "facts"); marked(said, facts.join(" · "), words); made.append(said); }
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
    marked(name, path, words);
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
