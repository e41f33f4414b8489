// The pages that list: overview, agents, frameworks, roles, offers, tasks, maintenance.
import { h } from "./dom.js";
import { ago, count, moment, percent, size, span, stateName, trim } from "./format.js";
import { agentState, frameworkState, rolesOf, sum } from "./model.js";
import {
    age, chip, facts, held, id, meter, offerTable, panel, portion, resourceColumns, shareCell, taskTable, to,
} from "./parts.js";
import { table } from "./table.js";

export function overview(context) {
    const { model, source } = context;
    const state = model.state;
    const leader = state.leader_info;
    return [
        h("h1.unseen", null, "Overview"),
        h("div.panels.home", null,
            panel("Cluster", facts([
                ["Cluster", state.cluster ?? "(unnamed)"],
                ["Leader", leader ? `${leader.hostname}:${leader.port}` : "-"],
                ["Version", state.version], ["Uptime", span(model.metric("uptime_secs"))],
                ["Started", age(state.start_time)], ["Elected", age(state.elected_time)],
            ])),
            panel("Resources", resources(model, source.samples), facts([
                ["Offers", h("a", { href: "#/offers" }, `${count(model.metric("outstanding_offers"))} outstanding`)],
                ["Bars", h("span.legend", null, h("span.used", null, "allocated"), h("span.offered", null, "offered"))],
            ])),
            panel("Agents", h("div.tiles", null,
                tile("Activated", state.activated_slaves, "#/agents", "good"),
                tile("Deactivated", state.deactivated_slaves, "#/agents", state.deactivated_slaves ? "warn" : null),
                tile("Unreachable", state.unreachable_slaves, null, state.unreachable_slaves ? "bad" : null)),
            h("h2", null, "Frameworks"), h("div.tiles", null,
                tile("Active", model.frameworks.filter((entry) => entry.active).length, "#/frameworks", "good"),
                tile("Inactive", model.frameworks.filter((entry) => !entry.active).length, "#/frameworks"),
                tile("Terminated", model.completed.length, "#/frameworks"))),
            panel("Tasks", h("div.tiles.tasks", null, [
                ["Staging", "staging"], ["Starting", "starting"], ["Running", "running", "good"],
                ["Unreachable", "unreachable", "bad"], ["Killing", "killing", "warn"], ["Finished", "finished"],
                ["Killed", "killed"], ["Failed", "failed", "bad"], ["Lost", "lost", "bad"],
            ].map(([name, key, tone]) => {
                const value = model.metric(`tasks_${key}`);
                return tile(name, value, `#/tasks`, value ? tone : null);
            })))),
        taskTable("active", model.activeTasks, context, { page: 20 }),
    ];
}

function tile(name, value, href, tone) {
    return h(href ? "a.tile" : "div.tile", { href, "data-key": name, "data-tile": name },
        h("strong", { class: tone && value ? tone : null }, count(value)), h("span", null, name));
}

function resources(model, samples) {
    const kinds = [["cpus", "CPUs", trim], ["gpus", "GPUs", trim], ["mem", "Mem", size], ["disk", "Disk", size]]
        .filter(([kind]) => kind !== "gpus" || model.hasGPUs);
    return h("table.resources", null,
        h("thead", null, h("tr", null, ["", "Total", "Allocated", "Offered", "Idle", ""].map((name, index) =>
            h("th", { scope: "col", class: index && index < 5 ? "number" : null },
                name || h("span.unseen", null, index ? "Share" : "Kind"))))),
        h("tbody", null, kinds.map(([kind, name, show]) => {
            const [total, used, offered] = [model.total[kind], model.used[kind], model.offered[kind]];
            return h("tr", { "data-key": kind },
                h("th", { scope: "row" }, name),
                [total, used, offered,
                    Math.max(0, total - used - offered)].map((value) => h("td.number", null, show(value))),
                h("td.graph", null,
                    spark(samples.map((sample) => sample[`master/${kind}_percent`] ?? 0)),
                    meter(used, offered, total, `${percent(total ? used / total : 0)} of ${name} allocated`)));
        })));
}

/** The course of a share since the page was opened. */
function spark(values) {
    if (values.length < 2) return h("svg.spark", { viewBox: "0 0 60 18", "aria-hidden": "true" });
    const points = values.map((value, index) =>
        `${trim((60 * index) / (values.length - 1), 1)},${trim(17 - 16 * value, 1)}`);
    return h("svg.spark", { viewBox: "0 0 60 18", preserveAspectRatio: "none", "aria-hidden": "true" },
        h("polyline", { points: points.join(" ") }));
}

export function agents({ model, query, put }) {
    const portions = [["CPUs", "cpus"], ["GPUs", "gpus"], ["Mem", "mem"], ["Disk", "disk"]]
        .filter(([, kind]) => kind !== "gpus" || model.hasGPUs);
    const columns = [
        { name: "ID", kind: "key", of: (agent) => agent.id, cell: (agent) => id(agent.id, to.agent(agent.id)) },
        {
            name: "Host", of: (agent) => `${agent.hostname}:${agent.port}`,
                search: (agent) => `${agent.hostname} ${attributes(agent)}`,
            cell: (agent) =>
                [h("span.host", { title: `${agent.hostname}:${agent.port}` }, agent.hostname,
                    h("span.of", null, `:${agent.port}`)),
                h("span.sub", null, attributes(agent))],
        },
        { name: "State", of: (agent) => agentState(agent).text,
            cell: (agent) => chip(agentState(agent).text, agentState(agent).tone) },
        ...portions.map(([name, kind]) => ({
            name, number: true, of: (agent) => agent.resources[kind] ?? 0, cell: (agent) => portion(agent, kind),
        })),
        { name: "Registered", kind: "age", of: (agent) => agent.registered_time,
            cell: (agent) => age(agent.registered_time) },
        {
            name: "Re-Registered", kind: "age", wide: true, of: (agent) => agent.reregistered_time ?? 0,
            cell: (agent) => age(agent.reregistered_time),
        },
    ];
    const waiting = model.state.recovered_slaves;
    return [
        h("h1.unseen", null, "Agents"),
        table({
            id: "agents", title: "Agents", rows: model.agents, columns, key: (agent) => agent.id,
            link: (agent) => to.agent(agent.id), empty: "No agent has registered.",
        }, query, put),
        waiting.length > 0 && table({
            id: "recovered", title: "Recovered Agents", rows: waiting, key: (agent) => agent.id,
            note: "In the registry, but not back since the election.",
            columns: [
                { name: "ID", of: (agent) => agent.id, cell: (agent) => id(agent.id) },
                    { name: "Host", of: (agent) => agent.hostname },
            ],
        }, query, put),
    ];
}

const attributes = (agent) =>
    Object.entries(agent.attributes ?? {}).map(([name, value]) => `${name}:${value}`).join(" ");

export function frameworks({ model, query, put }) {
    const named = (isActive) => [
        { name: "ID", kind: "key", of: (entry) => entry.id, cell: (entry) => id(entry.id, to.framework(entry.id)) },
        { name: "Host", of: (entry) => entry.hostname, wide: true },
        { name: "User", of: (entry) => entry.user, wide: true },
        {
            name: "Name", of: (entry) => entry.name, search: (entry) => `${entry.name} ${rolesOf(entry).join(" ")}`,
            cell: (entry) => h("span.names", null,
                h("span", null, isActive && isWeb(entry.webui_url)
                    ? h("a", { href: entry.webui_url, rel: "noopener noreferrer" }, entry.name) : entry.name,
                isActive && frameworkState(entry).tone !== "good"
                    && chip(frameworkState(entry).text, frameworkState(entry).tone)),
                h("span.sub", null, rolesOf(entry).join(", "))),
        },
    ];
    const active = [
        ...named(true),
        { name: "Active Tasks", number: true, of: (entry) => entry.tasks.length,
            cell: (entry) => count(entry.tasks.length) },
        ...resourceColumns((entry) => entry.resources, { gpus: model.hasGPUs, disk: false }),
        { name: "Max Share", number: true, of: (entry) => model.share(entry.resources),
            cell: (entry) => shareCell(model.share(entry.resources)) },
        { name: "Registered", kind: "age", of: (entry) => entry.registered_time,
            cell: (entry) => age(entry.registered_time) },
        {
            name: "Re-Registered", kind: "age", wide: true, of: (entry) => entry.reregistered_time ?? 0,
            cell: (entry) => age(entry.reregistered_time),
        },
    ];
    const ended = [
        ...named(false),
        { name: "Registered", kind: "age", of: (entry) => entry.registered_time,
            cell: (entry) => age(entry.registered_time) },
        { name: "Unregistered", kind: "age", of: (entry) => entry.unregistered_time,
            cell: (entry) => age(entry.unregistered_time) },
    ];
    const common = { key: (entry) => entry.id, link: (entry) => to.framework(entry.id) };
    return [
        h("h1.unseen", null, "Frameworks"),
        table({ id: "active", title: "Active Frameworks", rows: model.frameworks, columns: active,
            empty: "No framework is registered.", ...common }, query, put),
        table({
            id: "terminated", title: "Terminated Frameworks", rows: model.completed, columns: ended,
                sort: "-Unregistered",
            empty: "No framework has ended.", ...common,
        }, query, put),
    ];
}

/** A framework says itself where its pages are: only web addresses become links. */
export const isWeb = (url) => /^https?:\/\//i.test(url ?? "");

export function roles({ model, source, query, put }) {
    const rows = source.roles ?? [];
    const held = (role) => sum([role.allocated, role.offered]);
    const amounts = (part) => (role) => summary(role[part]);
    const hasQuota = rows.some((role) => role.quota);
    const columns = [
        {
            name: "Role", of: (role) => role.name,
            cell: (role) =>
                h("span.role", { style: { "--depth": String(role.name.split("/").length - 1) } }, role.name),
        },
        { name: "Weight", number: true, of: (role) => role.weight, cell: (role) => trim(role.weight) },
        {
            name: "Frameworks", number: true, of: (role) => role.frameworks.length,
            cell: (role) =>
                h("span", { title: role.frameworks.map((entry) => model.frameworkName(entry)).join(", ") },
                    count(role.frameworks.length)),
        },
        { name: "Max Share", number: true, of: (role) => model.share(held(role)),
            cell: (role) => shareCell(model.share(held(role))) },
        {
            name: "Share ÷ Weight", number: true, wide: true, of: (role) => model.share(held(role)) / role.weight,
            cell: (role) => percent(model.share(held(role)) / role.weight),
        },
        { name: "Allocated", cell: amounts("allocated") },
        { name: "Offered", cell: amounts("offered") },
        { name: "Reserved", wide: true, cell: amounts("reserved") },
        hasQuota && { name: "Guarantee", cell: (role) => summary(role.quota?.guarantee) },
        hasQuota && { name: "Limit", cell: (role) => summary(role.quota?.limit) },
        hasQuota && { name: "Consumed", cell: (role) => summary(role.quota?.consumed) },
    ].filter(Boolean);
    return [
        h("h1.unseen", null, "Roles"),
        table({ id: "roles", title: "Roles", rows, columns, key: (role) => role.name,
            empty: source.roles ? "None." : "Reading…" }, query, put),
    ];
}

/** `2.4 CPUs · 1.2 GB`, leaving out what is zero. */
function summary(resources) {
    if (!resources) return "-";
    const parts = [
        resources.cpus && `${trim(resources.cpus)} CPUs`, resources.gpus && `${trim(resources.gpus)} GPUs`,
        resources.mem && size(resources.mem), resources.disk && `${size(resources.disk)} disk`,
    ].filter(Boolean);
    return parts.length ? parts.join(" · ") : "-";
}

export function offers(context) {
    const { model, query, put } = context;
    const holders = new Map();
    for (const offer of model.offers) {
        const holder = holders.get(offer.framework) ?? { framework: offer.framework, offers: [] };
        holder.offers.push(offer);
        holders.set(offer.framework, holder);
    }
    const total = (holder) => sum(holder.offers.map((offer) => offer.resources));
    const longest = (holder) => Math.max(...holder.offers.map(held));
    return [
        h("h1.unseen", null, "Offers"),
        table({
            id: "holders", title: "Holders", rows: [...holders.values()], key: (holder) => holder.framework,
                sort: "-Longest Held",
            link: (holder) => to.framework(holder.framework), empty: "Nobody holds an offer.",
            columns: [
                {
                    name: "Framework", of: (holder) => model.frameworkName(holder.framework),
                    cell: (holder) =>
                        h("a", { href: to.framework(holder.framework) }, model.frameworkName(holder.framework)),
                },
                { name: "Offers", number: true, of: (holder) => holder.offers.length },
                ...resourceColumns(total, { gpus: model.hasGPUs }),
                { name: "Share", number: true, of: (holder) => model.share(total(holder)),
                    cell: (holder) => shareCell(0, model.share(total(holder))) },
                { name: "Longest Held", number: true, of: longest, cell: (holder) => span(longest(holder)) },
            ],
        }, query, put),
        offerTable(model.offers, context),
    ];
}

export function tasks(context) {
    const { model } = context;
    return [
        h("h1.unseen", null, "Tasks"),
        taskTable("active", model.activeTasks, context),
        model.unreachableTasks.length > 0 && taskTable("unreachable", model.unreachableTasks, context),
        taskTable("completed", model.completedTasks, context),
    ];
}

export function maintenance({ model, source, query, put }) {
    const windows = source.maintenance?.windows ?? [];
    const begin = (entry) => (entry.unavailability?.start?.nanoseconds ?? 0) / 1e9;
    const end = (entry) => {
        const length = entry.unavailability?.duration?.nanoseconds;
        return length === undefined ? 0 : begin(entry) + length / 1e9;
    };
    const hosts = (entry) => (entry.machine_ids ?? []).map((machine) => machine.hostname || machine.ip).join(", ");
    const at = (time) => h("span", { title: ago(time) }, moment(time));
    return [
        h("h1.unseen", null, "Maintenance"),
        table({
            id: "windows", title: "Maintenance Windows", rows: windows, sort: "Begin",
                key: (entry) => `${begin(entry)} ${hosts(entry)}`,
            empty: "No maintenance is planned.",
            columns: [
                { name: "Begin", of: begin, cell: (entry) => at(begin(entry)) },
                { name: "End", of: end, cell: (entry) => (end(entry) ? at(end(entry)) : "open") },
                { name: "Hosts", of: hosts },
            ],
        }, query, put),
        machines(source.maintenance ?? {}, model, query, put),
    ];
}

/** Machines that are to go or are away, and what frameworks answered to the inverse offers. */
function machines({ draining_machines: draining = [], down_machines: down = [] }, model, query, put) {
    const rows = [
        ...draining.map((entry) => ({ ...entry.id, mode: "Draining", statuses: entry.statuses ?? [] })),
        ...down.map((entry) => ({ ...entry, mode: "Down", statuses: [] })),
    ];
    const answers = (row) => row.statuses.map((entry) =>
        `${model.frameworkName(entry.framework_id?.value)}: ${stateName(entry.status)}`).join(", ");
    return rows.length > 0 && table({
        id: "machines", title: "Machines", rows, key: (row) => `${row.hostname} ${row.ip}`,
        columns: [
            { name: "Host", of: (row) => row.hostname ?? "" }, { name: "Address", of: (row) => row.ip ?? "" },
            { name: "Mode", of: (row) => row.mode, cell: (row) => chip(row.mode, row.mode === "Down" ? "bad" : "warn") },
            { name: "Answers of Frameworks", of: answers },
        ],
    }, query, put);
}
