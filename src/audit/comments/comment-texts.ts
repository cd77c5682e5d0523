// What people wrote in comments: in the vault alone, where what is removed is gone.
import { Refusal } from '../../refusals';
import type { Vault } from '../../vault/vault';

const KIND = 'audit-comment';

interface Written {
  readonly text: string;
}

/** A text never changes under its id: what is edited has another one. */
export class CommentTexts {
  constructor(private readonly vault: Vault) {}

  /** Undefined where it has been removed. */
  async text(textId: string): Promise<string | undefined> {
    return (await this.vault.get<Written>(KIND, textId))?.text;
  }

  put(textId: string, text: string): Promise<void> {
    return this.vault.put<Written>(KIND, textId, { text });
  }

  /** Removes a text that was put for a change which is refused. */
  async unlessRefused<T>(textId: string, change: Promise<T>): Promise<T> {
    try {
      return await change;
    } catch (error) {
      if (error instanceof Refusal) await this.remove([textId]);
      throw error;
    }
  }

  async remove(textIds: Iterable<string>): Promise<void> {
    for (const textId of textIds) await this.vault.remove(KIND, textId);
  }
}
