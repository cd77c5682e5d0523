// Has an export sealed: what the thread that writes it needs, and what it makes of that.
import { Injectable } from '@nestjs/common';
import { Config } from '../../../config';
import type { DocumentStore } from '../../../read/document-store';
import { keyFileOf, readKeyFile } from '../checkpoints/key-file';
import { NoteKey } from '../checkpoints/notes';
import { SigningKeyMissing, SigningKeys } from '../checkpoints/signing-keys';
import type { NamedKey } from '../checks/trusted-keys';
import { TreeHeads } from '../tree-heads';
import { LogTree } from '../tree/log-tree';
import { SealedLines } from './sealed-lines';

/** Goes into a thread: it names the file of the keys, and holds none. */
export interface SealingTask {
  readonly origin: string;
  readonly keyFile: string;
  /** The public key that signs. */
  readonly verifier: string;
  readonly keys: readonly NamedKey[];
  /** Leaves of the tree at the position of the export. */
  readonly size: number;
}

@Injectable()
export class Sealings {
  constructor(
    private readonly config: Config,
    private readonly keys: SigningKeys,
    private readonly trees: TreeHeads,
  ) {}

  /**
   * For an export of entries up to a position. Waits until the tree has come so far. Rejects with SigningKeyMissing, and
   * with the signal's reason.
   */
  async upTo(position: bigint, signal: AbortSignal): Promise<SealingTask> {
    const key = await this.keys.current();
    const { size } = await this.trees.at(position, signal);
    const keys = (await this.keys.known()).map(({ verifier, endorsement }) => ({ verifier, endorsement }));
    const { origin } = this.keys;
    return { origin, keyFile: keyFileOf(this.config), verifier: key.verifier.text, keys, size };
  }
}

/** Lines of entries, given in the order of the log, that are sealed. */
export async function sealedLines(
  { origin, keyFile, verifier, keys, size }: SealingTask,
  documents: DocumentStore,
): Promise<SealedLines> {
  const inFile = ((await readKeyFile(keyFile)) ?? []).map(({ key }) => new NoteKey(origin, key));
  const key = inFile.find((one) => one.verifier.text === verifier);
  if (!key) throw new SigningKeyMissing();
  return new SealedLines({ origin, key, keys, tree: new LogTree(documents), size });
}
