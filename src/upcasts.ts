// The upcasts of events from old shapes to newer ones, by the name under which an event was stored.
import type { Upcasts } from './eventsourcing/codec';

export const upcasts: Upcasts = {
  // Ids for imports once came from a stream of their own, each id two apart from the next.
  'account.import-block-taken.v1': (data) => {
    const { base, size } = data as { base: string; size: number };
    return { type: 'account.id-block-taken.v1', data: { first: base, size: 2 * size } };
  },
  'account.backup-allowed.v1': (data) => ({
    type: 'account.backup-allowed.v2',
    data: { ...(data as object), dueAt: null },
  }),
  // Backups once were never scheduled or encrypted, and what they hold was told by their ZIPs alone.
  'backup.requested.v1': (data) => ({
    type: 'backup.requested.v2',
    data: { ...(data as object), sensitive: null, dueAt: null },
  }),
  'backup.completed.v1': (data) => ({
    type: 'backup.completed.v2',
    data: { ...(data as object), sensitive: null, manifest: null, encrypted: null },
  }),
  // What somebody unknown had typed is dropped on every read; the log on disk keeps it, as it keeps everything.
  'login.failed.v1': (data, { stream }) => {
    const { userId, email, reason } = data as LoginFailedV1;
    const emailDigest = stream.replace(/^login-/, '');
    return {
      type: 'login.failed.v2',
      data: { userId, email: userId === null ? null : email, emailDigest, reason },
    };
  },
};

interface LoginFailedV1 {
  readonly userId: string | null;
  readonly email: string;
  readonly reason: string;
}
