const read = (id) => JSON.parse(document.getElementById(id).textContent);
const STRINGS = read("strings");
const REPORT = read("report");
const SENTENCES = read("sentences"); // evidence in Vietnamese, by the English that the figures have
const PORTALS = REPORT.portals;
const DAY = 864e5; // milliseconds

// Kept in the address, so that a view can be bookmarked and sent.
const state = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
const remember = (changes) => {
  Object.assign(state, changes);
  const kept = Object.entries(state).filter(([, value]) => value);
  history.replaceState(null, "", kept.length ? "#" + new URLSearchParams(kept) : location.pathname);
};

let language = "en";
let numbers, collator;
const speak = (wanted) => {
  language = wanted in STRINGS ? wanted : "en";
  document.documentElement.lang = language;
  numbers = new Intl.NumberFormat(language === "vi" ? "vi-VN" : "en-GB");
  collator = new Intl.Collator("vi");
};
speak(state.language || ((navigator.language || "").toLowerCase().startsWith("vi") ? "vi" : "en"));

/** The text of a key in the language of the page; {name} is filled from `values`. */
const t = (key, values = {}) =>
  (STRINGS[language][key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name]);
/** The name of a value of the archive; one that the dictionary lacks is shown as it is. */
const named = (group, value) => STRINGS[language][`${group}.${value}`] ?? String(value);
/** A sentence of evidence in the language of the page; one that an earlier version wrote as it is. */
const said = (sentence) => (language === "vi" ? SENTENCES[sentence] ?? sentence : sentence);
const number = (value) => numbers.format(value);
const bytes = (value) => {
  const step = Math.min(4, Math.floor(Math.log10(Math.max(value, 1)) / 3));
  const scaled = value / 1000 ** step;
  const digits = scaled < 10 && step ? 1 : 0;
  return `${scaled.toLocaleString(language, { maximumFractionDigits: digits })} ${["B", "kB", "MB", "GB", "TB"][step]}`;
};
const share = (part, whole) => (whole ? Math.floor((100 * part) / whole) : null);
const percent = (value) => (value === null ? "–" : language === "vi" ? `${value}%` : `${value} %`);
/** A day, month or year as the language writes it: 26/10/2023, 10/2023. */
const written = (iso) => (language === "vi" ? iso.slice(0, 10).split("-").reverse().join("/") : iso.slice(0, 10));
const moment = (iso) => (iso ? `${written(iso)} ${iso.slice(11, 16)}` : "–");
const duration = (s) =>
  s === null ? "–" : s < 60 ? t("seconds", { n: s }) : s < 3600 ? t("minutes", { n: Math.round(s / 60) })
    : t("hours", { n: (s / 3600).toLocaleString(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 }) });
const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/đ/g, "d");
const sum = (values) => values.reduce((a, b) => a + b, 0);

const fill = (node, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
};
/** An element; strings among its children become text, never markup. */
const h = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
const s = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
const link = (url, text) =>
  /^https?:\/\//i.test(url) ? h("a", { href: url, rel: "noreferrer noopener" }, text) : text;
const host = (url) => url.replace(/^https?:\/\//, "").replace(/\/$/, "");
/** A host name that a narrow column breaks at its dots. */
const breakable = (name) => name.split(/(?<=\.)/).flatMap((part) => [part, h("wbr")]);

/** Counts as crawler.reporting.packed wrote them: a digit of base 36, (n) from 36 on, a letter for zeros. */
const unpack = (text) => {
  const counts = [];
  for (const [all, big] of text.matchAll(/\((\d+)\)|[A-Z]|[0-9a-z]/g)) {
    if (big) counts.push(Number(big));
    else if (all >= "A" && all <= "Z") for (let n = all.charCodeAt(0) - 64; n; n--) counts.push(0);
    else counts.push(parseInt(all, 36));
  }
  return counts;
};
const monthNumber = (month) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
const dayNumber = (day) => Date.parse(`${day.slice(0, 10)}T00:00Z`) / DAY;
const isoDay = (n) => new Date(n * DAY).toISOString().slice(0, 10);

/** A table with a heading a column; cells are nodes, texts or {number: text}. */
const table = (headings, rows, kind = "small") => {
  const cell = (tag, content, attributes = {}) =>
    content && content.number !== undefined
      ? h(tag, { ...attributes, class: "number" }, content.number)
      : h(tag, attributes, content);
  return h("table", { class: kind },
    h("thead", {}, h("tr", {}, headings.map((text) => cell("th", text, { scope: "col" })))),
    h("tbody", {}, rows.map(([first, ...rest]) =>
      h("tr", {}, cell("th", first, { scope: "row" }), rest.map((content) => cell("td", content))))));
};

/** Runs of equal level as one SVG path a level; `levels` are the least counts of each. */
const heat = (counts, levels, start = 0) => {
  const paths = levels.map(() => "");
  for (let i = 0; i < counts.length; ) {
    let level = levels.length - 1;
    while (level >= 0 && counts[i] < levels[level]) level--;
    let end = i + 1;
    while (end < counts.length && counts[end] >= (levels[level] ?? 0) && counts[end] < (levels[level + 1] ?? Infinity)) end++;
    if (level >= 0) paths[level] += `M${start + i} 0h${end - i}v1h${i - end}z`;
    i = end;
  }
  return paths.map((d, level) => (d ? s("path", { class: `l${level + 1}`, d }) : null));
};
const legend = (levels) =>
  h("p", { class: "legend", "aria-hidden": "true" },
    [0, ...levels].map((least, n) => {
      const most = n ? levels[n] : 1;
      const text = n === 0 ? "0" : most === undefined ? `≥ ${least}` : most - 1 > least ? `${least}–${most - 1}` : String(least);
      return h("span", {}, s("svg", { viewBox: "0 0 1 1" }, s("rect", { class: n ? `l${n}` : "span", width: 1, height: 1 })), text);
    }));
/** Articles a month as a table, a row a year; `months` is {from, counts}. */
const yearTable = (months) => {
  if (!months) return h("p", { class: "muted" }, t("no_dates"));
  const first = monthNumber(months.from);
  const counts = unpack(months.counts);
  const years = [];
  for (let year = Math.floor(first / 12); year * 12 < first + counts.length; year++) {
    const row = Array.from({ length: 12 }, (_, m) => counts[year * 12 + m - first]);
    years.push([String(year), ...row.map((n) => (n === undefined ? "" : String(n))), String(sum(row.map((n) => n ?? 0)))]);
  }
  return h("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": t("by_month") },
    table([t("year"), ...Array.from({ length: 12 }, (_, m) => String(m + 1)), t("all")], years, "years"));
};
