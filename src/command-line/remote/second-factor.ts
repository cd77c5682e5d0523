// `strata second-factor`: sets up the second factor of whoever is logged in, and shows all that is needed to keep it.
import type { Command } from '../command';
import { askForCode } from '../client/logging-in';
import { serverHelp, ServerClient, serverOptions } from '../client/server-client';

export const command: Command = {
  operands: [],
  options: serverOptions,
  help: [
    'Sets up your second factor: shows the secret, to be put into an authenticator app by hand or as the address that',
    'begins with otpauth://, asks for a first code, and shows the recovery codes, each of which stands in for a code once.',
    'Keep them: without the app and without them you cannot log in any more.',
    '',
    ...serverHelp,
  ],
  async run(_, given, say, ask) {
    const server = ServerClient.of(given, ask);
    const { secret, otpauthUri } = await server.post<{ secret: string; otpauthUri: string }>(
      '/auth/v1/2fa/enroll',
    );
    say.out(`Secret: ${secret}`);
    say.out(`For an authenticator app: ${otpauthUri}`);
    const { recoveryCodes } = await server.post<{ recoveryCodes: readonly string[] }>(
      '/auth/v1/2fa/activate',
      await askForCode(ask),
    );
    say.out('The second factor is active. Recovery codes, shown this once:');
    for (const code of recoveryCodes) say.out(`  ${code}`);
  },
};
