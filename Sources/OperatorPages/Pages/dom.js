// Elements as values: `h` makes them, `morph` brings a live tree to the shape of a new one and keeps focus, scrolling
// and selection where they are.

const SVG = new Set(["svg", "path", "rect", "line", "polyline", "title"]);

/** Makes an element: `h("a.id", { href, on: { click } }, child, …)`; null, false and "" children are left out. */
export function h(spec, attributes, ...children) {
    const [tag, ...classes] = spec.split(".");
    const node = SVG.has(tag)
        ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    if (classes.length) node.setAttribute("class", classes.join(" "));
    for (const [name, value] of Object.entries(attributes ?? {})) {
        if (value === null || value === undefined || value === false) continue;
        if (name === "on") node.handlers = value;
        // Through the object model: style attributes are what the content security policy forbids.
        else if (name === "style") Object.entries(value).forEach(([key, text]) => node.style.setProperty(key, text));
        else if (name === "class") node.setAttribute("class", [...classes, value].join(" "));
        else node.setAttribute(name, value === true ? "" : value);
    }
    append(node, children);
    return node;
}

function append(node, children) {
    for (const child of children) {
        if (Array.isArray(child)) append(node, child);
        else if (child !== null && child !== undefined && child !== false && child !== "") {
            node.append(child instanceof Node ? child : String(child));
        }
    }
}

/** Gives `target` the children of `source`, in place. */
export function morphChildren(target, source) {
    const keyed = new Map();
    for (const child of target.children) if (child.dataset?.key) keyed.set(child.dataset.key, child);
    let at = target.firstChild;
    for (const wanted of [...source.childNodes]) {
        const key = wanted.dataset?.key;
        const same = key ? keyed.get(key) : at;
        if (same && isAlike(same, wanted)) {
            if (same === at) at = at.nextSibling;
            else target.insertBefore(same, at);
            morph(same, wanted);
        } else {
            target.insertBefore(wanted, at);
        }
    }
    while (at) {
        const next = at.nextSibling;
        at.remove();
        at = next;
    }
}

function isAlike(one, other) {
    return one.nodeName === other.nodeName && one.dataset?.key === other.dataset?.key;
}

function morph(live, wanted) {
    if (live.nodeType === Node.TEXT_NODE) {
        if (live.data !== wanted.data) live.data = wanted.data;
        return;
    }
    if (live.nodeType !== Node.ELEMENT_NODE) return;
    live.handlers = wanted.handlers;
    for (const { name } of [...live.attributes]) {
        if (name !== "style" && !wanted.hasAttribute(name) && !isOwn(live, name)) live.removeAttribute(name);
    }
    for (const { name, value } of wanted.attributes) {
        if (name !== "style" && live.getAttribute(name) !== value) live.setAttribute(name, value);
    }
    if (live.style && live.style.cssText !== wanted.style.cssText) live.style.cssText = wanted.style.cssText;
    if (live.nodeName === "INPUT" && live !== document.activeElement) live.value = wanted.getAttribute("value") ?? "";
    if (!live.hasAttribute("data-own")) morphChildren(live, wanted);
}

/** What the reader changed on an element is the reader's. */
function isOwn(live, name) { return name === "open" && live.nodeName === "DETAILS"; }

/** Hands events of the kinds that elements handle to the nearest element that does. */
export function delegate(root) {
    for (const kind of ["click", "input", "change", "keydown"]) {
        root.addEventListener(kind, (event) => {
            for (let node = event.target; node && node !== root.parentNode; node = node.parentNode) {
                if (node.handlers?.[kind]) return node.handlers[kind](event);
            }
        });
    }
}
