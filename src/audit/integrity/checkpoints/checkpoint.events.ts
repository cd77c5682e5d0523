// Events of the log's checkpoints, stream `checkpoint-<logId>`, which the tree leaves out, and of the keys that sign them,
// stream `checkpointkey-<logId>`. Those that came from another log lie in streams of that log's id.

/** Short hashes of the leaves between a checkpoint and the one before: by them a leaf that is wrong is named. */
export interface LeafMarks {
  /** Eight bytes of each leaf's hash, base64. */
  readonly hashes: string;
  /** The signed note that they are these. */
  readonly note: string;
}

export type CheckpointEvents = {
  'checkpoint.signed.v1': {
    /** Leaves of the tree, counted from the beginning of the log. */
    size: number;
    /** Lowercase hex. */
    rootHash: string;
    /** The checkpoint as a signed note. */
    note: string;
    leaves: LeafMarks;
  };
};

export type CheckpointKeyEvents = {
  'checkpointkey.added.v1': {
    keyId: string;
    /** The public key, `name+id+key`. */
    verifier: string;
    /** The key that signed before; null where there was none. */
    replaces: string | null;
    /** The signed note by which the key before and this one say so; null of the first key, and where that key was lost. */
    endorsement: string | null;
  };
};
