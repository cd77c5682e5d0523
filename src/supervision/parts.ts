// Lists every loop and thread that may fail by itself, a part: what it is called in health, metrics and the log, and
// what its failing means for the process.

export interface PartRow {
  /** What the part is, as the subject of a sentence. */
  readonly is: string;
  /** What happens when the part fails. */
  readonly then: string;
  /**
   * `ends`: the process ends with code 1 at the first failure; `unready`: `/health/ready` answers 503 while the part
   * fails again and again; `told`: the fault is shown, and everything else is served.
   */
  readonly effect: 'ends' | 'unready' | 'told';
}

/** A name that ends in `*` stands for many parts: one for each projection, each kind of job, and so on. */
export const parts = {
  process: {
    is: 'An error that nobody caught',
    then: 'What state the process is in nobody knows then',
    effect: 'ends',
  },
  'log-writer': {
    is: 'The thread that writes the embedded log',
    then: 'What it was writing may or may not be stored, and nothing more can be',
    effect: 'ends',
  },
  'document-writer': {
    is: 'The thread that writes the embedded read models',
    then: 'Started again with the next write, and after pauses up to 5 s; projections go on from what is written',
    effect: 'unready',
  },
  'document-reader': {
    is: 'The thread that answers queries on embedded read models',
    then: 'Started again with the next query, and after pauses up to 5 s; the query under way fails, those behind it are asked again',
    effect: 'unready',
  },
  'slow-reader': {
    is: 'A thread of slow queries on embedded read models',
    then: 'As the one before; only slow queries fail meanwhile',
    effect: 'told',
  },
  sso: {
    is: 'The provider of single sign-on, when somebody signs in',
    then: 'They are told to try again; passwords of those who may use one go on',
    effect: 'told',
  },
  projecting: {
    is: 'The projections as a whole',
    then: 'Begun again after pauses up to 10 s, from their checkpoints; meanwhile queries answer as behind',
    effect: 'told',
  },
  'projection:*': {
    is: 'A projection',
    then: 'Tried again after pauses up to 5 s; an event that it cannot apply stops it until the next start. What it makes answers as behind',
    effect: 'told',
  },
  'settle:*': {
    is: 'Letting a new version of a read model answer, or telling that its projection has stopped',
    then: 'Tried again after pauses up to 5 s; the old version answers',
    effect: 'told',
  },
  sweep: {
    is: 'Removing what read models no longer need',
    then: 'What fails is tried again after 5 s, then later each time; the rest goes on',
    effect: 'told',
  },
  'half-written': {
    is: 'Removing files that a crash left half written',
    then: 'What cannot be removed is tried again at the next start; the rest goes on',
    effect: 'told',
  },
  feed: {
    is: 'Following the log',
    then: 'Subscribed again after pauses up to 5 s; meanwhile projections read the log page by page',
    effect: 'told',
  },
  holds: {
    is: 'Telling other processes what jobs of this one still read',
    then: 'Told again after 20 s',
    effect: 'told',
  },
  'lease:*': {
    is: 'Holding a lease, or asking for one',
    then: 'Asked again; a lease in doubt is given up after 6 s, and taken by another process 12 s after its last beat',
    effect: 'told',
  },
  'job:*': {
    is: 'A kind of job',
    then: 'The job, or the look for one, is tried again after 5 s',
    effect: 'told',
  },
  progress: {
    is: 'Recording the progress of jobs',
    then: 'Recorded again with the next progress, and forgotten with the job: no job relies on it',
    effect: 'told',
  },
  'chore:recycle-bin': {
    is: 'Purging the recycle bin',
    then: 'What fails is tried again after 5 s, then later each time; the rest goes on',
    effect: 'told',
  },
  'chore:unique-keys': {
    is: 'Moving the reservations of unique values that an earlier version made',
    then: 'What fails is tried again after 5 s, then later each time; the rest goes on',
    effect: 'told',
  },
  'chore:bin-lists': {
    is: 'Deleting what runs of restores from the bin left on disk',
    then: 'What fails is tried again after 5 s, then later each time; the rest goes on',
    effect: 'told',
  },
  'chore:erasures': {
    is: 'Carrying out erasures whose cooling-off is over',
    then: 'What fails is tried again after some seconds, then later each time; the rest goes on',
    effect: 'told',
  },
  'chore:audit-purges': {
    is: 'Beginning the nightly purge of the audit log',
    then: 'Tried again after 5 s, then later each time',
    effect: 'told',
  },
  'chore:backups': {
    is: 'Deleting files of backups whose time is over',
    then: 'What fails is tried again after 5 s, then later each time; the rest goes on',
    effect: 'told',
  },
  'chore:backup-schedule': {
    is: 'Having scheduled backups taken',
    then: 'Tried again after 5 s; a run that is due stays due, and is made once',
    effect: 'told',
  },
  'chore:drills': {
    is: 'Having drills of backups made, and knowing how the last one went',
    then: 'Tried again after 5 s; a drill that is due stays due, and is made once',
    effect: 'told',
  },
  drill: {
    is: 'The last drill of backups',
    then: 'Super admins are told, and it is shown until a drill ends well, also after a restart. Everything else is served',
    effect: 'told',
  },
  'chore:exports': {
    is: 'Deleting files of exports whose time is over',
    then: 'What fails is tried again after 5 s, then later each time; the rest goes on',
    effect: 'told',
  },
  'chore:audit-exports': {
    is: 'Deleting files of exports of the audit log whose time is over',
    then: 'What fails is tried again after 5 s, then later each time; the rest goes on',
    effect: 'told',
  },
  'chore:audit-export-schedules': {
    is: 'Having scheduled exports of the audit log made',
    then: 'Tried again after 5 s, then later each time; an export that is due stays due, and is made once',
    effect: 'told',
  },
  'chore:plans': {
    is: 'Deleting files of plans whose time is over',
    then: 'What fails is tried again after 5 s, then later each time; the rest goes on',
    effect: 'told',
  },
  'chore:comparisons': {
    is: 'Deleting rows of comparisons whose time is over',
    then: 'What fails is tried again after 5 s, then later each time; the rest goes on',
    effect: 'told',
  },
  'chore:uploads': {
    is: 'Deleting uploads and error lists of imports that are over',
    then: 'What fails is tried again after 5 s, then later each time; the rest goes on',
    effect: 'told',
  },
  'chore:loads': {
    is: 'Deleting ZIPs, plans and error lists of loads that are over',
    then: 'What fails is tried again after 5 s, then later each time; the rest goes on',
    effect: 'told',
  },
  'chore:sessions': {
    is: 'Removing what is kept of sessions that are long over',
    then: 'What fails is tried again after 5 s, then later each time; the rest goes on',
    effect: 'told',
  },
  'chore:expiring-backups': {
    is: 'Telling of backups whose file is about to be deleted',
    then: 'What fails is tried again after 5 s, then later each time; the rest goes on',
    effect: 'told',
  },
  mail: {
    is: 'Sending mails',
    then: 'A mail is tried again after pauses from 10 s to 4 h, for about a day, then shown as failed',
    effect: 'told',
  },
  webhooks: {
    is: 'Delivering to a subscription of webhooks, or finding what is to be delivered',
    then: 'Begun again after 5 s, from what is written down. A receiver that takes nothing is no fault: its subscription tells of it',
    effect: 'told',
  },
  tree: {
    is: 'Taking the log into its Merkle tree',
    then: 'Begun again after 5 s, from what is written down; proofs, completeness and backups wait',
    effect: 'told',
  },
  checkpoints: {
    is: 'Signing checkpoints of the log',
    then: 'Tried again after a minute. The key file is not that of the key which signed before, or the log is not the one that was signed: have `strata verify-log` look. Everything else is served',
    effect: 'told',
  },
  'checkpoint-copies': {
    is: 'Sending checkpoints outside',
    then: 'Tried again after pauses up to an hour, in their order',
    effect: 'told',
  },
  'audit-streams': {
    is: 'Streaming the audit log to a receiver, or finding what is to be sent',
    then: 'Begun again after 5 s, from what is written down. A receiver that takes nothing is no fault: its stream tells of it',
    effect: 'told',
  },
  alerts: {
    is: 'Watching the audit log for what alerts look for',
    then: 'Begun again after 5 s, from what is written down: what was found is told once, what was not is found then',
    effect: 'told',
  },
  description: {
    is: 'The thread that describes the API',
    then: 'The request for the description is answered with 500, the next one starts it again',
    effect: 'told',
  },
  'refused-attempts': {
    is: 'Telling of refused attempts',
    then: 'Tried again after a second, those that are only counted every minute. Requests are answered all the same',
    effect: 'told',
  },
  'password-resets': {
    is: 'Sending links by which a password can be set',
    then: 'Whoever asked for one has been answered as always, and asks again',
    effect: 'told',
  },
} as const satisfies Readonly<Record<string, PartRow>>;

type NameOf<Row extends string> = Row extends `${infer Kind}*` ? `${Kind}${string}` : Row;
export type Part = NameOf<keyof typeof parts>;

export function partRow(part: Part): PartRow {
  const rows: Readonly<Record<string, PartRow>> = parts;
  return rows[part] ?? rows[part.replace(/:.*/, ':*')]!;
}
