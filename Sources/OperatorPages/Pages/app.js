// The shell: which page the address names, what surrounds it, and the keyboard.
import { AgentDetail, Why, agent, framework, task } from "./details.js";
import { delegate, h, morphChildren } from "./dom.js";
import { Model } from "./model.js";
import { Directory, Tail, directory, file } from "./sandbox.js";
import { Source } from "./source.js";
import { agents, frameworks, maintenance, offers, overview, roles, tasks } from "./views.js";

const source = new Source();
let model = null;

const TABS = [
    { path: "", title: "Overview", key: "o" }, { path: "agents", title: "Agents", key: "a" },
    { path: "frameworks", title: "Frameworks", key: "f" }, { path: "tasks", title: "Tasks", key: "t" },
    { path: "roles", title: "Roles", key: "r" }, { path: "offers", title: "Offers", key: "p" },
    { path: "maintenance", title: "Maintenance", key: "m", isThere: () => Boolean(source.maintenance) },
];

/**
 * Pages by the pattern of their address; `detail` makes what the page reads beside the master's state, `needs` names
 * what else is read from the master.
 */
const PAGES = [
    { pattern: "", tab: "", show: overview },
    { pattern: "agents", tab: "agents", show: agents },
    {
        pattern: "agents/:agent", tab: "agents", show: (context, part) => agent(context, part.agent),
        detail: (part, query, changed) => withAgent(part, (entry) => new AgentDetail(entry, changed)),
    },
    {
        pattern: "agents/:agent/browse", tab: "tasks",
        show: (context, part) => directory(context, part.agent, context.query.get("path") ?? ""),
        detail: (part, query, changed) =>
            withAgent(part, (entry) => new Directory(entry, query.get("path") ?? "", changed)),
    },
    {
        pattern: "agents/:agent/file", tab: "tasks",
        show: (context, part) => file(context, part.agent, context.query.get("path") ?? ""),
        detail: (part, query, changed) => withAgent(part, (entry) => new Tail(entry, query.get("path") ?? "", changed)),
    },
    { pattern: "frameworks", tab: "frameworks", show: frameworks },
    {
        pattern: "frameworks/:framework", tab: "frameworks",
        show: (context, part) => framework(context, part.framework),
        detail: (part, query, changed) => new Why(part.framework, changed),
    },
    { pattern: "tasks", tab: "tasks", show: tasks },
    {
        pattern: "tasks/:framework/:task", tab: "tasks",
        show: (context, part) => task(context, part.framework, part.task),
    },
    { pattern: "roles", tab: "roles", show: roles, needs: ["roles"] },
    { pattern: "offers", tab: "offers", show: offers },
    { pattern: "maintenance", tab: "maintenance", show: maintenance, needs: ["maintenance"] },
];

function withAgent(part, make) {
    const entry = model?.agentById.get(part.agent);
    return entry ? make(entry) : null;
}

// The address

function address() {
    const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
    const segments = path.split("/").filter(Boolean).map(decode);
    if (segments[0] === "slaves") segments[0] = "agents";
    return { segments, query: new URLSearchParams(query) };
}

function decode(text) {
    try { return decodeURIComponent(text); } catch { return text; }
}

function match({ segments }) {
    for (const page of PAGES) {
        const pattern = page.pattern.split("/").filter(Boolean);
        if (pattern.length !== segments.length) continue;
        const part = {};
        const fits = pattern.every((name, index) => {
            if (!name.startsWith(":")) return name === segments[index];
            part[name.slice(1)] = segments[index];
            return true;
        });
        if (fits) return { page, part };
    }
    return null;
}

/** Changes the address' query in place, as choices in tables do. */
function put(changes) {
    const [path, text = ""] = location.hash.split("?");
    const query = new URLSearchParams(text);
    for (const [name, value] of Object.entries(changes)) {
        if (value === null) query.delete(name);
        else query.set(name, value);
    }
    history.replaceState(null, "", `${path || "#/"}${query.size ? `?${query}` : ""}`);
    render();
}

// Rendering

let detail = null;
let detailKey = null;

/** Keeps one `detail` as long as the same thing is shown. */
function updateDetail(found, query) {
    const key = found?.page.detail ? JSON.stringify([found.page.pattern, found.part, query.get("path")]) : null;
    if (key === detailKey && (detail || !key)) return;
    detail?.close?.();
    detailKey = key;
    detail = key ? found.page.detail(found.part, query, () => render()) : null;
}

let isDue = false;

function render() {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
        isDue = false;
        renderNow();
    });
}

let [cost, rendered] = [0, 0];

/** Renders, and notes what it took: a large cluster's page is not drawn again just to let times move. */
function renderNow() {
    const began = performance.now();
    draw();
    rendered = performance.now();
    cost = rendered - began;
}

function draw() {
    const place = address();
    const found = match(place);
    source.need(found?.page.needs ?? []);
    if (model) updateDetail(found, place.query);
    into("bar", bar(found?.page.tab));
    notice();
    if (!model) return;
    const context = { model, source, query: place.query, put, detail };
    into("main", found ? found.page.show(context, found.part) : [h("h1", null, "No such page")]);
    detail?.follow?.();
    const heading = document.querySelector("#main h1")?.firstChild?.textContent ?? "";
    document.title = [heading, model.state.cluster, "Roost"].filter(Boolean).join(" · ");
}

function into(name, content) {
    const wanted = document.createElement("div");
    wanted.append(...[content].flat(3).filter((node) => node instanceof Node));
    morphChildren(document.getElementById(name), wanted);
}

const THEMES = ["system", "light", "dark"];

function bar(tab) {
    const theme = document.documentElement.dataset.theme ?? "system";
    return [
        h("a.brand", { href: "#/", "aria-label": "Roost, overview" },
            h("svg", { viewBox: "0 0 32 32", "aria-hidden": "true" },
                h("path", { d: "M9 15c0-4 3-7 7-7s5 2 6 4l3 1-3 1c0 3-3 6-6 6H9z" }),
                h("path.line", { d: "M5 23.500h22" })),
            h("span", null, "Roost"), model?.state.cluster && h("span.cluster", null, model.state.cluster)),
        h("nav.tabs", { "aria-label": "Pages" }, TABS.filter((entry) => entry.isThere?.() ?? true).map((entry) =>
            h("a", {
                href: `#/${entry.path}`, "data-key": entry.title, "aria-current": entry.path === tab ? "page" : null,
                title: `g ${entry.key}`,
            }, entry.title))),
        h("span.live", { class: source.error ? "stale" : model ? "fresh" : null, title: lastReading() },
            h("span.dot", { "aria-hidden": "true" }), source.error ? "Not live" : model ? "Live" : "Reading"),
        h("button.theme", {
            type: "button", title: "Theme", "aria-label": `Theme: ${theme}`, on: { click: () => turnTheme(theme) },
        }, { system: "Auto", light: "Light", dark: "Dark" }[theme]),
        h("button.help", { type: "button", "aria-label": "Keyboard shortcuts", on: { click: showKeys } }, "?"),
    ];
}

const lastReading = () => (source.at ? `Read at ${new Date(source.at).toLocaleTimeString()}` : "");

function turnTheme(theme) {
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    if (next === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    try { localStorage.setItem("roost.theme", next); } catch { /* storage is off: for this visit only */ }
    render();
}

function notice() {
    const node = document.getElementById("notice");
    node.hidden = !source.error;
    if (!source.error) return;
    const wait = Math.max(0, Math.ceil((source.retryAt - Date.now()) / 1000));
    const text = `${source.error}. ${model ? "What is shown is old. " : ""}Next try in ${wait} s.`;
    if (node.textContent !== text) node.textContent = text;
}

// The keyboard

const KEYS = [
    ["/", "Filter the first table"], ["j  k", "Next, previous row"], ["Enter", "Open the row"],
    ["g then o a f t r p m", "Overview, agents, frameworks, tasks, roles, offers, maintenance"],
    ["Backspace", "Back"], ["?", "These keys"], ["Esc", "Leave the filter, close this"],
];

function showKeys() {
    const dialog = document.getElementById("keys");
    dialog.replaceChildren(
        h("h2", { id: "keys-title" }, "Keyboard"),
        h("dl", null,
            KEYS.map(([key, text]) => h("div", null, h("dt", null, h("kbd", null, key)), h("dd", null, text)))),
        h("form", { method: "dialog" }, h("button", { autofocus: true }, "Close")));
    dialog.showModal();
}

let prefix = 0;

const COMMANDS = {
    "/": () => document.querySelector(".filter")?.focus(),
    j: () => step(1), k: () => step(-1), ArrowDown: () => inRow() && step(1), ArrowUp: () => inRow() && step(-1),
    g: () => { prefix = Date.now(); }, "?": showKeys, Backspace: () => history.back(),
};

const inRow = () => Boolean(document.activeElement?.closest?.("tr[tabindex]"));

function step(by) {
    const rows = [...document.querySelectorAll("#main tr[tabindex]")];
    if (rows.length === 0) return;
    const at = rows.indexOf(document.activeElement?.closest?.("tr[tabindex]"));
    rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))].focus();
}

function onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.nodeName);
    if (isTyping) {
        if (event.key === "Escape") event.target.blur();
        return;
    }
    if (event.key === "Enter" && event.target.dataset?.link) return go(event.target.dataset.link, event);
    const isPrefixed = Date.now() - prefix < 1500;
    prefix = 0;
    const tab = isPrefixed && TABS.find((entry) => entry.key === event.key && (entry.isThere?.() ?? true));
    if (tab) return go(`#/${tab.path}`, event);
    const command = COMMANDS[event.key];
    if (!command || (event.key.startsWith("Arrow") && !inRow())) return;
    event.preventDefault();
    command();
}

function go(link, event) {
    event.preventDefault();
    location.hash = link;
}

// A click anywhere in a row opens it, unless it was for something in the row, or selected text.
function onRowClick(event) {
    const row = event.target.closest("tr[data-link]");
    if (!row || event.target.closest("a, button, input") || String(getSelection())) return;
    location.hash = row.dataset.link;
}

delegate(document.body);
document.addEventListener("keydown", onKey);
document.getElementById("main").addEventListener("click", onRowClick);
addEventListener("hashchange", () => {
    scrollTo(0, 0);
    renderNow();
    document.getElementById("main").focus({ preventScroll: true });
});
source.onChange(() => {
    if (source.state && !source.error) {
        model = new Model(source.state, source.metrics);
        if (detail instanceof AgentDetail || detail instanceof Why) detail.refresh();
    }
    render();
});
// Ages, held times and the countdown move without new data.
setInterval(() => { if (!document.hidden && performance.now() - rendered > 40 * cost) render(); }, 1000);
renderNow();
source.refresh();
