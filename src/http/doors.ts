// What the HTTP front asks of the capability that knows callers: to let a request in, and to remember refused requests.
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../caller';

export abstract class Guard {
  /** Sets the caller of a request, or rejects with the refusal that the request is answered with. */
  abstract check(request: FastifyRequest): Promise<void>;
}

export abstract class RefusedRequests {
  /** Refused requests by kind, since the process began. */
  abstract readonly totals: ReadonlyMap<string, number>;

  /** Remembers that a known caller was refused. Resolves when the refusal is written or counted; never rejects. */
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
