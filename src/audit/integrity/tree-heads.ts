// Tells what the tree was at a position: what the manifest of a file says that it rests on. A function of the log alone,
// as the file is; checkpoints, which depend on when they were signed, are shown to lead to it by a proof of consistency.
import { Injectable } from '@nestjs/common';
import { DocumentStore } from '../../read/document-store';
import { LogTree } from './tree/log-tree';

/** A tree as files tell of it. */
export interface TreeHeadAt {
  /** Leaves of events up to the position. */
  readonly size: number;
  /** Lowercase hex. */
  readonly rootHash: string;
}

@Injectable()
export class TreeHeads {
  constructor(private readonly documents: DocumentStore) {}

  /** Waits until the tree has come so far. Rejects with the signal's reason. */
  async at(position: bigint, signal: AbortSignal): Promise<TreeHeadAt> {
    const tree = new LogTree(this.documents);
    await tree.reaches(position, signal);
    signal.throwIfAborted();
    const { leaves: size } = await tree.countsAt(position);
    return { size, rootHash: (await tree.rootAt(size)).toString('hex') };
  }
}
