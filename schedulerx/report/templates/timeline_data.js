"use strict";
// The events and what they share, as the page brings them.
const data = (() => {
  const events = JSON.parse(document.getElementById("data").textContent);
  const tables = JSON.parse(document.getElementById("tables").textContent);
  // The order in which an event's fields are written.
  const at = { START: 0, END: 1, KIND: 2, SUMMARY: 3, FILE: 4, PLACE: 5, FROM: 6, TO: 7,
    DEVICES: 8, WHERE: 9, AMOUNT: 10, DOUBT: 11, ALSO: 12, EXTRACTOR: 13, ID: 14 };
  const lower = (texts) => texts.map((text) => text.toLowerCase());
  const low = {
    names: lower(tables.persons),
    // Somebody is found by what the event calls them, and by all that is known of them.
    persons: lower(tables.persons.map((name, n) => tables.people[n] ? `${name}\n${tables.people[n]}` : name)),
    devices: lower(tables.devices), places: lower(tables.places), kinds: lower(tables.kinds),
    files: lower(tables.files.map((file) => file[0])),
  };
  const texts = new Array(events.length);

  function who(event) { return [...(event[at.FROM] || []), ...(event[at.TO] || [])]; }

  // What the search looks through, made when it is first asked for.
  function text(i) {
    if (texts[i] === undefined) {
      const event = events[i];
      texts[i] = [event[at.SUMMARY].toLowerCase(), low.files[event[at.FILE]], low.kinds[event[at.KIND]],
        ...who(event).map((n) => low.names[n]), ...(event[at.DEVICES] || []).map((n) => low.devices[n]),
        event[at.WHERE] < 0 ? "" : low.places[event[at.WHERE]], String(event[at.AMOUNT] || ""),
        String(event[at.PLACE] || "").toLowerCase()].join("\n");
    }
    return texts[i];
  }

  // Sixteen bytes in base64 to the id as exports write it.
  function id(event) {
    const hex = [...atob(event[at.ID])].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  return { events, tables, at, low, who, text, id };
})();
