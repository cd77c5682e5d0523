// Asks the verifier of another project, that of the signatures of npm packages, what it makes of our proofs and notes.
import { createRequire } from 'node:module';
import type { KeyObject } from 'node:crypto';
import type { Verifier } from '../../../../src/audit/integrity/checkpoints/notes';

interface Checkpoint {
  readonly origin: string;
  readonly logSize: bigint;
  readonly logHash: Buffer;
}
const load = createRequire(__filename);
const { verifyMerkleInclusion } = load('@sigstore/verify/dist/tlog/merkle') as {
  verifyMerkleInclusion: (
    entry: { inclusionProof: { logIndex: string; hashes: Buffer[] }; canonicalizedBody: Buffer },
    checkpoint: Checkpoint,
  ) => void;
};
const { verifyCheckpoint } = load('@sigstore/verify/dist/tlog/checkpoint') as {
  verifyCheckpoint: (
    entry: { inclusionProof: { checkpoint: { envelope: string } } },
    logs: { logID: Buffer; baseURL: string; publicKey: KeyObject }[],
  ) => Checkpoint;
};

/** Throws where the note is no checkpoint that the key has signed. */
export const checkpointIn = (envelope: string, { id, name, key }: Verifier): Checkpoint =>
  verifyCheckpoint({ inclusionProof: { checkpoint: { envelope } } }, [
    { logID: Buffer.from(id, 'hex'), baseURL: name, publicKey: key },
  ]);

/** Throws where the entry is not at the index. */
export const verifyInclusion = (
  canonicalizedBody: Buffer,
  index: number,
  hashes: readonly Buffer[],
  checkpoint: Checkpoint,
): void =>
  verifyMerkleInclusion(
    { inclusionProof: { logIndex: String(index), hashes: [...hashes] }, canonicalizedBody },
    checkpoint,
  );
