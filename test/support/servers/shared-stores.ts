// One log, one document store and one vault that several applications of a test share, as processes share servers. Each
// application has a line to them: its stores call themselves shared, and cutting the line is to the stores what killing
// a process would be.
import type { EventStore } from '../../../src/eventsourcing/event-store';
import type { DocumentStore } from '../../../src/read/document-store';
import type { Vault } from '../../../src/vault/vault';

/** Calls are rejected with this error once the line is cut. */
export class CutOff extends Error {
  constructor() {
    super('The line to the stores is cut');
  }
}

/** The line between one application and the stores. */
export class Line {
  private readonly cutting = new AbortController();

  /** `before` is awaited before each call: a spec can put calls into a chosen order there. */
  constructor(private readonly before: () => Promise<unknown> = async () => undefined) {}

  /** From now on nothing goes through. A call under way is carried out, but its caller does not hear of it. */
  cut(): void {
    this.cutting.abort();
  }

  /** A store, seen through this line. */
  port<S extends EventStore | DocumentStore | Vault>(store: S, shown: Partial<S> = {}): S {
    return new Proxy(store, {
      get: (target, name) => {
        if (name in shown) return shown[name as keyof S];
        if (name === 'close') return async () => undefined;
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const own = member.bind(target) as (...args: unknown[]) => unknown;
        if (name === 'hmac') return own;
        if (name === 'subscribe')
          return (after: unknown, signal: AbortSignal) =>
            this.pages(() => own(after, AbortSignal.any([signal, this.cutting.signal])));
        if (name === 'scan') return (...args: unknown[]) => this.pages(() => own(...args));
        return (...args: unknown[]) => this.call(() => own(...args));
      },
      // Hides that it is an embedded store: those have threads of their own.
      getPrototypeOf: () => Object.prototype,
    });
  }

  private async call(work: () => unknown): Promise<unknown> {
    this.check();
    await this.before();
    this.check();
    try {
      return await work();
    } finally {
      this.check();
    }
  }

  private async *pages(work: () => unknown): AsyncGenerator<unknown> {
    this.check();
    for await (const page of work() as AsyncIterable<unknown>) {
      await this.before();
      this.check();
      yield page;
    }
    this.check();
  }

  private check(): void {
    if (this.cutting.signal.aborted) throw new CutOff();
  }
}

/** The log as one of several processes has it. */
export const sharedLog = (log: EventStore, line = new Line()): EventStore => line.port(log, { shared: true });

/** The documents as one of several processes has them. */
export const sharedDocuments = (documents: DocumentStore, line = new Line()): DocumentStore =>
  line.port(documents, { exclusive: false });

/** The vault as one of several processes has it. */
export const sharedVault = (vault: Vault, line = new Line()): Vault => line.port(vault);
