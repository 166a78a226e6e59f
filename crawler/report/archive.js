const body = (id, ...children) => document.querySelector(`#${id} .body`).replaceChildren(...children.flat().filter(Boolean));
const CROWDED = 84; // per cent of the axis; beyond, the last label has no room beside it on a phone
const axisLabels = (labels) => {
  const box = h("div", { class: "axis", "aria-hidden": "true" },
    labels.map(([at, text]) => h("span", { class: at > CROWDED && at < 100 ? "wide" : null }, text)));
  labels.forEach(([at, ], n) => { if (n < labels.length - 1) box.children[n].style.left = `${at}%`; });
  return box;
};

/** Articles by month of publication as bars. */
const monthChart = () => {
  if (!REPORT.months) return h("p", { class: "muted" }, t("no_dates"));
  const counts = unpack(REPORT.months.counts);
  const first = monthNumber(REPORT.months.from);
  const most = Math.max(...counts);
  const path = counts.map((n, i) => (n ? `M${i} ${most}v${-n}h.9v${n}z` : "")).join("");
  const years = [];
  const step = Math.ceil(counts.length / 12 / 10);
  for (let i = (12 - (first % 12)) % 12; i < counts.length - 6; i += 12 * step) years.push([(100 * i) / counts.length, String((first + i) / 12)]);
  years.push([100, written(isoMonth(first + counts.length - 1))]);
  return h("figure", { class: "chart" },
    s("svg", { viewBox: `0 0 ${counts.length} ${most}`, preserveAspectRatio: "none", role: "img", "aria-label": `${t("by_month")}: ${t("at_most", { n: number(most) })}` },
      s("path", { class: "bars", d: path })),
    axisLabels(years),
    h("figcaption", { class: "muted small" }, t("at_most", { n: number(most) })));
};
const isoMonth = (n) => `${Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, "0")}`;

/** What the archive held at the end of each day, as an area. */
const growthChart = (name, shown) => {
  const days = REPORT.growth;
  let held = 0;
  const points = days.map((row) => [dayNumber(row.day), (held += row[name])]);
  const first = points[0][0];
  const width = Math.max(1, dayNumber(REPORT.generated_at) - first + 1);
  const top = Math.max(1, held);
  const line = points.map(([day, n]) => `H${day - first}V${top - n}`).join("");
  return h("figure", { class: "chart" },
    h("figcaption", {}, `${t(name)}: `, h("strong", {}, shown(held))),
    s("svg", { viewBox: `0 0 ${width} ${top}`, preserveAspectRatio: "none", role: "img", "aria-label": `${t(name)}: ${shown(held)}` },
      s("path", { class: "area", d: `M0 ${top}${line}H${width}V${top}z` })),
    axisLabels([[0, written(days[0].day)], [100, written(REPORT.generated_at)]]));
};
const growthTable = () => {
  const months = new Map();
  for (const row of REPORT.growth) {
    const key = row.day.slice(0, 7);
    const held = months.get(key) ?? { articles: 0, versions: 0, captures: 0, bytes: 0 };
    for (const name of Object.keys(held)) held[name] += row[name];
    months.set(key, held);
  }
  return table([t("month"), ...["articles", "versions", "captures", "bytes"].map((name) => ({ number: t(name) }))],
    [...months].reverse().map(([month, row]) =>
      [written(month), { number: number(row.articles) }, { number: number(row.versions) }, { number: number(row.captures) }, { number: bytes(row.bytes) }]));
};
const folded = (title, ...content) => h("details", {}, h("summary", {}, title), content);

const buildSections = () => {
  const total = REPORT.totals;
  const none = () => h("p", { class: "muted" }, t("none"));
  document.getElementById("history").hidden = !REPORT.history.length;
  body("history", h("p", { class: "muted small" }, t("history_hint")),
    h("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": t("history") },
      table([t("portal"), { number: t("articles") }, t("last_run")],
        REPORT.history.map((row) => [h("span", {}, `${row.district} `, link(row.portal, row.portal)), { number: number(row.articles) },
          h("span", { class: "when" }, row.last_run ? written(row.last_run.started_at.slice(0, 10)) : "–")]))));
  body("archive",
    h("h3", {}, t("by_month")), monthChart(), REPORT.months ? folded(t("as_table"), yearTable(REPORT.months)) : null,
    REPORT.growth.length
      ? [h("h3", {}, t("growth")),
        h("div", { class: "columns" }, growthChart("articles", number), growthChart("versions", number), growthChart("bytes", bytes)),
        folded(t("as_table"), growthTable())]
      : null);
  body("fields", total.articles ? [shares(t("field"), FIELDS.map((name) => [named("field", name), total.fields[name] ?? 0]), total.articles),
    h("p", { class: "muted small" }, t("fields_hint"))] : none());
  const sources = [...new Set([...SOURCES, ...Object.keys(REPORT.dates)])].filter((name) => REPORT.dates[name]);
  body("dates", sources.length
    ? h("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": t("dates") },
      table([t("source"), ...PRECISIONS.map((name) => ({ number: named("precision", name) })), { number: t("all") }, { number: t("share") }],
        sources.map((name) => {
          const row = REPORT.dates[name];
          const all = sum(Object.values(row));
          return [named("source", name), ...PRECISIONS.map((p) => ({ number: row[p] ? number(row[p]) : "" })), { number: number(all) }, { number: percent(share(all, total.articles)) }];
        })))
    : none(),
  total.events ? h("p", { class: "muted small" }, t("events", { n: number(total.events) })) : null);
  body("duplicates",
    h("h3", {}, t("who_copies")),
    REPORT.copies.length
      ? h("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": t("who_copies") },
        table([t("origin"), t("copy"), { number: t("exact") }, { number: t("near") }],
          REPORT.copies.map((row) => [portalName(row.origin), portalName(row.copy), { number: number(row.exact) }, { number: number(row.near) }])))
      : none(),
    h("h3", {}, t("clusters")),
    REPORT.clusters.length
      ? h("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": t("clusters") },
        table([t("story"), t("first_on"), t("published"), { number: t("articles") }, { number: t("on_portals") }],
          REPORT.clusters.map((row) => [link(row.url, row.title || row.id), portalName(row), h("span", { class: "when" }, row.published_at ? written(row.published_at) : "–"),
            { number: number(row.articles) }, { number: number(row.portals) }]), "small stories"))
      : none());
  body("runs", REPORT.runs.length ? runsTable(REPORT.runs, true) : none());
};

const buildTotals = () => {
  const total = REPORT.totals;
  const items = [["portals", number(PORTALS.length)], ["articles", number(total.articles)], ["versions", number(total.versions)],
    ["duplicates", number(total.exact + total.near)], ["undated", number(total.undated)], ["gone", number(total.gone)],
    ["captures", number(total.captures)], ["bytes", bytes(total.bytes)]];
  if (total.files.kept + total.files.failed) items.push(["files", number(total.files.kept)], ["files.text", number(total.files.text)],
    ["files.scans", number(total.files.scans)], ["files.failed", number(total.files.failed)], ["files.bytes", bytes(total.files.bytes)]);
  document.getElementById("totals").replaceChildren(...items.map(([name, value]) => h("div", {}, h("dt", {}, t(name)), h("dd", {}, value))));
};
const buildControls = () => {
  const choose = (id, options, current) =>
    document.getElementById(id).replaceChildren(...options.map(([value, text]) => h("option", { value, selected: value === current }, text)));
  const provinces = [...new Set(PORTALS.map((p) => p.province))].filter(Boolean).sort(collator.compare);
  choose("province", [["", t("all")], ...provinces.map((name) => [name, name])], state.province ?? "");
  choose("view", Object.keys(VIEWS).map((name) => [name, t(`view.${name}`)]), state.view ?? "overview");
  document.getElementById("query").value = state.q ?? "";
  const ids = ["portals", "census", ...(REPORT.history.length ? ["history"] : []), "archive", "fields", "dates", "duplicates", "runs"];
  // A plain #id would overwrite what the address remembers.
  document.getElementById("contents").replaceChildren(...ids.map((id) =>
    h("a", { href: `#${id}`, onclick: (event) => { event.preventDefault(); document.getElementById(id).scrollIntoView(); } }, t(id))));
};

/** Writes every text of the page in its language. */
const build = () => {
  document.title = `${t("title")}${REPORT.province ? ` – ${REPORT.province}` : ""}`;
  document.querySelectorAll("[data-t]").forEach((node) => { node.textContent = t(node.dataset.t); });
  document.querySelectorAll("[data-label]").forEach((node) => node.setAttribute("aria-label", t(node.dataset.label)));
  document.querySelectorAll("[data-language]").forEach((node) => node.setAttribute("aria-pressed", String(node.dataset.language === language)));
  document.getElementById("written").textContent = t("written", { at: moment(REPORT.generated_at) }) + (REPORT.province ? ` · ${REPORT.province}` : "");
  const notice = document.getElementById("notice");
  notice.hidden = REPORT.totals.articles > 0;
  notice.textContent = t(PORTALS.length ? "empty" : "empty_registry");
  const faults = document.getElementById("faults");
  faults.hidden = !REPORT.faults.length;
  faults.replaceChildren(...REPORT.faults.map((text) => h("li", {}, said(text))));
  buildTotals();
  buildControls();
  buildTable();
  if (censusRows) buildCensus();
  buildSections();
};
document.querySelectorAll("[data-language]").forEach((node) =>
  node.addEventListener("click", () => { remember({ language: node.dataset.language }); speak(node.dataset.language); build(); }));
document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
document.getElementById("query").addEventListener("input", (event) => { remember({ q: event.target.value }); arrange(); });
document.getElementById("province").addEventListener("change", (event) => { remember({ province: event.target.value }); arrange(); });
document.getElementById("view").addEventListener("change", (event) => { remember({ view: event.target.value, sort: "" }); buildTable(); });
build();
