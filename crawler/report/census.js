const CENSUS = REPORT.census;
const SHORTAGES = ["no_portal", "unseen", "lost", "empty", "troubled", "held"]; // the worst first
const GAP_TONE = { held: "good", troubled: "warn", empty: "warn", lost: "bad", no_portal: "bad" };
const gapBadge = (gap) => h("span", { class: `verdict ${GAP_TONE[gap] ?? "idle"}` }, named("gap", gap));
const split = (text) => (text ? text.split("; ") : []);
const between = (first, last) => (first ? (first === last ? written(first) : `${written(first)} – ${written(last)}`) : "–");
const portalsOf = (row) => {
  const states = split(row.states), statuses = split(row.statuses), verdicts = split(row.verdicts);
  return split(row.portals).map((url, n) =>
    h("div", {}, link(url, breakable(host(url))), h("span", { class: "muted" },
      ` ${states[n] ? named("state", states[n]) : named("status", statuses[n])}${verdicts[n] ? ` · ${named("verdict", verdicts[n])}` : ""}`)));
};
const CENSUS_COLUMNS = [
  { key: "district", title: () => t("district"), value: (r) => r.district },
  { key: "gap", title: () => t("gap_held"), value: (r) => SHORTAGES.indexOf(r.gap), cell: (r) => gapBadge(r.gap) },
  { key: "portals", title: () => t("portals"), wide: true, value: (r) => r.portals,
    cell: (r) => (r.portals ? portalsOf(r) : r.candidates ? t("candidates", { n: number(r.candidates) }) : "–") },
  { key: "checked", title: () => t("checked"), kind: "when", wide: true, roomy: true, descending: true,
    value: (r) => r.checked_at, cell: (r) => (r.checked_at ? written(r.checked_at) : "–") },
  { key: "articles", title: () => t("articles"), number: true, descending: true, value: (r) => r.articles, cell: (r) => number(r.articles) },
  { key: "days", title: () => t("days_held"), kind: "when", wide: true, descending: true, value: (r) => r.latest, cell: (r) => between(r.earliest, r.latest) },
  { key: "elsewhere", title: () => t("elsewhere"), number: true, wide: true, descending: true, value: (r) => r.elsewhere,
    cell: (r) => (r.elsewhere ? h("span", { title: `${between(r.elsewhere_earliest, r.elsewhere_latest)} (${r.elsewhere_sources})` }, number(r.elsewhere)) : "–") },
];
let censusRows = null; // built when the section comes into sight

const censusRow = (r) =>
  h("tr", {},
    h("th", { scope: "row" }, r.district, h("span", { class: "host" }, `${named("kind", r.kind)}, ${r.province}`)),
    CENSUS_COLUMNS.slice(1).map((c) => h("td", { class: place(c) }, c.cell(r))));

const buildCensus = () => {
  document.querySelector("#country thead").replaceChildren(h("tr", {}, CENSUS_COLUMNS.map((c) =>
    h("th", { scope: "col", "data-key": c.key, class: place(c) },
      h("button", { type: "button", onclick: () => sortCensus(c) }, c.title())))));
  const provinces = [...new Set(CENSUS.map((r) => r.province))].sort(collator.compare);
  document.getElementById("census-province").replaceChildren(...[["", t("all")], ...provinces.map((name) => [name, name])].map(
    ([value, text]) => h("option", { value, selected: value === (state.cp ?? "") }, text)));
  censusRows = CENSUS.map(censusRow);
  arrangeCensus();
};
const censusSorting = () => {
  const [key, way] = (state.cs ?? "").split(".");
  const column = CENSUS_COLUMNS.find((c) => c.key === key);
  return column ? { column, way: way === "down" ? -1 : 1 } : { column: CENSUS_COLUMNS[1], way: 1 };
};
const sortCensus = (column) => {
  const now = censusSorting();
  const down = now.column.key === column.key ? now.way === 1 : Boolean(column.descending);
  remember({ cs: `${column.key}.${down ? "down" : "up"}` });
  arrangeCensus();
};
/** Puts the rows that the filters let through in order; equal ones stay as they came: by province and code. */
const arrangeCensus = () => {
  const { column, way } = censusSorting();
  const near = CENSUS.map((_, n) => n).filter((n) => !state.cp || CENSUS[n].province === state.cp);
  const shown = near.filter((n) => !state.cg || CENSUS[n].gap === state.cg);
  const values = CENSUS.map(column.value);
  shown.sort((a, b) => way * compare(values[a], values[b]) || a - b);
  document.querySelector("#country tbody").replaceChildren(...shown.map((n) => censusRows[n]));
  for (const th of document.querySelectorAll("#country > thead th"))
    th.setAttribute("aria-sort", th.dataset.key === column.key ? (way > 0 ? "ascending" : "descending") : "none");
  document.getElementById("census-shown").textContent =
    t("census_shown", { shown: number(shown.length), all: number(CENSUS.length), held: number(shown.filter((n) => CENSUS[n].articles).length) });
  const box = document.getElementById("gaps");
  const focused = box.contains(document.activeElement) ? document.activeElement.dataset.gap : null;
  box.replaceChildren(...SHORTAGES.filter((gap) => CENSUS.some((r) => r.gap === gap)).map((gap) =>
    h("button", { type: "button", "data-gap": gap, "aria-pressed": String(state.cg === gap),
      onclick: () => { remember({ cg: state.cg === gap ? "" : gap }); arrangeCensus(); } },
      gapBadge(gap), ` ${number(near.filter((n) => CENSUS[n].gap === gap).length)}`)));
  box.querySelectorAll("button").forEach((button) => button.dataset.gap === focused && button.focus({ preventScroll: true }));
};
document.getElementById("census-province").addEventListener("change", (event) => { remember({ cp: event.target.value }); arrangeCensus(); });
document.getElementById("census-filters").addEventListener("submit", (event) => event.preventDefault());
new IntersectionObserver((entries, observer) => {
  if (entries.some((entry) => entry.isIntersecting)) observer.disconnect(), censusRows ?? buildCensus();
}, { rootMargin: "600px" }).observe(document.getElementById("census"));
addEventListener("beforeprint", () => censusRows ?? buildCensus());
