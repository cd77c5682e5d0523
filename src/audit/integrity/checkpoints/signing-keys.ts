// Finds the key that signs now: the last one that the log names, or the one in the file that follows it.
import { Injectable } from '@nestjs/common';
import { systemMeta } from '../../../caller';
import { Config } from '../../../config';
import { EventStore } from '../../../eventsourcing/event-store';
import { Streams } from '../../../eventsourcing/streams';
import {
  addKey,
  checkpointKeys,
  checkpointKeyStream,
  followText,
  type CheckpointKeys,
} from './checkpoint.decider';
import { keyFileOf, makeKeyFile, readKeyFile, type FileKey } from './key-file';
import { NoteKey, originOf, signedNote } from './notes';

/** The file holds no key that may sign: the log names another one. */
export class SigningKeyMissing extends Error {}

@Injectable()
export class SigningKeys {
  private readonly file: string;

  constructor(
    config: Config,
    private readonly streams: Streams,
    private readonly eventStore: EventStore,
  ) {
    this.file = keyFileOf(config);
  }

  get origin(): string {
    return originOf(this.eventStore.logId);
  }

  /** All keys that the log names, oldest first. */
  async known(): Promise<CheckpointKeys> {
    return (await this.streams.load(checkpointKeys, this.stream)).state;
  }

  /** The key that signs now. One that is new in the file is named in the log first. Rejects with SigningKeyMissing. */
  async current(): Promise<NoteKey> {
    const known = await this.known();
    // Once something is signed, only whoever keeps the log may say which other key may sign.
    if (known.length === 0 && !(await readKeyFile(this.file))) await makeKeyFile(this.file);
    const inFile = (await readKeyFile(this.file)) ?? [];
    const now = known.at(-1);
    const at = inFile.findIndex(({ key }) => this.named(key).verifier.text === now?.verifier);
    const next = at >= 0 || !now ? inFile[at + 1] : inFile.findLast(({ replacesLost }) => replacesLost);
    const current = inFile[at] && this.named(inFile[at].key);
    if (!next) {
      if (!current) throw new SigningKeyMissing();
      return current;
    }
    await this.follow(known, current, next);
    return this.current();
  }

  private async follow(known: CheckpointKeys, current: NoteKey | undefined, { key }: FileKey): Promise<void> {
    const next = this.named(key);
    const { id: keyId, text: verifier } = next.verifier;
    if (known.some((one) => one.verifier === verifier)) throw new SigningKeyMissing();
    const endorsement =
      current && signedNote(followText(this.origin, current.verifier.text, verifier), current, next);
    await this.streams.change(
      checkpointKeys,
      this.stream,
      (keys) => addKey(keys, { keyId, verifier, endorsement: endorsement ?? null }, known.at(-1)),
      systemMeta('checkpoints'),
      { apart: true },
    );
  }

  private named(key: FileKey['key']): NoteKey {
    return new NoteKey(this.origin, key);
  }

  private get stream(): string {
    return checkpointKeyStream(this.eventStore.logId);
  }
}
