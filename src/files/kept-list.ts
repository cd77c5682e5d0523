// Lists that a job writes line by line and goes on with after a stop. No two runs of a job write one file: a run that was
// only paused may wake up beside its successor.
import type { Round } from '../supervision/aside';
import { randomUUID } from 'node:crypto';
import type { Appender, Files } from './files';
import { pageOfLines, type LinePage, type PageOptions } from './lines';

/** A list as far as it counts. */
export interface KeptList {
  readonly file: string;
  readonly bytes: number;
}

const CHUNK_CHARS = 64 * 1024;

/**
 * Writes into a file of its own, which begins with what counts of the run before; without a line to add it makes none.
 * What it has written counts once the job's mark names it, and that it does by compare-and-set.
 */
export class ListWriter {
  private own: { readonly file: string; readonly appender: Appender } | undefined;
  private lines = '';
  private failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly files: Files,
    /** Where a run's file lies; runs are named by what no other run can be called. */
    private readonly fileOf: (run: string) => string,
    private readonly before: KeptList | undefined,
  ) {}

  async add(lines: string): Promise<void> {
    this.lines += lines;
    if (this.lines.length >= CHUNK_CHARS) await this.write();
  }

  /** The list with all that was added, on disk. */
  async flush(): Promise<KeptList | undefined> {
    if (this.lines !== '') await this.write();
    // What was written in part must not be counted, nor anything behind it.
    if (this.failure) throw this.failure.error;
    if (!this.own) return this.before;
    const { file, appender } = this.own;
    await appender.sync();
    return { file, bytes: appender.bytes };
  }

  async close(): Promise<void> {
    await this.own?.appender.close();
  }

  private async write(): Promise<void> {
    const { lines } = this;
    this.lines = '';
    try {
      this.own ??= await this.begin();
      await this.own.appender.write(lines);
    } catch (error) {
      this.failure ??= { error };
      throw error;
    }
  }

  private async begin() {
    const { files, before } = this;
    const file = this.fileOf(randomUUID());
    const appender = await files.append(file, 0);
    try {
      if (before)
        for await (const chunk of files.read(before.file, 0, before.bytes) as AsyncIterable<Buffer>)
          await appender.write(chunk);
      if (appender.bytes !== (before?.bytes ?? 0))
        throw new Error('A list is shorter than what counts of it');
      return { file, appender };
    } catch (error) {
      await appender.close();
      throw error;
    }
  }
}

/** None where there is no list. */
export const pageOfList = <T>(
  files: Files,
  list: KeptList | undefined,
  options: Omit<PageOptions<T>, 'length'>,
): Promise<LinePage<T>> => pageOfLines<T>(files, list?.file ?? '', { ...options, length: list?.bytes ?? 0 });

/** The lists of all jobs of a kind: `FOLDER/JOB.RUN.jsonl`. Those of before had one each: `FOLDER/JOB.jsonl`. */
export class ListFolder {
  constructor(private readonly folder: string) {}

  readonly fileOf =
    (jobId: string) =>
    (run: string): string =>
      `${this.folder}/${jobId}.${run}.jsonl`;

  legacy(jobId: string): string {
    return `${this.folder}/${jobId}.jsonl`;
  }

  /** A list of before counts as a whole, where its job has ended and names none. */
  async ofEnded(files: Files, jobId: string, named: KeptList | undefined): Promise<KeptList | undefined> {
    if (named) return named;
    const file = this.legacy(jobId);
    const found = await files.stat(file);
    return found && { file, bytes: found.bytes };
  }

  /** Removes what the runs of an ended job left beside the list that its end names. */
  async removeLeftovers(files: Files, jobId: string, named: KeptList | undefined): Promise<void> {
    const own = (await files.list(this.folder)).filter((name) => name.startsWith(`${jobId}.`));
    await files.removeAll(this.unnamed(own, jobId, named));
  }

  /** Of all jobs. `endOf`: what the end of a job names; undefined while it may go on. */
  async sweep(
    files: Files,
    endOf: (jobId: string) => Promise<{ readonly named: KeptList | undefined } | undefined>,
    { each }: Round,
  ): Promise<void> {
    for (const name of await files.list(this.folder)) {
      const [jobId = ''] = name.split('.');
      await each(name, async () => {
        const end = await endOf(jobId);
        if (end) await files.removeAll(this.unnamed([name], jobId, end.named));
      });
    }
  }

  /** Paths of those that the end of their job does not name. */
  private unnamed(names: readonly string[], jobId: string, named: KeptList | undefined): string[] {
    const counts = named ? named.file : this.legacy(jobId);
    return names.map((name) => `${this.folder}/${name}`).filter((path) => path !== counts);
  }
}
