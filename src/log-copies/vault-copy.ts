// Copies the vault, sealed as it is: the copy tells nothing to whoever lacks the master key.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Files } from '../files/files';
import { SealBroken } from '../vault/seal';
import type { SealedEntry, Vault } from '../vault/vault';
import { VAULT, vaultLine } from './copy-format';
import { CopyBroken, lines, parsed } from './log-copy';

/** Writes the vault as it is now, in place of an earlier copy; answers the number of its entries. */
export async function exportVault(vault: Vault, folder: string): Promise<number> {
  let count = 0;
  const hash = createHash('sha256');
  async function* text(): AsyncGenerator<Buffer, void> {
    for (let page = await vault.entries(); page.length > 0; page = await vault.entries(page.at(-1)!.place)) {
      const chunk = page.map(lineOf).join('');
      count += page.length;
      hash.update(chunk);
      yield Buffer.from(chunk);
    }
    yield Buffer.from(`${JSON.stringify({ entries: count, sha256: hash.digest('hex') })}\n`);
  }
  await new Files(folder).write(VAULT, Readable.from(text()));
  return count;
}

const lineOf = ({ place, sealed }: SealedEntry): string =>
  `${JSON.stringify({ place, sealed: Buffer.from(sealed).toString('base64') })}\n`;

export const hasVault = async (folder: string): Promise<boolean> =>
  (await stat(join(folder, VAULT)).catch(() => undefined)) !== undefined;

/** The entries of a copy, up to its end. Rejects with CopyBroken where it is not what was written. */
export async function* vaultEntries(folder: string): AsyncGenerator<SealedEntry, void> {
  let count = 0;
  let ended = false;
  const hash = createHash('sha256');
  for await (const { line } of lines(createReadStream(join(folder, VAULT)))) {
    const read = vaultLine.safeParse(parsed(line));
    if (!read.success || ended) throw new CopyBroken(`${VAULT}: line ${count + 1} is no entry of a vault`);
    if ('place' in read.data) {
      hash.update(`${line}\n`);
      count++;
      yield { place: read.data.place, sealed: Buffer.from(read.data.sealed, 'base64') };
      continue;
    }
    ended = true;
    if (read.data.entries !== count || read.data.sha256 !== hash.digest('hex'))
      throw new CopyBroken(`${VAULT} is not what was written: its hash differs`);
  }
  if (!ended) throw new CopyBroken(`${VAULT} is cut off`);
}

/** Reads a copy of a vault to its end, without the master key; answers the number of its entries. */
export async function verifyVault(folder: string): Promise<number> {
  let count = 0;
  for await (const _ of vaultEntries(folder)) count++;
  return count;
}

/** The vault that is to be filled holds other values, or has another master key. */
export class OtherVault extends Error {}

/** Brings a copy into a vault under the same master key; what lies there already stays. */
export async function importVault(vault: Vault, folder: string): Promise<number> {
  let count = 0;
  for await (const entry of vaultEntries(folder)) {
    try {
      if (!(await vault.bringIn(entry))) throw new OtherVault('The vault holds other values than the copy');
    } catch (error) {
      if (error instanceof SealBroken)
        throw new OtherVault('MASTER_KEY: is not the key that the copy of the vault was sealed under');
      throw error;
    }
    count++;
  }
  return count;
}
