// `strata logout`: ends the login that was kept.
import { UsedWrongly, type Command } from '../command';
import { addressOf, Refused, ServerClient, serverOptions } from '../client/server-client';
import { forgetLogin, storedLogin } from '../client/stored-logins';

export const command: Command = {
  operands: [],
  options: serverOptions,
  help: ['Ends the login to the server that --url or STRATA_URL names, or to the last one, and forgets it.'],
  async run(_, given, say) {
    const url = addressOf(given);
    const login = storedLogin(url);
    if (!login) throw new UsedWrongly(`${url}: is not logged in to`);
    try {
      await ServerClient.as(url, login.accessToken).post('/auth/v1/logout');
    } catch (error) {
      // It is over already.
      if (!(error instanceof Refused && error.status === 401)) throw error;
    }
    forgetLogin(url);
    say.out(`Logged out of ${url}`);
  },
};
