// Every slide is fitted before anything is shown: text becomes smaller until it fits, down to a limit.
window.learnmrSlides = {
  smallest: 0.6,
  after: function () {},
  fit: function (content) {
    const inner = content.firstElementChild;
    let scale = 1;
    const tooLarge = () => inner.scrollHeight > content.clientHeight + 1 || inner.scrollWidth > content.clientWidth + 1;
    while (tooLarge() && scale > this.smallest) {
      scale -= 0.02;
      inner.style.fontSize = (scale * (inner.closest(".numbers") ? 1.1 : 1)).toFixed(3) + "em";
    }
    content.dataset.scale = scale.toFixed(2);
    content.dataset.overflows = String(tooLarge());
  },
  begin: function () {
    document.querySelectorAll(".slide .content").forEach((content) => this.fit(content));
    document.documentElement.classList.remove("measuring");
    document.documentElement.dataset.fitted = "true";
    this.after();
  },
};
