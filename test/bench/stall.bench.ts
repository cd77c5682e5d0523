// Bench of the largest request that each route lets in, and of how long it holds up everybody else: the event loop's
// delay, and the most that the thread computed between two of its turns, which does not depend on other processes.
import { Api } from '../demo/api';
import { ApiDocument } from '../support/api-document';
import { Served } from '../support/servers/served';
import type { Figure } from './run';
import { casesOf, type Case } from './cases/stall.cases';

const LIMIT_MS = 50;
const ROUNDS = 3;
const admin = { email: 'admin@example.com', password: 'correct horse battery' };

async function one(
  served: Served,
  token: string,
  { what, method, path, body, type }: Case,
  rounds: number,
): Promise<Figure> {
  const send = async () => {
    const headers = { authorization: `Bearer ${token}`, ...(type !== undefined && { 'content-type': type }) };
    const response = await fetch(served.url + path, { method, headers, ...(body !== undefined && { body }) });
    return { status: response.status, bytes: (await response.arrayBuffer()).byteLength };
  };
  await served.ask('heldMb');
  await served.ask('watch');
  let answer = await send();
  for (let round = 1; round < rounds; round++) answer = await send();
  const delays = await served.ask('delays');
  const sentBytes = typeof body === 'string' || body instanceof Uint8Array ? body.length : undefined;
  return {
    ...{ n: rounds, what, ...answer, ...(sentBytes !== undefined && { sentBytes }) },
    ...{ ...delays, limitMs: LIMIT_MS, isOver: delays.busyMs > LIMIT_MS },
  };
}

export async function run({ n = ROUNDS }: { n?: number }, emit: (figure: Figure) => void): Promise<void> {
  const served = await Served.start();
  try {
    const api = new Api(served.url);
    api.token = (await api.post<{ accessToken: string }>('/auth/v1/login', admin)).accessToken;
    for (const found of await casesOf(api, await ApiDocument.at(served.url)))
      emit(await one(served, api.token, found, n));
  } finally {
    await served.end();
  }
}
