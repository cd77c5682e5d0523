// Deletes uploads that no import will read any more: those of imports that ended before a job took them up or removed
// them itself, and those that never became an import.
import type { Streams } from '../eventsourcing/streams';
import type { Files } from '../files/files';
import { Hourly } from '../jobs/hourly';
import { importDecider, importStream } from './import.decider';
import { IMPORTS_FOLDER, isUpload } from './import-errors';

/** An upload older than that belongs to no request that is still being answered. */
const REQUEST_MS = 24 * 3_600_000;

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
      if (uploads.length === 0) continue;
      const { state } = await this.streams.load(importDecider, importStream(importId));
      for (const upload of uploads) {
        const path = `${folder}/${upload}`;
        const forgotten = state.status === 'none' && (await this.isOld(path, now));
        if (state.status === 'ended' || forgotten) await this.files.remove(path);
      }
    }
  }

  private async isOld(path: string, now: Date): Promise<boolean> {
    const found = await this.files.stat(path);
    return found !== undefined && now.getTime() - found.modifiedAt.getTime() > REQUEST_MS;
  }
}
