// Says who of the account is meant by the owners in values: by e-mail, by id, or by name.
import { users } from '../../../projections/users';
import type { ReadModels } from '../../read/read-models';

const PAGE = 200;

export class OwnersHere {
  private readonly ids = new Set<string>();
  private readonly byEmail = new Map<string, string>();
  /** Undefined for a name that several have. */
  private readonly byName = new Map<string, string | undefined>();
  private readonly theirs = new Map<string, string>();

  /** `theirs` are the owners where the values come from; undefined where nothing tells of them. */
  static async of(
    readModels: ReadModels,
    theirs: readonly { readonly id: string; readonly email: string }[] | undefined,
    after: bigint,
  ): Promise<OwnersHere> {
    const owners = new OwnersHere(theirs !== undefined);
    for await (const page of readModels.pages(users, { limit: PAGE }, { after }))
      for (const { id, email, firstName, lastName } of page) {
        owners.ids.add(id);
        owners.byEmail.set(email.toLowerCase(), id);
        const name = `${firstName} ${lastName}`.trim().toLowerCase();
        if (name !== '') owners.byName.set(name, owners.byName.has(name) ? undefined : id);
      }
    for (const { id, email } of theirs ?? []) {
      const here = owners.byEmail.get(email.toLowerCase());
      if (here !== undefined) owners.theirs.set(id, here);
    }
    return owners;
  }

  private constructor(private readonly told: boolean) {}

  /** Users here by their ids where the values come from, as far as that tells of them and the ids differ. */
  elsewhere(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.theirs].filter(([there, here]) => there !== here));
  }

  /** The id here; undefined where nobody here is meant. An id of another account may be somebody else's here. */
  find(value: string): string | undefined {
    const text = value.trim();
    if (this.told) return this.theirs.get(text);
    if (this.ids.has(text)) return text;
    return this.byEmail.get(text.toLowerCase()) ?? this.byName.get(text.toLowerCase());
  }
}
