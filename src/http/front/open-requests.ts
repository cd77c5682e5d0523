// Keeps the requests that have come and are not done with, and refuses those whose bodies take too long.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../refusals';
import type { ErrorFilter } from '../answers/error-filter';
import type { Share } from './in-flight';
import type { HttpLimits } from './limits';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before anything else is asked of the request. */
    open?: OpenRequest;
  }
}

const now = (): number => performance.now();

/** What a request's body may be. */
export interface Body {
  /** Bytes that the body may have. */
  readonly most: number;
  /** Milliseconds that the body may take to come. */
  readonly ms: number;
  /** Bytes that the body counts for from the beginning; 0 where none are announced and bytes count as they come. */
  readonly held: number;
}

export class OpenRequest {
  share?: Share;
  /** Set once it is known who calls: the body is read after that. */
  body?: Body;
  /** The request's body is read. */
  isWanted = false;
  isAnswered = false;
  /** The body took too long: the connection ends with the answer. */
  isCut = false;
  /** The client asked for the connection to be closed, which has to wait for the rest of the body. */
  private closesLater = false;
  /** When the body must be there. */
  until: number;
  /** When the last byte of the body came. */
  private heardAt = now();
  private bytes: number;

  constructor(
    readonly request: FastifyRequest,
    readonly reply: FastifyReply,
    private readonly limits: HttpLimits,
  ) {
    this.bytes = request.raw.socket.bytesRead;
    this.until = this.heardAt + limits.publicMs;
  }

  /** Gives the body so long from now, whether or not its bytes are still wanted. */
  allow(ms: number): void {
    this.until = now() + ms;
  }

  /**
   * Keeps the connection for the rest of a body: Node closes it with the answer where the client asks for that, and what
   * is still coming would then reset it, with the answer unread.
   */
  keep(): void {
    if (this.request.raw.complete || this.reply.raw.shouldKeepAlive) return;
    this.reply.raw.shouldKeepAlive = true;
    this.closesLater = true;
  }

  /** To be called when the answer has left. */
  closeIfAsked(): void {
    const { raw } = this.request;
    if (!this.closesLater) return;
    if (raw.complete) raw.socket.end();
    else raw.once('end', () => raw.socket.end());
  }

  get isOver(): boolean {
    const { raw } = this.request;
    return this.isAnswered && (raw.socket.destroyed || (this.reply.raw.writableFinished && raw.complete));
  }

  /** Whether more of the body should have come by now. */
  get isLate(): boolean {
    const { raw } = this.request;
    if (raw.complete || raw.socket.destroyed) return false;
    // Bytes that have come and are not read yet wait for the server: the client is not late.
    if (raw.socket.bytesRead !== this.bytes || raw.readableLength > 0) this.heardAt = now();
    this.bytes = raw.socket.bytesRead;
    return now() >= this.until || now() - this.heardAt >= this.limits.bodySilenceMs;
  }
}

export class OpenRequests {
  private readonly open = new Set<OpenRequest>();
  private readonly clock: NodeJS.Timeout;

  constructor(
    private readonly errors: ErrorFilter,
    private readonly limits: HttpLimits,
  ) {
    this.clock = setInterval(() => this.look(), limits.lookMs).unref();
  }

  add(request: FastifyRequest, reply: FastifyReply): OpenRequest {
    const one = new OpenRequest(request, reply, this.limits);
    this.open.add(one);
    return one;
  }

  /** The answer is on its way: of a body that is still coming, the rest is thrown away, for a while. */
  answered(one: OpenRequest): void {
    one.isAnswered = true;
    if (!one.request.raw.complete) one.allow(this.limits.restMs);
  }

  /** The answer has left. */
  finished(one: OpenRequest): void {
    one.share?.end();
    if (one.isOver) this.open.delete(one);
    // Node forgets a request that was answered: whoever still reads its body would wait for ever.
    else if (one.isCut) one.request.raw.destroy();
    else one.request.raw.resume();
    one.closeIfAsked();
  }

  stop(): void {
    clearInterval(this.clock);
  }

  private look(): void {
    for (const one of this.open) {
      if (one.isOver) {
        // Where the client has gone, nobody tells that the answer has left.
        one.share?.end();
        this.open.delete(one);
      } else if (one.isLate) this.cut(one);
    }
  }

  private cut(one: OpenRequest): void {
    if (one.isAnswered) return void one.request.raw.socket.destroy();
    one.isCut = true;
    this.errors.answer(new Refusal('request-too-slow'), one.request, one.reply.header('Connection', 'close'));
  }
}
