// Writers that create and change records while members are killed: each has people of its own, and knows which of its
// writes were acknowledged.
import { randomUUID } from 'node:crypto';
import type { Client } from './client';

const CONTACTS = '/crm/v3/objects/contacts';

interface Person {
  readonly id: string;
  readonly email: string;
  /** Job titles that were acknowledged, newest first. */
  readonly titles: string[];
  readonly companies: Set<string>;
  fate: 'lives' | 'archived' | 'erased' | { readonly mergedInto: Person };
}

interface RecordAnswer {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly propertiesWithHistory?: Readonly<Record<string, readonly { readonly value: string }[]>>;
}
interface Page<T> {
  readonly results: readonly T[];
  readonly total?: number;
  readonly paging?: { readonly next: { readonly after: string } };
}

export class Writer {
  readonly run = `writer-${randomUUID()}`;
  readonly people: Person[] = [];
  /** Addresses of creations whose outcome is not known. */
  private readonly unknown: string[] = [];
  private company = '';
  private counter = 0;
  /** The number of writes so far. */
  done = 0;

  constructor(private readonly client: Client) {}

  async start(): Promise<void> {
    const properties = { name: this.run };
    this.company = (
      await this.client.send<RecordAnswer>('POST', '/crm/v3/objects/companies', { properties })
    ).id;
  }

  /** One write of a kind picked at random. */
  async step(): Promise<void> {
    const living = this.people.filter(({ fate }) => fate === 'lives');
    const one = living[this.client.pick(living.length)];
    const other = living[this.client.pick(living.length)];
    const kinds: [weight: number, write: () => Promise<unknown>][] = [
      [4, () => this.create()],
      [1, () => this.createOnce()],
      [one ? 6 : 0, () => this.patch(one!)],
      [one ? 2 : 0, () => this.associate(one!)],
      [one && one !== other ? 2 : 0, () => this.merge(one!, other!)],
      [one ? 1 : 0, () => this.erase(one!)],
      [one ? 1 : 0, () => this.archive(one!)],
    ];
    let left = this.client.pick(kinds.reduce((sum, [weight]) => sum + weight, 0));
    const [, write] = kinds.find(([weight]) => (left -= weight) < 0)!;
    await write();
    this.done++;
  }

  private newPerson() {
    const email = `${this.run}-${++this.counter}@split.test`;
    return { email, properties: { email, jobtitle: '0', city: this.run } };
  }

  private add(id: string, email: string): void {
    this.people.push({ id, email, titles: ['0'], companies: new Set(), fate: 'lives' });
  }

  private async create(): Promise<void> {
    const { email, properties } = this.newPerson();
    this.add((await this.client.send<RecordAnswer>('POST', CONTACTS, { properties })).id, email);
  }

  /** Creates a contact without an idempotency key, and does not repeat it: it may be there or not, but not twice. */
  private async createOnce(): Promise<void> {
    const { email, properties } = this.newPerson();
    const answer = await this.client.once<RecordAnswer>('POST', CONTACTS, { properties });
    if (answer?.status === 201) this.add(answer.body.id, email);
    else this.unknown.push(email);
  }

  private async patch(person: Person): Promise<void> {
    const jobtitle = String(++this.counter);
    await this.client.send('PATCH', `${CONTACTS}/${person.id}`, { properties: { jobtitle } });
    person.titles.unshift(jobtitle);
  }

  private async associate(person: Person): Promise<void> {
    const path = `/crm/v4/objects/contacts/${person.id}/associations/default/companies/${this.company}`;
    await this.client.send('PUT', path);
    person.companies.add(this.company);
  }

  private async merge(into: Person, other: Person): Promise<void> {
    await this.client.send('POST', `${CONTACTS}/merge`, {
      primaryObjectId: into.id,
      objectIdToMerge: other.id,
    });
    other.fate = { mergedInto: into };
    for (const company of other.companies) into.companies.add(company);
  }

  private async erase(person: Person): Promise<void> {
    await this.client.send('POST', `${CONTACTS}/gdpr-delete`, { objectId: person.id });
    person.fate = 'erased';
  }

  private async archive(person: Person): Promise<void> {
    await this.client.send('DELETE', `${CONTACTS}/${person.id}`);
    person.fate = 'archived';
  }

  /** Differences between what was acknowledged and what is there; the read models must have caught up. */
  async differences(): Promise<string[]> {
    const found: string[] = [];
    const listed = new Map<string, RecordAnswer>();
    for (let after: string | undefined; ;) {
      const page = await this.client.search<Page<RecordAnswer>>(`${CONTACTS}/search`, {
        filterGroups: [{ filters: [{ propertyName: 'city', operator: 'EQ', value: this.run }] }],
        properties: ['email', 'jobtitle'],
        limit: 100,
        ...(after && { after }),
      });
      for (const record of page.results) {
        if (listed.has(record.id)) found.push(`${record.id} is listed twice`);
        listed.set(record.id, record);
      }
      after = page.paging?.next.after;
      if (after === undefined) break;
    }
    for (const person of this.people) {
      const { id, email, titles, fate } = person;
      const record = listed.get(id);
      listed.delete(id);
      if (fate !== 'lives') {
        if (record) found.push(`${id} is listed, though ${nameOf(fate)}`);
      } else if (record?.properties.email !== email || record.properties.jobtitle !== titles[0])
        found.push(`${id} is listed as ${JSON.stringify(record?.properties)}, not with title ${titles[0]}`);
      found.push(...(await this.differencesOf(person)));
    }
    const emails = [...listed.values()].map(({ properties: { email } }) => email);
    for (const email of new Set(emails))
      if (!this.unknown.includes(email!)) found.push(`${email} is there, and nobody wrote it`);
    if (new Set(emails).size < emails.length) found.push('An address is there twice');
    return found;
  }

  private async differencesOf({ id, titles, companies, fate }: Person): Promise<string[]> {
    const path = `${CONTACTS}/${id}?propertiesWithHistory=jobtitle`;
    if (typeof fate === 'object') {
      let survivor = fate.mergedInto;
      while (typeof survivor.fate === 'object') survivor = survivor.fate.mergedInto;
      if (survivor.fate !== 'lives') return [];
      const { id: answered } = await this.client.get<RecordAnswer>(path);
      return answered === survivor.id ? [] : [`${id} answers with ${answered}, not with ${survivor.id}`];
    }
    if (fate !== 'lives') {
      const status = await this.client.statusOf(path);
      return status === 404 ? [] : [`${id} answers ${status}, though ${fate}`];
    }
    const { propertiesWithHistory } = await this.client.get<RecordAnswer>(path);
    const history = propertiesWithHistory!['jobtitle']!.map(({ value }) => value);
    const found: string[] = [];
    if (history.join() !== titles.join()) found.push(`${id} was ${history.join()}, not ${titles.join()}`);
    const { results } = await this.client.get<Page<{ toObjectId: number | string }>>(
      `/crm/v4/objects/contacts/${id}/associations/companies`,
    );
    const associated = results.map(({ toObjectId }) => String(toObjectId));
    if (associated.sort().join() !== [...companies].sort().join())
      found.push(`${id} is associated with ${associated.join()}, not ${[...companies].join()}`);
    return found;
  }
}

const nameOf = (fate: Person['fate']): string => (typeof fate === 'object' ? 'merged' : fate);
