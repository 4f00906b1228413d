// Bundles third-party code into static/vendor/ and writes its README with versions, licences and hashes.
// For maintainers: `cd scripts/vendor && npm ci && node bundle.mjs`. Users of Podium never need Node.
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../../static/vendor");
const modules = join(here, "node_modules");

const bundled = await build({
  entryPoints: [join(here, "codemirror.js")],
  outfile: join(target, "codemirror.js"),
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  legalComments: "none",
  metafile: true,
});

const packages = new Set();
for (const input of Object.keys(bundled.metafile.inputs)) {
  const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (found) packages.add(found[1]);
}
const described = [...packages].sort().map((name) => JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")));
const licences = new Map();
for (const name of [...packages].sort()) {
  const text = readFileSync(join(modules, name, "LICENSE"), "utf8").trim();
  licences.set(text, [...(licences.get(text) ?? []), name]);
}
writeFileSync(
  join(target, "codemirror.LICENSE.txt"),
  [...licences].map(([text, names]) => `${names.join(", ")}\n\n${text}\n`).join("\n----\n\n"),
);

const weights = ["Regular", "SemiBold", "Bold"];
for (const weight of weights) {
  copyFileSync(
    join(modules, `pretendard/dist/web/static/woff2-subset/Pretendard-${weight}.subset.woff2`),
    join(target, `pretendard-${weight.toLowerCase()}.woff2`),
  );
}
copyFileSync(join(modules, "pretendard/dist/LICENSE.txt"), join(target, "pretendard.LICENSE.txt"));
const pretendard = JSON.parse(readFileSync(join(modules, "pretendard/package.json"), "utf8"));

const files = ["codemirror.js", ...weights.map((weight) => `pretendard-${weight.toLowerCase()}.woff2`)];
const hash = (file) =>
  createHash("sha256")
    .update(readFileSync(join(target, file)))
    .digest("hex");
writeFileSync(
  join(target, "README.md"),
  [
    "# Third-party code of the page",
    "",
    "Made by `scripts/vendor/bundle.mjs`; not edited by hand. Served locally, so the page needs no network.",
    "",
    "| file | sha256 | licence |",
    "|---|---|---|",
    ...files.map((file) => {
      const font = file.startsWith("pretendard");
      return `| ${file} | \`${hash(file)}\` | ${font ? "OFL-1.1, pretendard.LICENSE.txt" : "MIT, codemirror.LICENSE.txt"} |`;
    }),
    "",
    `Pretendard ${pretendard.version} (subset of its authors). In codemirror.js:`,
    "",
    ...described.map(({ name, version, license }) => `- ${name} ${version} (${license})`),
    "",
  ].join("\n"),
);
