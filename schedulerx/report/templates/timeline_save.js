// The events that fit as CSV, in columns a spreadsheet takes; no text of it is run as a formula.
const save = (() => {
  const { events, tables, at, id } = data;
  const COLUMNS = ["start", "end", "kind", "summary", "from", "to", "devices", "where", "amount", "path", "place", "doubt", "sha256", "extractor", "event_id"];
  const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

  function cell(value) {
    const text = String(value || ""), safe = FORMULA.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  function row(event) {
    const [path, , , sha256] = tables.files[event[at.FILE]];
    const names = (numbers, table) => (numbers || []).map((n) => table[n]).join(", ");
    return [event[at.START], event[at.END], tables.kinds[event[at.KIND]], event[at.SUMMARY],
      names(event[at.FROM], tables.persons), names(event[at.TO], tables.persons), names(event[at.DEVICES], tables.devices),
      event[at.WHERE] < 0 ? "" : tables.places[event[at.WHERE]], event[at.AMOUNT], path, event[at.PLACE],
      event[at.DOUBT], sha256, tables.extractors[event[at.EXTRACTOR]], id(event)].map(cell).join(",");
  }

  function csv(fitting) { return ["\ufeff" + COLUMNS.join(","), ...fitting.map((i) => row(events[i])), ""].join("\r\n"); }

  function file(fitting) {
    const lead = document.createElement("a"), url = URL.createObjectURL(new Blob([csv(fitting)], { type: "text/csv" }));
    lead.href = url; lead.download = "timeline.csv";
    lead.click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  }

  return { csv, file };
})();
