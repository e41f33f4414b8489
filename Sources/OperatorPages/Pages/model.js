// The state as the pages need it: indexes, sums and shares.

const KINDS = ["cpus", "gpus", "mem", "disk"];

export class Model {
    constructor(state, metrics) {
        this.state = state;
        this.metrics = metrics;
        this.agents = state.slaves;
        this.frameworks = state.frameworks;
        this.completed = state.completed_frameworks;
        this.agentById = new Map(this.agents.map((agent) => [agent.id, agent]));
        this.frameworkById = new Map([...this.completed, ...this.frameworks].map((entry) => [entry.id, entry]));
        this.total = sum(this.agents.map((agent) => agent.resources));
        this.used = sum(this.agents.map((agent) => agent.used_resources));
        this.offered = sum(this.agents.map((agent) => agent.offered_resources));
        this.hasGPUs = this.total.gpus > 0;
    }

    /** A counter or gauge of the master, 0 when there is none. */
    metric(name) { return this.metrics[`master/${name}`] ?? 0; }

    get all() { return [...this.frameworks, ...this.completed]; }
    get activeTasks() { return this.once("active", () => this.all.flatMap((entry) => entry.tasks)); }
    get unreachableTasks() { return this.once("lost", () => this.all.flatMap((entry) => entry.unreachable_tasks)); }
    get completedTasks() { return this.once("ended", () => this.all.flatMap((entry) => entry.completed_tasks)); }

    /** Offers that nobody has answered yet. */
    get offers() {
        return this.once("offers", () => this.frameworks.flatMap((framework) =>
            framework.offers.map((offer) => ({
                id: offer.id.value, framework: framework.id, agent: offer.agent_id?.value ?? offer.slave_id?.value,
                host: offer.hostname, role: offer.allocation_info?.role ?? framework.role ?? "*",
                since: offer.offered_time, resources: scalars(offer.resources),
            }))));
    }

    /** The largest part of any one resource that these resources are; what is offered counts as held. */
    share(resources) {
        return Math.max(0,
            ...KINDS.map((kind) => (this.total[kind] > 0 ? (resources[kind] ?? 0) / this.total[kind] : 0)));
    }

    framework(id) { return this.frameworkById.get(id); }
    frameworkName(id) { return this.framework(id)?.name || id; }
    host(agentID) { return this.agentById.get(agentID)?.hostname ?? ""; }

    task(framework, id) {
        const entry = this.framework(framework);
        if (!entry) return undefined;
        const all = [...entry.tasks, ...entry.unreachable_tasks, ...entry.completed_tasks];
        return all.find((task) => task.id === id);
    }

    once(name, make) {
        this.made ??= {};
        return this.made[name] ??= make();
    }
}

export const rolesOf = (framework) => framework.roles ?? [framework.role ?? "*"];

/** The first TASK_RUNNING, else the first status. */
export function started(task) {
    const byTime = [...task.statuses].sort((one, other) => one.timestamp - other.timestamp);
    return (byTime.find((status) => status.state === "TASK_RUNNING") ?? byTime[0])?.timestamp ?? 0;
}

export const stopped = (task) => Math.max(0, ...task.statuses.map((status) => status.timestamp));

/** What the newest status says of the task's health: true, false, or undefined without checks. */
export function health(task) {
    const byTime = [...task.statuses].sort((one, other) => one.timestamp - other.timestamp);
    return byTime.at(-1)?.healthy;
}

/** Where a task's files are, as `/files` of its agent has it; a command task's executor bears its name. */
export function sandbox(task) {
    return `/frameworks/${task.framework_id}/executors/${task.executor_id || task.id}/runs/latest`;
}

export function agentState(agent) {
    if (agent.drain_info) return { text: stateOfDrain(agent.drain_info), tone: "warn" };
    if (agent.deactivated) return { text: "Deactivated", tone: "warn" };
    return agent.active ? { text: "Active", tone: "good" } : { text: "Disconnected", tone: "bad" };
}

function stateOfDrain(info) { return info.state === "DRAINED" ? "Drained" : "Draining"; }

export function frameworkState(framework) {
    if (framework.recovered) return { text: "Recovered", tone: "warn" };
    if (!framework.connected) return { text: "Disconnected", tone: "bad" };
    return framework.active ? { text: "Active", tone: "good" } : { text: "Inactive", tone: "warn" };
}

export function taskTone(state) {
    if (state === "TASK_RUNNING") return "good";
    if (["TASK_FINISHED", "TASK_KILLED"].includes(state)) return "calm";
    return ["TASK_STAGING", "TASK_STARTING", "TASK_KILLING"].includes(state) ? "warn" : "bad";
}

export function sum(list) {
    const result = { cpus: 0, gpus: 0, mem: 0, disk: 0 };
    for (const entry of list) for (const kind of KINDS) result[kind] += entry?.[kind] ?? 0;
    return result;
}

/** Sums a list of resources in the protobuf's JSON form. */
function scalars(resources) {
    const result = { cpus: 0, gpus: 0, mem: 0, disk: 0 };
    for (const entry of resources ?? []) {
        if (entry.scalar && entry.name in result) result[entry.name] += entry.scalar.value ?? 0;
        if (entry.name === "ports") {
            result.ports = (entry.ranges?.range ?? []).map((range) => `${range.begin}-${range.end}`).join(", ");
        }
    }
    return result;
}
