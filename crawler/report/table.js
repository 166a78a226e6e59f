const FIELDS = ["title", "lead", "body", "author", "category", "date", "captions", "images", "attachments"];
const SOURCES = ["meta", "json-ld", "visible", "url", "feed", "text", "inferred", "none"];
const PRECISIONS = ["minute", "day", "month", "year", "none"];
// From what needs a person to what needs none.
const SEVERITY = ["broken", "died", "unreachable", "degraded", "hijacked", "moved", "running", "never", "rebuilt", "frozen", "gone", "unlisted", "quiet", "ok"];
const TONE = { ok: "good", quiet: "good", degraded: "warn", moved: "warn", frozen: "idle", gone: "idle", unlisted: "idle", never: "idle", rebuilt: "idle", running: "idle" };
const MONTH_LEVELS = [1, 5, 15, 30];

const severity = (verdict) => SEVERITY.indexOf(verdict); // -1, a word of a later version, comes first
const badge = (verdict) => h("span", { class: `verdict ${TONE[verdict] ?? "bad"}` }, named("verdict", verdict));
const shareColumn = (key, title, part, wide = false) => ({
  key, title, wide, roomy: wide, number: true, descending: true,
  value: (p) => (p.articles ? part(p) / p.articles : -1),
  cell: (p) => percent(share(part(p), p.articles)),
});
const VIEWS = {
  overview: [
    { key: "verdict", title: () => t("verdict"), value: (p) => severity(p.verdict),
      cell: (p) => [badge(p.verdict), p.evidence.length ? h("div", { class: "evidence wide", title: p.evidence.map(said).join("\n") }, said(p.evidence[0])) : null] },
    { key: "last_run", title: () => t("last_run"), value: (p) => p.last_run?.started_at ?? "", descending: true, kind: "when", wide: true, roomy: true,
      cell: (p) => moment(p.last_run?.started_at) },
    { key: "articles", title: () => t("articles"), value: (p) => p.articles, number: true, descending: true, cell: (p) => number(p.articles) },
    { key: "last_day", title: () => t("latest"), value: (p) => p.last_day ?? "", descending: true, kind: "when", cell: (p) => (p.last_day ? written(p.last_day) : "–") },
    { key: "coverage", title: () => `${t("coverage")} ${AXIS ? `${Math.floor(AXIS.from / 12)}–${Math.floor(AXIS.to / 12)}` : ""}`, wide: true,
      cell: (p, n) => s("svg", { class: "strip", "data-portal": n, role: "img", "aria-label": p.first_day ? `${written(p.first_day)} – ${written(p.last_day)}` : t("no_dates") }) },
    shareColumn("date", () => t("field.date"), (p) => p.fields.date ?? 0, true),
    shareColumn("copies", () => t("duplicates"), (p) => p.exact + p.near, true),
  ],
  fields: FIELDS.map((name) => shareColumn(name, () => named("field", name), (p) => p.fields[name] ?? 0)),
  dates: [
    ...SOURCES.map((name) => shareColumn(name, () => named("source", name), (p) => p.sources[name] ?? 0)),
    ...PRECISIONS.slice(0, 4).map((name) => shareColumn(`p_${name}`, () => named("precision", name), (p) => p.precisions[name] ?? 0)),
  ],
};
const PLACE = { key: "portal", title: () => t("portal"), value: (p) => p.district, cell: null };
const PROVINCE = { key: "in", title: () => t("province"), value: (p) => p.province, wide: true, cell: (p) => p.province };

/** The months that the small strips show: all but the oldest half per cent of articles. */
const axis = () => {
  const counts = REPORT.months ? unpack(REPORT.months.counts) : [];
  const all = sum(counts);
  if (!all) return null;
  let first = 0;
  for (let seen = counts[0]; seen < all / 200; seen += counts[first]) first++;
  const from = Math.floor((monthNumber(REPORT.months.from) + first) / 12) * 12;
  return { from, to: monthNumber(REPORT.generated_at) };
};
const AXIS = axis();
const drawStrip = (node) => {
  const months = PORTALS[node.dataset.portal].months;
  if (!months || !AXIS || node.firstChild) return;
  const first = monthNumber(months.from);
  let counts = unpack(months.counts);
  const cut = Math.max(0, AXIS.from - first);
  counts = counts.slice(cut, AXIS.to + 1 - first);
  const start = first + cut - AXIS.from;
  fill(node, { viewBox: `0 0 ${AXIS.to + 1 - AXIS.from} 1`, preserveAspectRatio: "none", "shape-rendering": "crispEdges" }, [
    s("rect", { class: "span", x: start, width: Math.max(0, AXIS.to + 1 - AXIS.from - start), height: 1 }),
    ...heat(counts, MONTH_LEVELS, start),
  ]);
};
// Strips are drawn when they come into sight: 700 of them at once would delay the page.
const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) drawStrip(entry.target), watcher.unobserve(entry.target);
}, { rootMargin: "400px" });
addEventListener("beforeprint", () => document.querySelectorAll(".strip").forEach(drawStrip));

const HAYSTACKS = PORTALS.map((p) => fold([p.district, p.district_id, p.kind, p.province, p.portal, p.family].join(" ")));
const AT_ONCE = 60; // rows laid out before the first paint, more than a screen; the others follow it
let arranged = 0;
const opened = new Set();
let rows = [];

const toggle = (n) => {
  const button = rows[n].querySelector("th button");
  const wasOpen = opened.delete(n);
  if (!wasOpen) opened.add(n);
  button.setAttribute("aria-expanded", String(!wasOpen));
  if (wasOpen) document.getElementById(`detail-${n}`)?.remove();
  else rows[n].after(detailRow(n));
};
const place = (c) => [c.kind, c.wide && "wide", c.roomy && "roomy", c.number && "number"].filter(Boolean).join(" ") || null;
const columns = () => [PLACE, PROVINCE, ...VIEWS[state.view in VIEWS ? state.view : "overview"]];
// A cell that spans more columns than are shown would make room for them.
const shownColumns = () => [...document.querySelectorAll("#table > thead th")].filter((th) => th.offsetParent).length;
const detailRow = (n) =>
  h("tr", { class: "detail", id: `detail-${n}` }, h("td", { colspan: shownColumns() }, detail(n)));
for (const width of [720, 1119]) matchMedia(`(max-width: ${width}px)`).addEventListener("change", () => opened.size && arrange());
const buildRow = (p, n) =>
  h("tr", {},
    h("th", { scope: "row" },
      h("button", { type: "button", "aria-expanded": String(opened.has(n)), "aria-controls": `detail-${n}`, onclick: () => toggle(n) }, p.district),
      h("span", { class: "host" }, breakable(host(p.portal)))),
    columns().slice(1).map((c) =>
      h("td", { class: place(c) }, c.cell(p, n))));

/** Builds head and rows anew: another language or view. */
const buildTable = () => {
  const head = h("tr", {}, columns().map((c) =>
    h("th", { scope: "col", "data-key": c.key, class: place(c) },
      c.value ? h("button", { type: "button", onclick: () => sortBy(c) }, c.title()) : c.title())));
  document.querySelector("#table thead").replaceChildren(head);
  document.getElementById("table").className = `sorted ${state.view in VIEWS ? state.view : "overview"}`;
  rows = PORTALS.map(buildRow);
  rows.forEach((row) => row.querySelectorAll(".strip").forEach((strip) => watcher.observe(strip)));
  arrange();
};
const sorting = () => {
  const [key, way] = (state.sort ?? "").split(".");
  const column = columns().find((c) => c.key === key && c.value);
  if (column) return { column, way: way === "down" ? -1 : 1 };
  return { column: VIEWS.overview[0], way: 1 };
};
const sortBy = (column) => {
  const now = sorting();
  const down = now.column.key === column.key ? now.way === 1 : Boolean(column.descending);
  remember({ sort: `${column.key}.${down ? "down" : "up"}` });
  arrange();
};
const compare = (a, b) => (typeof a === "string" ? collator.compare(a, b) : a - b);

/** Puts the rows that the filters let through in order; details go with their row. */
const arrange = () => {
  const words = fold(state.q ?? "").split(/\s+/).filter(Boolean);
  const { column, way } = sorting();
  const passes = (p, n) => (!state.province || p.province === state.province) && words.every((word) => HAYSTACKS[n].includes(word));
  const near = PORTALS.map((_, n) => n).filter((n) => passes(PORTALS[n], n));
  const shown = near.filter((n) => !state.verdict || PORTALS[n].verdict === state.verdict);
  const values = PORTALS.map((p) => column.value(p));
  shown.sort((a, b) => way * compare(values[a], values[b]) || collator.compare(PORTALS[a].district, PORTALS[b].district) || a - b);
  const tbody = document.querySelector("#table tbody");
  const placed = (some) => some.flatMap((n) => (opened.has(n) ? [rows[n], detailRow(n)] : [rows[n]]));
  const turn = ++arranged;
  tbody.replaceChildren(...placed(shown.slice(0, AT_ONCE)));
  if (shown.length > AT_ONCE) setTimeout(() => turn === arranged && tbody.append(...placed(shown.slice(AT_ONCE))));
  for (const th of document.querySelectorAll("#table > thead th")) {
    if (th.dataset.key === column.key) th.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
    else if (th.firstChild.tagName === "BUTTON") th.setAttribute("aria-sort", "none");
  }
  document.getElementById("shown").textContent = t("shown", { shown: number(shown.length), all: number(PORTALS.length) });
  chips(near);
};
/** The verdicts as filters, with how many portals each has among those that the other filters let through. */
const chips = (near) => {
  const box = document.getElementById("verdicts");
  const all = [...new Set(PORTALS.map((p) => p.verdict))].sort((a, b) => severity(a) - severity(b));
  const held = box.contains(document.activeElement) ? document.activeElement.dataset.verdict : null;
  box.replaceChildren(...all.map((verdict) =>
    h("button", { type: "button", "data-verdict": verdict, "aria-pressed": String(state.verdict === verdict),
      onclick: () => { remember({ verdict: state.verdict === verdict ? "" : verdict }); arrange(); } },
      badge(verdict), ` ${number(near.filter((n) => PORTALS[n].verdict === verdict).length)}`)));
  box.querySelectorAll("button").forEach((button) => button.dataset.verdict === held && button.focus({ preventScroll: true }));
};
