// Keeps the tree: takes in what comes into the log, and has it signed. In one process at a time; another takes over when
// that one dies, and two at once do no harm.
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../config';
import { breathe } from '../../eventsourcing/breath';
import { Codec } from '../../eventsourcing/codec';
import { EventStore } from '../../eventsourcing/event-store';
import { DocumentStore } from '../../read/document-store';
import { alone } from '../../read/lease';
import { beside } from '../../supervision/beside';
import { FaultReports } from '../../supervision/faults';
import { pause } from '../../supervision/pause';
import { CheckpointCopies } from './checkpoints/checkpoint-copies';
import { Signing, SIGNING, type SigningTimes } from './checkpoints/signing';
import { SigningKeys } from './checkpoints/signing-keys';
import { LogTree } from './tree/log-tree';
import { TreeBuilding } from './tree/tree-building';
import { treeCollection } from './tree/tree-documents';

export abstract class TreeTimes {
  abstract readonly signing: SigningTimes;
  /** Milliseconds between looks at the end of the log: of one that a server keeps, and of an embedded one. */
  abstract readonly lookMs: { readonly shared: number; readonly own: number };
  /** Milliseconds until what failed is tried again. */
  abstract readonly retryMs: number;
  /** Milliseconds until a checkpoint that could not be signed is tried again. */
  abstract readonly signAgainMs: number;
}
export const treeTimes: TreeTimes = {
  signing: SIGNING,
  lookMs: { shared: 500, own: 100 },
  retryMs: 5_000,
  signAgainMs: 60_000,
};

@Injectable()
export class TreeKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: Config,
    private readonly eventStore: EventStore,
    private readonly documents: DocumentStore,
    private readonly codec: Codec,
    private readonly keys: SigningKeys,
    private readonly copies: CheckpointCopies,
    private readonly times: TreeTimes,
    private readonly faults: FaultReports,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // Whoever reads the tree may come before whoever keeps it.
    await this.documents.ensure(treeCollection);
    if (this.config.ROLE.includes('worker')) this.running = this.run(this.stopping.signal);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort('shutdown');
    await this.running;
  }

  private run(signal: AbortSignal): Promise<void> {
    const { documents, faults } = this;
    const copy = (held: AbortSignal) => this.copies.run(held);
    return alone({ part: 'tree', documents, faults, retryMs: this.times.retryMs }, signal, (held) =>
      beside(held, copy, (both) => this.keep(both)),
    );
  }

  private async keep(signal: AbortSignal): Promise<void> {
    const building = await TreeBuilding.open(this.eventStore, this.documents, this.codec);
    const signing = new Signing(this.eventStore, this.keys, this.times.signing);
    const tree = new LogTree(this.documents);
    const lookMs = this.eventStore.shared ? this.times.lookMs.shared : this.times.lookMs.own;
    let signsAt = 0;
    let caughtUp = false;
    let since: number | undefined;
    while (!signal.aborted) {
      const step = await building.step();
      this.faults.clear('tree');
      since ??= step.since;
      try {
        await signing.check(tree, building.counts.leaves, step.checkpoints);
        if (performance.now() >= signsAt) {
          const standing = { leaves: building.counts.leaves, since, end: step.end };
          if (await signing.consider(tree, standing)) this.copies.wake();
          this.faults.clear('checkpoints');
        }
        since = undefined;
      } catch (error) {
        signing.forget();
        signsAt = performance.now() + this.times.signAgainMs;
        this.faults.report('checkpoints', error);
      }
      if (!step.end) {
        // An embedded store answers at once: other work has its turn.
        await breathe();
        continue;
      }
      if (!caughtUp) await building.dropOthers();
      caughtUp = true;
      await pause(lookMs, signal);
    }
  }
}
