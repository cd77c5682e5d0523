// The crash suite's story of streams of the audit log to a webhook, a syslog server and a file: each row comes, and none
// before an earlier one. What a kill has kept from being written down comes again: what came before is counted once.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { breathe } from '../../../src/eventsourcing/breath';
import { STREAMS, type EntryJson, type StreamJson } from '../../support/streams/streaming';
import { SyslogServer } from '../../support/streams/syslog-server';
import { WebhookReceiver } from '../../support/webhooks/webhook-receiver';
import type { Story } from '../crashing';
import { compared, inOrder, together, type Ledger } from '../tally';
import { report, rowsOf, targets } from '../activities';

const TYPE = 'streamed';
/** Of a round: several files full. */
const ROWS = 150;
const FILE = { kind: 'file', path: 'crash/audit.jsonl', maxBytes: 16_384, keep: 1_000 };

/** Targets in the order in which they first came. */
const firsts = (entries: readonly EntryJson[]): string[] => [
  ...new Set(entries.map(({ target }) => target!.id)),
];

/** A line that is torn comes again. */
function entriesIn(lines: readonly string[]): EntryJson[] {
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as EntryJson];
    } catch {
      return [];
    }
  });
}

/** The lines of the files of a stream, of which the newest one alone has nothing behind its name. */
function linesIn(folder: string): string[] {
  const [newest, ...full] = readdirSync(folder).sort();
  return [...full, newest!].flatMap((name) =>
    readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean),
  );
}

function bytesIn(folder: string): number {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const sizes = names.map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}

export const streams: Story = {
  kind: 'streams',
  passes: ['webhook', 'syslog', 'file'],
  async tell(crashing): Promise<Ledger> {
    const { api, server, tally } = crashing;
    const receiver = await WebhookReceiver.start();
    const syslog = await SyslogServer.start();
    const folder = join(server.dataDir, 'siem', 'crash');
    await crashing.stepUp();
    const make = (target: object) =>
      api.post<StreamJson>(STREAMS, {
        name: 'SIEM',
        format: 'json',
        filter: { targetType: TYPE },
        ...target,
      });
    const made = [
      await make({ kind: 'webhook', url: receiver.url }),
      await make({ kind: 'syslog', host: '127.0.0.1', port: syslog.port, tls: false }),
      await make(FILE),
    ];
    receiver.secrets.push(made[0]!.secret!);
    const strikes: Readonly<Record<string, () => Promise<void>>> = {
      webhook: () => crashing.strikeInHand('streams', 'webhook', receiver),
      syslog: async () => {
        const { connections } = syslog;
        syslog.manner = 'hang';
        await syslog.until((one) => one.connections > connections);
        await crashing.hit('streams', 'syslog', () => (syslog.manner = 'take'));
      },
      // A batch fills several files, one after another.
      file: async () => {
        const before = bytesIn(folder);
        while (bytesIn(folder) === before) await breathe();
        await crashing.hit('streams', 'file');
      },
    };
    const asked: string[] = [];
    for (const [pass, strike] of Object.entries(strikes))
      while (tally.left('streams', pass) > 0) {
        const ids = targets(crashing, ROWS);
        await Promise.all([report(crashing, TYPE, ids), strike()]);
        asked.push(...ids);
      }
    const told = () => [
      firsts(receiver.taken as unknown as readonly EntryJson[]),
      firsts(entriesIn(syslog.texts)),
      firsts(entriesIn(linesIn(folder))),
    ];
    await crashing.until(async () => told().every((ids) => ids.length >= asked.length));
    const rows = await rowsOf(crashing, TYPE);
    for (const { id } of made) await api.call('DELETE', `${STREAMS}/${id}`);
    await receiver.stop();
    await syslog.die();
    return together(
      compared(asked, rows),
      ...told().map((ids) => compared(inOrder(rows), inOrder(ids))),
      compared([], [...receiver.wrong, ...syslog.wrong]),
    );
  },
};
