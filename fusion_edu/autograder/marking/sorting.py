"""The one script of the class page: the heads of its tables sort them, by mouse and by keyboard. Without it they are tables."""

import base64
import hashlib

SCRIPT = """
"use strict";
const order = (a, b) => {
  if (a === b) return 0;
  const [x, y] = [Number(a), Number(b)];
  return Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b, undefined, { numeric: true }) : x - y;
};
const sort = (table, head, at) => {
  const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  const value = (row) => (row.cells[at].dataset.v ?? row.cells[at].textContent).trim();
  const rows = [...table.tBodies[0].rows];
  const full = rows.filter((row) => value(row) !== "");
  const empty = rows.filter((row) => value(row) === "");
  full.sort((a, b) => sign * order(value(a), value(b)));
  table.tBodies[0].append(...full, ...empty);
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
};
for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => sort(table, head, at));
  });
}
"""
POLICY = "script-src 'sha256-" + base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode() + "'"
