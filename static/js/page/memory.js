// @ts-check
// What a browser remembers of a page across reloads. Storage may be forbidden; the page works without.

/**
 * @param {string} name
 * @param {"localStorage" | "sessionStorage"} [where]  for every page of this server, or for this tab
 */
export function recall(name, where = "localStorage") {
  try {
    return window[where].getItem(name);
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @param {string} value
 * @param {"localStorage" | "sessionStorage"} [where]
 */
export function keep(name, value, where = "localStorage") {
  try {
    window[where].setItem(name, value);
  } catch {
    return;
  }
}

/** Whether this page came by a reload: a remote's F5, not a link. */
export function isReloaded() {
  return window.performance.getEntriesByType("navigation").some((entry) => "type" in entry && entry.type === "reload");
}
