// Answers input that never becomes a request, such as broken headers: in the shape of all errors, on the bare socket.
import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Refusal, type RefusalCode, refusals } from '../../refusals';
import { errorBody } from '../answers/error-filter';

/** Headers of a bare answer. They end the connection: nothing that follows on it could be made sense of. */
export const bareHeaders = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  Connection: 'close',
};

const codes = new Map<string | undefined, RefusalCode>([
  ['HPE_HEADER_OVERFLOW', 'headers-too-large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'request-too-slow'],
]);

/** Node's own field: the answer that is under way, into which no other must be written. */
type Answering = Socket & { readonly _httpMessage?: ServerResponse };

export function answerGarbage({ code }: NodeJS.ErrnoException, socket: Answering): void {
  if (!socket.writable || socket._httpMessage?.headersSent) return void socket.destroy();
  const refusal = new Refusal(codes.get(code) ?? 'body-malformed');
  const body = JSON.stringify(errorBody(refusal, randomUUID()));
  const { status } = refusals[refusal.code];
  const headers = {
    ...bareHeaders,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n'));
}
