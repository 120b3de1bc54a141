import { keyStates, passes } from "../../../policies/findings/report";
import { symbols } from "./state-badge";

/**
 * Searches, filters and sorts the keys. Those that fail are rows already; all others are data, and drawn when somebody asks
 * for them, so many at a time: browsers take seconds to lay out 10,000 rows. Text goes into the page as text, never as markup.
 * Without the script the failing keys are shown, and there is nothing to press.
 */
export const script = `"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const step = 200;

  for (const button of document.querySelectorAll(".copy")) {
    const text = button.parentNode.querySelector("code").textContent;
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(text).then(
        () => { button.textContent = "Copied"; },
        () => { getSelection().selectAllChildren(button.parentNode.querySelector("code")); },
      );
    });
  }

  const table = document.querySelector("table");
  if (table === null) return;
  const body = table.tBodies[0];
  const [search, state, rule, shown, more] = ["search", "state", "rule", "shown", "more"].map(byId);
  const none = document.querySelector(".none");
  const { texts, rows } = JSON.parse(byId("data").textContent);
  const order = Array.from(new Set([...Array.from(body.rows, (row) => row.dataset.state), ...Array.from(state.options, ({ value }) => value)]));
  const passing = ${JSON.stringify(keyStates.filter((state) => passes({ state })))};
  const symbols = ${JSON.stringify(symbols)};

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className !== "") made.className = className;
    made.textContent = text;
    return made;
  }

  function cell(tag, role, ...children) {
    const made = document.createElement(tag);
    made.setAttribute("role", role);
    for (const child of children) made.append(child, " ");
    return made;
  }

  function titled(className, text, title) {
    const made = element("span", className, text);
    made.title = title;
    return made;
  }

  function draw([stateAt, name, details, hash, guardrails, facts, failed, reason]) {
    const one = texts[stateAt];
    const row = document.createElement("tr");
    row.setAttribute("role", "row");
    row.dataset.state = one;
    const badge = element("span", "badge is-" + one, "");
    const symbol = element("span", "symbol", symbols[one]);
    symbol.setAttribute("aria-hidden", "true");
    badge.append(symbol, " " + one);
    const small = element("span", "details", details === "" || hash === "" ? details : details + ", ");
    if (hash !== "") small.append(titled("", hash.slice(0, 8), hash));
    const head = cell("th", "rowheader", element("span", "called", name), small);
    head.scope = "row";
    row.append(
      cell("td", "cell", badge),
      head,
      cell("td", "cell", ...guardrails.map(([id, called]) => titled("guardrail", texts[called] || texts[id].slice(0, 8) + "…", texts[id]))),
      cell("td", "cell", ...facts.map((at) => element("span", "fact", texts[at]))),
      cell("td", "cell", ...failed.map((at) => element("span", "rule", texts[at])), element("span", "why", texts[reason])),
    );
    return row;
  }

  const titles = (row) => Array.from(row.querySelectorAll("[title]"), ({ title }) => title).join(" ");
  const keys = [
    ...Array.from(body.rows, (row) => ({
      state: row.dataset.state,
      isRequirement: "requirement" in row.dataset,
      name: (row.querySelector(".called") || row.cells[1]).textContent,
      cell: (index) => row.cells[index].textContent,
      fails: Array.from(row.querySelectorAll(".rule"), ({ textContent }) => textContent),
      text: () => row.textContent + " " + titles(row),
      row: () => row,
    })),
    ...rows.map((data) => {
      const [at, name, details, hash, guardrails, facts, failed, reason, isRequirement = false] = data;
      let row;
      return {
        state: texts[at],
        isRequirement,
        name,
        cell: (index) => [texts[at], name, ...[guardrails.map(([, called]) => texts[called]), facts.map((one) => texts[one]), [texts[reason]]].map((all) => all.join(" "))][index],
        fails: failed.map((one) => texts[one]),
        text: () => [texts[at], name, details, hash, ...guardrails.flat().map((one) => texts[one]), ...facts.map((one) => texts[one]), texts[reason]].join(" "),
        row: () => (row ||= draw(data)),
      };
    }),
  ];
  let most = step;

  function searched(key) {
    key.searched ||= key.text().toLowerCase();
    return key.searched;
  }

  function isChosen(key, words) {
    const states = state.value === "" || state.value === key.state || (state.value === "failing" && !passing.includes(key.state));
    return states && (rule.value === "" || key.fails.includes(rule.value)) && words.every((word) => searched(key).includes(word));
  }

  // A requirement that means no key is a row, and no key.
  function counted(all, some) {
    const counts = [false, true].map((isRequirement) => {
      const [many, few] = [all, some || []].map((list) => list.filter((one) => one.isRequirement === isRequirement).length);
      const called = isRequirement ? (many === 1 ? " requirement" : " requirements") + " without a key" : many === 1 ? " key" : " keys";
      return many === 0 ? "" : (some === undefined ? "" : few + " of ") + many + called;
    });
    return counts.filter((count) => count !== "").join(" and ");
  }

  function show() {
    const words = search.value.toLowerCase().split(/\\s+/).filter((word) => word !== "");
    const chosen = keys.filter((key) => isChosen(key, words));
    body.replaceChildren(...chosen.slice(0, most).map((key) => key.row()));
    table.hidden = chosen.length === 0;
    none.hidden = chosen.length > 0;
    more.hidden = chosen.length <= most;
    shown.textContent =
      chosen.length > most
        ? "the first " + most + " of " + counted(chosen)
        : counted(keys, chosen);
  }

  function showAnew() {
    most = step;
    show();
  }

  function sort(head, index) {
    const descending = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const collator = new Intl.Collator("en", { numeric: true });
    const by = index === 0
      ? (one, other) => order.indexOf(one.state) - order.indexOf(other.state)
      : index === 1
        ? (one, other) => collator.compare(one.name, other.name)
        : (one, other) => collator.compare(one.cell(index), other.cell(index));
    keys.sort((one, other) => by(one, other) * (descending ? -1 : 1));
    showAnew();
  }

  Array.from(table.tHead.rows[0].cells).forEach((head, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head, index));
    head.append(button);
  });
  search.addEventListener("input", showAnew);
  state.addEventListener("change", showAnew);
  rule.addEventListener("change", showAnew);
  more.addEventListener("click", () => {
    most += 5 * step;
    show();
  });

  // On paper stands what fails, all of it, and nothing that is drawn from data.
  let before = null;
  addEventListener("beforeprint", () => {
    before = Array.from(body.rows);
    const failing = keys.filter((key) => !passing.includes(key.state));
    table.hidden = failing.length === 0;
    body.replaceChildren(...failing.map((key) => key.row()));
  });
  addEventListener("afterprint", () => {
    body.replaceChildren(...before);
    table.hidden = before.length === 0;
  });
  document.querySelector(".controls").hidden = false;
  showAnew();
})();
`;
