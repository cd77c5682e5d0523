// Events of one mail. Stream: `mail-<mailId>`. A mail is always to a user, whose address is looked up when it is sent:
// no address, no secret and no value of a customer is in these events.

/** Ids and names of our own that a mail is about, by what they are: `{ backupId: '5301…' }`. */
export type MailAbout = Readonly<Record<string, string>>;

export type MailEvents = {
  'mail.queued.v1': { mailId: string; kind: string; userId: string; about: MailAbout };
  /** A try to send it failed; the next is due at an ISO time. */
  'mail.delayed.v1': { mailId: string; attempt: number; reason: string; dueAt: string };
  'mail.sent.v1': { mailId: string; attempt: number; by: 'smtp' | 'outbox' };
  /** It was refused for good, or the last try failed. */
  'mail.failed.v1': { mailId: string; attempt: number; reason: string };
  /** There was nobody, or nothing, to send it for any more. */
  'mail.dropped.v1': { mailId: string; reason: string };
};
