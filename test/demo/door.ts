// A link that signs the reader of the demo in, once. The server has none such: this is a door of the demo's own beside it,
// which logs in as any client may and hands the cookie on. Browsers keep cookies by host, whatever the port.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Door {
  readonly link: string;
  close(): void;
}

/** `credentials` are those of a login: they are sent when the link is opened. */
export async function openDoor(url: string, credentials: object): Promise<Door> {
  const path = `/${randomBytes(32).toString('base64url')}`;
  let isOpen = true;
  const door = createServer((request, response) => {
    const refuse = (status: number, why: string) =>
      void response.writeHead(status, { 'content-type': 'text/plain' }).end(`${why}\n`);
    if (request.method !== 'GET' || request.url !== path) return refuse(404, 'There is nothing here');
    if (!isOpen) return refuse(410, `This link has led in once. Sign in at ${url}/`);
    isOpen = false;
    logIn(url, credentials).then(
      (cookies) =>
        response
          .writeHead(302, { 'set-cookie': cookies, location: `${url}/`, 'cache-control': 'no-store' })
          .end(),
      (error: unknown) => refuse(502, String(error)),
    );
  });
  const { hostname } = new URL(url);
  door.listen(0, hostname);
  await once(door, 'listening');
  return {
    link: `http://${hostname}:${(door.address() as AddressInfo).port}${path}`,
    close: () => {
      door.close();
      door.closeAllConnections();
    },
  };
}

async function logIn(url: string, credentials: object): Promise<string[]> {
  const answer = await fetch(`${url}/auth/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...credentials, cookie: true }),
  });
  if (!answer.ok) throw new Error(`The server does not let in: ${answer.status}`);
  return answer.headers.getSetCookie();
}
