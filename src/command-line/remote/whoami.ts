// `strata whoami`: which server the commands speak to, and as whom.
import { clientSettings } from '../../config';
import type { Command } from '../command';
import { jsonHelp, jsonOptions, serverHelp, ServerClient, serverOptions } from '../client/server-client';
import { storedLogin } from '../client/stored-logins';

interface Details {
  readonly portalId: number;
  readonly tier: string;
}

export const command: Command = {
  operands: [],
  options: { ...serverOptions, ...jsonOptions },
  help: [
    'Says which server the commands speak to, and as whom; asks it whether that counts.',
    '',
    ...serverHelp,
    jsonHelp,
  ],
  async run(_, given, say, ask) {
    const server = ServerClient.of(given, ask);
    const { portalId, tier } = await server.get<Details>('/account-info/v3/details');
    const login = clientSettings().token === undefined ? storedLogin(server.url) : undefined;
    const who = login ? { email: login.email, expiresAt: login.expiresAt } : { apiKey: true };
    const told = { url: server.url, account: portalId, tier, ...who };
    if (given.json === true) return say.out(JSON.stringify(told));
    const as = login
      ? `${login.email}, logged in until ${login.expiresAt}`
      : 'whoever the API key STRATA_TOKEN is of';
    say.out(`${server.url}: account ${portalId} (${tier}), as ${as}`);
  },
};
