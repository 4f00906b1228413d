// @ts-check
// Stands in for the manifest drawer in a saved session: where there is no server nothing can be written.

export class ManifestPanel {
  toggle() {}

  relabel() {}
}
