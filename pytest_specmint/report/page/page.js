"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.map(child => child instanceof Node ? child : String(child)));
  return element;
};
const svg = (tag, attributes, text) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
};
const number = value => Number.isInteger(value) ? value.toLocaleString("en-US") : value.toLocaleString("en-US", {maximumSignificantDigits: 6});
const share = (part, whole) => whole ? `${number(100 * part / whole)}%` : "";
const moment = (value, format) => {
  const iso = new Date(value * (format === "date" ? 86400000 : 1000)).toISOString();
  return format === "date" ? iso.slice(0, 10) : format === "time" ? iso.slice(11, 19) : iso.slice(0, 19) + "Z";
};
const line = field => field.numbers ?? field.moments;
const shown = (value, field) => field.moments ? moment(value, field.moments.format) : number(value);

document.getElementById("name").textContent = data.dataset;
for (const [name, value] of data.facts) document.getElementById("facts").append(make("dt", {}, name), make("dd", {}, value));

for (const tab of document.querySelectorAll("[role=tab]")) tab.addEventListener("click", () => {
  for (const other of document.querySelectorAll("[role=tab]")) {
    other.setAttribute("aria-selected", String(other === tab));
    document.getElementById(other.dataset.tab).hidden = other !== tab;
  }
});

const opening = (row, detail) => {
  row.tabIndex = 0;
  const toggle = () => {
    if (row.nextElementSibling?.classList.contains("opened")) { row.nextElementSibling.remove(); return; }
    const cell = make("td", {class: "detail", colspan: row.cells.length});
    cell.append(detail());
    row.after(make("tr", {class: "opened"}, cell));
  };
  row.addEventListener("click", toggle);
  row.addEventListener("keydown", event => { if (event.key === "Enter") toggle(); });
};

const histogram = field => {
  const {edges, bars} = line(field).histogram;
  const [width, height, most] = [400, 120, Math.max(...bars)];
  const picture = svg("svg", {class: "histogram", viewBox: `0 0 ${width} ${height + 16}`, role: "img"});
  picture.append(svg("title", {}, `Histogram of ${field.path}`));
  bars.forEach((bar, i) => {
    const tall = most ? height * bar / most : 0;
    const rect = svg("rect", {x: i * width / bars.length, y: height - tall, width: width / bars.length - 1, height: tall});
    rect.append(svg("title", {}, `${shown(edges[i], field)} to ${shown(edges[i + 1], field)}: ${number(bar)}`));
    picture.append(rect);
  });
  picture.append(svg("text", {x: 0, y: height + 12}, shown(edges[0], field)));
  picture.append(svg("text", {x: width, y: height + 12, "text-anchor": "end"}, shown(edges[edges.length - 1], field)));
  return picture;
};

const counts = field => {
  const body = make("tbody");
  const most = field.common.values[0].count;
  for (const {text, count} of field.common.values) body.append(make("tr", {},
    make("td", {}, text), make("td", {}, make("span", {class: "bar", style: `width:${6 * count / most}rem`})), make("td", {}, number(count))));
  const note = field.common.error ? ` (each at most ${number(field.common.error)} too low)` : "";
  return make("table", {class: "counts"}, make("caption", {}, `Most common values${note}`), body);
};

const facts = field => {
  const rows = [];
  if (field.length) rows.push(["length", `${number(field.length.least)} to ${number(field.length.greatest)}, mean ${number(field.length.mean)}`]);
  if (field.items) rows.push(["items", `${number(field.items.least)} to ${number(field.items.greatest)}, mean ${number(field.items.mean)}`]);
  for (const [form, count] of Object.entries(field.formats.seen)) rows.push(["format", `${form} in ${share(count, field.formats.lookedAt)} looked at`]);
  const figures = line(field);
  if (figures) {
    rows.push(["mean", shown(figures.mean, field)]);
    if (field.numbers) rows.push(["standard deviation", number(figures.deviation)]);
    for (const {share: part, value} of figures.quantiles) rows.push([`${number(100 * part)}% quantile`, shown(value, field)]);
    const nearest = figures.distribution.nearest;
    if (nearest) rows.push(["distribution", figures.distribution.fits ? nearest.kind : `none fits (nearest: ${nearest.kind})`]);
  }
  if (field.diversity !== null) rows.push(["diversity", number(field.diversity)]);
  if (field.kind) rows.push(["meaning", field.kind]);
  const list = make("dl");
  for (const [name, value] of rows) list.append(make("dt", {}, name), make("dd", {}, value));
  return list;
};

const fieldBody = document.querySelector("#field-table tbody");
for (const field of data.fields) {
  const figures = line(field);
  const different = field.distinct.count ? `${field.distinct.exact ? "" : "about "}${number(field.distinct.count)}` : "";
  const row = make("tr", {"data-path": field.path},
    make("td", {class: "path"}, field.path || "(the record)"),
    make("td", {}, Object.keys(field.types).join(" or ")),
    make("td", {}, share(field.present, field.places)),
    make("td", {}, field.nulls ? share(field.nulls, field.present) : ""),
    make("td", {}, different),
    make("td", {}, figures ? shown(figures.least, field) : ""),
    make("td", {}, figures ? shown(figures.greatest, field) : ""));
  opening(row, () => {
    const detail = make("div", {}, facts(field));
    if (figures && figures.histogram.bars.length > 1) detail.append(histogram(field));
    if (field.common.values.length && field.common.values[0].count > 1) detail.append(counts(field));
    return detail;
  });
  fieldBody.append(row);
}
document.getElementById("field-search").addEventListener("input", event => {
  const wanted = event.target.value.toLowerCase();
  for (const opened of fieldBody.querySelectorAll(".opened")) opened.remove();
  for (const row of fieldBody.rows) row.hidden = !row.dataset.path.toLowerCase().includes(wanted);
});

const recordBody = document.querySelector("#record-table tbody");
const records = data.records.map(({line: place, value}) => ({place, value, text: JSON.stringify(value)}));
const list = wanted => {
  const found = records.filter(({text}) => text.toLowerCase().includes(wanted));
  recordBody.replaceChildren(...found.map(({place, value, text}) => {
    const row = make("tr", {"data-line": place}, make("td", {}, number(place)), make("td", {class: "record"}, text.length > 240 ? text.slice(0, 240) + "…" : text));
    opening(row, () => make("pre", {}, JSON.stringify(value, null, 2)));
    return row;
  }));
  const all = records.length === data.total ? "" : ` of the ${number(records.length)} shown; the dataset has ${number(data.total)}`;
  document.getElementById("record-count").textContent = `${number(found.length)} records${all}`;
};
document.getElementById("record-search").addEventListener("input", event => list(event.target.value.toLowerCase()));
list("");

const quality = document.getElementById("quality");
const table = (id, caption, head, rows) => {
  const body = make("tbody");
  for (const cells of rows) body.append(make("tr", {}, ...cells.map(cell => cell instanceof Node ? cell : make("td", {}, cell))));
  quality.append(make("table", {id}, make("caption", {}, caption), make("thead", {}, make("tr", {}, ...head.map(name => make("th", {}, name)))), body));
};
if (data.quality.plausible !== null) quality.append(make("p", {}, `Plausible: ${number(100 * data.quality.plausible)}% of the texts whose field's name says what they are have its form.`));
if (data.quality.diversity !== null) quality.append(make("p", {}, `Diversity: ${number(data.quality.diversity)} (1 where all values of a field are equally frequent).`));
if (data.schema) {
  quality.append(make("p", {}, `Valid by the schema: ${number(data.schema.valid)} of ${number(data.total)} records.`));
  for (const problem of data.schema.problems) quality.append(make("p", {class: "bad"}, problem));
  table("rule-table", "Rules", ["Rule", "Severity", "Held", "Failed", ""], data.schema.rules.map(rule =>
    [rule.id, rule.severity, number(rule.held), number(rule.failed), make("td", rule.ok ? {} : {class: "bad"}, rule.ok ? "ok" : "broken")]));
}
table("safety-table", "Values that could be real", ["Kind", "Looked at", "Could be real"],
  data.safety.map(([title, lookedAt, real]) => [title, number(lookedAt), make("td", real ? {class: "bad"} : {}, number(real))]));
document.getElementById("manifest-text").textContent = data.manifest ? JSON.stringify(data.manifest, null, 2) : "There is no manifest beside this dataset.";
