// Quizzes in a page, without a kernel, a server or a network. Grades as the classes of questions/contract.py do:
// tests/course/test_quiz_pages.py compares both, answer by answer.
(function () {
  "use strict";

  var TYPED = new RegExp(
    "^\\s*([-+\u2212]?(?:\\d+(?:[.,]\\d*)?|[.,]\\d+)(?:[eE][-+\u2212]?\\d+)?)" + // digits
      "\\s*(?:[x\u00d7*\u00b7]\\s*10\\s*(?:\\^|\\*\\*)\\s*([-+\u2212]?\\d+))?" + // times a power of ten
      "\\s*(\\S*)\\s*$" // unit
  );

  function plain(digits) {
    return digits.replace(",", ".").replace(/\u2212/g, "-");
  }

  function readQuantity(typed, one) {
    var match = TYPED.exec(typed);
    if (!match || typed.length > 60) {
      return { error: "the answer must be a number with its unit (" + (one.unit || "no unit") + ")" };
    }
    if (/^[-+\u2212]?[1-9]\d{0,2},\d{3}$/.test(match[1])) {
      return { error: "the answer must have no separator of thousands" };
    }
    var value = parseFloat(plain(match[1]));
    if (match[2]) {
      value *= Math.pow(10, parseInt(plain(match[2]), 10));
    }
    var unit = match[3].replace("\u03bc", "\u00b5");
    if (unit && unit !== one.unit) {
      if (!Object.prototype.hasOwnProperty.call(one.units, unit)) {
        return { error: "the answer must be in " + (one.unit || "plain numbers") };
      }
      value *= one.units[unit];
    }
    return isFinite(value) ? { value: value } : { error: "the answer must be a finite number" };
  }

  function gradeNumber(one, typed) {
    var got = readQuantity(typed, one);
    if (got.error) {
      return [false, got.error];
    }
    if (Math.abs(got.value - one.right) <= one.tolerance) {
      return [true, "right"];
    }
    for (var i = 0; i < one.wrong.length; i++) {
      if (Math.abs(got.value - one.wrong[i][0]) <= one.wrong[i][1]) {
        return [false, one.wrong[i][2]];
      }
    }
    return [false, "not this number"];
  }

  function gradeLetters(one, typed) {
    var letters = typed.toUpperCase().replace(/[\s,;>.)\u2192-]/g, "");
    var all = "ABCDEFGHIJ".slice(0, one.options.length);
    if (one.kind === "order") {
      if (letters.split("").sort().join("") !== all) {
        return [false, "the answer must name each of " + all.split("").join(", ") + " once"];
      }
    } else if (letters.length !== 1 || all.indexOf(letters) < 0) {
      return [false, "the answer must be one of " + all.split("").join(", ")];
    }
    if (letters === one.key) {
      return [true, "right"];
    }
    for (var i = 0; i < one.wrong.length; i++) {
      if (letters === one.wrong[i][0]) {
        return [false, one.wrong[i][1]];
      }
    }
    return [false, "not in this order"];
  }

  function grade(one, typed) {
    return one.kind === "numeric" ? gradeNumber(one, typed) : gradeLetters(one, typed);
  }

  function start(box) {
    var variants = JSON.parse(box.querySelector("script").textContent);
    var at = 0;
    var field = box.querySelector("input");
    var verdict = box.querySelector(".learnmr-verdict");

    function say(text, kind) {
      verdict.textContent = text;
      verdict.className = "learnmr-verdict " + kind;
    }

    function show() {
      var one = variants[at];
      box.querySelector(".learnmr-text").textContent = one.text;
      box.querySelector(".learnmr-how").textContent = "(" + one.how + ")";
      box.querySelector(".learnmr-figure").innerHTML = one.figure; // made by the builder of the page
      var items = one.options.map(function (text) {
        var item = document.createElement("li");
        item.textContent = text;
        return item;
      });
      var list = box.querySelector(".learnmr-options");
      list.replaceChildren.apply(list, items);
      field.value = "";
      say("", "");
    }

    function check() {
      var result = grade(variants[at], field.value);
      say(result[1], result[0] ? "learnmr-right" : "learnmr-wrong");
    }

    var does = {
      check: check,
      explain: function () {
        say(variants[at].key + ". " + variants[at].explain, "");
      },
      next: function () {
        at = (at + 1) % variants.length;
        show();
      },
    };
    box.querySelectorAll("button").forEach(function (button) {
      button.hidden = button.dataset.does === "next" && variants.length < 2;
      button.addEventListener("click", does[button.dataset.does]);
    });
    field.addEventListener("keydown", function (event) {
      if (event.key === "Enter") {
        event.preventDefault();
        check();
      }
    });
  }

  function startAll() {
    document.querySelectorAll(".learnmr-question").forEach(start);
  }

  if (typeof document === "undefined") {
    module.exports = { grade: grade }; // for the tests
  } else if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", startAll);
  } else {
    startAll();
  }
})();
