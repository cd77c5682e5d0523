// Opens the log that the settings name to read it, beside a server that may run.
import { existsSync } from 'node:fs';
import { type Config, ConfigError } from '../config';
import { openEventStore } from '../engine';
import type { EventStore } from '../eventsourcing/event-store';
import { EmbeddedEventStore, logFile } from '../eventsourcing/stores/embedded/event-store';
import { UsedWrongly } from './command';
import { noFaults } from './settings';

export async function openToRead(config: Config): Promise<EventStore> {
  // Reading takes no lock: the log may belong to a server that runs.
  if (!config.EVENTSTORE_URL && !existsSync(logFile(config.DATA_DIR)))
    throw new UsedWrongly('DATA_DIR: holds no log');
  try {
    return config.EVENTSTORE_URL
      ? await openEventStore(config, noFaults)
      : await EmbeddedEventStore.openReadOnly(config.DATA_DIR);
  } catch (error) {
    if (error instanceof ConfigError) throw new UsedWrongly(error.message);
    throw error;
  }
}
