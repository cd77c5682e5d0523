// All commands of `strata`. Each is loaded when it is called: none is to wait for what another one needs.
import { createRequire } from 'node:module';
import type { Command } from './command';

interface Row {
  /** One line of `strata --help`. */
  readonly summary: string;
  /** The compiled module, which exports the command as `command`. */
  readonly module: string;
}

export const commands: Readonly<Record<string, Row>> = {
  verify: {
    summary: 'check the file of a backup: hashes, counts, manifest; without a server',
    module: require.resolve('./verify'),
  },
};

export const load = ({ module }: Row): Command =>
  (createRequire(__filename)(module) as { command: Command }).command;
