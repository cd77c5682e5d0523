// Builds the console into dist/console, from `console/` and the description of the API that the built server gives. Each
// step is left out where nothing is newer than what it made last: `npm run build` may be called as often as one likes.
// `--types` makes the types of the API alone.
const { execFileSync } = require('node:child_process');
const {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} = require('node:fs');
const { join, resolve } = require('node:path');
const { promisify } = require('node:util');
const { brotliCompress, constants, gzip } = require('node:zlib');

const root = resolve(__dirname, '..');
const at = (...path) => join(root, ...path);
const CONSOLE = at('console');
const DESCRIPTION = at('dist/.openapi.json');
const TYPES = at('console/src/api/generated.d.ts');
const BUILT = at('dist/console');
/** Its time is that of the last build which came to its end. */
const STAMP = at('dist/.console-built');

const timeOf = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);
const newest = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true })
        .map((name) => join(path, name))
        .reduce((time, one) => Math.max(time, timeOf(one)), timeOf(path))
    : timeOf(path);

/** What the description of the API is made of. Folders count, too: their time tells of what was taken away. */
const ofDescription = ['src', 'openapi', 'package-lock.json'].map((path) => at(path));
const ofConsole = ['console', 'package-lock.json', 'scripts/build-console.js'].map((path) => at(path));
const isOld = (made, sources) => !existsSync(made) || Math.max(...sources.map(newest)) > timeOf(made);

const isDescriptionOld = () => isOld(DESCRIPTION, ofDescription) || !existsSync(TYPES);
const isConsoleOld = () => isOld(STAMP, ofConsole) || !existsSync(join(BUILT, 'index.html'));

/** Whether there is a console, and a build would change it. */
exports.isConsoleStale = () => existsSync(CONSOLE) && (isDescriptionOld() || isConsoleOld());

/** Writes a file only where that changes it, so that what is made of it is not made anew. */
function writeChanged(path, text) {
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}

/** The types by which the console asks the API, from the server as it is built. */
async function describe() {
  const started = new Date();
  require('reflect-metadata');
  const worker = require('../dist/src/http/docs/openapi.worker.js');
  const how = { signal: new AbortController().signal, report: () => undefined };
  const { json } = await worker.describe({ version: '0' }, how);
  if (!existsSync(DESCRIPTION) || readFileSync(DESCRIPTION, 'utf8') !== json || !existsSync(TYPES)) {
    const { default: openapiTS, astToString } = await import('openapi-typescript');
    writeChanged(TYPES, `// Made by scripts/build-console.js.\n${astToString(await openapiTS(json))}`);
    writeFileSync(DESCRIPTION, json);
  }
  utimesSync(DESCRIPTION, started, started);
}

/** What a package runs on the command line, in a process of its own. */
function run(file, ...args) {
  try {
    const how = { cwd: root, encoding: 'utf8', stdio: 'pipe' };
    execFileSync(process.execPath, [at('node_modules', file), ...args], how);
  } catch ({ stdout, stderr, message }) {
    throw new Error([stdout, stderr].filter(Boolean).join('\n').trim() || message);
  }
}

const checkTypes = () => run('typescript/bin/tsc', '-p', 'console', '--noEmit');
const bundle = () =>
  run('vite/bin/vite.js', 'build', '--config', 'console/vite.config.ts', '--logLevel', 'error');

const TEXT = /\.(?:css|html|js|json|svg|txt|webmanifest)$/;
/** Less than this is gone in one packet, packed or not. */
const SMALL_BYTES = 1_024;

/** Writes each file of text packed beside it: the server sends what lies there, and packs nothing itself. */
async function pack() {
  const files = readdirSync(BUILT, { recursive: true }).filter(
    (name) => TEXT.test(name) && name !== 'index.html' && statSync(join(BUILT, name)).size >= SMALL_BYTES,
  );
  await Promise.all(
    files.map(async (name) => {
      const path = join(BUILT, name);
      const bytes = readFileSync(path);
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      };
      writeFileSync(`${path}.br`, await promisify(brotliCompress)(bytes, { params }));
      writeFileSync(`${path}.gz`, await promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }));
    }),
  );
}

async function build() {
  if (!existsSync(CONSOLE)) return;
  const step = async (name, make) => {
    try {
      await make();
    } catch (error) {
      throw new Error(`The console: ${name} failed\n${error.message}`);
    }
  };
  if (isDescriptionOld()) await step('describing the API', describe);
  if (process.argv.includes('--types') || !isConsoleOld()) return;
  const started = new Date();
  await step('checking types', checkTypes);
  await step('bundling', bundle);
  await step('packing', pack);
  mkdirSync(at('dist'), { recursive: true });
  writeFileSync(STAMP, '');
  // What was changed meanwhile is newer than the build.
  utimesSync(STAMP, started, started);
}

if (require.main === module)
  build().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
