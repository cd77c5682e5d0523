// `npm run dev`: the server, compiled and started again when its sources change, and the console from Vite's server, which
// loads what has changed by itself and hands on what is the API's. One Ctrl-C ends all of it.
const { spawn } = require('node:child_process');
const { once } = require('node:events');
require('dotenv').config({ quiet: true });

const { PORT = '3000', CONSOLE_PORT = '5173' } = process.env;
const page = `http://localhost:${CONSOLE_PORT}`;
/** Links lead to the pages that are being worked on, and these may sign in. */
const env = { ...process.env, PORT, PUBLIC_URL: page, STRATA_URL: `http://127.0.0.1:${PORT}` };

const running = new Set();
let ending = false;
function start(args, stdio = 'inherit') {
  // Apart from the terminal's group: who ends is told by this process, once and in order.
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', stdio, 'inherit'], detached: true });
  running.add(child);
  child.on('exit', () => running.delete(child));
  return child;
}

let server;
let starting = Promise.resolve();
/** One server after another: the next takes over the data folder. */
const restart = () =>
  (starting = starting.then(async () => {
    if (server && running.has(server)) {
      server.kill('SIGTERM');
      await once(server, 'exit');
    }
    if (!ending) server = start(['--enable-source-maps', 'dist/src/main.js']);
  }));

const compiler = start(['node_modules/typescript/bin/tsc', '--watch', '--preserveWatchOutput'], 'pipe');
compiler.stdout.setEncoding('utf8').on('data', (text) => {
  process.stdout.write(text);
  if (!/Found 0 errors/.test(text)) return;
  restart();
  start(['scripts/build-console.js', '--types']).on('exit', open);
});

let opened;
/** Once the types are there that its pages are checked by. */
function open() {
  if (ending || opened) return;
  const vite = ['node_modules/vite/bin/vite.js', '--config', 'console/vite.config.ts'];
  opened = start([...vite, '--port', CONSOLE_PORT, '--strictPort', '--clearScreen', 'false']);
  // A port that is taken, for one: half of it is of no use.
  opened.on('exit', () => end(1));
}
compiler.on('exit', () => end(1));

function end(code) {
  if (ending) return;
  ending = true;
  process.exitCode = code;
  for (const child of running) child.kill('SIGTERM');
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(0));
