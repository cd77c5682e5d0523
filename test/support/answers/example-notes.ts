// Notes what was asked and answered, for `node scripts/examples.js`: WRITE_EXAMPLES names the file.
import { appendFileSync } from 'node:fs';

/** Fields whose values are secrets, or too long to be an example, and what stands in their place. */
const HIDDEN = new Map<string, string>([
  ...['token', 'accessToken', 'deviceToken', 'csrfToken', 'secret', 'otpauthUri', 'qrCodeSvg'].map(
    (name) => [name, '…'] as const,
  ),
  ...['recoveryCode', 'assertion', 'signature'].map((name) => [name, '…'] as const),
  ...['password', 'current', 'new'].map((name) => [name, 'correct horse battery'] as const),
  ['totp', '123456'],
]);
const LONGEST = 4_000;

const shown = (name: string, value: unknown): unknown => {
  const hidden = typeof value === 'string' ? HIDDEN.get(name) : undefined;
  if (hidden !== undefined) return hidden;
  if (name === 'recoveryCodes') return ['…'];
  return typeof value === 'string' ? value.replace(/([?&](?:signature|token)=)[^&]+/g, '$1…') : value;
};

export function noteExample(operation: string, request: unknown, answer: unknown): void {
  const { WRITE_EXAMPLES } = process.env;
  if (!WRITE_EXAMPLES) return;
  const isJson = typeof request === 'object' && request !== null && request.constructor === Object;
  const line = JSON.stringify({ operation, ...(isJson && { request }), answer }, shown);
  if (line.length <= LONGEST) appendFileSync(WRITE_EXAMPLES, `${line}\n`);
}
