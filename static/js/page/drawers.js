// @ts-check
// The sheets beside the picture (a manifest, breakpoints, etcd, a machine that joins, kubectl's line, what can be taken away) and the lanes in its place. One
// job each; here they are made together.

import { BreakpointPanel } from "../panels/breakpoints.js";
import { EtcdPanel } from "../panels/etcd.js";
import { ExportPanel } from "../panels/export.js";
import { JoinPanel } from "../panels/join.js";
import { KubectlPanel } from "../panels/kubectl.js";
import { Lanes } from "../panels/lanes.js";
import { Flags } from "./flags.js";

/** @typedef {import("../core/api.js").Api} Api */
/** @typedef {import("../core/session.js").Session} Session */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {import("../panels/manifest.js").ManifestPanel} ManifestPanel */
/** @typedef {import("../panels/manifest.js").Sample} Sample */
/**
 * @typedef {object} Does
 * @property {(message: string) => void} say
 * @property {(error: unknown) => void} fail
 * @property {(seq: number) => void} go
 * @property {() => {id: string, label: string}[]} components
 * @property {() => boolean} looksBack  what `act` goes by
 * @property {<T>(call: (there: Api) => Promise<T>) => Promise<T>} act  on the cluster, or on a branch while looking back
 */

export class Drawers {
  /**
   * @param {Api} api
   * @param {Session} session
   * @param {Strings} strings
   * @param {{diagram: import("../types.js").Diagram, samples: Sample[], states: Record<string, string[]>}} data  what the template has put into the page
   * @param {Does} does
   */
  constructor(api, session, strings, { diagram, samples, states }, does) {
    this.breakpoints = new BreakpointPanel(strings, states, {
      set: (text, isSet) => this.flags.set(text, isSet),
      components: does.components,
      current: () => session.current,
    });
    this.flags = new Flags(api, session, this.breakpoints, does.fail);
    this.etcd = new EtcdPanel(api, strings, { at: () => session.scene.seq, go: does.go, fail: does.fail });
    this.export = new ExportPanel(session, strings, { base: api.base, fail: does.fail });
    this.join = new JoinPanel(api, strings, { announce: does.say, join: (machine) => does.act((there) => there.write("join", machine)) });
    this.kubectl = new KubectlPanel(async (line) => {
      const told = await api.write("kubectl", { line, isPast: does.looksBack() });
      return told.text === null ? does.act((there) => there.write("kubectl", { line })) : told;
    });
    this.lanes = new Lanes(diagram, session, strings, does);
    this.lanes.resume();
    /** @type {ManifestPanel | null} */
    this.manifest = null;
    /** The editor is more than half of the page's program, so it comes when somebody wants to write. */
    this.write = async () => {
      const { ManifestPanel } = await import("../panels/manifest.js");
      this.manifest ??= new ManifestPanel(api, strings, samples, {
        announce: does.say,
        apply: (text, isDryRun) => does.act((there) => there.manifests(text, isDryRun)),
      });
      this.manifest.toggle();
    };
    this.fail = does.fail;
    /** What an object or a component can be stopped at. @type {import("../panels/stops.js").Stops} */
    this.stops = {
      set: (text, isSet) => this.flags.set(text, isSet),
      has: (text) => this.flags.texts.has(text),
      statesOf: (key) => this.breakpoints.statesOf(key),
    };
  }

  /** What keys and buttons do with them. @param {{projector: boolean}} page  a wall has no sheets */
  commands(page) {
    return {
      manifest: () => page.projector || this.write().catch(this.fail),
      breakpoints: () => page.projector || this.breakpoints.toggle(),
      etcd: () => page.projector || this.etcd.toggle(),
      join: () => page.projector || this.join.toggle(),
      kubectl: () => page.projector || this.kubectl.toggle(),
      lanes: () => this.lanes.toggle(),
      export: () => page.projector || this.export.toggle(),
    };
  }

  /** The picture jumped. */
  refresh() {
    this.etcd.refresh();
    this.lanes.follow();
  }

  /** @param {number} now  milliseconds */
  tick(now) {
    this.flags.tick(now);
    this.etcd.tick(now);
    this.lanes.draw(now);
  }

  relabel() {
    this.manifest?.relabel();
    for (const each of [this.breakpoints, this.etcd]) if (each.open) each.toggle(true);
    this.lanes.relabel();
  }

  close() {
    this.manifest?.toggle(false);
    this.breakpoints.toggle(false);
    this.etcd.toggle(false);
    this.export.toggle(false);
    this.join.toggle(false);
    this.kubectl.toggle(false);
  }
}
