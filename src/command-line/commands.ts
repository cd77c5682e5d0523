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
    summary: 'check the file of a backup, an export of the audit log, or a copy of the log; without a server',
    module: require.resolve('./verify'),
  },
  'verify-log': {
    summary: 'check the log, or a copy of it, against its signed checkpoints by the public key alone',
    module: require.resolve('./verify-log'),
  },
  'rotate-checkpoint-key': {
    summary: 'have checkpoints of the log signed with a new key',
    module: require.resolve('./rotate-checkpoint-key'),
  },
  load: {
    summary: 'bring the ZIP of a backup, of Strata or of HubSpot, into the account of a server',
    module: require.resolve('./load'),
  },
  'export-log': {
    summary: 'copy the log into files, beside a running server',
    module: require.resolve('./export-log'),
  },
  'import-log': {
    summary: 'bring a copy of a log into an empty one',
    module: require.resolve('./import-log'),
  },
};

export const load = ({ module }: Row): Command =>
  (createRequire(__filename)(module) as { command: Command }).command;
