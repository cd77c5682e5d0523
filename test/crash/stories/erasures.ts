// The crash suite's story of erasures: of records that are in a backup, an export and a plan, and are associated with
// others.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from '../../../src/supervision/pause';
import type { Asked, Story } from '../crashing';
import { compared, together, type Ledger } from '../tally';

interface Job extends Asked {
  readonly status: string;
}
const RECORDS = 6;

export const erasures: Story = {
  kind: 'erasures',
  passes: ['erasure'],
  async tell(crashing): Promise<Ledger> {
    const { api } = crashing;
    const ledgers: Ledger[] = [];
    const onDisk = (folder: string, id: string) => {
      const path = join(crashing.server.dataDir, 'files', folder);
      return existsSync(path) ? readdirSync(path).filter((name) => name.startsWith(id)) : [];
    };
    while (crashing.tally.isOpen('erasures')) {
      await crashing.stepUp();
      const emails = Array.from({ length: RECORDS }, () => `${crashing.name('erased')}@crash.example`);
      const ids = await crashing.create(
        'contacts',
        emails.map((email) => ({ email })),
      );
      const [company] = await crashing.create('companies', [{ name: crashing.name('employer') }]);
      for (const id of ids) {
        const path = `/crm/v4/objects/contacts/${id}/associations/default/companies/${company}`;
        await api.call('PUT', path);
      }
      const backup = await api.post<Job>('/backups/v1/backups');
      await crashing.ended(`/backups/v1/backups/${backup.id}`);
      await crashing.batch(
        'contacts',
        'update',
        ids.map((id) => ({ id, properties: { jobtitle: 'Erased soon' } })),
      );
      const plan = await api.post<Job>('/restores/v1/plans', {
        source: { backupId: backup.id },
        objects: [{ objectType: 'contacts', properties: ['jobtitle'], recordIds: ids }],
      });
      await crashing.ended(`/restores/v1/plans/${plan.id}`);
      for (const objectId of ids) {
        await crashing.acknowledged('POST', '/crm/v3/objects/contacts/gdpr-delete', { objectId });
        if (crashing.tally.left('erasures', 'erasure') > 0) await crashing.strike('erasures', 'erasure', 40);
      }
      // A job does what follows from an erasure; when it is over, nothing of the record is left on disk.
      const deadline = Date.now() + 120_000;
      const lie = () => [...onDisk('backups', backup.id), ...onDisk('restore-plans', plan.id)];
      const pairs = () => crashing.associated('companies', 'contacts', [company!]);
      while (Date.now() < deadline && (lie().length > 0 || (await pairs()).length > 0)) await pause(50);
      const left: string[] = [...lie(), ...(await pairs())];
      for (const id of ids) {
        const read = await api.get<Asked>(`/crm/v3/objects/contacts/${id}`).catch(() => undefined);
        if (read) left.push(id);
      }
      ledgers.push(compared([], left), { asked: ids.length, lost: [], doubled: [] });
    }
    return together(...ledgers);
  },
};
