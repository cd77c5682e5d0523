// The event stores that must pass the contract: the embedded one always, EventStoreDB where EVENTSTORE_URL names a
// server.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Decider } from '../../src/eventsourcing/decider';
import type { Meta, NewEvent } from '../../src/eventsourcing/event';
import type { EventStore } from '../../src/eventsourcing/event-store';
import { EmbeddedEventStore } from '../../src/eventsourcing/stores/embedded/event-store';
import { EventStoreDbStore } from '../../src/eventsourcing/stores/eventstoredb/event-store';
import type { Streams } from '../../src/eventsourcing/streams';
import { meta } from '../support/spec';

/** Where a store is: a folder or a server's URL. A child process opens the store by the same text. */
export interface Place {
  readonly at: string;
  remove(): void;
}

export const open = (at: string): Promise<EventStore> =>
  at.includes('://') ? EventStoreDbStore.connect(at) : EmbeddedEventStore.open(at);

export const folder = (): Place => {
  const at = mkdtempSync(join(tmpdir(), 'strata-log-'));
  return { at, remove: () => rmSync(at, { recursive: true, force: true }) };
};

const url = process.env.EVENTSTORE_URL;

export const places: readonly [name: string, make: () => Place][] = [
  ['embedded', folder],
  ...(url ? [['EventStoreDB', () => ({ at: url, remove: () => {} })] as [string, () => Place]] : []),
];

/** A new stream for each test: EventStoreDB keeps streams of earlier runs. */
export const newStream = (): string => `test-${randomUUID()}`;

export const event = (n = 0, commandId = 'command-1'): NewEvent => ({
  id: randomUUID(),
  type: 'test.happened.v1',
  data: { n },
  meta: { ...meta, commandId },
});

export const events = (count: number): NewEvent[] => Array.from({ length: count }, (_, n) => event(n));

export const idsOf = (list: readonly { id: string }[]): string[] => list.map(({ id }) => id);

type StepEvents = { 'step.taken.v1': { n: number } };
const step: Decider<number, StepEvents> = { initial: 0, evolve: { 'step.taken.v1': (count) => count + 1 } };

/** A command of two appends to two streams, as a job repeats it after a crash. */
export async function transfer(
  streams: Streams,
  stream: string,
  command: Meta,
  between: () => Promise<unknown> = async () => {},
): Promise<void> {
  const take = (n: number) => () => [{ type: 'step.taken.v1' as const, data: { n } }];
  await streams.change(step, `${stream}-from`, take(1), command, { mayRepeat: true });
  await between();
  await streams.change(step, `${stream}-to`, take(2), command, { mayRepeat: true });
}
