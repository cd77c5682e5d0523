// A child process that works on a log until its parent kills it: it tells its parent how far it is, and waits there.
import { Codec } from '../../src/eventsourcing/codec';
import { NO_STREAM } from '../../src/eventsourcing/event-store';
import { EmbeddedEventStore, StoreLocked } from '../../src/eventsourcing/stores/embedded/event-store';
import { Streams } from '../../src/eventsourcing/streams';
import { meta } from '../support/spec';
import { event, open, transfer } from './event-stores';

export type Told = 'open' | 'locked' | 'between' | `appended ${number}`;
const tell = (told: Told) => process.send!(told);
const forEver = () => new Promise<never>(() => setInterval(() => {}, 1_000));

const modes: Record<string, (at: string, stream: string) => Promise<unknown>> = {
  /** Holds the log open. */
  hold: async (at) => {
    await open(at);
    tell('open');
    await forEver();
  },
  /** Tries to open the log that another process holds. */
  try: async (at) => {
    try {
      await EmbeddedEventStore.open(at, { lockWaitMs: 100 });
      tell('open');
    } catch (error) {
      if (!(error instanceof StoreLocked)) throw error;
      tell('locked');
    }
    process.exit();
  },
  /** Stops a command of two appends between them. */
  between: async (at, stream) => {
    await transfer(new Streams(await open(at), new Codec()), stream, meta, async () => {
      tell('between');
      await forEver();
    });
  },
  /** Appends without pause and tells each revision that is acknowledged. */
  append: async (at, stream) => {
    const store = await open(at);
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let revision = NO_STREAM; ;) {
        ({ revision } = await store.append(`${stream}-${writer}`, [event(revision + 1)], revision));
        if (writer === 0) tell(`appended ${revision}`);
      }
    });
    await Promise.all(writers);
  },
};

const [, , mode, at, stream] = process.argv;
void modes[mode!]!(at!, stream!);
