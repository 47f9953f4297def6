// What scrolls sideways can be reached by keyboard: code, tables and wide formulas.
document.addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll("pre, .pst-scrollable-table-container, .output.text_html, div.math")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
});
