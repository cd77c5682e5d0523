// Notes what was asked and answered, for `node scripts/examples.js`: WRITE_EXAMPLES names the file.
import { appendFileSync } from 'node:fs';

/** Fields whose values are secrets, or too long to be an example, and what stands in their place. */
const HIDDEN = new Map<string, string>([
  ...[
    'token',
    'accessToken',
    'webhookSecret',
    'deviceToken',
    'csrfToken',
    'secret',
    'otpauthUri',
    'qrCodeSvg',
  ].map((name) => [name, '…'] as const),
  ...['recoveryCode', 'assertion', 'signature'].map((name) => [name, '…'] as const),
  ...['password', 'current', 'new'].map((name) => [name, 'correct horse battery'] as const),
  ['totp', '123456'],
]);
const LONGEST = 9_000;
/** Of a long list the first show what the others are like. */
const SHOWN = 2;

const shown = (name: string, value: unknown): unknown => {
  const hidden = typeof value === 'string' ? HIDDEN.get(name) : undefined;
  if (hidden !== undefined) return hidden;
  if (name === 'recoveryCodes') return ['…'];
  if (Array.isArray(value)) return value.slice(0, SHOWN);
  return typeof value === 'string'
    ? value
        .replace(/([?&](?:signature|token)=)[^&]+/g, '$1…')
        .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'https://crm.example.com')
    : value;
};

interface Noted {
  readonly request?: unknown;
  /** The body, where it is JSON. */
  readonly answer?: unknown;
  /** Its type, and its text, where it is something else. */
  readonly type?: string | undefined;
  readonly text?: string | undefined;
}

export function noteExample(operation: string, { request, answer, type, text }: Noted): void {
  const { WRITE_EXAMPLES } = process.env;
  if (!WRITE_EXAMPLES) return;
  const sent = request instanceof FormData ? formOf(request) : request;
  const isJson = typeof sent === 'object' && sent !== null && !(sent instanceof Uint8Array);
  const told = {
    ...(type !== undefined && { type: type.split(';')[0] }),
    ...(text !== undefined && text !== '' && { text: beginningOf(text) }),
  };
  const line = JSON.stringify({ operation, ...(isJson && { request: sent }), answer, ...told }, shown);
  if (line.length <= LONGEST) appendFileSync(WRITE_EXAMPLES, `${line}\n`);
}

/** The fields of a form; a file is told by its name. */
function formOf(form: FormData): object {
  const parts = [...form];
  const nameOf = (value: (typeof parts)[number][1]) => (typeof value === 'string' ? value : value.name);
  const fields = Object.fromEntries(parts.map(([name, value]) => [name, nameOf(value)]));
  const files = parts.filter(([name, value]) => name === 'files' && typeof value !== 'string');
  return files.length > 0 ? { ...fields, files: files.map(([, value]) => nameOf(value)) } : fields;
}

/** A file by its first lines, events by the first two. */
const beginningOf = (text: string): string =>
  text.startsWith('data:') || text.startsWith('event:') || text.startsWith('id:')
    ? text.split('\n\n').slice(0, 2).join('\n\n').slice(0, 1_000)
    : text.split('\n').slice(0, 3).join('\n').slice(0, 1_000);
