// Builds widget.js: one file without a dependency. `node build.mjs [FILE]` writes it elsewhere, to compare.
import { build, transform } from "esbuild";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const styles = {
  name: "styles",
  setup(bundler) {
    bundler.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const built = await build({
  entryPoints: [here("src/main.ts")],
  bundle: true,
  write: false,
  format: "iife",
  target: "es2022",
  minify: true,
  legalComments: "none",
  charset: "utf8",
  banner: { js: "/* Fairwell, Apache-2.0. Built from channels/web/widget/src. */" },
  plugins: [styles],
});

await writeFile(process.argv[2] ?? here("widget.js"), built.outputFiles[0].contents);
