// Parameter decorators of routes: for the caller and the command of a request, and for how fresh its answer must be.
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller, CommandIdentity, CommandContext } from '../caller';
import { Refusal } from '../refusals';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard. */
    caller?: Caller;
    /** Set by the guard: calls `onEnd` when the token ceases to count; returns a function that ends the watch. */
    watchToken?: (onEnd: () => void) => () => void;
    /** Set by the idempotency interceptor. */
    command?: CommandIdentity;
  }
}

/** `@Asked() asked: CommandContext`: caller, command and correlation id. On a public route the caller is nobody. */
export const Asked = createParamDecorator((_: unknown, context: ExecutionContext): CommandContext => {
  const { caller, command, id } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller || !command) throw new Error('Asked before the guard and the interceptor');
  return { caller, command, correlationId: id };
});

/**
 * `@Fresh() fresh: Freshness`: read from X-Strata-After. An answer known to be behind says in X-Strata-Behind how many
 * events it lacks, or a lower bound of that.
 */
export const Fresh = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const http = context.switchToHttp();
  const after = positionAfter(http.getRequest<FastifyRequest>());
  const reply = http.getResponse<FastifyReply>();
  return {
    ...(after !== undefined && { after }),
    behind: (events: bigint) => void reply.header('X-Strata-Behind', String(events)),
  };
});

function positionAfter({ headers }: FastifyRequest): bigint | undefined {
  const text = headers['x-strata-after'];
  if (text === undefined) return undefined;
  if (typeof text === 'string' && /^\d{1,19}$/.test(text)) return BigInt(text);
  const message = 'X-Strata-After must be one position, a decimal number';
  throw new Refusal('input-invalid', { message, errors: [{ message, in: 'X-Strata-After' }] });
}

/** Tells the client the highest position of a batch of writes; nothing where nothing was written. */
export function highestPositionHeader(reply: FastifyReply, written: readonly { position: bigint }[]): void {
  const [first, ...rest] = written.map(({ position }) => position);
  if (first === undefined) return;
  positionHeader(
    reply,
    rest.reduce((a, b) => (a > b ? a : b), first),
  );
}

/** Tells the client the position of its write. */
export const positionHeader = (reply: FastifyReply, position: bigint): void =>
  void reply.header('X-Strata-Position', String(position));
