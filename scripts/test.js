// Runs the suites that Jest's arguments select, a part of them after another, each part in processes of its own: a
// process keeps some 50 MB of every application that a suite has started in it.
const { execFileSync, spawnSync } = require('node:child_process');

const SUITES = 80;
const jest = require.resolve('jest/bin/jest');
const asked = process.argv.slice(2);

const listed = execFileSync(process.execPath, [jest, '--listTests', ...asked], { encoding: 'utf8' });
const suites = listed.split('\n').filter((line) => line.endsWith('.js')).length;
const parts = Math.max(1, Math.ceil(suites / SUITES));

let passed = true;
for (let part = 1; part <= parts; part++) {
  const shard = parts === 1 ? [] : [`--shard=${part}/${parts}`];
  const { status } = spawnSync(process.execPath, [jest, ...shard, ...asked], { stdio: 'inherit' });
  passed &&= status === 0;
}
process.exitCode = passed ? 0 : 1;
