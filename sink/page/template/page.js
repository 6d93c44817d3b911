// Sorts and filters the table of merchants. Without it the table stands as it is.
(() => {
  "use strict";
  const table = document.getElementById("merchants");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const heads = Array.from(table.tHead.rows[0].cells);

  const value = (row, column) => {
    const text = row.cells[column].dataset.v;
    return text === "" ? NaN : Number(text);
  };

  // An empty cell comes last, whichever way the others go.
  const sort = (column, direction) => {
    rows.sort((a, b) => {
      const x = value(a, column), y = value(b, column);
      if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
      return direction * (x - y) || value(a, 0) - value(b, 0);
    });
    body.append(...rows);
  };

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    head.setAttribute("aria-sort", column === 1 ? "descending" : "none");
    button.addEventListener("click", () => {
      const before = head.getAttribute("aria-sort");
      // Numbers are first asked for from the top, merchants from the beginning.
      const next = before === "none" ? (column === 0 ? "ascending" : "descending") : before === "ascending" ? "descending" : "ascending";
      heads.forEach((other) => other.setAttribute("aria-sort", "none"));
      head.setAttribute("aria-sort", next);
      sort(column, next === "ascending" ? 1 : -1);
    });
  });

  const wanted = document.getElementById("wanted");
  const least = document.getElementById("least");
  const shown = document.getElementById("shown");
  const filter = () => {
    const text = wanted.value.trim().toLowerCase();
    const enough = Number(least.value);
    let count = 0;
    for (const row of rows) {
      const fits = row.cells[0].title.toLowerCase().includes(text) && value(row, 1) >= enough;
      row.hidden = !fits;
      count += fits;
    }
    shown.value = `${count} of ${rows.length}`;
  };
  wanted.addEventListener("input", filter);
  least.addEventListener("input", filter);
  document.getElementById("filter").hidden = false;
  filter();
})();
