// @ts-check
// The cards of a scene: never changed, and a scene of 50,000 pods that differs by one card costs no copy of the others. Pure.
// Cards lie on shelves, by the first part of their key and the end of it; what is changed is a copy of one shelf.

/** @typedef {import("../types.js").Card} Card */
/** @typedef {[string, Card | null]} Change  a key and its new card; null: it is gone */
/** @typedef {readonly ReadonlyMap<string, Card>[]} Shelves */

/** Shelves of one resource: 50,000 pods are about 100 cards on each. */
const SHELVES = 512;

/** @type {ReadonlyMap<string, Card>} */
const EMPTY = new Map();
/** @type {Shelves} */
const BARE = Array.from({ length: SHELVES }, () => EMPTY);

export class Cards {
  /** @param {ReadonlyMap<string, Shelves>} [resources]  shelves by plural */
  constructor(resources = new Map()) {
    this.resources = resources;
  }

  /** @param {Readonly<Record<string, Card>>} record */
  static of(record) {
    return new Cards().with(Object.entries(record));
  }

  /** @param {string} key */
  get(key) {
    return this.resources.get(resourceOf(key))?.[shelfOf(key)]?.get(key);
  }

  /** @param {string} key */
  has(key) {
    return this.get(key) !== undefined;
  }

  /**
   * What `of` and `with` put there, in no order.
   * @param {string} [plural]  of one resource only
   * @returns {Generator<[string, Card]>}
   */
  *entries(plural) {
    const chosen = plural === undefined ? this.resources.values() : [this.resources.get(plural) ?? []];
    for (const shelves of chosen) for (const shelf of shelves) yield* shelf;
  }

  /**
   * These cards, changed.
   * @param {Iterable<Change>} changes
   * @returns {Cards}
   */
  with(changes) {
    /** @type {Map<string, Shelves>} */
    const resources = new Map(this.resources);
    /** @type {Map<string, Map<string, Card>[]>} the copies that may be written to */
    const own = new Map();
    for (const [key, card] of changes) {
      const plural = resourceOf(key);
      const index = shelfOf(key);
      const before = this.resources.get(plural) ?? BARE;
      let shelves = own.get(plural);
      if (!shelves) {
        shelves = /** @type {Map<string, Card>[]} */ ([...before]);
        own.set(plural, shelves);
        resources.set(plural, shelves);
      }
      let shelf = /** @type {Map<string, Card>} */ (shelves[index]);
      if (shelf === before[index]) shelf = shelves[index] = new Map(shelf);
      if (card) shelf.set(key, card);
      else shelf.delete(key);
    }
    for (const [plural, shelves] of own) if (shelves.every(({ size }) => size === 0)) resources.delete(plural);
    return new Cards(resources);
  }
}

/** @param {string} key */
function resourceOf(key) {
  return key.slice(0, key.indexOf("/"));
}

/**
 * Names of one owner differ in their last letters.
 * @param {string} key
 */
function shelfOf(key) {
  let hash = 0;
  for (let index = Math.max(0, key.length - 6); index < key.length; index += 1) hash = (hash * 31 + key.charCodeAt(index)) | 0;
  return (hash >>> 0) % SHELVES;
}
