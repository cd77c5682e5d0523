// Seals values of the vault: AES-256-GCM under a key derived from the master key, bound to the place where a value
// lies.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const FORMAT = 1;
const NONCE = 12;
const TAG = 16;

/** The sealed bytes were changed, moved to another place, or sealed under another master key. */
export class SealBroken extends Error {
  constructor() {
    super('A vault value does not open: it was changed, moved, or sealed under another master key');
  }
}

export class Seal {
  private readonly sealKey: Buffer;
  private readonly hmacKeys = new Map<string, Buffer>();

  /** `masterKey`: 32 bytes. */
  constructor(private readonly masterKey: Buffer) {
    this.sealKey = this.derive('strata vault seal v1');
  }

  /** Layout: format byte, nonce, tag, ciphertext. `place` is authenticated, not stored. */
  seal(place: string, value: unknown): Buffer {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.sealKey, nonce).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), sealed]);
  }

  /** The value that was sealed at a place. Throws SealBroken. */
  open<V>(place: string, bytes: Uint8Array): V {
    try {
      const sealed = Buffer.from(bytes);
      if (sealed[0] !== FORMAT) throw new SealBroken();
      const nonce = sealed.subarray(1, 1 + NONCE);
      const tag = sealed.subarray(1 + NONCE, 1 + NONCE + TAG);
      const cipher = createDecipheriv('aes-256-gcm', this.sealKey, nonce, { authTagLength: TAG })
        .setAAD(Buffer.from(place))
        .setAuthTag(tag);
      const text = Buffer.concat([cipher.update(sealed.subarray(1 + NONCE + TAG)), cipher.final()]);
      return JSON.parse(text.toString('utf8')) as V;
    } catch {
      throw new SealBroken();
    }
  }

  hmac(purpose: string, text: string): string {
    let key = this.hmacKeys.get(purpose);
    if (!key) this.hmacKeys.set(purpose, (key = this.derive(`strata hmac v1 ${purpose}`)));
    return createHmac('sha256', key).update(text).digest('hex');
  }

  private derive(info: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.masterKey, Buffer.alloc(0), info, 32));
  }
}
