// Words of streams of the audit log that the capability and its read model share.

export const streamKinds = ['webhook', 'syslog', 'file'] as const;
export type StreamKind = (typeof streamKinds)[number];

export const streamFormats = ['json', 'ocsf', 'cef'] as const;
export type StreamFormat = (typeof streamFormats)[number];

/** What is told beside the entry itself: old and new values. */
export const streamExtras = ['changes'] as const;
export type StreamExtra = (typeof streamExtras)[number];
