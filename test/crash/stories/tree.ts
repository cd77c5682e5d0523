// The crash suite's story of the tree over the log and of its checkpoints: the tree is that of the log, whatever was killed
// while it grew; each checkpoint that was signed stays, and is sent outside in its order.
import { treesOutside } from '../../../src/audit/integrity/checks/outside';
import { checkLog } from '../../../src/audit/integrity/checks/log-check';
import { storeSource } from '../../../src/audit/integrity/checks/log-sources';
import { keysIn } from '../../../src/audit/integrity/checks/trusted-keys';
import type { WebhookReceiver } from '../../support/webhooks/webhook-receiver';
import type { Crashing, Story } from '../crashing';
import { headOf, withLog } from '../log-watch';
import { compared, inOrder, together, type Ledger } from '../tally';
import { report, rowsOf, targets } from '../activities';

const TYPE = 'leaves';
const FEW = 300;
/** So many leaves that are not covered have a checkpoint signed. */
const MANY = 1_000;

interface Checkpoint {
  readonly size: number;
  readonly rootHash: string;
  readonly note: string;
}
interface Proof {
  readonly from: Omit<Checkpoint, 'note'>;
}

const headsOf = (checkpoints: Iterable<Omit<Checkpoint, 'note'>>): string[] =>
  [...checkpoints].map(({ size, rootHash }) => `${size} ${rootHash}`);
/** What was sent outside, each once, in the order in which it first came. */
const copiesIn = ({ taken }: WebhookReceiver): Checkpoint[] => [
  ...new Map((taken as unknown as Checkpoint[]).map((copy) => [copy.size, copy])).values(),
];

const signed = async (crashing: Crashing): Promise<Checkpoint[]> =>
  (await crashing.pages<Checkpoint>('/audit/v1/checkpoints')).reverse();

export const tree: Story = {
  kind: 'tree',
  passes: ['growing', 'signing', 'copying'],
  async tell(crashing): Promise<Ledger> {
    const { api, server, tally, checkpoints: outside } = crashing;
    const asked: string[] = [];
    const published: Checkpoint[] = [];
    const grow = async (by: number) => {
      const ids = targets(crashing, by);
      await report(crashing, TYPE, ids);
      asked.push(...ids);
    };
    while (tally.isOpen('tree')) {
      const growing = grow(FEW);
      if (tally.left('tree', 'growing') > 0) await crashing.strike('tree', 'growing', 300);
      await growing;
      const after = await headOf(server.dataDir);
      const isCopied = tally.left('tree', 'copying') > 0;
      if (isCopied) outside.answer = () => 'hang';
      const covered = grow(MANY);
      if (tally.left('tree', 'signing') > 0)
        await crashing.strikeAt('tree', 'signing', ['checkpoint.signed.v1'], after);
      published.push(...(await signed(crashing)));
      if (isCopied) await crashing.strikeInHand('tree', 'copying', outside);
      await covered;
    }
    let all: Checkpoint[] = [];
    await crashing.until(async () => {
      all = await signed(crashing);
      return copiesIn(outside).at(-1)?.size === all.at(-1)!.size;
    });
    const copies = copiesIn(outside).filter(({ size }) => size <= all.at(-1)!.size);
    const { verifier } = (await api.get<{ results: { verifier: string }[] }>('/audit/v1/keys')).results.at(
      -1,
    )!;
    // Throws at the first thing that is wrong.
    await withLog(server.dataDir, async (log) => {
      const source = await storeSource(log);
      const notes = [...published, ...copies].map(({ note }) => note).join('\n');
      await checkLog(source, keysIn(verifier), (keys) => treesOutside(notes, `strata/${log.logId}`, keys));
    });
    const stored: Checkpoint[] = [];
    for (const { size, note } of all) {
      const path = `/audit/v1/proofs/consistency?from=${size}&to=${all.at(-1)!.size}`;
      stored.push({ ...(await api.get<Proof>(path)).from, note });
    }
    const { complete } = await api.get<{ complete: boolean }>('/audit/v1/completeness');
    return together(
      compared(asked, await rowsOf(crashing, TYPE)),
      compared(headsOf(all), headsOf(stored)),
      compared(['complete'], complete ? ['complete'] : []),
      compared(inOrder(headsOf(all.filter(({ size }) => size >= copies[0]!.size))), inOrder(headsOf(copies))),
    );
  },
};
