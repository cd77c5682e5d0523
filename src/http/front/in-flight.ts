// Bounds what is under way at once, of each caller and of all together: requests, and the bytes of their bodies, which
// count from when they are announced or have come until the request has been answered.
import { Refusal, type RefusalCode } from '../../refusals';
import type { HttpLimits } from './limits';

class Load {
  private requests = 0;
  private bytes = 0;

  constructor(
    private readonly mostRequests: number,
    private readonly mostBytes: number,
    private readonly refusal: RefusalCode,
  ) {}

  take(requests: number, bytes: number): void {
    if (this.requests + requests > this.mostRequests || this.bytes + bytes > this.mostBytes)
      throw new Refusal(this.refusal, { retryAfter: 1 });
    this.requests += requests;
    this.bytes += bytes;
  }

  give(requests: number, bytes: number): void {
    this.requests -= requests;
    this.bytes -= bytes;
  }

  get isNone(): boolean {
    return this.requests === 0;
  }
}

export class InFlight {
  private readonly all: Load;
  private readonly callers = new Map<string, Load>();

  constructor(private readonly limits: HttpLimits) {
    this.all = new Load(limits.requests, limits.bytes, 'server-busy');
  }

  /** Counts a request that has come. Throws `server-busy`. */
  enter(): Share {
    this.all.take(1, 0);
    return new Share(this.all, (caller) => this.of(caller));
  }

  private of(caller: string): { readonly load: Load; readonly left: () => void } {
    const { callerRequests, callerBytes } = this.limits;
    const load = this.callers.get(caller) ?? new Load(callerRequests, callerBytes, 'caller-busy');
    this.callers.set(caller, load);
    return { load, left: () => load.isNone && this.callers.delete(caller) };
  }
}

/** What one request counts for. */
export class Share {
  private bytes = 0;
  private caller?: { readonly load: Load; readonly left: () => void };
  private isOver = false;

  constructor(
    private readonly all: Load,
    private readonly loadOf: (caller: string) => { readonly load: Load; readonly left: () => void },
  ) {}

  /** Counts the request for its caller, once that is known: to be called once. Throws `caller-busy`. */
  belongsTo(caller: string): void {
    const known = this.loadOf(caller);
    known.load.take(1, this.bytes);
    this.caller = known;
  }

  /** Counts more bytes of the request's body. Throws `caller-busy` or `server-busy`, and counts nothing then. */
  grow(bytes: number): void {
    if (this.isOver) return;
    this.caller?.load.take(0, bytes);
    try {
      this.all.take(0, bytes);
    } catch (error) {
      this.caller?.load.give(0, bytes);
      throw error;
    }
    this.bytes += bytes;
  }

  /** The request has been answered, and counts no more. Harmless when called again. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.all.give(1, this.bytes);
    this.caller?.load.give(1, this.bytes);
    this.caller?.left();
  }
}
