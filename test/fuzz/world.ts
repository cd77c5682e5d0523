// What there is on the server that is asked: callers with their tokens, some records, definitions and jobs.
import { Api } from '../demo/api';
import type { Sent } from './exchange';
import type { Asker } from './head';
import type { Known } from './words';

const admin = { email: 'admin@example.com', password: 'correct horse battery' };
type Made = { id: string; token: string };

export class World {
  private constructor(
    private readonly tokens: Record<Asker, string>,
    readonly known: Known,
  ) {}

  static async in(url: string): Promise<World> {
    const api = new Api(url);
    const logIn = async () => (await api.post<{ accessToken: string }>('/auth/v1/login', admin)).accessToken;
    api.token = await logIn();
    const key = async (...scopes: string[]) =>
      (await api.post<Made>('/auth/v1/api-keys', { name: 'fuzz', scopes })).token;
    const tokens = {
      ...{ admin: api.token, leaving: await logIn() },
      ...{ reader: await key('crm.objects.read'), narrow: await key('settings') },
    };
    return new World(tokens, await made(api));
  }

  /** With the tokens of those who are named in it. */
  async signed(sent: Sent): Promise<Sent> {
    const headers = await Promise.all(
      sent.headers.map(async ([name, value]) => {
        const [, asker] = /^Bearer <(\w+)>$/.exec(value) ?? [];
        return [name, asker ? `Bearer ${this.tokens[asker as Asker]}` : value] as const;
      }),
    );
    return { ...sent, headers };
  }
}

async function made(api: Api): Promise<Known> {
  const own = { groupName: 'contactinformation', label: 'Fuzz' };
  const options = ['a', 'b'].map((value) => ({ label: value, value }));
  await api.post('/crm/v3/properties/contacts', {
    ...{ ...own, name: 'fuzz_choice', type: 'enumeration', fieldType: 'checkbox', options },
  });
  await api.post('/crm/v3/properties/contacts', {
    ...{ ...own, name: 'fuzz_secret', type: 'string', fieldType: 'text', dataSensitivity: 'sensitive' },
  });
  const recordIds: string[] = [];
  for (let n = 0; n < 12; n++) {
    const type = n % 3 === 0 ? 'companies' : 'contacts';
    const properties =
      type === 'contacts' ? { firstname: `F${n}`, email: `f${n}@example.com` } : { name: `C${n}` };
    recordIds.push((await api.post<Made>(`/crm/v3/objects/${type}`, { properties })).id);
  }
  const otherIds = [
    (await api.post<Made>('/backups/v1/backups', { objectTypes: ['contacts'] })).id,
    (
      await api.post<Made>('/crm/v3/exports/export/async', {
        ...{ exportType: 'VIEW', exportName: 'fuzz', format: 'CSV', language: 'EN', objectType: 'CONTACT' },
        ...{ objectProperties: ['email'], associatedObjectType: 'COMPANY' },
      })
    ).id,
    'default',
    '279',
    '1',
    recordIds[0]!,
  ];
  return { recordIds, otherIds };
}
