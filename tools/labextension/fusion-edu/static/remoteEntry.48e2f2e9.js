// A JupyterLab extension in one file, not compiled: what ipywidgets leaves out for keyboards and screen readers.
(() => {
  let groups = 0;

  // ipywidgets draws options that do not know each other: each is a Tab stop, and arrow keys do nothing.
  // With one name they are a group: one stop, and arrow keys choose, once JupyterLab does not take them for its cells.
  function group(box) {
    box.dataset.group ||= `fusion-edu-${++groups}`;
    for (const input of box.querySelectorAll('input[type="radio"]')) {
      if (input.name !== box.dataset.group) {
        const { checked } = input;
        input.name = box.dataset.group;
        input.dataset.lmSuppressShortcuts = "true";
        input.checked = checked;
      }
    }
    if (!box.hasAttribute("role")) {
      const widget = box.closest(".widget-radio");
      const label = widget?.querySelector(".widget-label")?.textContent.trim();
      box.setAttribute("role", "radiogroup");
      box.setAttribute("aria-label", label || widget?.previousElementSibling?.textContent.trim() || "options");
    }
  }

  // The handle of a slider is what gets the focus, and its name stands beside it, unconnected.
  function name(slider) {
    const label = slider.querySelector(".widget-label")?.textContent.trim();
    if (!label) return;
    for (const part of slider.querySelectorAll(".noUi-handle, .widget-readout")) {
      if (part.getAttribute("aria-label") === label) continue;
      part.setAttribute("aria-label", label);
      part.dataset.lmSuppressShortcuts = "true"; // arrows up and down turn it, too
    }
  }

  function mend() {
    document.querySelectorAll(".widget-radio-box").forEach(group);
    document.querySelectorAll(".widget-slider").forEach(name);
  }

  // A link of the course's widgets opens its notebook in a tab, at its heading; without this the browser would leave the page.
  function follow(app, event) {
    const link = event.target.closest?.(".fusion-edu a");
    const to = link?.getAttribute("href");
    if (!/\.(ipynb|md)(#.*)?$/.test(to ?? "") || to.includes(":")) return;
    const here = app.shell.currentWidget?.context?.path;
    if (here === undefined) return;
    event.preventDefault();
    const base = new URL(here.split("/").map(encodeURIComponent).join("/"), "http://x/");
    const goal = new URL(to.split("#")[0], base);
    const id = to.includes("#") ? to.slice(to.indexOf("#")) : "";
    app.commands.execute("rendermime:handle-local-link", { path: decodeURIComponent(goal.pathname.slice(1)), id });
  }

  // The home page says what is next only once it has run: it runs when it is opened, and after that as its reader likes.
  const begun = new WeakSet();
  async function welcome(app, panel) {
    if (panel?.context?.path !== "notebooks/home.ipynb" || begun.has(panel)) return;
    begun.add(panel);
    await panel.context.ready;
    await panel.context.sessionContext.ready;
    if (app.shell.currentWidget === panel) app.commands.execute("notebook:run-all-cells");
    else begun.delete(panel);
  }

  const plugin = {
    id: "fusion-edu:controls",
    autoStart: true,
    activate: (app) => {
      let waiting = false;
      new MutationObserver(() => {
        if (waiting) return;
        waiting = true;
        requestAnimationFrame(() => {
          waiting = false;
          mend();
        });
      }).observe(document.body, { childList: true, subtree: true });
      document.addEventListener("click", (event) => follow(app, event));
      app.shell.currentChanged?.connect((_, change) => welcome(app, change.newValue));
      app.restored.then(() => welcome(app, app.shell.currentWidget));
    },
  };

  (window._JUPYTERLAB ||= {})["fusion-edu"] = {
    init: () => {},
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
})();
