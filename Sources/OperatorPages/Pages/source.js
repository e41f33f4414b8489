// What the pages know: read from the public JSON endpoints, again and again.

/** Seconds between two readings, by the number of agents: large states are read less often. */
const PERIODS = [[100, 2], [500, 10], [1000, 20], [5000, 60], [10000, 120], [15000, 240], [20000, 480]];
const SAMPLES = 60;

/** Reads a JSON document; throws an error that says what failed. */
export async function read(url, options = {}) {
    const answer = await fetch(url, { redirect: "manual", cache: "no-store", ...options });
    if (answer.type === "opaqueredirect") throw new Moved();
    if (!answer.ok) throw new Refused(answer.status, (await answer.text()).trim());
    return answer.json();
}

/** Another master leads: the page is to be read again, from there. */
export class Moved extends Error {
    constructor() { super("Another master leads now"); }
}

/** An answer that is no success. */
export class Refused extends Error {
    constructor(status, text) {
        super(text || `status ${status}`);
        this.status = status;
    }
}

export class Source {
    constructor() {
        Object.assign(this, { state: null, metrics: {}, roles: null, maintenance: undefined, error: null, at: 0 });
        this.samples = [];
        this.needs = new Set();
        this.listeners = [];
        this.delay = 0;
        this.timer = null;
        document.addEventListener("visibilitychange", () => { if (!document.hidden) this.refresh(); });
    }

    onChange(listener) { this.listeners.push(listener); }

    /** Says which of `roles` and `maintenance` the page shows; what is missing is read at once. */
    need(names) {
        const isNew = names.some((name) => !this.needs.has(name));
        this.needs = new Set(names);
        if (isNew && this.state) this.refresh();
    }

    get period() {
        const agents = this.state?.slaves.length ?? 0;
        return PERIODS.find(([limit]) => agents < limit)?.[1] ?? 960;
    }

    async refresh() {
        clearTimeout(this.timer);
        if (this.isReading) return;
        this.isReading = true;
        try {
            await this.readAll();
            this.error = null;
            this.delay = 0;
        } catch (error) {
            if (error instanceof Moved) return location.reload();
            // 2 s, 4 s … 128 s, then from the start.
            this.delay = this.delay >= 128 || this.delay === 0 ? 2 : this.delay * 2;
            this.error = error instanceof Refused ? error.message : "The master does not answer";
            this.retryAt = Date.now() + this.delay * 1000;
        } finally {
            this.isReading = false;
        }
        this.listeners.forEach((listener) => listener());
        if (!document.hidden) this.timer = setTimeout(() => this.refresh(), 1000 * (this.delay || this.period));
    }

    async readAll() {
        const [state, metrics, roles] = await Promise.all([
            read("state"), read("metrics/snapshot"), this.needs.has("roles") ? read("roles") : null,
        ]);
        Object.assign(this, { state, metrics, at: Date.now() });
        if (roles) this.roles = roles.roles;
        if (this.maintenance === undefined || this.needs.has("maintenance")) await this.readMaintenance();
        this.samples.push(metrics);
        if (this.samples.length > SAMPLES) this.samples.shift();
    }

    /** A reader who may not see it, or an older master, gets null, and there is no such page. */
    async readMaintenance() {
        try {
            const [schedule, status] = await Promise.all([read("maintenance/schedule"), read("maintenance/status")]);
            this.maintenance = { ...schedule, ...status };
        } catch (error) {
            if (!(error instanceof Refused)) throw error;
            this.maintenance = null;
        }
    }
}

/** Reads documents of an agent; its endpoints may be read from any origin. */
export class AgentSource {
    constructor(agent) { this.base = `${location.protocol}//${agent.hostname}:${agent.port}/`; }

    url(path, query = {}) { return `${this.base}${path}?${new URLSearchParams(query)}`; }

    async get(path, query = {}) {
        try {
            return await read(this.url(path, query), { credentials: "omit" });
        } catch (error) {
            if (error instanceof Refused) throw error;
            throw new Error(`The agent at ${this.base} does not answer this browser`);
        }
    }
}
