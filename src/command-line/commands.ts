// All commands of `strata`. Each is loaded when it is called: none is to wait for what another one needs.
import { createRequire } from 'node:module';
import type { Command } from './command';

interface Row {
  /** One line of `strata --help`. */
  readonly summary: string;
  /** The compiled module, which exports the command as `command`. */
  readonly module: string;
}

const remote = (name: string): string => require.resolve(`./remote/${name}`);

export const commands: Readonly<Record<string, Row>> = {
  setup: { summary: 'make the first super admin of a server, and log in', module: remote('setup') },
  login: { summary: 'log in to a server: the commands below then need no API key', module: remote('login') },
  logout: { summary: 'end that login', module: remote('logout') },
  whoami: { summary: 'which server the commands speak to, and as whom', module: remote('whoami') },
  'second-factor': {
    summary: 'set up your second factor: shows its secret and the recovery codes',
    module: remote('second-factor'),
  },
  backup: { summary: 'take a backup, or fetch the file of one', module: remote('backup') },
  plan: { summary: 'plan a restore, and see what it would change', module: remote('plan') },
  undo: { summary: 'plan to take back what an import, a key or a person did', module: remote('undo') },
  restore: { summary: 'carry out a plan', module: remote('restore') },
  compare: { summary: 'what differs between two instants', module: remote('compare') },
  audit: { summary: 'who did what, from which value to which', module: remote('audit') },
  import: { summary: 'bring a CSV file into the records of an object type', module: remote('import') },
  export: { summary: 'the records of an object type as CSV', module: remote('export') },
  load: {
    summary: 'bring the ZIP of a backup, of Strata or of HubSpot, into the account of a server',
    module: remote('load'),
  },
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
