// Pieces that several pages share: ids, states, ages, meters, and the tables of tasks and offers.
import { h } from "./dom.js";
import { ago, moment, percent, size, span, stateName, trim } from "./format.js";
import { health, sandbox, started, stopped, taskTone } from "./model.js";
import { table } from "./table.js";

const part = encodeURIComponent;
export const to = {
    agent: (id) => `#/agents/${part(id)}`,
    framework: (id) => `#/frameworks/${part(id)}`,
    task: (task) => `#/tasks/${part(task.framework_id)}/${part(task.id)}`,
    browse: (agent, path) => `#/agents/${part(agent)}/browse?path=${part(path)}`,
    file: (agent, path) => `#/agents/${part(agent)}/file?path=${part(path)}`,
};

/** An id, cut when long (`head` characters and the end stay); the whole one is the tooltip and what Copy takes. */
export function id(text, href, head = 0) {
    const short = text.length > head + 22 ? `${text.slice(0, head)}…${text.slice(-18)}` : text;
    return h("span.id", { title: text },
        href ? h("a", { href }, short) : short,
        h("button.copy", {
            type: "button", "aria-label": `Copy ${text}`, title: "Copy", tabindex: "-1",
            on: { click: (event) => copy(text, event) },
        }, h("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" },
            h("rect", { x: "5.5", y: "5.5", width: "8", height: "8", rx: "1.5" }),
            h("path", { d: "M3 10.5H2.5v-8h8V3" }))));
}

async function copy(text, event) {
    event.stopPropagation();
    try { await navigator.clipboard.writeText(text); } catch { return; }
    const said = document.getElementById("said");
    said.textContent = `Copied ${text}`;
}

export const chip = (text, tone) => h("span.chip", { class: tone }, text);
export const age = (time) => (time ? h("time", { title: moment(time) }, ago(time)) : "-");

/** A bar of what is used and offered of a total. */
export function meter(used, offered, total, label) {
    const width = (value) => `${total > 0 ? Math.min(100, (100 * value) / total) : 0}%`;
    return h("span.meter", { role: "img", "aria-label": label },
        h("span.used", { style: { width: width(used) } }), h("span.offered", { style: { width: width(offered) } }));
}

/** `0.85 / 4` with a bar. */
export function portion(agent, kind) {
    const show = kind === "mem" || kind === "disk" ? size : trim;
    const [used, offered, total] =
        ["used_resources", "offered_resources", "resources"].map((name) => agent[name]?.[kind] ?? 0);
    const label = `${show(used)} used, ${show(offered)} offered of ${show(total)}`;
    return h("span.portion", { title: label },
        h("span", null, show(used + offered), h("span.of", null, ` / ${show(total)}`)),
            meter(used, offered, total, label));
}

/** A part of the cluster that is held, or offered, with a bar. */
export function shareCell(held, offered = 0) {
    const text = percent(held + offered);
    return h("span.portion", null, h("span", null, text), meter(held, offered, 1, text));
}

/** Names and values, as a list. */
export function facts(rows) {
    const isShown = (row) => row && ![undefined, null, false, ""].includes(row[1]);
    return h("dl.facts", null, rows.filter(isShown)
        .map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value))));
}

export const panel = (title, ...children) => h("section.panel", null, h("h2", null, title), children);

/** The line above a page: where one is. */
export function trail(...steps) {
    return h("nav.trail", { "aria-label": "Where you are" }, h("ol", null, steps.map(([text, href], index) =>
        h("li", null, href ? h("a", { href }, text) : h("span", { "aria-current": index ? "page" : null }, text)))));
}

export function resourceColumns(of, { gpus = false, disk = true } = {}) {
    const column = (name, kind, show) => ({
        name, number: true, of: (row) => of(row)?.[kind] ?? 0, cell: (row) => show(of(row)?.[kind] ?? 0),
        wide: kind === "disk",
    });
    return [
        column("CPUs", "cpus", trim), gpus && column("GPUs", "gpus", trim), column("Mem", "mem", size),
        disk && column("Disk", "disk", size),
    ].filter(Boolean);
}

// Tasks

function healthCell(task) {
    const value = health(task);
    return value === undefined ? "-" : value ? chip("Healthy", "good") : chip("Unhealthy", "bad");
}

const taskColumns = {
    framework: (model) => ({
        name: "Framework", of: (task) => model.frameworkName(task.framework_id), wide: true,
        search: (task) => `${model.frameworkName(task.framework_id)} ${task.framework_id}`,
        cell: (task) => h("a", { href: to.framework(task.framework_id) }, model.frameworkName(task.framework_id)),
    }),
    id: () => ({ name: "Task ID", kind: "key", of: (task) => task.id, cell: (task) => id(task.id, to.task(task), 12) }),
    name: () => ({ name: "Task Name", of: (task) => task.name, kind: "name" }),
    role: () => ({ name: "Role", of: (task) => task.role ?? "*", wide: true }),
    state: () => ({
        name: "State", of: (task) => stateName(task.state),
            cell: (task) => chip(stateName(task.state), taskTone(task.state)),
    }),
    health: () => ({ name: "Health", of: (task) => String(health(task) ?? ""), cell: healthCell, wide: true }),
    started: () => ({ name: "Started", kind: "age", of: started, cell: (task) => age(started(task)) }),
    stopped: () => ({ name: "Stopped", kind: "age", of: stopped, cell: (task) => age(stopped(task)) }),
    host: (model) => ({
        name: "Host", of: (task) => model.host(task.slave_id),
            search: (task) => `${model.host(task.slave_id)} ${task.slave_id}`,
        cell: (task) => model.host(task.slave_id)
            ? h("a", { href: to.agent(task.slave_id), title: task.slave_id }, hostPort(model, task.slave_id)) : "-",
    }),
    agent: () => ({ name: "Agent ID", of: (task) => task.slave_id, cell: (task) => id(task.slave_id) }),
    sandbox: (model) => ({
        name: "Files", cell: (task) => model.agentById.has(task.slave_id)
            && h("a.button", { href: to.browse(task.slave_id, sandbox(task)) }, "Sandbox"),
    }),
};

/** A host's name; with the port where several agents share it. */
export function hostPort(model, agentID) {
    const agent = model.agentById.get(agentID);
    if (!agent) return "";
    const isShared = model.once("shared", () => {
        const seen = new Set();
        return new Set(model.agents.map((entry) => entry.hostname).filter((name) => seen.size === seen.add(name).size));
    }).has(agent.hostname);
    return isShared ? `${agent.hostname}:${agent.port}` : agent.hostname;
}

const TASK_TABLES = {
    active: ["framework", "id", "name", "role", "state", "health", "started", "host", "sandbox"],
    unreachable: ["framework", "id", "name", "role", "started", "agent"],
    completed: ["framework", "id", "name", "role", "state", "started", "stopped", "host", "sandbox"],
};

/** A table of tasks of one kind (`active`, `unreachable`, `completed`), without the columns in `but`. */
export function taskTable(kind, rows, { model, query, put }, { but = [], page, title } = {}) {
    const names = TASK_TABLES[kind].filter((name) => !but.includes(name));
    return table({
        id: kind, title: title ?? `${stateName(kind)} Tasks`, rows, page,
            columns: names.map((name) => taskColumns[name](model)),
        key: (task) => `${task.framework_id}/${task.id}/${stopped(task)}`, link: to.task,
        sort: kind === "completed" ? "-Stopped" : "-Started",
        empty: { active: "No task runs.", unreachable: "None.", completed: "No task has ended yet." }[kind],
    }, query, put);
}

// Offers

export const held = (offer) => (offer.since ? Date.now() / 1000 - offer.since : 0);

export function offerTable(rows, { model, query, put }, { but = [] } = {}) {
    const columns = [
        { name: "ID", kind: "key", of: (offer) => offer.id, cell: (offer) => id(offer.id) },
        {
            name: "Framework", of: (offer) => model.frameworkName(offer.framework),
            cell: (offer) => h("a", { href: to.framework(offer.framework) }, model.frameworkName(offer.framework)),
        },
        { name: "Role", of: (offer) => offer.role },
        {
            name: "Host", of: (offer) => offer.host,
            cell: (offer) => h("a", { href: to.agent(offer.agent) }, hostPort(model, offer.agent) || offer.host),
        },
        ...resourceColumns((offer) => offer.resources, { gpus: model.hasGPUs }),
        {
            name: "Held", number: true, of: held,
            cell: (offer) =>
                h("span", { title: moment(offer.since), class: held(offer) > 60 ? "alarming" : null },
                    span(held(offer))),
        },
    ].filter((column) => !but.includes(column.name));
    return table({
        id: "offers", title: "Outstanding Offers", rows, columns, key: (offer) => offer.id, sort: "-Held",
        empty: "No offer is outstanding: every framework has answered.",
    }, query, put);
}
