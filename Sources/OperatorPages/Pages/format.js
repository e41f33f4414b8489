// Numbers, sizes and times as people read them.

/** A size given in MB: `496 MB`, `12.5 GB`, `0 B`. */
export function size(megabytes) {
    let value = (Number(megabytes) || 0) * 1048576;
    for (const unit of ["B", "KB", "MB", "GB", "TB"]) {
        if (Math.abs(value) < 1024 || unit === "TB") return `${trim(value, value < 100 ? 1 : 0)} ${unit}`;
        value /= 1024;
    }
}

/** A size given in bytes. */
export const bytes = (count) => size(count / 1048576);

/** At most so many decimals, without trailing zeros. */
export const trim = (value, decimals = 2) => String(Number((Number(value) || 0).toFixed(decimals)));

/** A whole number with thin spaces between thousands. */
export const count = (value) => String(Math.round(value || 0)).replace(/\B(?=(\d{3})+(?!\d))/g, "\u2009");

/** A part of one: `37%`, `0.4%`. */
export function percent(part) {
    const value = 100 * (part || 0);
    return `${trim(value, value > 0 && value < 10 ? 1 : 0)}%`;
}

const STEPS = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60]];

/** How long ago a time (seconds since 1970) was: `19 minutes ago`; `-` for none. */
export function ago(time, now = Date.now() / 1000) {
    if (!time) return "-";
    const passed = Math.max(0, now - time);
    for (const [name, length] of STEPS) {
        const number = Math.floor(passed / length);
        if (number >= 1) return `${number} ${name}${number > 1 ? "s" : ""} ago`;
    }
    return passed < 5 ? "just now" : `${Math.floor(passed)} seconds ago`;
}

/** A length of time by its two largest units: `2 h 4 min`. */
export function span(seconds) {
    let rest = Math.max(0, Math.floor(seconds || 0));
    const parts = [];
    for (const [unit, length] of [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]]) {
        const number = Math.floor(rest / length);
        rest -= number * length;
        if (number > 0 || (unit === "s" && parts.length === 0)) parts.push(`${number} ${unit}`);
        else if (parts.length) break;
    }
    return parts.slice(0, 2).join(" ");
}

/** A time (seconds since 1970) in full, in the reader's zone. */
export function moment(time) {
    if (!time) return "";
    const date = new Date(time * 1000);
    const two = (number) => String(number).padStart(2, "0");
    return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} `
        + `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `TASK_RUNNING` as `Running`. */
export function stateName(state) {
    return state.replace(/^TASK_/, "").toLowerCase().replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());
}
