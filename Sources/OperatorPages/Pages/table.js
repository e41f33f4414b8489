// Tables that sort, filter and turn pages; what the reader chose stands in the address, so that it can be passed on.
import { h } from "./dom.js";
import { count } from "./format.js";

const PAGE = 50;

/**
 * @param id tells the tables of a page apart, in the address
 * @param columns `{ name, of: row → sort value, cell: row → content, number, kind, wide }`; phones leave `wide` ones out
 * @param rows what to show, `key(row)` naming each, `link(row)` where Enter leads
 * @param query the address' query, `put(changes)` changes it
 */
export function table({ id, title, columns, rows, key, link, empty, sort, page = PAGE, note }, query, put) {
    const text = query.get(`${id}.q`) ?? "";
    const order = query.get(`${id}.sort`) ?? sort ?? "";
    const shown = arrange(rows, columns, text, order);
    const pages = Math.max(1, Math.ceil(shown.length / page));
    const at = Math.min(pages, Math.max(1, Number(query.get(`${id}.page`)) || 1));
    const visible = shown.slice((at - 1) * page, at * page);
    const turn = (to) => put({ [`${id}.page`]: to > 1 ? String(to) : null });
    return h("section.table", { id, "data-key": `table-${id}` },
        h("div.head", null,
            h("h2", null, title, h("span.count", null,
                text ? `${count(shown.length)} of ${count(rows.length)}` : count(rows.length))),
            note && h("span.note", null, note),
            (rows.length > 5 || text) && h("input.filter", {
                type: "search", placeholder: "Filter", "aria-label": `Filter ${title}`, value: text,
                    "data-key": "filter",
                autocomplete: "off", spellcheck: "false",
                on: { input: (event) => put({ [`${id}.q`]: event.target.value || null, [`${id}.page`]: null }) },
            })),
        h("div.scroll", null,
            h("table", { "aria-label": title },
                h("thead", null, h("tr", null, columns.map((column) => heading(id, column, order, put)))),
                h("tbody", null, visible.map((row) => h("tr", {
                    "data-key": key(row), tabindex: link ? "0" : null, "data-link": link?.(row) ?? null,
                }, columns.map((column) => h("td", {
                    "data-label": column.name, class: classes(column),
                }, content(column, row)))))))),
        shown.length === 0 && h("p.empty", null, text ? `Nothing matches “${text}”.` : empty ?? "None."),
        pages > 1 && h("nav.pages", { "aria-label": `Pages of ${title}` },
            h("button", { type: "button", disabled: at === 1, on: { click: () => turn(at - 1) } }, "Previous"),
            h("span", null, `Page ${at} of ${pages}`),
            h("button", { type: "button", disabled: at === pages, on: { click: () => turn(at + 1) } }, "Next")));
}

const classes = (column) => [column.number && "number", column.wide && "wide", column.kind].filter(Boolean).join(" ")
    || null;

function content(column, row) {
    const cell = column.cell ? column.cell(row) : column.of(row);
    return [undefined, null, false, ""].includes(cell) ? "-" : cell;
}

function heading(id, column, order, put) {
    const isDown = order === `-${column.name}`;
    const isUp = order === column.name;
    const next = isUp ? `-${column.name}` : isDown ? column.name : column.number ? `-${column.name}` : column.name;
    return h("th", {
        scope: "col", class: classes(column), "aria-sort": isUp ? "ascending" : isDown ? "descending" : null,
    }, column.of
        ? h("button", {
            type: "button", on: { click: () => put({ [`${id}.sort`]: next, [`${id}.page`]: null }) },
        }, column.name, (isUp || isDown) && h("span.arrow", { "aria-hidden": "true" }, isUp ? "▲" : "▼"))
        : column.name);
}

function arrange(rows, columns, text, order) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const texts = (row) => columns.flatMap((column) => [column.of?.(row) ?? "", column.search?.(row) ?? ""]);
    const searched = (row) => texts(row).join(" ").toLowerCase();
    const kept = words.length
        ? rows.filter((row) => { const found = searched(row); return words.every((word) => found.includes(word)); })
        : [...rows];
    const name = order.replace(/^-/, "");
    const column = columns.find((entry) => entry.name === name && entry.of);
    if (!column) return kept;
    const sign = order.startsWith("-") ? -1 : 1;
    const values = new Map(kept.map((row) => [row, column.of(row) ?? ""]));
    return kept.sort((one, other) => sign * compare(values.get(one), values.get(other)));
}

function compare(one, other) {
    if (typeof one === "number" && typeof other === "number") return one - other;
    return String(one).localeCompare(String(other), "en", { numeric: true });
}
