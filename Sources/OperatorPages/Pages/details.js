// The pages of one thing: an agent, a framework, a task.
import { h } from "./dom.js";
import { bytes, count, moment, percent, span, stateName, trim } from "./format.js";
import { agentState, frameworkState, health, rolesOf, sandbox, started, stopped, sum, taskTone } from "./model.js";
import { age, chip, facts, hostPort, id, offerTable, panel, portion, resourceColumns, taskTable, to,
    trail } from "./parts.js";
import { AgentSource, read } from "./source.js";
import { table } from "./table.js";
import { isWeb } from "./views.js";

export function missing(what, text) {
    return [h("h1", null, `No such ${what}`),
        h("p.empty", null, `The master does not know ${text}; it may have gone.`)];
}

// One agent

/** What the agent itself says, read beside the master's state while its page is shown. */
export class AgentDetail {
    constructor(agent, changed) {
        this.source = new AgentSource(agent);
        this.changed = changed;
        this.previous = new Map();
        this.usage = new Map();
        this.refresh();
    }

    async refresh() {
        try {
            const [state,
                statistics] = await Promise.all([this.source.get("state"), this.source.get("monitor/statistics")]);
            this.state = state;
            this.error = null;
            for (const entry of statistics) this.measure(`${entry.framework_id}/${entry.executor_id}`,
                entry.statistics);
        } catch (error) {
            this.error = error.message;
        }
        this.changed();
    }

    /** CPUs in use are the difference of two readings. */
    measure(key, now) {
        const spent = (now.cpus_user_time_secs ?? 0) + (now.cpus_system_time_secs ?? 0);
        const before = this.previous.get(key);
        const passed = before ? now.timestamp - before.timestamp : 0;
        if (!before || passed >= 1) this.previous.set(key, { timestamp: now.timestamp, spent });
        const cpus = passed >= 1 ? (spent - before.spent) / passed : this.usage.get(key)?.cpus;
        this.usage.set(key, { cpus, memory: now.mem_rss_bytes });
    }
}

export function agent(context, agentID) {
    const { model, query, put, detail } = context;
    const entry = model.agentById.get(agentID);
    if (!entry) return missing("agent", agentID);
    const state = agentState(entry);
    const attributes = Object.entries(entry.attributes ?? {});
    const mine = (list) => list.filter((task) => task.slave_id === agentID);
    const kinds = [["CPUs", "cpus"], ["GPUs", "gpus"], ["Mem", "mem"], ["Disk", "disk"]]
        .filter(([, kind]) => kind !== "gpus" || model.hasGPUs);
    return [
        trail(["Agents", "#/agents"], [`${entry.hostname}:${entry.port}`]),
        h("h1", null, `${entry.hostname}:${entry.port}`, chip(state.text, state.tone)),
        h("div.panels", null,
            panel("Agent", facts([
                ["ID", id(agentID)], ["Version", entry.version], ["Address", entry.pid],
                ["Region", entry.domain && place(entry.domain)],
                ["Registered", age(entry.registered_time)], ["Re-Registered", age(entry.reregistered_time)],
                ["Attributes",
                    attributes.length > 0 && attributes.map(([name, value]) => h("code", null, `${name}:${value}`))],
                ["Log", detail?.state?.external_log_file && h("a", { href: to.file(agentID, "/slave/log") }, "Show")],
            ])),
            panel("Resources", facts(kinds.map(([name, kind]) => [name, portion(entry, kind)]).concat([
                ["Ports", entry.resources.ports],
            ])), reservations(entry))),
        detail?.error && h("p.hint", null, `${detail.error}; executors and files cannot be shown.`),
        agentFrameworks(context, agentID),
        detail?.state && executorTable(detail, agentID, query, put),
        taskTable("active", mine(model.activeTasks), context, { but: ["host"] }),
        taskTable("completed", mine(model.completedTasks), context, { but: ["host"] }),
    ];
}

const place = (domain) =>
    [domain.fault_domain?.region?.name, domain.fault_domain?.zone?.name].filter(Boolean).join(" / ");

function reservations(entry) {
    const roles = Object.entries(entry.reserved_resources ?? {});
    if (roles.length === 0) return null;
    return h("div", null, h("h3", null, "Reserved"), facts(roles.map(([role, held]) =>
        [role, `${trim(held.cpus)} CPUs · ${bytes(held.mem * 1048576)} · ${bytes(held.disk * 1048576)} disk`])));
}

function agentFrameworks({ model, query, put }, agentID) {
    const rows = model.frameworks.map((framework) => {
        const tasks = framework.tasks.filter((task) => task.slave_id === agentID);
        return { framework, tasks, resources: sum(tasks.map((task) => task.resources)) };
    }).filter((row) => row.tasks.length > 0);
    return table({
        id: "frameworks", title: "Frameworks", rows, key: (row) => row.framework.id,
            link: (row) => to.framework(row.framework.id),
        empty: "No framework uses this agent.",
        columns: [
            { name: "ID", kind: "key", of: (row) => row.framework.id,
                cell: (row) => id(row.framework.id, to.framework(row.framework.id)) },
            { name: "User", of: (row) => row.framework.user }, { name: "Name", of: (row) => row.framework.name },
            { name: "Roles", of: (row) => rolesOf(row.framework).join(", "), wide: true },
            { name: "Active Tasks", number: true, of: (row) => row.tasks.length },
            ...resourceColumns((row) => row.resources, { gpus: model.hasGPUs }),
        ],
    }, query, put);
}

function executorTable(detail, agentID, query, put) {
    const rows = detail.state.frameworks.flatMap((framework) =>
        framework.executors.map((executor) =>
            ({ framework, executor, usage: detail.usage.get(`${framework.id}/${executor.id}`) })));
    const amount = (used, limit) => [used, h("span.of", null, ` / ${limit}`)];
    return table({
        id: "executors", title: "Executors", rows, key: (row) => row.executor.container, sort: "ID", page: 20,
        empty: "No executor runs.", note: "Used / allocated, as the agent measures it.",
        columns: [
            { name: "ID", kind: "key", of: (row) => row.executor.id, cell: (row) => id(row.executor.id) },
            { name: "Framework", of: (row) => row.framework.name, wide: true },
            { name: "Active Tasks", number: true, of: (row) => row.executor.tasks.length },
            { name: "Queued Tasks", number: true, wide: true, of: (row) => row.executor.queued_tasks.length },
            {
                name: "CPUs", number: true, of: (row) => row.usage?.cpus ?? 0,
                cell: (row) =>
                    amount(row.usage?.cpus === undefined ? "…" : trim(row.usage.cpus),
                        trim(row.executor.resources.cpus)),
            },
            {
                name: "Mem", number: true, of: (row) => row.usage?.memory ?? 0,
                cell: (row) =>
                    amount(row.usage?.memory === undefined ? "…" : bytes(row.usage.memory),
                        bytes(row.executor.resources.mem * 1048576)),
            },
            { name: "Files",
                cell: (row) => h("a.button", { href: to.browse(agentID, row.executor.directory) }, "Sandbox") },
        ],
    }, query, put);
}

// One framework

/** Why the framework has offers or none, read beside the master's state while its page is shown. */
export class Why {
    constructor(frameworkID, changed) {
        Object.assign(this, { frameworkID, changed, explanations: [] });
        this.refresh();
    }

    async refresh() {
        try {
            const answer = await read(`explain?framework=${encodeURIComponent(this.frameworkID)}`);
            this.explanations = answer.explanations;
        } catch {
            this.explanations = [];
        }
        this.changed();
    }
}

/** One panel for each role: the verdict, what stands in the way, the figures. */
function why(explanations, roles) {
    return explanations.map((entry, index) => panel(
        explanations.length > 1 ? `Offers in ${roles[index] ?? "a role"}` : "Offers",
        h("p.verdict", null, entry.verdict.replace(/^./, (first) => first.toUpperCase()), "."),
        entry.reasons.length > 0 && h("ul.reasons", null, entry.reasons.map((reason) =>
            h("li", { "data-key": reason.cause, title: reason.cause },
                reason.count !== undefined && h("strong", null, count(reason.count)), " ", reason.text))),
        facts(entry.figures.map((figure) => [figure.name, figure.value]))));
}

export function framework(context, frameworkID) {
    const { model, detail } = context;
    const entry = model.framework(frameworkID);
    if (!entry) return missing("framework", frameworkID);
    const isOver = model.completed.includes(entry);
    const state = isOver ? { text: "Terminated", tone: "calm" } : frameworkState(entry);
    const counts = new Map();
    for (const task of [...entry.tasks, ...entry.unreachable_tasks, ...entry.completed_tasks]) {
        counts.set(task.state, (counts.get(task.state) ?? 0) + 1);
    }
    const held = entry.resources;
    const offers = model.offers.filter((offer) => offer.framework === frameworkID);
    return [
        trail(["Frameworks", "#/frameworks"], [entry.name]),
        h("h1", null, entry.name, chip(state.text, state.tone)),
        h("div.panels", null,
            panel("Framework", facts([
                ["ID", id(frameworkID)], ["User", entry.user], ["Host", entry.hostname], ["Principal", entry.principal],
                ["Web UI", isWeb(entry.webui_url)
                    && h("a", { href: entry.webui_url, rel: "noopener noreferrer" }, entry.webui_url)],
                ["Roles", rolesOf(entry).map((role) => h("code", null, role))],
                ["Registered", age(entry.registered_time)], ["Re-Registered", age(entry.reregistered_time)],
                ["Unregistered", entry.unregistered_time ? age(entry.unregistered_time) : null],
                ["Failover timeout", span(entry.failover_timeout)], ["Checkpoint", entry.checkpoint ? "yes" : "no"],
                ["Capabilities", h("span.words", null, entry.capabilities.map((name) => h("code", null, name)))],
            ])),
            panel("Resources", facts([
                ["Max Share", isOver ? null : percent(model.share(held))],
                ["CPUs", both(entry, "cpus", trim)], model.hasGPUs && ["GPUs", both(entry, "gpus", trim)],
                ["Mem", both(entry, "mem", (value) => bytes(value * 1048576))],
                ["Disk", both(entry, "disk", (value) => bytes(value * 1048576))],
            ])),
            panel("Tasks",
                h("div.tiles", null,
                    counts.size === 0 ? h("p.empty", null, "None yet.") : [...counts].sort().map(([name, number]) =>
                h("div.tile", { "data-key": name }, h("strong", { class: taskTone(name) }, count(number)),
                    h("span", null, stateName(name)))))),
            !isOver && detail instanceof Why && why(detail.explanations, rolesOf(entry))),
        taskTable("active", entry.tasks, context, { but: ["framework"] }),
        entry.unreachable_tasks.length > 0
            && taskTable("unreachable", entry.unreachable_tasks, context, { but: ["framework"] }),
        offers.length > 0 && offerTable(offers, context, { but: ["Framework"] }),
        taskTable("completed", entry.completed_tasks, context, { but: ["framework"] }),
    ];
}

function both(entry, kind, show) {
    const [used, offered] = [entry.used_resources[kind] ?? 0, entry.offered_resources[kind] ?? 0];
    return offered ? `${show(used)} used, ${show(offered)} offered` : `${show(used)} used`;
}

// One task

/** How long after the status before it a status came, if it is worth telling. */
function passed(statuses, index) {
    const seconds = index ? statuses[index].timestamp - statuses[index - 1].timestamp : 0;
    return seconds >= 1 ? `+${span(seconds)}` : "";
}

export function task({ model }, frameworkID, taskID) {
    const entry = model.task(frameworkID, taskID);
    if (!entry) return missing("task", taskID);
    const hostName = hostPort(model, entry.slave_id);
    const statuses = [...entry.statuses].sort((one, other) => one.timestamp - other.timestamp);
    const isHealthy = health(entry);
    const image = entry.container?.docker?.image ?? entry.container?.mesos?.image?.docker?.name;
    const addresses = (statuses.at(-1)?.container_status?.network_infos ?? [])
        .flatMap((network) => network.ip_addresses ?? []).map((address) => address.ip_address).filter(Boolean);
    return [
        trail(["Tasks", "#/tasks"], [model.frameworkName(frameworkID), to.framework(frameworkID)], [entry.name]),
        h("h1", null, entry.name, chip(stateName(entry.state), taskTone(entry.state)),
            hostName && h("a.button", { href: to.browse(entry.slave_id, sandbox(entry)) }, "Sandbox"),
            hostName && ["stdout", "stderr"].map((name) =>
                h("a.button", { href: to.file(entry.slave_id, `${sandbox(entry)}/${name}`) }, name))),
        h("div.panels", null,
            panel("Task", facts([
                ["ID", id(entry.id)], ["Executor", entry.executor_id], ["Role", entry.role], ["User", entry.user],
                ["Framework", h("a", { href: to.framework(frameworkID) }, model.frameworkName(frameworkID))],
                ["Host", hostName ? h("a", { href: to.agent(entry.slave_id) }, hostName) : entry.slave_id],
                ["Addresses", addresses.join(", ")], ["Image", image],
                ["Health", isHealthy === undefined ? null : isHealthy ? "Healthy" : "Unhealthy"],
                ["Started", age(started(entry))],
            ])),
            panel("Resources", facts([
                ...Object.entries(entry.resources).filter(([, value]) => value).map(([name, value]) => [
                    { cpus: "CPUs", gpus: "GPUs", mem: "Mem", disk: "Disk", ports: "Ports" }[name] ?? name,
                    name === "mem" || name === "disk" ? bytes(value * 1048576) : String(value),
                ]),
                ...Object.entries(entry.limits ?? {}).map(([name, value]) => [`Limit of ${name}`, String(value)]),
            ])),
            panel("History",
                h("ol.history", null,
                    statuses.map((status, index) => h("li", { "data-key": `${status.timestamp} ${status.state}` },
                chip(stateName(status.state), taskTone(status.state)),
                    h("time", { title: moment(status.timestamp) }, moment(status.timestamp)),
                h("span.of", null, passed(statuses, index))))),
            stopped(entry) === 0 && h("p.empty", null, "No update yet.")),
            entry.labels?.length > 0
                && panel("Labels", facts(entry.labels.map((label) => [label.key, label.value ?? ""])))),
    ];
}
