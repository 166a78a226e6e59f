const DAY_LEVELS = [1, 2, 4, 8];
const GAP_DAYS = 14; // shorter silences are holidays
const GAPS = 3; // named, the longest first

/** The day on which a portal's calendar ends: its last day alive, today, or a later article. */
const lastDay = (portal) => {
  const today = REPORT.generated_at.slice(0, 10);
  const end = portal.until && portal.until < today ? portal.until : today;
  return portal.last_day > end ? portal.last_day : end;
};

/** One line a year, one column a day; a pointer over it names the day. */
const calendar = (portal, days) => {
  const first = dayNumber(days.from);
  const counts = unpack(days.counts);
  const end = dayNumber(lastDay(portal));
  const told = h("output", { class: "small" }, t("calendar_hint"));
  const lines = [];
  const years = [Number(days.from.slice(0, 4)), new Date(end * DAY).getUTCFullYear()];
  for (let year = years[0]; year <= years[1]; year++) {
    const begin = dayNumber(`${year}-01-01`);
    const from = Math.max(begin, first);
    const to = Math.min(dayNumber(`${year + 1}-01-01`) - 1, end);
    const own = counts.slice(from - first, to - first + 1);
    const total = sum(own);
    lines.push(
      h("span", {}, String(year)),
      s("svg", { viewBox: "0 0 366 1", preserveAspectRatio: "none", "shape-rendering": "crispEdges", role: "img",
        "aria-label": `${year}: ${t("articles")} ${number(total)}`,
        onpointermove: (event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const day = begin + Math.min(365, Math.max(0, Math.floor((366 * (event.clientX - box.left)) / box.width)));
          told.textContent = `${written(isoDay(day))}: ${number(counts[day - first] ?? 0)}`;
        } },
        s("rect", { class: "span", x: from - begin, width: Math.max(0, to - from + 1), height: 1 }),
        ...heat(own, DAY_LEVELS, from - begin)),
      h("span", { class: "number" }, number(total)));
  }
  const months = h("span", { class: "months", "aria-hidden": "true" }, Array.from({ length: 12 }, (_, m) => h("span", {}, String(m + 1))));
  return [h("div", { class: "calendar" }, h("span"), months, h("span"), lines), h("div", { class: "legend" }, legend(DAY_LEVELS), told), gaps(portal, first, counts, end)];
};

/** The longest stretches without an article, the one up to now among them. */
const gaps = (portal, first, counts, end) => {
  const found = [];
  let since = null;
  for (let i = 0; i <= end - first + 1; i++) {
    const silent = i <= end - first && !counts[i];
    if (silent && since === null) since = i;
    if (!silent && since !== null) {
      if (i - since >= GAP_DAYS) found.push([since, i - 1]);
      since = null;
    }
  }
  if (!found.length) return h("p", { class: "small" }, t("no_gaps", { days: GAP_DAYS }));
  found.sort((a, b) => b[1] - b[0] - (a[1] - a[0]));
  const words = found.slice(0, GAPS).map(([a, b]) => t("gap", { from: written(isoDay(first + a)), to: written(isoDay(first + b)), days: number(b - a + 1) }));
  return h("p", { class: "small" }, `${t("gaps")} ${words.join("; ")}`);
};

const bar = (part, whole) =>
  s("svg", { class: "bar", viewBox: "0 0 100 1", preserveAspectRatio: "none", "aria-hidden": "true" },
    s("rect", { class: "span", width: 100, height: 1 }), s("rect", { class: "l3", width: whole ? (100 * part) / whole : 0, height: 1 }));
/** Counts by name as a table with bars: `rows` are [name, part]. */
const shares = (title, rows, whole) =>
  table([title, t("share"), { number: t("articles") }],
    rows.map(([name, part]) => [name, h("span", {}, bar(part, whole), percent(share(part, whole))), { number: number(part) }]));
const byName = (group, counts, order) =>
  [...new Set([...order, ...Object.keys(counts)])].filter((name) => counts[name]).map((name) => [named(group, name), counts[name]]);
const portalName = (at) => {
  const known = PORTALS.find((p) => p.district_id === at.district_id && p.portal === at.portal);
  return h("span", {}, `${known?.district ?? at.district_id} `, h("span", { class: "muted" }, breakable(`(${host(at.portal)})`)));
};
const copiesTable = (title, rows, side) =>
  h("div", {}, h("h3", {}, title),
    rows.length
      ? table([t("portal"), { number: t("exact") }, { number: t("near") }],
        rows.map((row) => [portalName(row[side]), { number: number(row.exact) }, { number: number(row.near) }]))
      : h("p", { class: "muted small" }, t("none")));
const countName = (name) => named(`outcome.${name}` in STRINGS.en ? "outcome" : "count", name);
const counted = (counts) => {
  const entries = Object.entries(counts).filter(([name]) => !["complete", "unfinished"].includes(name) && !name.includes(":"));
  return entries.map(([name, n]) => `${countName(name)} ${number(n)}`).join(", ") || "–";
};
const runsTable = (runs, place) =>
  h("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": t("runs") },
    table([t("run"), ...(place ? [t("portal")] : []), t("verdict"), t("began"), { number: t("took") }, t("counts")],
      runs.map((run) => [
        String(run.id), ...(place ? [portalName(run)] : []), badge(run.verdict),
        h("span", { class: "when" }, moment(run.started_at)), { number: duration(run.seconds) },
        h("div", { class: "counts" }, counted(run.counts),
          run.evidence.length ? h("div", { class: "evidence", title: run.evidence.map(said).join("\n") }, said(run.evidence[0])) : null),
      ])));

/** What other archives hold, one row a source and year. */
const ARCHIVES = ["held", "sightings", "waiting", "unplayable", "after_end"];
const archivesTable = (rows, p) =>
  h("div", {}, h("h3", {}, t("archives")),
    h("p", { class: "small muted" }, t("rescued", { n: number(p.rescued), all: number(p.articles) })),
    h("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": t("archives") },
      table([t("source_of_captures"), t("year"), ...ARCHIVES.map((name) => ({ number: t(`archive.${name}`) }))],
        rows.map((row) => [row.source, row.year, ...ARCHIVES.map((name) => ({ number: number(row[name]) }))]))));

/** All that is known of portal `n`; its days are read from the page only now. */
const detail = (n) => {
  const p = PORTALS[n];
  const d = read(`d${n}`);
  const facts = [
    `${named("kind", p.kind)} ${p.district}`, p.province, p.family,
    named("status", p.status), p.until ? t("until", { day: written(p.until) }) : null,
    p.last_healthy_at ? t("last_healthy", { at: moment(p.last_healthy_at) }) : null,
    p.named ? t("held_of", { held: number(p.held ?? 0), named: number(p.named) }) : null,
    p.unwalked ? t("unwalked", { n: number(p.unwalked) }) : null,
  ].filter(Boolean).join(" · ");
  const undated = [
    [p.undated, "undated"], [d.month_only, "month_only"], [d.year_only, "year_only"], [d.outside, "outside"],
  ].filter(([count]) => count).map(([count, key]) => `${t(key)}: ${number(count)}`).join(" · ");
  return h("div", {},
    h("p", {}, badge(p.verdict), " ", h("span", { class: "muted" }, facts), " ", link(p.portal, host(p.portal))),
    p.evidence.map((sentence) => h("p", { class: "small" }, said(sentence))),
    h("h3", {}, t("calendar")),
    d.days ? calendar(p, d.days) : h("p", { class: "muted" }, t("no_dates")),
    undated ? h("p", { class: "small muted" }, undated) : null,
    p.months ? h("details", {}, h("summary", {}, t("by_month")), yearTable(p.months)) : null,
    h("div", { class: "columns" },
      h("div", {}, shares(t("fields"), FIELDS.map((name) => [named("field", name), p.fields[name] ?? 0]), p.articles)),
      h("div", {},
        shares(t("source"), byName("source", p.sources, SOURCES), p.articles),
        shares(t("precision"), byName("precision", p.precisions, PRECISIONS), p.articles),
        Object.keys(d.flags).length ? shares(t("flags"), byName("flag", d.flags, []), p.articles) : null),
      h("div", {}, copiesTable(t("copied_from"), d.copied_from, "origin"), copiesTable(t("copied_by"), d.copied_by, "copy"))),
    d.archives.length ? archivesTable(d.archives, p) : null,
    h("h3", {}, t("runs")), d.runs.length ? runsTable(d.runs, false) : h("p", { class: "muted" }, t("none")));
};
