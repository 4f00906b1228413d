// @ts-check
// Words in two languages. The page carries both, so that switching needs no request.

/** @typedef {import("../types.js").Language} Language */
/** @typedef {import("../types.js").Words} Words */

export class Strings {
  /**
   * @param {Record<Language, Record<string, string>>} texts
   * @param {Language} language
   */
  constructor(texts, language) {
    this.texts = texts;
    this.language = language;
  }

  /**
   * The text of `name` with its `{placeholders}` filled in; of `{count|step|steps}` the first word for one, the second for any other number.
   * @param {string} name
   * @param {Record<string, string | number>} [values]
   * @throws {Error} when the page has no such text
   */
  text(name, values = {}) {
    const found = this.texts[this.language][name];
    if (found === undefined) throw new Error(`no text named ${name}`);
    return found.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (whole, key, one, more) =>
      one === undefined ? String(values[key] ?? whole) : String(values[key]) === "1" ? one : more,
    );
  }

  /** @param {Words | undefined} words */
  pick(words) {
    return words ? words[this.language] : "";
  }

  switch() {
    this.language = this.language === "en" ? "ko" : "en";
  }
}
