// Starts the deployment that the environment allows: processes on the servers that it names, or applications in this
// process.
import type { Role } from '../../src/config';
import type { Deployment } from './deployment';
import { InOneProcess } from './in-one-process';
import { Processes } from './processes';

export const startDeployment = (
  roles: readonly Role[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Deployment> => {
  const { EVENTSTORE_URL, MONGODB_URL } = process.env;
  return EVENTSTORE_URL && MONGODB_URL
    ? Processes.start(roles, EVENTSTORE_URL, MONGODB_URL, settings)
    : InOneProcess.start(roles, settings);
};
