// A log over embedded stores with its tree, whose checkpoints a spec has signed when it likes.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Signing } from '../../../../src/audit/integrity/checkpoints/signing';
import { SigningKeys } from '../../../../src/audit/integrity/checkpoints/signing-keys';
import { addKeyTo, keyFileOf } from '../../../../src/audit/integrity/checkpoints/key-file';
import { verifierOf, type Verifier } from '../../../../src/audit/integrity/checkpoints/notes';
import { LogTree } from '../../../../src/audit/integrity/tree/log-tree';
import { TreeBuilding } from '../../../../src/audit/integrity/tree/tree-building';
import type { Config } from '../../../../src/config';
import { Codec } from '../../../../src/eventsourcing/codec';
import type { NewEvent, RawEvent } from '../../../../src/eventsourcing/event';
import { START } from '../../../../src/eventsourcing/event-store';
import { EmbeddedEventStore } from '../../../../src/eventsourcing/stores/embedded/event-store';
import { Streams } from '../../../../src/eventsourcing/streams';
import { EmbeddedDocumentStore } from '../../../../src/read/stores/embedded/document-store';
import { upcasts } from '../../../../src/upcasts';
import { FaultsSeen } from '../../../support/faults-seen';
import { meta } from '../../../support/spec';
import { temporaryFolder } from '../../../support/read-side';

const ALWAYS = { most: 1, mostBehind: 1, afterMs: 0 };

export class SignedLog {
  readonly codec = new Codec(upcasts);
  readonly tree: LogTree;
  readonly keys: SigningKeys;
  readonly signing: Signing;
  readonly keyFile: string;
  private readonly revisions = new Map<string, number>();
  private building: TreeBuilding | undefined;

  private constructor(
    readonly folder: { path: string; remove: () => Promise<void> },
    readonly store: EmbeddedEventStore,
    readonly documents: EmbeddedDocumentStore,
  ) {
    const config = { DATA_DIR: folder.path } as Config;
    this.tree = new LogTree(documents);
    this.keys = new SigningKeys(config, new Streams(store, this.codec), store);
    this.keyFile = keyFileOf(config);
    this.signing = new Signing(store, this.keys, ALWAYS);
  }

  static async open(): Promise<SignedLog> {
    const folder = await temporaryFolder();
    const store = await EmbeddedEventStore.open(folder.path);
    return new SignedLog(folder, store, await EmbeddedDocumentStore.open(folder.path, new FaultsSeen()));
  }

  /** Appends events of a few streams, some of which make rows of the audit log, and some of which are internal. */
  async write(count: number): Promise<void> {
    const byStream = new Map<string, NewEvent[]>();
    for (let n = 0; n < count; n++) {
      const stream = `contact-${n % 7}`;
      const event: NewEvent = {
        id: randomUUID(),
        type: n % 3 === 0 ? 'record.fenced.v1' : 'record.archived.v1',
        data: { objectType: 'contacts', recordId: String(n), text: `Zoë "${n}"` },
        meta: { ...meta, commandId: randomUUID() },
      };
      byStream.set(stream, [...(byStream.get(stream) ?? []), event]);
    }
    await Promise.all([...byStream].map(([stream, events]) => this.append(stream, events)));
  }

  private async append(stream: string, events: readonly NewEvent[]): Promise<void> {
    const { revision } = await this.store.append(stream, events, this.revisions.get(stream) ?? -1);
    this.revisions.set(stream, revision);
  }

  /** Takes all that there is into the tree; answers the checkpoints that came along. */
  async build(building?: TreeBuilding) {
    const to =
      building ?? (this.building ??= await TreeBuilding.open(this.store, this.documents, this.codec));
    const checkpoints = [];
    for (let end = false; !end;) {
      const step = await to.step();
      checkpoints.push(...step.checkpoints);
      end = step.end;
    }
    return { counts: to.counts, checkpoints };
  }

  /** Takes all into the tree, signs it, and takes in the checkpoint. */
  async sign(): Promise<boolean> {
    const { counts, checkpoints } = await this.build();
    await this.signing.check(this.tree, counts.leaves, checkpoints);
    const signed = await this.signing.consider(this.tree, { leaves: counts.leaves, since: 0, end: true });
    await this.build();
    return signed;
  }

  rotate(replacesLost = false): Promise<void> {
    return addKeyTo(this.keyFile, { replacesLost });
  }

  async verifiers(): Promise<Verifier[]> {
    return (await this.keys.known()).map(({ verifier }) => verifierOf(verifier));
  }

  async events(): Promise<RawEvent[]> {
    const all: RawEvent[] = [];
    for (let after = START, end = false; !end;) {
      const page = await this.store.readAllRaw(after, 1_000);
      all.push(...page.events);
      after = page.events.at(-1)?.position ?? after;
      end = page.end;
    }
    return all;
  }

  get readFile(): string {
    return join(this.folder.path, 'read.db');
  }

  async close(): Promise<void> {
    await this.documents.close();
    await this.store.close();
    await this.folder.remove();
  }
}
