/**
 * Searches, filters and sorts the table, and keeps a long one short until somebody wants it whole: browsers take seconds to
 * lay out 10,000 rows. Without it everything is shown, and there is nothing to press.
 */
export const script = `"use strict";
(() => {
  const table = document.querySelector("table");
  if (table === null) return;
  const body = table.tBodies[0];
  // Ids are shown by their beginning and found by any part.
  const whole = (row) => Array.from(row.querySelectorAll("[title]"), ({ title }) => title).join(" ");
  const rows = Array.from(body.rows, (row) => ({ row, text: (row.textContent + whole(row)).toLowerCase() }));
  const controls = ["search", "state", "rule", "shown", "all"];
  const [search, state, rule, shown, all] = controls.map((id) => document.getElementById(id));
  let most = 500;
  const none = document.querySelector(".none");

  function isChosen({ row, text }) {
    return (
      search.value.toLowerCase().split(/\\s+/).every((word) => text.includes(word)) &&
      ["", row.dataset.state, row.dataset.failing].includes(state.value) &&
      ["", row.dataset.rule].includes(rule.value)
    );
  }

  function filter() {
    let count = 0;
    for (const one of rows) {
      const chosen = isChosen(one);
      if (chosen) count += 1;
      one.row.hidden = !chosen || count > most;
    }
    none.hidden = count > 0;
    all.hidden = count <= most;
    shown.textContent =
      count > most ? "the first " + most + " of " + count + " rows" : count + " of " + rows.length + " rows";
  }

  function showAll() {
    most = rows.length;
    filter();
  }

  function sort(head, index) {
    const descending = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const keyOf = ({ row }) => row.cells[index].dataset.order ?? row.cells[index].textContent.trim();
    const collator = new Intl.Collator("en", { numeric: true });
    rows.sort((one, other) => collator.compare(keyOf(one), keyOf(other)) * (descending ? -1 : 1));
    body.append(...rows.map(({ row }) => row));
    filter();
  }

  Array.from(table.tHead.rows[0].cells).forEach((head, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head, index));
    head.append(button);
  });
  search.addEventListener("input", filter);
  state.addEventListener("change", filter);
  rule.addEventListener("change", filter);
  all.addEventListener("click", showAll);
  addEventListener("beforeprint", showAll);
  filter();
  document.querySelector(".controls").hidden = false;
})();
`;
