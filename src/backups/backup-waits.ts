// Keeps the reason why a backup does not go on for now, to be shown to users.
import type { DocumentStore } from '../read/document-store';

export class BackupWaits {
  constructor(private readonly documents: DocumentStore) {}

  async reason(backupId: string): Promise<string | undefined> {
    return (await this.documents.getState<string | null>(this.key(backupId))) ?? undefined;
  }

  async set(backupId: string, reason: string | null): Promise<void> {
    if ((await this.reason(backupId)) !== (reason ?? undefined))
      await this.documents.setState(this.key(backupId), reason);
  }

  private key(backupId: string): string {
    return `waiting:backup:${backupId}`;
  }
}
