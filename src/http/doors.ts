// Who lets a request in, and who remembers those that were refused: what the HTTP front asks of the capability that knows
// callers.
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../caller';

export abstract class Guard {
  /** Rejects with the refusal that the request is answered with; otherwise the request has its caller. */
  abstract check(request: FastifyRequest): Promise<void>;
}

export abstract class RefusedRequests {
  /** By kind, since the process began. */
  abstract readonly totals: ReadonlyMap<string, number>;

  /** A caller who is known was refused. Resolves when it is told or counted; never rejects. */
  abstract access(
    caller: Caller,
    refused: {
      readonly kind: 'scope-missing' | 'access-denied';
      readonly route: string;
      readonly scopes?: readonly string[];
    },
    correlationId: string,
  ): Promise<void>;
}
