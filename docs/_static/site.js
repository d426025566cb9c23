// What scrolls sideways must be reachable by keyboard: formulas, tables and outputs that are wider than the screen.
(function () {
  "use strict";

  function makeReachable() {
    document.querySelectorAll(".cell_output, .learnmr-figure, .math, .bd-article table, .pst-scrollable-table-container").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth + 1) {
        box.setAttribute("tabindex", "0");
      }
    });
  }

  window.addEventListener("load", function () {
    makeReachable();
    if (window.MathJax && window.MathJax.startup && window.MathJax.startup.promise) {
      window.MathJax.startup.promise.then(makeReachable);
    }
  });
})();
