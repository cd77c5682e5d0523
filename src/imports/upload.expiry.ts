// Deletes what imports leave on disk: uploads that none will read any more (of imports that ended before a job took them
// up or removed them itself, or that never became one), and error lists, which hold customers' values, after 90 days.
import type { Streams } from '../eventsourcing/streams';
import type { Files } from '../files/files';
import { Hourly } from '../jobs/hourly';
import { importDecider, importStream } from './import.decider';
import { errorsPath, IMPORTS_FOLDER, isUpload } from './import-errors';

/** An upload older than that belongs to no request that is still being answered. */
const REQUEST_MS = 24 * 3_600_000;
const ERRORS_KEPT_MS = 90 * 24 * 3_600_000;

export class UploadExpiry {
  private readonly hourly = new Hourly();

  constructor(
    private readonly streams: Streams,
    private readonly files: Files,
  ) {}

  start(onError: (error: unknown) => void): void {
    this.hourly.start((signal) => this.expireFiles(new Date(), signal), onError);
  }

  stop(): void {
    this.hourly.stop();
  }

  async expireFiles(now: Date, signal: AbortSignal): Promise<void> {
    for (const importId of await this.files.list(IMPORTS_FOLDER)) {
      signal.throwIfAborted();
      const folder = `${IMPORTS_FOLDER}/${importId}`;
      const uploads = (await this.files.list(folder)).filter(isUpload);
      const errorsAreOver = await this.isOld(errorsPath(importId), now, ERRORS_KEPT_MS);
      if (uploads.length === 0 && !errorsAreOver) continue;
      const { state } = await this.streams.load(importDecider, importStream(importId));
      for (const upload of uploads) {
        const path = `${folder}/${upload}`;
        const forgotten = state.status === 'none' && (await this.isOld(path, now, REQUEST_MS));
        if (state.status === 'ended' || forgotten) await this.files.remove(path);
      }
      if (state.status === 'ended' && errorsAreOver) await this.files.remove(folder);
    }
  }

  private async isOld(path: string, now: Date, age: number): Promise<boolean> {
    const found = await this.files.stat(path);
    return found !== undefined && now.getTime() - found.modifiedAt.getTime() > age;
  }
}
