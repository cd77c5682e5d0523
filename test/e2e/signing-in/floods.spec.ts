// A flood of logins from everywhere at once fills no memory, and shuts out nobody who has been here before.
import { Served } from '../../support/servers/served';

const GUESSES = 2_000;
const AT_ONCE = 500;
/** As the fuzz suite has it: what is held after a garbage collection may not grow by more. */
const MOST_MB = 50;
const home = '192.0.2.1';
const admin = { email: 'admin@example.com', password: 'correct horse battery' };

test('thousands of guesses, each from a network and at a user of its own, leave nothing behind', async () => {
  const served = await Served.start({ TRUST_PROXY: 'on' });
  const logIn = async (given: object, from: string) => {
    const response = await fetch(`${served.url}/auth/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
      body: JSON.stringify(given),
    });
    await response.text();
    return response.status;
  };
  // As long as a body may be that nobody has been let in with.
  const password = 'x'.repeat(1_024);
  const deviceToken = 'y'.repeat(200);
  const guess = (n: number) =>
    logIn({ email: `user-${n}@example.com`, password, deviceToken }, `2001:db8:${n.toString(16)}::1`);
  const guesses = (from: number) => Promise.all(Array.from({ length: AT_ONCE }, (_, n) => guess(from + n)));
  expect(await logIn(admin, home)).toBe(200);
  await guesses(0);
  const before = await served.ask('heldMb');
  const statuses = new Set<number>();
  for (let from = AT_ONCE; from < GUESSES; from += AT_ONCE) {
    const flood = guesses(from);
    expect(await logIn(admin, home)).toBe(200);
    for (const status of await flood) statuses.add(status);
  }
  expect([...statuses].filter((status) => ![401, 429, 503].includes(status))).toEqual([]);
  expect((await served.ask('heldMb')) - before).toBeLessThan(MOST_MB);
  await served.end();
});
