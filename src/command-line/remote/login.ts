// `strata login`: logs in to a server, so that the other commands need no API key.
import type { Command } from '../command';
import { logIn } from '../client/logging-in';
import { addressOf, serverOptions } from '../client/server-client';

export const command: Command = {
  operands: [],
  options: { ...serverOptions, email: { type: 'string' } },
  help: [
    'Logs in to the server that --url or STRATA_URL names, or that was logged in to last. Asks for a password, and for a',
    'code where a second factor is active; where the input is no terminal, they are its next lines. The login is kept',
    'in the folder strata of XDG_CONFIG_HOME (~/.config), in a file that only you can read. strata logout ends it.',
    '',
    '  --email EMAIL  who you are; asked for where it is left out',
  ],
  async run(_, given, say, ask) {
    const url = addressOf(given);
    const email = typeof given.email === 'string' ? given.email : await ask('Your e-mail address: ');
    const password = await ask('Your password: ', { hidden: true });
    await logIn(url, { email, password }, say, ask);
  },
};
