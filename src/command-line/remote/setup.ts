// `strata setup`: makes the first super admin of a server by the link that it has printed, and logs in.
import { UsedWrongly, type Command } from '../command';
import { logIn } from '../client/logging-in';
import { addressOf, ServerClient, serverOptions } from '../client/server-client';

const NO_LINK = { origin: '', pathname: '', search: '', hash: '' };

export const command: Command = {
  operands: [],
  options: serverOptions,
  help: [
    'Makes the first super admin. Asks for the link that the server has printed when it started for the first time, for an',
    'e-mail address and for a password, and logs in. The link says where the server is; --url says it where that is not',
    'the address by which you reach it. Restores ask for a second factor: strata second-factor sets one up.',
  ],
  async run(_, given, say, ask) {
    const link = await ask('The link that the server has printed: ');
    const { origin, pathname, search, hash } = URL.canParse(link) ? new URL(link) : NO_LINK;
    // Earlier versions have printed the address of the route, with the token as a parameter.
    const token = new URLSearchParams(hash.slice(1)).get('token') ?? new URLSearchParams(search).get('token');
    if (token === null) throw new UsedWrongly('This is not the link: it ends with #token=…');
    const of = origin + pathname.replace(/\/(?:set-up|auth\/v1\/setup)\/?$/, '');
    const url = addressOf({ url: given.url ?? of });
    const email = await ask('Your e-mail address: ');
    const password = await ask('A password of your choice: ', { hidden: true });
    await ServerClient.as(url).post('/auth/v1/setup', { token, email, password });
    say.out(`${email} is the first super admin`);
    await logIn(url, { email, password }, say, ask);
  },
};
