// What capabilities have to tell in `/health/ready` beside what fails. Anybody may ask at any rate: a note is what is
// known already, and asks no store.
import { Injectable } from '@nestjs/common';

@Injectable()
export class HealthNotes {
  private readonly notes = new Map<string, () => unknown>();

  /** `note` answers what JSON can hold, and tells of no customer. */
  add(name: string, note: () => unknown): void {
    this.notes.set(name, note);
  }

  /** All notes by their names. */
  get all(): Readonly<Record<string, unknown>> {
    return Object.fromEntries([...this.notes].map(([name, note]) => [name, note()]));
  }
}
