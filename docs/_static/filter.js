// The box above the table of old lines: shows the rows that have every name which was typed.
// Numbers and punctuation do not count, so a whole line or an error can be pasted.
const box = document.getElementById("filter");
const found = document.getElementById("found");
const rows = [...document.querySelectorAll(".old-lines tbody tr")];

function filter() {
  const names = box.value.match(/[a-z_]\w*/gi) || [];
  const patterns = names.map((name) => new RegExp("\\b" + name, "i"));
  for (const row of rows) {
    row.hidden = !patterns.every((pattern) => pattern.test(row.textContent));
  }
  for (const table of document.querySelectorAll(".old-lines")) {
    table.closest("section").hidden = !table.querySelector("tbody tr:not([hidden])");
  }
  const count = rows.filter((row) => !row.hidden).length;
  found.textContent = `${count} of ${rows.length} lines`;
  if (count === 0) {
    found.textContent += ": try fewer words, such as the name that the error mentions";
  }
}

box.addEventListener("input", filter);
box.parentElement.hidden = false;
filter(); // the browser may have kept the text when the page was loaded again
