// The files of a task: a directory browser and a viewer that follows the end of a file, read from the agent itself.
import { h } from "./dom.js";
import { bytes } from "./format.js";
import { missing } from "./details.js";
import { age, hostPort, to, trail } from "./parts.js";
import { AgentSource } from "./source.js";
import { table } from "./table.js";

const ROOT = /^(.*\/executors\/[^/]+\/runs\/[^/]+)(\/.*)?$/;
/** The most that `/files/read` gives at once. */
const PAGE = 65536;
/** How much of a file stays on the page; what is older can be loaded again. */
const KEPT = 4 << 20;

/** The steps from the sandbox to a path in it, as links. */
function steps(agentID, path, last) {
    const [, root, below = ""] = ROOT.exec(path) ?? [null, path, ""];
    const names = below.split("/").filter(Boolean);
    const links = names.map((name, index) =>
        [name, to.browse(agentID, `${root}/${names.slice(0, index + 1).join("/")}`)]);
    if (links.length) links[links.length - 1] = [links.at(-1)[0]];
    const isTop = names.length === 0;
    return [[last ?? "Sandbox", isTop ? null : to.browse(agentID, root)], ...links];
}

export class Directory {
    constructor(agent, path, changed) {
        Object.assign(this, { source: new AgentSource(agent), path, changed, entries: null, error: null });
        this.refresh();
    }

    async refresh() {
        try {
            this.entries = await this.source.get("files/browse", { path: this.path });
            this.error = null;
        } catch (error) {
            this.error = error.status === 404 ? "The directory is not there (any more)." : error.message;
        }
        this.changed();
    }
}

export function directory({ model, query, put, detail }, agentID, path) {
    if (!model.agentById.has(agentID)) return missing("agent", agentID);
    const name = (entry) => entry.path.split("/").at(-1);
    const isFolder = (entry) => entry.mode.startsWith("d");
    const href = (entry) => (isFolder(entry) ? to.browse(agentID, entry.path) : to.file(agentID, entry.path));
    return [
        trail([hostPort(model, agentID), to.agent(agentID)], ...steps(agentID, path)),
        h("h1.unseen", null, "Files"),
        detail?.error && h("p.hint", { role: "alert" }, detail.error),
        table({
            id: "files", title: "Files", rows: detail?.entries ?? [], key: (entry) => entry.path, link: href,
                sort: "Name",
            empty: detail?.entries ? "The directory is empty." : detail?.error ? "Nothing to show." : "Reading…",
            columns: [
                {
                    name: "Name", kind: "key", of: (entry) => (isFolder(entry) ? " " : "") + name(entry),
                    cell: (entry) => h("a", { href: href(entry) }, name(entry) + (isFolder(entry) ? "/" : "")),
                },
                { name: "Size", number: true, of: (entry) => entry.size,
                    cell: (entry) => (isFolder(entry) ? "-" : bytes(entry.size)) },
                { name: "Changed", kind: "age", of: (entry) => entry.mtime, cell: (entry) => age(entry.mtime) },
                { name: "Mode", kind: "code", wide: true, of: (entry) => entry.mode },
                { name: "Owner", wide: true, of: (entry) => `${entry.uid}:${entry.gid}` },
                {
                    name: "Download",
                    cell: (entry) => !isFolder(entry) && h("a.button", {
                        href: detail.source.url("files/download", { path: entry.path }), download: name(entry),
                    }, "Download"),
                },
            ],
        }, query, put),
    ];
}

/** Follows a file: the end at first, what is added once a second, what came before when asked for. */
export class Tail {
    constructor(agent, path, changed) {
        Object.assign(this, { source: new AgentSource(agent), path, changed, error: null, follows: true, wraps: true });
        this.size = -1;
        this.rest = h("span");
        this.node = h("pre.log", { tabindex: "0", "aria-label": "Contents of the file", "data-own": true }, this.rest);
        this.node.addEventListener("scroll", () => this.scrolled());
        this.run();
    }

    close() {
        this.isClosed = true;
        clearTimeout(this.timer);
    }

    read(offset, length) { return this.source.get("files/read", { path: this.path, offset, length }); }

    async run() {
        try {
            const size = (await this.read(-1, -1)).offset;
            if (size < this.size || this.size < 0 || size - this.next > KEPT) this.begin(size);
            if (size !== this.size) await this.catchUp(size);
            this.error = null;
        } catch (error) {
            this.error = error.status === 404 ? "The file is not there (any more)." : error.message;
        }
        if (this.isClosed) return;
        this.changed();
        this.timer = setTimeout(() => this.run(), document.hidden ? 5000 : 1000);
    }

    /** The first reading, or a file that became shorter or ran away: a page before its end. */
    begin(size) {
        this.start = this.next = Math.max(0, size - PAGE);
        this.kept = 0;
        this.node.replaceChildren(this.rest);
    }

    /**
     * Reads on to `size`. A piece cut within a character has a replacement there, so only whole lines are settled, and
     * the unfinished one behind them is read again when the file has grown.
     */
    async catchUp(size) {
        let pending = "";
        while (this.next < size && !this.isClosed) {
            const length = Math.min(PAGE, size - this.next);
            const isLast = this.next + length >= size;
            const { data } = await this.read(this.next, length);
            const end = data.lastIndexOf("\n") + 1;
            const lines = data.slice(0, end);
            if (end > 0 && !lines.includes("\uFFFD")) {
                this.settle(lines, new TextEncoder().encode(lines).length);
                pending = data.slice(end);
            } else if (isLast && end === 0) {
                pending = data;
            } else {
                this.settle(data, length);
                pending = "";
            }
            if (isLast) break;
        }
        this.size = size;
        this.rest.textContent = plain(pending);
        this.follow();
    }

    settle(text, length) {
        this.rest.before(plain(text));
        this.next += length;
        this.kept += length;
        while (this.kept > KEPT && this.node.firstChild !== this.rest) {
            const gone = this.node.firstChild;
            this.kept -= gone.data.length;
            this.start += gone.data.length;
            gone.remove();
        }
    }

    async earlier() {
        const length = Math.min(PAGE, this.start);
        const { data } = await this.read(this.start - length, length);
        const height = this.node.scrollHeight;
        this.node.prepend(plain(data));
        this.start -= length;
        this.follows = false;
        this.node.scrollTop += this.node.scrollHeight - height;
        this.changed();
    }

    follow() { if (this.follows) this.node.scrollTop = this.node.scrollHeight; }

    /** Scrolling up stops following, scrolling to the end follows again. */
    scrolled() {
        const isAtEnd = this.node.scrollTop + this.node.clientHeight >= this.node.scrollHeight - 4;
        if (isAtEnd === this.follows) return;
        this.follows = isAtEnd;
        this.changed();
    }
}

/** Without the control sequences of terminals. */
const plain = (text) => text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, "").replace(/\r\n/g, "\n");

export function file({ model, detail }, agentID, path) {
    if (!model.agentById.has(agentID)) return missing("agent", agentID);
    const name = path.split("/").at(-1);
    const toggle = (label, isOn, change) => h("button", {
        type: "button", "aria-pressed": String(isOn), on: { click: () => { change(); detail.changed(); } },
    }, label);
    const isLog = path === "/slave/log";
    return [
        trail([hostPort(model, agentID), to.agent(agentID)], ...(isLog ? [["Log"]] : steps(agentID, path))),
        h("div.head", null,
            h("h1", null, isLog ? "Agent log" : name),
            detail && h("span.note", null, detail.size >= 0 ? bytes(detail.size) : ""),
            detail && h("div.tools", null,
                detail.start > 0 && h("button", { type: "button", on: { click: () => detail.earlier() } }, "Earlier"),
                toggle("Follow", detail.follows, () => { detail.follows = !detail.follows; detail.follow(); }),
                toggle("Wrap", detail.wraps, () => {
                    detail.wraps = !detail.wraps;
                    detail.node.classList.toggle("unwrapped", !detail.wraps);
                }),
                h("a.button", { href: detail.source.url("files/download", { path }), download: name }, "Download"))),
        detail?.error && h("p.hint", { role: "alert" }, detail.error),
        detail?.size === 0 && h("p.empty", null, "The file is empty so far."),
        detail?.node,
    ];
}
