// Adds a link to the next page to answers, for clients that follow `paging.next.link` instead of sending `after` again.
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';

@Injectable()
export class PagingLinks implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { method, url } = context.switchToHttp().getRequest<FastifyRequest>();
    return method === 'GET' ? next.handle().pipe(map((body) => linked(body, url))) : next.handle();
  }
}

/** Adds the link. It is relative: only the client knows the host name under which it reaches Strata. */
export function linked(body: unknown, url: string): unknown {
  const after = (body as { paging?: { next?: { after?: string } } } | undefined)?.paging?.next?.after;
  if (after === undefined) return body;
  const query = new URLSearchParams(url.split('?')[1]);
  query.set('after', after);
  return { ...(body as object), paging: { next: { after, link: `?${query.toString()}` } } };
}
