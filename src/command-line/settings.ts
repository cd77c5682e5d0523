// What commands have in common that open the stores themselves, without a server.
import { type Config, ConfigError, loadConfig } from '../config';
import { UsedWrongly } from './command';

/** The settings of the environment, as the server reads them. */
export function settings(): Config {
  try {
    return loadConfig();
  } catch (error) {
    if (error instanceof ConfigError) throw new UsedWrongly(error.message);
    throw error;
  }
}

/** A store that is only read, or written by this command alone, tells of its faults by rejecting. */
export const noFaults = { report: () => undefined, clear: () => undefined };
