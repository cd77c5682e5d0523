// The demo as a reader sees it: it comes to its end, says who it was and what was proved, and fits a terminal.
import { execFile } from 'node:child_process';
import { openDoor } from '../../demo/door';
import { adminEmail, adminPassword, startApp } from '../../support/servers/app';

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

test('its link signs a browser in to the console, once, and nobody who guesses', async () => {
  const app = await startApp();
  const door = await openDoor(app.url, { email: adminEmail, password: adminPassword });
  const open = (link: string, method = 'GET') => fetch(link, { method, redirect: 'manual' });
  expect((await open(`${new URL(door.link).origin}/guessed`)).status).toBe(404);
  expect((await open(door.link, 'HEAD')).status).toBe(404);
  const answer = await open(door.link);
  expect([answer.status, answer.headers.get('location')]).toEqual([302, `${app.url}/`]);
  expect(new URL(door.link).hostname).toBe(new URL(app.url).hostname);
  const [cookie = ''] = answer.headers.getSetCookie();
  expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
  const headers = { authorization: '', cookie: cookie.split(';')[0]! };
  const me = await app.ok<{ user: object }>('GET', '/auth/v1/me', undefined, headers);
  expect(me.user).toMatchObject({ email: adminEmail, superAdmin: true });
  expect((await open(door.link)).status).toBe(410);
  door.close();
  await app.close();
});
