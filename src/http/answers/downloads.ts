// Sends stored files, and says what the query of a signed link to a file holds.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { Config } from '../../config';
import type { Files } from '../../files/files';
import { clientGone } from './progress';
import { onAbort } from '../../supervision/on-abort';

/** The query of a signed link to a file. */
export class LinkQuery extends createZodDto(
  z.object({
    expires: z.coerce.number('must be a number').int(),
    by: z.string().max(200).describe('the session or the API key that made it'),
    signature: z.string().max(200),
  }),
) {}

interface StoredFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Sends a stored file; reading it ends when the client leaves. Refuses with `file-missing` a file that is not on the
 * disk, as where only the log was brought to a new machine.
 */
export async function sendFile(
  reply: FastifyReply,
  files: Files,
  { path, bytes, sha256 }: StoredFile,
  as: { readonly name: string; readonly type: string },
): Promise<FastifyReply> {
  await files.mustBeThere({ path, bytes });
  const gone = clientGone(reply);
  const stream = files.read(path);
  onAbort(gone, () => stream.destroy());
  return reply
    .header('Content-Type', as.type)
    .header('Content-Length', bytes)
    .header('ETag', `"${sha256}"`)
    .header('Content-Disposition', `attachment; filename="${as.name}"`)
    .send(stream);
}

/** The address that links in answers begin with, without a slash at the end. */
export const baseUrl = ({ PUBLIC_URL }: Config, { protocol, host }: FastifyRequest): string =>
  (PUBLIC_URL ?? `${protocol}://${host}`).replace(/\/$/, '');
