// Makes ../static/dist/: viewer.js, and viewer.licences.txt with the terms of all that is bundled in it.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const DIST = "../static/dist";

// Mirador brings 22 languages. Those of the pages are kept: a tenth of the bundle less to load.
const SPOKEN = ["ar", "en", "fr", "zhCn"];

const spokenOnly = {
  name: "spoken-only",
  setup({ onLoad }) {
    onLoad({ filter: /mirador\/src\/locales\/\w+\/translation\.json$/ }, ({ path }) =>
      SPOKEN.includes(path.split("/").at(-2)) ? undefined : { contents: "{}", loader: "json" },
    );
  },
};

const { metafile } = await build({
  entryPoints: ["src/viewer.js"],
  outdir: DIST,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none",
  metafile: true,
  plugins: [spokenOnly],
});

const folders = Object.keys(metafile.inputs).map((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]);
const terms = [...new Set(folders)].filter(Boolean).sort().map(termsOf);
writeFileSync(join(DIST, "viewer.licences.txt"), terms.join("\n\n"));

function termsOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json")));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  return [`${name} ${version}: ${license}`, ...files.map((file) => readFileSync(join(folder, file), "utf8"))].join("\n\n");
}
