// Random changes of pipelines and stages over the API: what is refused has not been done.
import fc from 'fast-check';
import type { App } from '../servers/app';

const kinds = [
  'create',
  'stage',
  'rename',
  'renameStage',
  'archive',
  'archiveStage',
  'back',
  'backStage',
] as const;
const act = fc.record({
  kind: fc.constantFrom(...kinds, 'create' as const, 'stage' as const),
  pipeline: fc.nat(3),
  stage: fc.nat(8),
  label: fc.constantFrom('Open', 'Won', 'Łódź', 'New', 'Closed'),
  displayOrder: fc.nat(4),
});

interface Known {
  readonly id: string;
  readonly stages: string[];
}

/** Changes the pipelines of an object type; answers how many of the changes were made. */
export async function changePipelines(app: App, type: string, seed: number, count = 25): Promise<number> {
  const path = `/crm/v3/pipelines/${type}`;
  const { results } = await app.ok<{ results: { id: string; stages: { id: string }[] }[] }>('GET', path);
  const known: Known[] = results.map(({ id, stages }) => ({ id, stages: stages.map((one) => one.id) }));
  const metadata = type === 'deals' ? { probability: '0.5' } : {};
  let made = 0;
  for (const one of fc.sample(act, { seed, numRuns: count })) {
    const { kind, label, displayOrder } = one;
    const stage = { label, displayOrder, metadata };
    const at = known[one.pipeline % Math.max(1, known.length)];
    const stageId = at?.stages[one.stage % Math.max(1, at.stages.length)];
    const [own, ofStage] = [`${path}/${at?.id}`, `${path}/${at?.id}/stages/${stageId}`];
    const [method, url, body] = {
      create: ['POST', path, { label, displayOrder, stages: [stage] }],
      stage: ['POST', `${own}/stages`, stage],
      rename: ['PATCH', own, { label, displayOrder }],
      renameStage: ['PATCH', ofStage, { label, displayOrder }],
      archive: ['DELETE', own],
      archiveStage: ['DELETE', ofStage],
      back: ['PATCH', own, { archived: false }],
      backStage: ['PATCH', ofStage, { archived: false }],
    }[kind] as [string, string, object?];
    const answer = await app.api(method, url, body);
    if (answer.status >= 300) continue;
    made++;
    const { id, stages } = answer.body as { id?: string; stages?: { id: string }[] };
    if (kind === 'create') known.push({ id: id!, stages: stages!.map((each) => each.id) });
    if (kind === 'stage') at!.stages.push(id!);
  }
  return made;
}
