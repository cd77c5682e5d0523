// Lists that a job writes line by line and goes on with after a stop. No two runs of a job write one file: a run that
// was only paused may wake up beside its successor.
import type { Round } from '../supervision/aside';
import { randomUUID } from 'node:crypto';
import type { Appender, Files } from './files';
import { pageOfLines, type LinePage, type PageOptions } from './lines';
import { CHUNK_CHARS } from '../supervision/text-bytes';

/** The part of a list that counts: the first `bytes` of its file. */
export interface KeptList {
  readonly file: string;
  readonly bytes: number;
}

/**
 * Writes the list of one run into a file of the run's own, which begins with what counts of the run before; without a
 * line to add it makes no file. What was written counts once the job names the file, which it does by compare-and-set.
 */
export class ListWriter {
  private own: { readonly file: string; readonly appender: Appender } | undefined;
  private lines = '';
  private failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly files: Files,
    /** Path of a run's file; no two runs have one name. */
    private readonly fileOf: (run: string) => string,
    private readonly before: KeptList | undefined,
  ) {}

  async add(lines: string): Promise<void> {
    this.lines += lines;
    if (this.lines.length >= CHUNK_CHARS) await this.write();
  }

  /** The list with all that was added, once that is on disk; undefined where there is no list. */
  async flush(): Promise<KeptList | undefined> {
    if (this.lines !== '') await this.write();
    // A line that was written in part must not count, nor anything after it.
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

/** A page of a list, empty where there is no list. */
export const pageOfList = <T>(
  files: Files,
  list: KeptList | undefined,
  options: Omit<PageOptions<T>, 'length'>,
): Promise<LinePage<T>> => pageOfLines<T>(files, list?.file ?? '', { ...options, length: list?.bytes ?? 0 });

/**
 * The lists of all jobs of a kind: `FOLDER/JOB.RUN.jsonl`. In earlier versions a job had one list for all of its runs:
 * `FOLDER/JOB.jsonl`.
 */
export class ListFolder {
  constructor(private readonly folder: string) {}

  readonly fileOf =
    (jobId: string) =>
    (run: string): string =>
      `${this.folder}/${jobId}.${run}.jsonl`;

  /** Path of a job's list as earlier versions wrote it. */
  legacy(jobId: string): string {
    return `${this.folder}/${jobId}.jsonl`;
  }

  /** The list of an ended job: the one that its end names, or else the whole list of an earlier version. */
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

  /**
   * Removes leftovers of all ended jobs. `endOf` gives the list that a job's end names; undefined while it may go on.
   */
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

  /** Paths of the lists that the end of their job does not name. */
  private unnamed(names: readonly string[], jobId: string, named: KeptList | undefined): string[] {
    const counts = named ? named.file : this.legacy(jobId);
    return names.map((name) => `${this.folder}/${name}`).filter((path) => path !== counts);
  }
}
