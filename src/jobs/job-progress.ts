// Progress says how far a job is: it is written now and again while the job runs, for whoever follows the job.
import type { FaultReports } from '../supervision/faults';
import type { DocumentStore } from '../read/document-store';

/** How many of a job's steps are done; what a step is, its kind says. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

const REPORT_MS = 200;
const keyOf = (name: string, id: string) => `progress:${name}:${id}`;

export class JobProgress {
  constructor(
    private readonly documents: DocumentStore,
    private readonly faults: FaultReports,
  ) {}

  of(name: string, id: string): Promise<Progress | undefined> {
    return this.documents.getState<Progress>(keyOf(name, id));
  }

  /** Writes progress at most every 200 ms: it is shown, not relied on. */
  reporter(name: string, id: string) {
    let latest: Progress | undefined;
    let due = 0;
    let writing = Promise.resolve();
    const write = (progress: Progress) => {
      due = Date.now() + REPORT_MS;
      latest = undefined;
      writing = writing
        .then(() => this.documents.setState(keyOf(name, id), progress))
        .then(
          () => this.faults.clear('progress'),
          (error: unknown) => this.faults.report('progress', error, { job: name, id }),
        );
    };
    return {
      report: (done: number, total: number) => {
        latest = { done, total };
        if (Date.now() >= due) write(latest);
      },
      flush: () => {
        if (latest) write(latest);
        // Of a job that is over nobody misses the progress.
        return writing.then(() => this.faults.clear('progress'));
      },
    };
  }
}
