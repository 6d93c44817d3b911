// Sorts, filters, copies and saves the table of merchants. Without it the table stands
// as it is.
(async () => {
  "use strict";
  const table = document.getElementById("merchants");
  if (!table || typeof DecompressionStream === "undefined") return;
  const packed = document.getElementById("data").dataset.merchants.replace(/-/g, "+").replace(/_/g, "/");
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const data = await new Response(stream).json();
  const size = data.id.length;
  for (let i = 0; i < size; i++) {
    if (data.low[i] !== -2) continue; // else it is Wilson's interval of k of n
    const n = data.conversations[i], k = Math.round((data.share[i] * n) / 1000), z = 1.959963984540054;
    const centre = (k + (z * z) / 2) / (n + z * z), half = (z / (n + z * z)) * Math.sqrt((k * (n - k)) / n + (z * z) / 4);
    data.low[i] = k === 0 ? 0 : Math.round(1000 * Math.max(0, centre - half));
    data.high[i] = k === n ? 1000 : Math.round(1000 * Math.min(1, centre + half));
  }

  const element = (id) => document.getElementById(id);
  const language = document.documentElement.lang;
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const short = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const { none } = table.dataset;
  const flags = table.dataset.flags.split("|");
  const [s, min, h, d] = table.dataset.units.split("|");
  const fill = (text, ...values) => values.reduce((filled, value, i) => filled.replace(`{${i}}`, value), text);
  const nb = "\u00a0";

  const share = (v) => (v < 0 ? none : tenths.format(v / 10) + nb + "%");
  const span = (low, high) => (low < 0 || high < 0 ? none : fill(table.dataset.span, share(low), share(high)));
  const parts = (v, big, bigUnit, small, smallUnit) => {
    const rest = Math.floor((v % big) / small);
    return whole.format(Math.floor(v / big)) + nb + bigUnit + (rest > 0 ? nb + whole.format(rest) + nb + smallUnit : "");
  };
  const time = (v) => {
    if (v < 0) return none;
    if (v < 60) return short.format(v) + nb + s;
    if (v < 600) return parts(v, 60, min, 1, s);
    if (v < 3570) return whole.format(Math.round(v / 60)) + nb + min;
    if (v < 172770) return parts(Math.round(v / 60) * 60, 3600, h, 60, min);
    return parts(Math.round(v / 3600) * 3600, 86400, d, 3600, h);
  };

  const times = ["typical", "worked", "wait"];
  const heads = Array.from(table.tHead.rows[0].cells);
  const keys = heads.map((head) => head.dataset.key);
  const cell = {
    country: (i) => data.countries[data.country[i]],
    conversations: (i) => whole.format(data.conversations[i]),
    unanswered: (i) => whole.format(data.unanswered[i]),
    share: (i) => share(data.share[i]),
    low: (i) => span(data.low[i], data.high[i]),
    typical: (i) => time(data.typical[i]),
    worked: (i) => time(data.worked[i]),
    target: (i) => share(data.target[i]),
    wait: (i) => time(data.wait[i]),
    flag: (i) => flags[data.flag[i]],
  };
  // What a column is sorted by; what is not known comes last, whichever way the others go.
  const order = { id: (i) => i, country: (i) => data.countries[data.country[i]] };
  const value = (key, i) => (order[key] ? order[key](i) : data[key][i]);

  const state = { q: "", country: "", flag: "", least: "", sort: "conversations", down: "1" };
  const prefix = "#merchants:";
  if (location.hash.startsWith(prefix)) {
    for (const [key, text] of new URLSearchParams(location.hash.slice(prefix.length))) if (key in state) state[key] = text;
    if (!keys.includes(state.sort)) state.sort = "conversations";
    document.getElementById("merchants-title").scrollIntoView();
  }
  const remember = () => {
    const kept = new URLSearchParams(Object.entries(state).filter(([, text]) => text !== ""));
    history.replaceState(null, "", prefix + kept);
  };

  const page = 200;
  let chosen = [];
  let limit = page;
  const body = table.tBodies[0];
  const row = (i) => {
    const tr = document.createElement("tr");
    const th = document.createElement("th");
    th.scope = "row";
    th.title = data.id[i];
    const id = document.createElement("bdi");
    id.textContent = data.id[i];
    th.append(id);
    tr.append(th);
    for (const key of keys.slice(1)) {
      const td = document.createElement("td");
      td.textContent = cell[key](i);
      if (times.includes(key) && data[key][i] >= 0) td.title = data[key][i] + nb + "s";
      tr.append(td);
    }
    return tr;
  };
  const show = () => {
    body.replaceChildren(...chosen.slice(0, limit).map(row));
    element("more").hidden = chosen.length <= limit;
    element("shown").value = fill(table.dataset.shown, whole.format(chosen.length), whole.format(size));
    heads.forEach((head, column) =>
      head.setAttribute("aria-sort", keys[column] !== state.sort ? "none" : state.down ? "descending" : "ascending"));
  };
  const choose = () => {
    const text = state.q.trim().toLowerCase();
    const least = Number(state.least);
    const country = data.countries.indexOf(state.country);
    chosen = [];
    for (let i = 0; i < size; i++) {
      if (data.conversations[i] < least || (state.country !== "" && data.country[i] !== country)) continue;
      if (state.flag !== "" && data.flag[i] !== Number(state.flag)) continue;
      if (text === "" || data.id[i].toLowerCase().includes(text)) chosen.push(i);
    }
    const direction = state.down ? -1 : 1;
    const unknown = (v) => v === -1 || v === "";
    chosen.sort((a, b) => {
      const x = value(state.sort, a), y = value(state.sort, b);
      if (unknown(x) || unknown(y)) return unknown(x) - unknown(y) || a - b;
      return direction * (x < y ? -1 : x > y ? 1 : 0) || a - b;
    });
    limit = page;
    show();
  };

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const key = keys[column];
      // Numbers are first asked for from the top, names from the beginning.
      const down = key === state.sort ? !state.down : column > 1;
      state.sort = key;
      state.down = down ? "1" : "";
      choose();
      remember();
    });
  });
  for (const country of [...data.countries].sort()) element("country").add(new Option(country, country));
  for (const [id, key] of [["wanted", "q"], ["country", "country"], ["flag", "flag"], ["least", "least"]]) {
    element(id).value = state[key];
    element(id).addEventListener("input", () => {
      state[key] = element(id).value;
      choose();
      remember();
    });
  }
  element("filter").addEventListener("submit", (event) => event.preventDefault());
  element("more").addEventListener("click", () => {
    limit += page;
    show();
  });

  // What is shown, for a spreadsheet: times in seconds, and no text that it would run.
  const columns = ["merchant_id", "country", "conversations", "unanswered", "share", "share_low", "share_high", "typical_s",
    ...(data.worked ? ["working_s"] : []), ...(data.target ? ["target_met"] : []), "wait_s", "note"];
  const thousandths = (v) => (v < 0 ? "" : String(v / 1000));
  const seconds = (v) => (v < 0 ? "" : String(v));
  const safe = (text) => (/^[=+\-@\t\r']/.test(text) && !/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text) ? "'" + text : text);
  const rows = () => [columns, ...chosen.map((i) => [safe(data.id[i]), safe(data.countries[data.country[i]]), data.conversations[i],
    data.unanswered[i], thousandths(data.share[i]), thousandths(data.low[i]), thousandths(data.high[i]), seconds(data.typical[i]),
    ...(data.worked ? [seconds(data.worked[i])] : []), ...(data.target ? [thousandths(data.target[i])] : []),
    seconds(data.wait[i]), flags[data.flag[i]]])];
  const quote = (text) => (/[",\r\n]/.test(text) ? `"${String(text).replace(/"/g, '""')}"` : text);
  element("csv").addEventListener("click", (event) => {
    const text = rows().map((cells) => cells.map(quote).join(",")).join("\n") + "\n";
    const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    event.currentTarget.href = url;
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  });
  element("copy").addEventListener("click", async () => {
    const text = rows().map((cells) => cells.map((c) => String(c).replace(/[\t\r\n]/g, " ")).join("\t")).join("\n") + "\n";
    const copy = element("copy");
    const label = copy.textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    copy.textContent = table.dataset.copied;
    setTimeout(() => { copy.textContent = label; }, 2000);
  });

  const leftOut = element("left-out");
  if (leftOut) leftOut.hidden = true;
  element("filter").hidden = false;
  choose();
})();
