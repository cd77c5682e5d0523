// Builds before a start when there is no build, or sources are newer than it: `npm start` alone is enough. Further folders
// that the build must be as new as are its arguments.
const { existsSync, readdirSync, statSync, utimesSync } = require('node:fs');
const { spawn } = require('node:child_process');
const { isConsoleStale } = require('./build-console.js');

const BUILT = 'dist/.tsbuildinfo';
const ALIVE_MS = 2_000;
const newest = (folder) =>
  readdirSync(folder, { recursive: true }).reduce(
    (time, file) => Math.max(time, statSync(`${folder}/${file}`).mtimeMs),
    0,
  );
const sources = ['src', 'projections', ...process.argv.slice(2)];
const isStale = () => !existsSync(BUILT) || Math.max(...sources.map(newest)) > statSync(BUILT).mtimeMs;

const isServerStale = isStale();
if (isServerStale || isConsoleStale()) {
  const [what, args] = isServerStale
    ? ['Building, which takes about a minute ', ['npm', ['run', '-s', 'build']]]
    : ['Building the console, which takes about half a minute ', ['node', ['scripts/build-console.js']]];
  process.stderr.write(what);
  const beat = setInterval(() => process.stderr.write('.'), ALIVE_MS);
  const build = spawn(...args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  build.on('exit', (code) => {
    clearInterval(beat);
    process.stderr.write('\n');
    process.exitCode = code ?? 1;
    // Sources that were only touched leave the file as it is.
    if (code === 0 && isServerStale) utimesSync(BUILT, new Date(), new Date());
  });
}
