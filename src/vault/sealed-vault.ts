// What both adapters of the vault share: they seal values, and keep a check value by which a wrong master key is found
// at the start. What is left to an adapter is to store sealed bytes by their place.
import { ConfigError } from '../config';
import { Seal, SealBroken } from './seal';
import { Vault, type SealedEntry } from './vault';

const CHECK = { kind: 'vault', id: 'check' };

export abstract class SealedVault extends Vault {
  private readonly seal: Seal;

  protected constructor(masterKey: Buffer) {
    super();
    this.seal = new Seal(masterKey);
  }

  protected abstract load(place: string): Promise<Uint8Array | undefined>;
  protected abstract store(place: string, sealed: Buffer): Promise<void>;
  /** Replaces exactly these bytes (undefined: none); false if they are no longer there. */
  protected abstract replace(
    place: string,
    expected: Uint8Array | undefined,
    sealed: Buffer,
  ): Promise<boolean>;
  protected abstract delete(place: string): Promise<boolean>;

  async get<V>(kind: string, id: string): Promise<V | undefined> {
    const sealed = await this.load(placeOf(kind, id));
    return sealed && this.seal.open<V>(placeOf(kind, id), sealed);
  }

  async put<V>(kind: string, id: string, value: V): Promise<void> {
    await this.store(placeOf(kind, id), this.seal.seal(placeOf(kind, id), value));
  }

  async compareAndSet<V>(kind: string, id: string, expected: V | undefined, value: V): Promise<boolean> {
    const place = placeOf(kind, id);
    const old = await this.load(place);
    const current = old && this.seal.open<V>(place, old);
    if (JSON.stringify(current) !== JSON.stringify(expected)) return false;
    return this.replace(place, old, this.seal.seal(place, value));
  }

  remove(kind: string, id: string): Promise<boolean> {
    return this.delete(placeOf(kind, id));
  }

  async bringIn({ place, sealed }: SealedEntry): Promise<boolean> {
    this.seal.open(place, sealed);
    // Every vault has a check value of its own.
    if (place === placeOf(CHECK.kind, CHECK.id)) return true;
    const old = await this.load(place);
    if (old) return Buffer.from(old).equals(sealed);
    return this.replace(place, undefined, Buffer.from(sealed));
  }

  hmac(purpose: string, text: string): string {
    return this.seal.hmac(purpose, text);
  }

  /** Rejects with a ConfigError where the vault was sealed under another master key. */
  protected async checkMasterKey(): Promise<void> {
    try {
      const known = await this.get(CHECK.kind, CHECK.id);
      if (known === undefined) await this.compareAndSet(CHECK.kind, CHECK.id, undefined, { made: 1 });
      // Another process may have made the check value in the meantime: the key of that process counts.
      await this.get(CHECK.kind, CHECK.id);
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
      throw new ConfigError('MASTER_KEY: is not the key that the vault was sealed under');
    }
  }
}

/** A kind holds no slash, so no two places are written alike. */
function placeOf(kind: string, id: string): string {
  if (kind.includes('/')) throw new Error('A kind of the vault holds no slash');
  return `${kind}/${id}`;
}
