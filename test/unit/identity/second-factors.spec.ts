// Codes of a second factor are those that every authenticator app makes: held against another implementation.
import fc from 'fast-check';
import { authenticator } from 'otplib';
import { Secret, URI, TOTP } from 'otpauth';
import { qrCodeSvg } from '../../../src/identity/second-factors/qr-code';
import { stepOf } from '../../../src/identity/second-factors/second-factor';
import { textOfSvg } from '../../support/codes/qr-code';

const STEP_MS = 30_000;
const secrets = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => {
  const { buffer } = Uint8Array.from(bytes);
  return new Secret({ buffer });
});
const times = fc.integer({ min: 5 * STEP_MS, max: Date.UTC(2100, 0) });

test('a code that another app makes is right in its step and the two beside it, and in no other', () => {
  fc.assert(
    fc.property(secrets, times, fc.integer({ min: -3, max: 3 }), (secret, now, away) => {
      const codeAt = (step: number) => new TOTP({ secret }).generate({ timestamp: step * STEP_MS });
      const current = Math.floor(now / STEP_MS);
      const code = codeAt(current + away);
      // Steps that are near may have the code of one that is not, once in a million.
      const right = [current - 1, current, current + 1].filter((step) => codeAt(step) === code);
      const found = stepOf(secret.base32, code, now);
      expect(found === undefined ? [] : right).toEqual(right);
      if (found !== undefined) expect(right).toContain(found);
    }),
    { numRuns: 500 },
  );
});

test('the QR code holds all that another app needs', () => {
  fc.assert(
    fc.property(fc.emailAddress(), secrets, times, (email, secret, now) => {
      const uri = authenticator.keyuri(email, 'Strata', secret.base32);
      const shown = textOfSvg(qrCodeSvg(uri));
      expect(shown).toBe(uri);
      const app = URI.parse(shown!) as TOTP;
      expect([app.issuer, app.label]).toEqual(['Strata', email]);
      expect(stepOf(secret.base32, app.generate({ timestamp: now }), now)).toBe(Math.floor(now / STEP_MS));
    }),
    { numRuns: 25 },
  );
});
