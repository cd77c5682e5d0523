// The next page as a link too, for clients that follow `paging.next.link` instead of sending `after` again.
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

/** The same question from another place: relative, since what host the client knows us by is its own business. */
export function linked(body: unknown, url: string): unknown {
  const after = (body as { paging?: { next?: { after?: string } } } | undefined)?.paging?.next?.after;
  if (after === undefined) return body;
  const query = new URLSearchParams(url.split('?')[1]);
  query.set('after', after);
  return { ...(body as object), paging: { next: { after, link: `?${query.toString()}` } } };
}
