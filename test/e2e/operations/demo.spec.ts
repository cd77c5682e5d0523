// The demo as a reader sees it: it comes to its end, says who it was and what was proved, and fits a terminal.
import { execFile } from 'node:child_process';

test('the demo brings everything back but what a colleague has put right, in 80 columns', async () => {
  const { EVENTSTORE_URL: _log, MONGODB_URL: _documents, ...env } = process.env;
  const printed = await new Promise<string>((resolve, reject) => {
    const demo = ['dist/test/demo/demo.js', '--once', '--scale=0.02'];
    execFile(process.execPath, demo, { env }, (error, out, wrong) =>
      error ? reject(new Error(`${out}${wrong}`)) : resolve(out),
    );
  });
  const text = printed.replaceAll(/\n +/g, ' ');
  expect(text).toContain('by the API key "Pricing sync" of admin@strata.example');
  expect(text).toContain('159 changed, 1 left alone (changed since the plan was made)');
  expect(text).toMatch(/SHA-256 (\w{12})\D.*SHA-256 \1: the same/s);
  expect(text).toContain('What was proved');
  expect(printed.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
